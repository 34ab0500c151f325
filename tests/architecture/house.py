"""Where things are, and the files that belong to the project."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

HOUSE = Path(__file__).parents[2]
QUIZAPP = HOUSE / "quizapp"
FEATURES = QUIZAPP / "features"
ALWAYS_LEFT_OUT = {".git"}


def ignored() -> list[str]:
    """The patterns of .gitignore, without their slashes."""
    lines = (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()
    return [line.strip().strip("/") for line in lines if line.strip() and line[0] != "#"]


def project_files(folder: Path = HOUSE) -> Iterator[Path]:
    """Every file that is not ignored."""
    patterns = ignored()
    for path in sorted(folder.iterdir()):
        if path.name in ALWAYS_LEFT_OUT or any(fnmatch(path.name, p) for p in patterns):
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path


def modules(folder: Path = QUIZAPP) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()
