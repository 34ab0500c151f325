"""Rules about our own code that the linters cannot see."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.house import FEATURES, QUIZAPP, modules, named

MAX_LINES = 400
MAX_FUNCTION_LINES = 50
SHARED = {"models", "queries", "commands", "events"}
COMMITTING = {
    "quizapp/infrastructure/database.py",
    "quizapp/infrastructure/answer_writer.py",
    "quizapp/infrastructure/migrations.py",
}
TRANSACTION = re.compile(
    r"\.(commit|rollback|begin|begin_nested)\(|[\"'](BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b"
)


def test_no_module_outgrows_its_limit() -> None:
    long = [
        named(path)
        for path in modules()
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES
    ]
    assert long == []


def test_no_function_outgrows_its_limit() -> None:
    long = [
        f"{named(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_transactions_end_only_where_they_are_opened() -> None:
    found = {
        named(path) for path in modules() if TRANSACTION.search(path.read_text(encoding="utf-8"))
    }
    assert found == COMMITTING


def imported(path: Path) -> set[str]:
    """The modules a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_features_use_only_what_others_share() -> None:
    wrong = []
    for path in modules(FEATURES):
        own = path.relative_to(FEATURES).parts[0]
        for name in imported(path):
            parts = name.split(".")
            is_inside = parts[:2] == ["quizapp", "features"] and len(parts) > 3
            if is_inside and parts[2] != own and parts[3] not in SHARED:
                wrong.append(f"{named(path)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("folder", ["models", "queries", "commands"])
def test_what_features_share_knows_nothing_of_forms(folder: str) -> None:
    paths = [*FEATURES.glob(f"*/{folder}.py"), *FEATURES.glob(f"*/{folder}/*.py")]
    assert paths
    for path in paths:
        names = {name.rpartition(".")[2] for name in imported(path)}
        assert not {"forms", "views", "cli"} & names, named(path)


@pytest.mark.parametrize(
    "call", ["eval", "exec", "compile", "pickle", "marshal", "yaml.load", "os.system", "shell=True"]
)
def test_nothing_that_was_sent_is_ever_run(call: str) -> None:
    pattern = re.compile(rf"(?<![\w.]){re.escape(call)}" + ("" if "=" in call else r"\b\s*[(.]"))
    found = [
        named(path)
        for path in modules()
        if pattern.search(path.read_text(encoding="utf-8").replace("re.compile(", ""))
    ]
    assert found == []


def test_markup_is_declared_safe_in_one_place() -> None:
    found = {
        named(path)
        for path in modules()
        if re.search(r"\bMarkup\((?!\))", path.read_text(encoding="utf-8"))
    }
    assert found == {"quizapp/formats/markup.py"}


def test_every_package_says_what_it_is_for() -> None:
    for path in QUIZAPP.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), named(path)


def test_no_test_is_left_out() -> None:
    leaving_out = re.compile(r"pytest\.(skip|xfail|importorskip)\(|mark\.(skip|xfail)")
    tests = Path(__file__).parents[1]
    left_out = [
        path.relative_to(tests).as_posix()
        for path in tests.rglob("*.py")
        if path != Path(__file__) and leaving_out.search(path.read_text(encoding="utf-8"))
    ]
    assert left_out == []
