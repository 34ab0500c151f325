"""Every mistake is told with its file, its line and what to do about it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.formats.bank_files import checking, models, quiz_rules, reading
from quizapp.formats.bank_files.problems import FileProblem
from quizapp.formats.bank_files.reading import MAX_FILE_BYTES, read_bank
from quizapp.question_types import registry
from tests.factories.content_sync import COURSE, BankFolder
from tests.unit.formats.bank_files.cases import CONTENTS, LINKS, SHAPES, Case
from tests.unit.formats.bank_files.picture_cases import PICTURES
from tests.unit.formats.bank_files.rows_cases import ROWS
from tests.unit.formats.bank_files.typed_cases import TYPED

FOLDER = f"question_bank/{COURSE}"
OTHERS = {"no-bank", "no-course", "not-a-list", "not-utf8", "file-too-large"}
"""Codes with a test of their own below."""


def problems(bank: BankFolder) -> list[FileProblem]:
    return checking.check(read_bank(bank.root))


def line_of(bank: BankFolder, name: str, text: str) -> int:
    written = bank.path(name).read_text(encoding="utf-8")
    assert text in written
    return written[: written.index(text)].count("\n") + 1


@pytest.mark.parametrize("case", [*SHAPES, *LINKS, *CONTENTS, *TYPED, *ROWS, *PICTURES], ids=str)
def test_a_mistake_is_told_with_file_line_and_remedy(tmp_path: Path, case: Case) -> None:
    bank = BankFolder(tmp_path)
    for name, old, new in ((case.file, case.old, case.new), *case.more):
        bank.replace(name, old, new)

    found = [p for p in problems(bank) if p.code == case.code]

    name = case.told_in or case.file
    places = [(problem.file, problem.line, problem.severity) for problem in found]
    expected = (f"{FOLDER}/{name}", line_of(bank, name, case.at), case.severity)
    assert expected in places
    problem = found[places.index(expected)]
    assert case.remedy in problem.remedy
    assert problem.message.endswith(".")
    assert problem.to_dict()["code"] == case.code


def test_a_bank_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = checking.check(read_bank(tmp_path / "nowhere"))
    assert (problem.code, problem.line) == ("no-bank", 1)
    assert problem.file == str(tmp_path / "nowhere")


def test_a_bank_without_courses_is_told(tmp_path: Path) -> None:
    (problem,) = checking.check(read_bank(tmp_path))
    assert (problem.code, problem.line) == ("no-course", 1)
    assert "course.yaml" in problem.remedy


@pytest.mark.parametrize("name", ["references.yaml", "questions/basics.yaml"])
def test_a_file_that_has_to_be_a_list_is_told(tmp_path: Path, name: str) -> None:
    bank = BankFolder(tmp_path)
    bank.write(name, "id: R1\n")
    found = [p for p in problems(bank) if p.code == "not-a-list"]
    assert [(p.file, p.line) for p in found] == [(f"{FOLDER}/{name}", 1)]
    assert "-" in found[0].remedy


@pytest.mark.parametrize(
    "name",
    ["course.yaml", "references.yaml", "lessons/a.md", "questions/a.yaml", "quizzes/a.yaml",
     "figures/a.svg"],
)  # fmt: skip
def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path, name: str) -> None:
    bank = BankFolder(tmp_path)
    bank.write(name, b"one: 1\ntwo: \xff\n")
    found = [p for p in problems(bank) if p.code == "not-utf8"]
    assert [(p.file, p.line) for p in found] == [(f"{FOLDER}/{name}", 2)]
    assert "UTF-8" in found[0].remedy


def test_files_beyond_all_reason_are_not_read(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.write("questions/huge.yaml", b"#" * (MAX_FILE_BYTES + 1))
    found = [p for p in problems(bank) if p.code == "file-too-large"]
    assert [(p.file, p.line) for p in found] == [(f"{FOLDER}/questions/huge.yaml", 1)]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_course_that_is_no_course_is_told(tmp_path: Path, text: str) -> None:
    bank = BankFolder(tmp_path)
    bank.write("course.yaml", text)
    found = problems(bank)
    assert {problem.code for problem in found} == {"bad-value"}
    assert found[0].message.startswith("This: ")


def test_empty_lists_are_no_mistake(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.write("questions/later.yaml", "# to be written\n")
    assert problems(bank) == []


def test_ids_taken_by_another_course_are_told_with_both_places(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.path(".").rename(bank.root / "other")
    BankFolder(tmp_path / "again").path(".").rename(bank.root / COURSE)
    (bank.root / "other" / "course.yaml").write_text(
        (bank.root / COURSE / "course.yaml").read_text().replace("id: needle-care", "id: other")
    )
    found = [p for p in problems(bank) if p.code == "duplicate-id"]
    assert len(found) == 10
    assert f"is taken in {FOLDER}/questions/basics.yaml, line 1" in found[0].message
    assert {problem.file.split("/")[1] for problem in found} == {"other"}


def test_the_same_mistake_is_told_once(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("quizzes/final-check.yaml", "[nc-case]", "[nc-case, nc-99, nc-99]")
    assert [p.code for p in problems(bank)] == ["asked-twice", "unknown-question"]


def test_draws_that_fit_only_together_with_care_are_no_mistake(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.replace(
        "quizzes/warm-up.yaml",
        "{count: 2, objectives: [NC-1], safety: none}",
        "{count: 2, objectives: [NC-1]}\n      - {count: 1, tags: [hygiene]}",
    )
    assert problems(bank) == []


def codes_in(path: Path) -> Iterator[str]:
    """The codes a module names: what stands where FileProblem, Problem and _note take it."""
    place = {"FileProblem": 2, "_note": 2, "_problem": 2, "Problem": 0}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for argument in node.args[: place.get(name, -1) + 1]:
                yield from texts(argument)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            yield from texts(node.value.elts[0])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def test_every_code_has_a_case() -> None:
    types = Path(registry.__file__).parent
    sources = [
        Path(reading.__file__), Path(checking.__file__), Path(quiz_rules.__file__),
        types / "choices.py",
        types / "typed.py", types / "rubric.py", types / "hotspot" / "regions.py",
        *types.glob("*/content.py"),
    ]  # fmt: skip
    named = {code for path in sources for code in codes_in(path)}
    named = {code for code in named if code.replace("-", "").isalnum() and code.islower()}
    tested = {case.code for case in (*SHAPES, *LINKS, *CONTENTS, *TYPED, *ROWS, *PICTURES)} | OTHERS
    assert named - tested == set()
    assert {code for code in tested - named if not code.startswith("unknown-")} == set()


def test_a_content_has_to_be_given_by_its_type() -> None:
    entry = models.Entry(id="a", type="none", stem="?", objectives=("O",), level=models.Level.APPLY)
    with pytest.raises(NotImplementedError):
        entry.content()
