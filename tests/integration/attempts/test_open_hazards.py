"""A hazard stays open until it is answered right: in which question or attempt does not matter."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.commands import voiding
from quizapp.features.attempts.models import Attempt, AttemptItem
from quizapp.features.grading.models import ACCEPT, VOID
from quizapp.features.grading.queries import marking
from quizapp.features.progress.models import CourseProgress
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.attempts import KEYS, make_save
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.marking import make_essay, mark
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import counted
from tests.integration.attempts.desk import WRONG, visible
from tests.integration.grading.correcting import correct, dry_run, undo

QUIZ, HAZARD, ESSAY = "drawn", "lung-injury", "safe-words"
RIGHT = {**{f"nc-{slot}": KEYS[slot] for slot in (1, 2, 3, 4)}, "nc-5": {"r1": {"value": False}}}
MISSED = {"nc-4": WRONG[4], "nc-5": {"r1": {"value": True}}}
Wrong = dict[str, Any] | None
CARRIED = {"ground": "hazard", "hazard": HAZARD, "section": None, "is_carried": True}


def codes_of(site: Site, attempt: Attempt) -> list[str]:
    with site.reading() as ctx:
        return list(
            ctx.session.scalars(
                select(Question.code)
                .join(QuestionVersion, QuestionVersion.question_id == Question.id)
                .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
                .where(AttemptItem.attempt_id == attempt.id)
                .order_by(AttemptItem.slot)
            )
        )


def sit(site: Site, person: Person, wrong: Wrong = None) -> tuple[Attempt, list[str]]:
    """Hand in everything right but what is said; the attempt and the questions it asked."""
    attempt = attempts.start(site, person, QUIZ)
    codes = codes_of(site, attempt)
    given = {**RIGHT, ESSAY: {"r1": {"text": "Take it out."}}, **(wrong or {})}
    head = attempts.head_of(site, person, QUIZ, attempt.number)
    saves = [make_save(slot, given[code]) for slot, code in enumerate(codes, 1)]
    attempts.save(site, head, *saves)
    return attempts.submit(site, person, attempt.id), codes


def verdicts(site: Site, person: Person) -> list[str | None]:
    with site.reading() as ctx:
        asked = select(Attempt.verdict).where(Attempt.user_id == person.id)
        return list(ctx.session.scalars(asked.order_by(Attempt.number)))


def reasons_of(site: Site, attempt: Attempt) -> Any:
    with site.reading() as ctx:
        return ctx.session.get_one(Attempt, attempt.id).reasons


@pytest.fixture
def ask(site: Site) -> Callable[..., str]:
    """Publish the quiz with these questions."""

    def make(*items: str, **changes: Any) -> str:
        return make_quiz(site, QUIZ, title="Drawn", **{"sections": [{"items": items}], **changes})

    return make


@pytest.fixture
def missed(site: Site, clinic: Clinic, ask: Callable[..., str]) -> tuple[Attempt, Attempt]:
    """Lea missed a hazard, and was not asked about it the second time: both attempts."""
    ask("nc-4")
    first, _ = sit(site, clinic.lea, MISSED)
    ask("nc-1")
    second, _ = sit(site, clinic.lea)
    return first, second


def test_a_retry_of_a_drawn_quiz_asks_a_parallel_item(
    site: Site, clinic: Clinic, ask: Callable[..., str]
) -> None:
    ask("nc-4")
    sit(site, clinic.lea, MISSED)
    ask(sections=[{"draws": [{"count": 1, "types": ["single_best_answer", "true_false"]}]}])
    _, codes = sit(site, clinic.lea, MISSED)
    assert codes == ["nc-5"]
    for _ in range(3):
        _, codes = sit(site, clinic.lea, MISSED)
        assert codes[0] in MISSED
    sit(site, clinic.lea)
    assert verdicts(site, clinic.lea) == ["not_safe"] * 5 + ["passed"]


def test_a_fixed_question_about_it_is_enough(
    site: Site, clinic: Clinic, ask: Callable[..., str]
) -> None:
    ask("nc-4")
    sit(site, clinic.lea, MISSED)
    draw = {"count": 1, "types": ["true_false"], "objectives": ["NC-1", "NC-2"]}
    ask(sections=[{"items": ["nc-4"], "draws": [draw]}])
    found = {tuple(sit(site, clinic.lea, MISSED)[1]) for _ in range(12)}
    assert len(found) > 1


def test_who_is_not_asked_again_is_not_safe(
    site: Site, clinic: Clinic, missed: tuple[Attempt, Attempt]
) -> None:
    assert verdicts(site, clinic.lea) == ["not_safe", "not_safe"]
    assert reasons_of(site, missed[1]) == [CARRIED]
    with site.reading() as ctx:
        row = ctx.session.scalars(
            select(CourseProgress).where(CourseProgress.user_id == clinic.lea.id)
        ).one()
        assert row.hazards_missed == 1


@pytest.mark.usefixtures("missed")
def test_the_pages_do_not_claim_that_it_was_asked(app: Flask, clinic: Clinic) -> None:
    lea = app.test_client()
    assert isinstance(lea, Visitor)
    lea.sign_in(clinic.lea)
    page = f"/courses/{COURSE}/quizzes/{QUIZ}"
    result = visible(lea.get(f"{page}/attempt-2/result"))
    assert "Not safe yet: what was missed in an earlier attempt" in result
    assert "Missed before and still open" in result
    assert "0 safety-critical" not in result
    explained = visible(lea.get(f"{page}/attempt-2/explained"))
    assert "A hazard was missed in an earlier attempt and not answered right since" in explained
    assert "Missed in an earlier attempt and not answered right since" in visible(lea.get(page))
    assert "Last time you missed" not in visible(lea.get(page))
    manager = app.test_client()
    assert isinstance(manager, Visitor)
    manager.sign_in(clinic.manager)
    person = visible(manager.get(f"/team/people/{clinic.lea.code}"))
    assert "Missed in an earlier attempt and not answered right since." in person


def test_voiding_and_restoring_the_miss_changes_what_came_after(
    site: Site, clinic: Clinic, missed: tuple[Attempt, Attempt]
) -> None:
    actor = clinic.instructor.actor
    site.perform(voiding.void_attempt, missed[0], "The alarm rang.", actor=actor)
    assert verdicts(site, clinic.lea) == ["not_safe", "passed"]
    assert reasons_of(site, missed[1]) == []
    site.perform(voiding.restore_attempt, missed[0], actor=actor)
    assert verdicts(site, clinic.lea) == ["not_safe", "not_safe"]


def test_a_correction_of_the_miss_shows_and_changes_what_came_after(
    site: Site, clinic: Clinic, missed: tuple[Attempt, Attempt]
) -> None:
    seen = dry_run(site, "nc-4", ACCEPT)
    assert seen.flips == [("not_safe", "passed", 2)]
    assert {line.effect.number for line in seen.lines} == {1, 2}
    correction = correct(site, clinic.instructor, "nc-4", ACCEPT)
    assert verdicts(site, clinic.lea) == ["passed", "passed"]
    undo(site, clinic.instructor, correction)
    assert verdicts(site, clinic.lea) == ["not_safe", "not_safe"]
    assert reasons_of(site, missed[1]) == [CARRIED]


@pytest.mark.usefixtures("missed")
def test_voiding_the_question_closes_nothing(site: Site, clinic: Clinic) -> None:
    assert dry_run(site, "nc-4", VOID).flips == []
    correct(site, clinic.instructor, "nc-4", VOID)
    assert verdicts(site, clinic.lea) == ["not_safe", "not_safe"]


def test_a_mark_by_hand_that_comes_late_changes_what_came_after(
    site: Site, clinic: Clinic, ask: Callable[..., str]
) -> None:
    make_essay(site, ESSAY, hazard=HAZARD)
    ask(ESSAY)
    first, _ = sit(site, clinic.lea)
    ask("nc-1")
    sit(site, clinic.lea)
    assert verdicts(site, clinic.lea) == ["pending", "passed"]
    mark(site, clinic.instructor, first, {"order": "some", "reasons": "given"}, code=ESSAY)
    assert verdicts(site, clinic.lea) == ["not_safe", "not_safe"]


def test_practice_opens_and_asks_nothing(
    site: Site, clinic: Clinic, ask: Callable[..., str]
) -> None:
    ask("nc-4", mode="practice")
    sit(site, clinic.lea, MISSED)
    ask("nc-1")
    sit(site, clinic.lea)
    assert verdicts(site, clinic.lea) == ["done", "passed"]


def test_many_attempts_take_as_many_statements_as_one(
    site: Site, clinic: Clinic, missed: tuple[Attempt, Attempt]
) -> None:
    def toggle() -> None:
        actor = clinic.instructor.actor
        site.perform(voiding.void_attempt, missed[0], "The alarm rang.", actor=actor)
        site.perform(voiding.restore_attempt, missed[0], actor=actor)

    toggle()
    with counted(site) as few:
        toggle()
    for _ in range(4):
        sit(site, clinic.lea)
    with counted(site) as many:
        toggle()
    assert len(many) == len(few)
    assert verdicts(site, clinic.lea) == ["not_safe"] * 6


def test_an_attempt_whose_only_question_is_void_is_not_passed(
    site: Site, clinic: Clinic, ask: Callable[..., str], client_as: Callable[[Role], Visitor]
) -> None:
    ask("nc-1")
    attempt, _ = sit(site, clinic.lea)
    assert dry_run(site, "nc-1", VOID).emptied == 1
    correct(site, clinic.instructor, "nc-1", VOID)
    assert verdicts(site, clinic.lea) == ["not_passed"]
    assert reasons_of(site, attempt) == [{"ground": "nothing", "hazard": None, "section": None}]
    words = "counts any more, so it cannot be passed"
    lea = client_as(Role.LEARNER)
    page = f"/courses/{COURSE}/quizzes/{QUIZ}"
    for path in (page, f"{page}/attempt-1/result", f"{page}/attempt-1/explained"):
        assert words in visible(lea.get(path)), path


def test_nothing_of_a_survey_waits_to_be_marked(
    site: Site, clinic: Clinic, ask: Callable[..., str]
) -> None:
    make_essay(site, ESSAY)
    ask(ESSAY, mode="survey")
    sit(site, clinic.lea)
    assert verdicts(site, clinic.lea) == ["done"]
    with site.reading(clinic.instructor.actor) as ctx:
        assert marking.list_queue(ctx) == []
        assert marking.list_answers(ctx, marking.get_question(ctx, ESSAY)) == []
