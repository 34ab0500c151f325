"""What a question page loads stays small, and every address of a file leads to one."""

import gzip
import re
from pathlib import Path

import pytest

from tests.architecture.house import FEATURES, QUIZAPP, named

STATIC = QUIZAPP / "web" / "static"
LAYOUT = QUIZAPP / "web" / "templates" / "layouts" / "bare.html"
TAKING = FEATURES / "attempts" / "templates" / "attempts"
TYPES = QUIZAPP / "question_types"
BUDGET = 30 * 1024
ASSET = re.compile(r"asset\('([^']+)'\)")
IMPORTED = re.compile(r"""(?:from|import)\s+['"](\.[^'"]+)['"]""")
ENHANCED = re.compile(r'data-enhance="([a-z -]+)"')


def loaded_by(script: Path) -> set[Path]:
    """A module and what it imports."""
    found, waiting = set(), [script]
    while waiting:
        path = waiting.pop().resolve()
        if path not in found:
            found.add(path)
            text = path.read_text(encoding="utf-8")
            waiting += [path.parent / name for name in IMPORTED.findall(text)]
    return found


def quiz_page_assets() -> set[Path]:
    files = {STATIC / name for name in ASSET.findall(LAYOUT.read_text(encoding="utf-8"))}
    names = {
        name
        for path in [*TAKING.glob("*.html"), *TYPES.glob("*/answer.html")]
        for group in ENHANCED.findall(path.read_text(encoding="utf-8"))
        for name in group.split()
    }
    files |= {STATIC / "js" / "enhance" / f"{name}.js" for name in names}
    scripts = {path for path in files if path.suffix == ".js"}
    return {path for path in files if path.suffix == ".css"} | {
        path for script in scripts for path in loaded_by(script)
    }


def test_styles_and_scripts_of_a_question_page_stay_in_budget() -> None:
    sizes = {named(path): len(gzip.compress(path.read_bytes())) for path in quiz_page_assets()}
    assert {"quizapp/web/static/css/app.css", "quizapp/web/static/js/app.js"} <= set(sizes)
    assert sum(sizes.values()) <= BUDGET, sizes


def templates() -> list[Path]:
    return sorted(QUIZAPP.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=named)
def test_every_asset_named_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    missing = [name for name in ASSET.findall(text) if not (STATIC / name).is_file()]
    missing += [
        name
        for group in ENHANCED.findall(text)
        for name in group.split()
        if not (STATIC / "js" / "enhance" / f"{name}.js").is_file()
    ]
    assert missing == []


def test_every_script_imports_what_is_there() -> None:
    for script in STATIC.rglob("*.js"):
        assert all(path.is_file() for path in loaded_by(script))


def test_every_icon_named_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    named_icons = {
        name
        for path in templates()
        for name in re.findall(r"\bicon\('([a-z0-9-]+)'", path.read_text(encoding="utf-8"))
    }
    assert named_icons <= drawn
    assert named_icons


def test_styles_load_nothing_from_elsewhere() -> None:
    for path in STATIC.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", text)
        assert "@import" not in text
        for name in re.findall(r"url\(['\"]?(\.\./[^)'\"#]+)", text):
            assert (path.parent / name).is_file(), name
