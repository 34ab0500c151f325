"""The sample bank as it is read: every file becomes a model, with its place."""

from pathlib import Path

import pytest

from quizapp.formats.bank_files import checking, schemas
from quizapp.formats.bank_files.entries import entry_model
from quizapp.formats.bank_files.models import EntryStatus, Release
from quizapp.formats.bank_files.reading import CourseFolder, read_bank
from quizapp.question_types import registry
from tests.factories.content_sync import SAMPLE, BankFolder


@pytest.fixture(scope="module")
def folder() -> CourseFolder:
    (found,) = read_bank(SAMPLE).courses
    return found


def test_the_sample_bank_has_no_mistakes() -> None:
    bank = read_bank(SAMPLE)
    problems = checking.check(bank)
    assert problems == []
    assert checking.counts(bank, problems) == {
        "courses": 1,
        "lessons": 2,
        "questions": 9,
        "quizzes": 2,
        "errors": 0,
        "warnings": 0,
    }


def test_courses_keep_their_order_of_modules(folder: CourseFolder) -> None:
    course = folder.course
    assert course is not None
    assert [module.id for module in course.modules] == ["basics", "final"]
    assert [step.lesson or step.quiz for step in course.modules[0].steps] == [
        "clean-needles",
        "safe-depth",
        "warm-up",
    ]
    assert course.completion.quizzes == ("final-check",)


def test_questions_are_read_with_their_places(folder: CourseFolder) -> None:
    by_id = {question.entry.id: question for question in folder.questions}
    assert by_id["nc-old"].entry.status is EntryStatus.RETIRED
    assert by_id["nc-4"].entry.hazard == "lung-injury"
    assert by_id["nc-1"].where.file == "question_bank/needle-care/questions/basics.yaml"
    assert by_id["nc-1"].where.line == 1
    assert by_id["nc-1"].line("choices", 1, "harm") == 10


def test_questions_of_a_case_know_their_place(folder: CourseFolder) -> None:
    (case,) = folder.vignettes
    inside = [(q.entry.id, q.place) for q in folder.questions if q.vignette == "nc-case"]
    assert inside == [("nc-case-a", 0), ("nc-case-b", 1)]
    assert case.question_ids == ("nc-case-a", "nc-case-b")


def test_contents_are_those_of_the_type(folder: CourseFolder) -> None:
    for question in folder.questions:
        content = question.entry.content()
        assert isinstance(content, registry.get(question.entry.type).content)
        assert content.problems() == []


def test_lessons_are_read_with_their_checks(folder: CourseFolder) -> None:
    lesson = next(x for x in folder.lessons if x.front.id == "clean-needles")
    assert lesson.front.minutes == 5
    assert list(lesson.checks) == ["touched-shaft"]
    assert lesson.body.startswith("A needle is used **once**.")


def test_quizzes_have_what_files_leave_out(folder: CourseFolder) -> None:
    quiz = next(x.quiz for x in folder.quizzes if x.quiz.id == "warm-up")
    assert quiz.time_limit_minutes is None
    assert quiz.attempts is None
    assert quiz.feedback.score is Release.AFTER_SUBMIT


def test_windows_line_ends_and_byte_order_marks_do_no_harm(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    for path in bank.root.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    read = read_bank(bank.root)
    assert checking.check(read) == []
    assert read.courses[0].lessons[0].body == read_bank(SAMPLE).courses[0].lessons[0].body


def test_folders_without_a_course_are_left_alone(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    (bank.root / "notes").mkdir()
    (bank.root / "notes" / "todo.yaml").write_text("[")
    assert checking.check(read_bank(bank.root)) == []


def test_reading_goes_on_after_a_mistake(tmp_path: Path) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("questions/basics.yaml", "  type: true_false\n", "  type: telepathy\n")
    bank.replace("quizzes/warm-up.yaml", "mode: practice", "mode: sleep")
    read = read_bank(bank.root)
    found = {problem.code for problem in read.problems}
    assert found == {"unknown-type", "bad-value"}
    assert checking.counts(read, read.problems)["questions"] == 9


@pytest.mark.parametrize("items", ["[]", "none", "[x, y, z]"])
def test_an_unreadable_case_does_not_stop_the_reading(tmp_path: Path, items: str) -> None:
    bank = BankFolder(tmp_path)
    bank.append("questions/cases.yaml", f"\n- id: bad-case\n  stimulus: x\n  items: {items}\n")
    assert {p.code for p in read_bank(bank.root).problems} >= {"missing-field"}


def test_each_type_has_an_entry_model_of_its_own() -> None:
    for name in registry.names():
        model = entry_model(name)
        assert entry_model(name) is model
        content = registry.get(name).content
        assert set(content.model_fields) - content.kept_inside <= set(model.model_fields)
        assert not content.kept_inside & set(model.model_fields)


def test_schema_files_have_names_of_their_own() -> None:
    names = [name for name, _ in schemas.schemas()]
    assert len(set(names)) == len(names) == 5
