"""Starting an attempt: what is drawn, when it ends, and when it may not begin."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from quizapp.domain.errors import AccessDenied, Conflict
from quizapp.features.attempts.commands import starting
from quizapp.features.attempts.commands.starting import (
    NoAttemptsLeft,
    NotEnrolled,
    OutsideWindow,
    TooSoon,
)
from quizapp.features.attempts.models import OPEN, Attempt, AttemptItem
from quizapp.features.courses import queries as course_queries
from quizapp.features.progress.models import CourseProgress
from quizapp.features.questions import commands as question_commands
from quizapp.features.questions import queries as question_queries
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes import commands as quiz_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.site import Site
from tests.factories import attempts, questions
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.quizzes import make_definition, make_quiz


def items_of(site: Site, attempt: Attempt) -> list[AttemptItem]:
    with site.reading() as ctx:
        asked = select(AttemptItem).where(AttemptItem.attempt_id == attempt.id)
        return list(ctx.session.scalars(asked.order_by(AttemptItem.slot)))


def codes_of(site: Site, attempt: Attempt) -> list[str]:
    ids = [row.question_version_id for row in items_of(site, attempt)]
    with site.reading() as ctx:
        rows = ctx.session.execute(
            select(QuestionVersion.id, Question.code)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(ids))
        )
        codes = {row.id: row.code for row in rows}
    return [codes[number] for number in ids]


def test_an_attempt_is_given_its_questions_in_order(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    assert codes_of(site, attempt) == ["nc-1", "nc-2", "nc-3", "nc-4", "nc-case-a", "nc-case-b"]
    rows = items_of(site, attempt)
    assert [row.section for row in rows] == [0, 0, 0, 0, 1, 1]
    assert [row.hazard for row in rows] == [None, None, None, "lung-injury", None, None]
    assert [row.stimulus_version_id is not None for row in rows] == [False] * 4 + [True] * 2
    assert (attempt.number, attempt.state, attempt.item_count) == (1, OPEN, 6)


def test_shuffles_are_stored_not_made_again(site: Site, clinic: Clinic) -> None:
    first, *_ = items_of(site, attempts.start(site, clinic.lea))
    order = json.loads(first.presentation)["r1"]["order"]
    assert sorted(order) == ["a", "b", "c"]


def test_the_deadline_is_fixed_at_the_start(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    assert attempt.started_at == START
    assert attempt.due_at == START + timedelta(minutes=20)
    assert attempt.hard_at == START + timedelta(minutes=20, seconds=30)


def test_a_window_ends_an_attempt_earlier(site: Site, clinic: Clinic) -> None:
    make_quiz(site, time_limit_minutes=60, window={"closes": "2026-03-02T09:10:00"})
    attempt = attempts.start(site, clinic.lea, "extra")
    assert attempt.due_at == START + timedelta(minutes=10)


def test_without_limit_there_is_no_deadline(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea, attempts.WARM_UP)
    assert (attempt.due_at, attempt.hard_at) == (None, None)


def test_a_second_start_gives_the_attempt_that_is_open(site: Site, clinic: Clinic) -> None:
    first = attempts.start(site, clinic.lea)
    assert attempts.start(site, clinic.lea).id == first.id
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_attempts_are_numbered_for_each_person_and_quiz(site: Site, clinic: Clinic) -> None:
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    assert attempts.start(site, clinic.lea).number == 2
    assert attempts.start(site, clinic.leo).number == 1
    assert attempts.start(site, clinic.lea, attempts.WARM_UP).number == 1


def test_the_start_is_recorded_and_announced(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)
    with site.reading() as ctx:
        event = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "attempt.started")
        ).one()
    assert event.actor_id == clinic.lea.id


def test_those_who_take_no_part_are_told_to_start_the_course(site: Site, clinic: Clinic) -> None:
    with pytest.raises(NotEnrolled):
        attempts.start(site, clinic.nora)


def test_only_learners_take_quizzes(site: Site, clinic: Clinic) -> None:
    for person in (clinic.instructor, clinic.manager, clinic.administrator):
        with pytest.raises(AccessDenied):
            attempts.start(site, person)


def test_no_more_attempts_than_allowed(site: Site, clinic: Clinic) -> None:
    for _ in range(3):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    with pytest.raises(NoAttemptsLeft):
        attempts.start(site, clinic.lea)


def test_a_pause_has_to_be_kept(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    make_quiz(site, cooling_off_minutes=30)
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, "extra").id)
    clock.advance(minutes=30, microseconds=-1)
    with pytest.raises(TooSoon) as refusal:
        attempts.start(site, clinic.lea, "extra")
    assert refusal.value.values["when"] == START + timedelta(minutes=30)
    clock.advance(microseconds=1)
    assert attempts.start(site, clinic.lea, "extra").number == 2


def test_a_retired_quiz_takes_nobody_new(site: Site, clinic: Clinic) -> None:
    make_quiz(site)
    running = attempts.start(site, clinic.lea, "extra")

    def retire(ctx: Any) -> None:
        course = course_queries.get_course(ctx, COURSE)
        quiz_commands.retire_quiz(ctx, quiz_queries.get_quiz(ctx, course, "extra"))

    site.perform(retire)
    with pytest.raises(OutsideWindow):
        attempts.start(site, clinic.leo, "extra")
    assert attempts.start(site, clinic.lea, "extra").id == running.id


def test_a_question_taken_away_meanwhile_is_told(site: Site, clinic: Clinic) -> None:
    site.perform(
        lambda ctx: question_commands.retire_question(
            ctx, question_queries.get_question(ctx, "nc-1")
        )
    )
    with pytest.raises(Conflict, match="nc-1"):
        attempts.start(site, clinic.lea)


def test_attempts_keep_the_versions_they_were_given(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    before = [row.question_version_id for row in items_of(site, attempt)]
    questions.edit_question(site, "nc-1", stem="Another question?")
    make_quiz(site, attempts.FINAL, pass_mark=10, sections=[{"items": ["nc-3"]}])
    assert [row.question_version_id for row in items_of(site, attempt)] == before
    other = items_of(site, attempts.start(site, clinic.leo))
    assert len(other) == 1


def test_a_new_draw_prefers_questions_not_seen_yet(site: Site, clinic: Clinic) -> None:
    draw = {"count": 2, "types": ["true_false"], "safety": "none"}
    sections = [{"draws": [draw]}]
    for number in range(3):
        questions.make_question(site, questions.make_draft(f"Question {number}?"))
    make_quiz(site, "drawn", sections=sections, shuffle_questions=True)
    first = attempts.start(site, clinic.lea, "drawn")
    attempts.submit(site, clinic.lea, first.id)
    second = attempts.start(site, clinic.lea, "drawn")
    assert not set(codes_of(site, first)) & set(codes_of(site, second))


def test_an_enrollment_shows_that_the_course_was_begun(site: Site, clinic: Clinic) -> None:
    running = select(CourseProgress.state).where(CourseProgress.user_id == clinic.lea.id)
    with site.reading() as ctx:
        before = ctx.session.scalar(running)
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    with site.reading() as ctx:
        assert (before, ctx.session.scalar(running)) == ("not_started", "not_passed")


def ready(site: Site, now: datetime, *done: Attempt, **changes: Any) -> starting.Readiness:
    definition = make_definition(**changes)
    return starting.readiness(definition, list(done), now, site.settings)


def closed(number: int = 1) -> Attempt:
    return Attempt(number=number, submitted_at=START)


WINDOW = {"opens": "2026-03-02T09:00:00+00:00", "closes": "2026-03-02T10:00:00Z"}
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("changes", "at", "refusal"),
    [
        ({}, START, None),
        ({"attempts": 1}, START, NoAttemptsLeft),
        ({"attempts": 2}, START, None),
        ({"cooling_off_minutes": 60}, START + timedelta(minutes=60) - TICK, TooSoon),
        ({"cooling_off_minutes": 60}, START + timedelta(minutes=60), None),
        ({"window": WINDOW}, START - TICK, OutsideWindow),
        ({"window": WINDOW}, START, None),
        ({"window": WINDOW}, START + timedelta(hours=1) - TICK, None),
        ({"window": WINDOW}, START + timedelta(hours=1), OutsideWindow),
        ({"window": {"opens": "2026-03-02T08:00:00"}}, START, None),
        ({"window": {"closes": "2026-03-02T08:00:00"}}, START, OutsideWindow),
    ],
)
def test_readiness_is_judged_to_the_microsecond(
    sqlite_site: Site, changes: dict[str, Any], at: datetime, refusal: type[Conflict] | None
) -> None:
    found = ready(sqlite_site, at, closed(), **changes)
    assert type(found.refusal) is (refusal or type(None))


@pytest.mark.parametrize(("allowed", "left"), [(None, None), (3, 2), (1, 0)])
def test_attempts_left_are_counted(
    sqlite_site: Site, allowed: int | None, left: int | None
) -> None:
    assert ready(sqlite_site, START, closed(), attempts=allowed).left == left


def test_a_pause_that_is_over_is_not_told(sqlite_site: Site) -> None:
    later = START + timedelta(hours=2)
    assert ready(sqlite_site, later, closed(), cooling_off_minutes=60).again_at is None
