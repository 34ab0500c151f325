"""Loading files: new versions only for what changed, and attempts are never touched."""

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from quizapp.features.attempts.models import AttemptItem
from quizapp.features.content_sync.commands import CodeTaken, Report
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import CourseVersion, LessonVersion
from quizapp.features.progress.models import CourseProgress
from quizapp.features.questions import queries as question_queries
from quizapp.features.questions.models import Question, QuestionVersion, StimulusVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.commands import PassMarkUnreasoned, QuizNotReady
from quizapp.features.quizzes.models import QuizVersion
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.site import Site
from quizapp.worker import sweep
from tests.factories import attempts, questions
from tests.factories.accounts import make_person
from tests.factories.content_sync import COURSE, BankFolder, sync
from tests.factories.courses import enroll

BASICS = "questions/basics.yaml"
VERSIONED = (CourseVersion, LessonVersion, QuestionVersion, QuizVersion, StimulusVersion)


def versions(site: Site) -> dict[str, int]:
    with site.reading() as ctx:
        return {
            model.__tablename__: ctx.session.scalar(select(func.count()).select_from(model)) or 0
            for model in VERSIONED
        }


def question_of(site: Site, code: str) -> tuple[Question, QuestionVersion]:
    """A question and the version authors see."""
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, code)
        return question, question_queries.get_shown_version(ctx, question)


def changed(report: Report) -> dict[str, object]:
    """What a report tells, without what stayed."""
    return {name: value for name, value in report.to_dict().items() if value}


def test_a_first_load_brings_everything(site: Site, tmp_path: Path) -> None:
    report = sync(site, BankFolder(tmp_path).root)
    assert changed(report) == {
        "course": COURSE,
        "is_changed": True,
        "lessons_changed": ["clean-needles", "safe-depth"],
        "questions_added": [
            "nc-1", "nc-2", "nc-3", "nc-4", "nc-5", "nc-old", "nc-new", "nc-case-a", "nc-case-b",
        ],
        "cases_changed": ["nc-case"],
        "quizzes_changed": ["final-check", "warm-up"],
    }  # fmt: skip
    assert versions(site) == {
        "course_versions": 1,
        "lesson_versions": 2,
        "question_versions": 9,
        "quiz_versions": 2,
        "stimulus_versions": 1,
    }


@pytest.mark.usefixtures("bank")
def test_states_are_those_of_the_files(site: Site) -> None:
    states = {code: question_of(site, code)[0].state for code in ("nc-1", "nc-old", "nc-new")}
    assert states == {"nc-1": "live", "nc-old": "retired", "nc-new": "draft"}


@pytest.mark.usefixtures("bank")
def test_questions_come_with_everything_the_file_says(site: Site) -> None:
    question, version = question_of(site, "nc-4")
    assert (question.origin, question.file_path) == (
        "file",
        "question_bank/needle-care/questions/basics.yaml",
    )
    assert (version.hazard, version.level, version.type) == (
        "lung-injury",
        "apply",
        "single_best_answer",
    )
    assert version.labels == {"objective": ["NC-2"], "reference": ["R2"]}
    assert (version.figure or "").startswith("<svg")
    assert version.search_text.startswith("a patient coughs")


@pytest.mark.usefixtures("bank")
def test_lessons_stand_alone(site: Site) -> None:
    with site.reading() as ctx:
        course = course_queries.get_course(ctx, COURSE)
        lesson = course_queries.get_lesson(ctx, course, "safe-depth")
        document = course_queries.get_lesson_version(ctx, lesson).document
    assert [reference["id"] for reference in document["references"]] == ["R1", "R2"]
    assert document["meanings"] == {"pneumothorax": "Air between lung and chest wall."}
    assert list(document["figures"]) == ["chest"]
    assert document["objectives"][0]["id"] == "NC-2"


def test_a_second_load_changes_nothing(site: Site, bank: BankFolder) -> None:
    before = versions(site)
    with site.reading() as ctx:
        events = ctx.session.scalar(select(func.count()).select_from(AuditEvent))
    assert changed(sync(site, bank.root)) == {"course": COURSE}
    assert versions(site) == before
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(AuditEvent)) == events


CHANGES = [
    ("course.yaml", "title: Needle care", "is_changed", True, "course_versions"),
    ("lessons/safe-depth.md", "minutes: 7", "lessons_changed", ["safe-depth"], "lesson_versions"),
    ("lessons/safe-depth.md", "watch the", "lessons_changed", ["safe-depth"], "lesson_versions"),
    (BASICS, "Wipe it", "questions_changed", ["nc-1"], "question_versions"),
    ("questions/cases.yaml", "A 30", "cases_changed", ["nc-case"], "stimulus_versions"),
    ("quizzes/final-check.yaml", "pass_mark: 75", "quizzes_changed", ["final-check"],
     "quiz_versions"),
]  # fmt: skip
NEW = {
    "title: Needle care": "title: Care",
    "minutes: 7": "minutes: 8",
    "watch the": "look at the",
    "Wipe it": "Wipe the shaft",
    "A 30": "A 40",
    "pass_mark: 75": "change_reason: Panel of May\npass_mark: 80",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[1])
def test_only_what_changed_gets_a_new_version(
    site: Site, bank: BankFolder, change: tuple[str, str, str, object, str]
) -> None:
    file, old, told, value, table = change
    before = versions(site)
    bank.replace(file, old, NEW[old])
    assert changed(sync(site, bank.root)) == {"course": COURSE, told: value}
    assert versions(site) == {**before, table: before[table] + 1}


@pytest.mark.parametrize("reason", ["", "change_reason: First try\n"])
def test_another_pass_mark_needs_a_reason_of_its_own(
    site: Site, bank: BankFolder, reason: str
) -> None:
    bank.replace("quizzes/final-check.yaml", "attempts: 3", "change_reason: First try\nattempts: 3")
    sync(site, bank.root)
    before = versions(site)
    bank.replace("quizzes/final-check.yaml", "change_reason: First try\n", reason)
    bank.replace("quizzes/final-check.yaml", "pass_mark: 75", "pass_mark: 80")
    with pytest.raises(PassMarkUnreasoned, match="change_reason"):
        sync(site, bank.root)
    assert versions(site) == before


def test_a_figure_is_part_of_what_shows_it(site: Site, bank: BankFolder) -> None:
    bank.replace("figures/chest.svg", "one centimetre", "two centimetres")
    report = sync(site, bank.root)
    assert (report.lessons_changed, report.questions_changed) == (["safe-depth"], ["nc-4"])


def test_comments_and_line_ends_are_no_change(site: Site, bank: BankFolder) -> None:
    text = bank.path(BASICS).read_text()
    bank.write(BASICS, "# a note\n" + text.replace("\n", "\r\n"))
    assert changed(sync(site, bank.root)) == {"course": COURSE}


def test_a_rename_of_the_file_keeps_its_questions(site: Site, bank: BankFolder) -> None:
    bank.path(BASICS).rename(bank.path("questions/first.yaml"))
    assert changed(sync(site, bank.root)) == {"course": COURSE}
    assert (question_of(site, "nc-1")[0].file_path or "").endswith("first.yaml")


def test_what_is_gone_is_retired_and_comes_back(site: Site, bank: BankFolder) -> None:
    quiz = bank.path("quizzes/warm-up.yaml").read_text()
    lesson = bank.path("lessons/clean-needles.md").read_text()
    text = bank.path(BASICS).read_text()
    bank.path("quizzes/warm-up.yaml").unlink()
    bank.path("lessons/clean-needles.md").unlink()
    bank.write(BASICS, text.partition("- id: nc-5")[0])

    gone = sync(site, bank.root)

    assert (gone.lessons_retired, gone.quizzes_retired) == (["clean-needles"], ["warm-up"])
    assert sorted(gone.questions_retired) == ["nc-5", "nc-new"]
    bank.write("quizzes/warm-up.yaml", quiz)
    bank.write("lessons/clean-needles.md", lesson)
    bank.write(BASICS, text)
    back = sync(site, bank.root)
    assert (back.lessons_changed, back.quizzes_changed) == (["clean-needles"], ["warm-up"])
    assert sorted(back.questions_changed) == ["nc-5", "nc-new"]
    assert [question_of(site, code)[0].state for code in ("nc-5", "nc-new")] == ["live", "draft"]


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("- id: nc-5\n", "- id: nc-5\n  status: retired\n", "retired"),
        ("- id: nc-5\n", "- id: nc-5\n  status: draft\n", "live"),
    ],
)
def test_a_status_of_the_file_is_followed(
    site: Site, bank: BankFolder, old: str, new: str, state: str
) -> None:
    bank.replace(BASICS, old, new)
    assert sync(site, bank.root).questions_changed == ["nc-5"]
    assert question_of(site, "nc-5")[0].state == state


@pytest.mark.parametrize("code", ["nc-old", "nc-new"])
def test_a_question_goes_live_by_its_file(site: Site, bank: BankFolder, code: str) -> None:
    text = bank.path(BASICS).read_text()
    head, _, rest = text.partition(f"- id: {code}")
    status = "retired" if code == "nc-old" else "draft"
    bank.write(BASICS, f"{head}- id: {code}{rest.replace(f'  status: {status}', '  status: live')}")
    assert sync(site, bank.root).questions_changed == [code]
    assert question_of(site, code)[0].state == "live"


def test_a_draft_of_a_file_may_change_again_and_again(site: Site, bank: BankFolder) -> None:
    texts = ["packages of ten", "packs of five", "packs of six"]
    for old, new in pairwise(texts):
        bank.replace(BASICS, old, new)
        assert sync(site, bank.root).questions_changed == ["nc-new"]
    question, version = question_of(site, "nc-new")
    assert (question.state, version.number) == ("draft", 1)
    assert "packs of six" in version.stem


def test_attempts_are_never_touched(site: Site, bank: BankFolder) -> None:
    person = make_person(site)
    enroll(site, person)
    attempt = attempts.start(site, person)
    with site.reading() as ctx:
        asked = select(AttemptItem.question_version_id).where(AttemptItem.attempt_id == attempt.id)
        before = ctx.session.scalars(asked.order_by(AttemptItem.slot)).all()
    bank.replace(BASICS, "Take a new needle", "Take another needle")
    bank.replace(BASICS, "used twice", "used three times")
    bank.replace(BASICS, "rationale: They go into the bin., harm: harmless", "rationale: Bin.")
    bank.replace("quizzes/final-check.yaml", "[nc-1, nc-2, nc-3, nc-4]", "[nc-2, nc-5]")
    sync(site, bank.root)
    with site.reading() as ctx:
        after = ctx.session.scalars(asked.order_by(AttemptItem.slot)).all()
    assert after == before
    head = attempts.head_of(site, person)
    attempts.save(site, head, *[attempts.make_save(slot) for slot in attempts.KEYS])
    assert attempts.submit(site, person, attempt.id).points == "6"


def test_progress_is_worked_out_anew_when_steps_change(site: Site, bank: BankFolder) -> None:
    person = make_person(site)
    enroll(site, person)
    bank.replace("course.yaml", "      - lesson: safe-depth\n", "")
    sync(site, bank.root)
    sweep(site)
    with site.reading() as ctx:
        total = ctx.session.scalars(select(CourseProgress.steps_total)).one()
    assert total == 3


def test_an_id_of_somebody_elses_question_is_refused(site: Site, bank: BankFolder) -> None:
    questions.make_question(site, code="nc-9")
    bank.append(
        BASICS,
        "\n- id: nc-9\n  type: true_false\n  stem: A?\n  key: true\n  level: apply\n"
        "  when_true: {rationale: A}\n  when_false: {rationale: B}\n"
        "  references: [R1]\n  objectives: [NC-1]\n",
    )
    before = versions(site)
    with pytest.raises(CodeTaken, match="nc-9"):
        sync(site, bank.root)
    assert versions(site) == before


def test_a_quiz_that_cannot_be_filled_takes_everything_back(site: Site, bank: BankFolder) -> None:
    bank.replace("quizzes/warm-up.yaml", "count: 2", "count: 9")
    bank.replace(BASICS, "Wipe it", "Wipe the shaft")
    before = versions(site)
    with pytest.raises(QuizNotReady, match="warm-up"):
        sync(site, bank.root)
    assert versions(site) == before


@pytest.mark.usefixtures("bank")
def test_quizzes_are_read_back_as_they_were_written(site: Site) -> None:
    with site.reading() as ctx:
        course = course_queries.get_course(ctx, COURSE)
        quiz = quiz_queries.get_quiz(ctx, course, "final-check")
        version = quiz_queries.get_version(ctx, quiz.version_id)
        definition = quiz_queries.definition_of(version)
    assert (definition.attempts, definition.time_limit_minutes) == (3, 20)
    assert definition.sections[1].minimum == 50
    assert str(version.pass_mark) in {"75.00", "75"}
