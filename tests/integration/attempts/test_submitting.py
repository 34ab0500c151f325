"""Handing in: once, marked at once, by the learner or by the clock."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from quizapp.domain.errors import AccessDenied, NotFound
from quizapp.domain.marking import Verdict
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import submitting
from quizapp.features.attempts.models import CLOSED, OPEN, Attempt, AttemptItem
from quizapp.features.attempts.queries import history
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types.item import Answer
from tests.factories import attempts, questions
from tests.factories.attempts import KEYS, make_save
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.quizzes import make_quiz

WRONG: dict[int, Answer] = {
    1: {"r1": {"choice": "b"}},
    2: {"r1": {"choices": ["c", "d"]}},
    3: {"r1": {"value": True}},
    4: {"r1": {"choice": "b"}},
    5: {"r1": {"value": False}},
    6: {"r1": {"choice": "b"}},
}


def sit(site: Site, clinic: Clinic, answers: dict[int, Answer]) -> Attempt:
    """Start, answer and hand in the final check."""
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea, number=attempt.number)
    attempts.save(site, head, *[make_save(slot, answer) for slot, answer in answers.items()])
    return attempts.submit(site, clinic.lea, attempt.id)


def test_everything_right_is_passed(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic, KEYS)
    assert (attempt.state, attempt.submitted_by) == (CLOSED, "learner")
    assert (attempt.points, attempt.max_points, attempt.score) == ("6", "6", 1.0)
    assert (attempt.verdict, attempt.reasons) == (Verdict.PASSED, [])


def test_nothing_answered_is_marked_too(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic, {})
    assert (attempt.points, attempt.score, attempt.verdict) == ("0", 0.0, Verdict.NOT_SAFE)


def test_partly_right_answers_count_exactly(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic, {**KEYS, 2: {"r1": {"choices": ["a"]}}})
    assert attempt.points == "11/2"
    assert history.exact_score(attempt) == Fraction(11, 12)
    assert attempt.verdict == Verdict.PASSED


def test_marks_are_kept_for_each_question(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic, {**KEYS, 1: WRONG[1], 2: {"r1": {"choices": ["a"]}}})
    with site.reading() as ctx:
        rows = ctx.session.scalars(
            select(AttemptItem)
            .where(AttemptItem.attempt_id == attempt.id)
            .order_by(AttemptItem.slot)
        ).all()
    assert [row.share for row in rows] == ["0", "1/2", "1", "1", "1", "1"]
    assert [row.harm for row in rows] == ["suboptimal", None, None, None, None, None]


def test_a_missed_hazard_is_not_safe_whatever_the_score(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic, {**KEYS, 4: WRONG[4]})
    assert attempt.score is not None
    assert attempt.score > 0.8
    assert attempt.verdict == Verdict.NOT_SAFE
    assert attempt.reasons == [{"ground": "hazard", "hazard": "lung-injury", "section": None}]


def test_a_section_below_its_minimum_is_not_passed(site: Site, clinic: Clinic) -> None:
    make_quiz(
        site,
        attempts.FINAL,
        pass_mark=50,
        sections=[{"items": ["nc-1", "nc-2", "nc-3"]}, {"minimum": 60, "items": ["nc-case"]}],
    )
    attempt = sit(site, clinic, {1: KEYS[1], 2: KEYS[2], 3: KEYS[3], 4: KEYS[5]})
    assert attempt.verdict == Verdict.NOT_PASSED
    assert attempt.reasons == [{"ground": "section", "hazard": None, "section": 1}]


def test_practice_is_done(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea, attempts.WARM_UP)
    assert attempts.submit(site, clinic.lea, attempt.id).verdict == Verdict.DONE


def test_who_comes_second_gets_the_same_result(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    first = sit(site, clinic, KEYS)
    clock.advance(minutes=5)
    second = attempts.submit(site, clinic.lea, first.id)
    assert (second.submitted_at, second.points) == (START, "6")
    with site.reading() as ctx:
        events = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "attempt.submitted")
        ).all()
    assert len(events) == 1


def test_late_but_within_grace_is_handed_in_by_the_learner(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.now = START + timedelta(minutes=20, seconds=30)
    done = attempts.submit(site, clinic.lea, attempt.id)
    assert (done.submitted_by, done.submitted_at) == ("learner", clock.now)


def test_after_grace_it_was_the_clock(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.now = START + timedelta(minutes=20, seconds=30, microseconds=1)
    done = attempts.submit(site, clinic.lea, attempt.id)
    assert (done.submitted_by, done.submitted_at) == ("deadline", START + timedelta(minutes=20))


def test_somebody_elses_attempt_cannot_be_handed_in(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    for person in (clinic.leo, clinic.instructor, clinic.manager, clinic.administrator):
        with pytest.raises(AccessDenied):
            attempts.submit(site, person, attempt.id)
    assert attempts.head_of(site, clinic.lea).is_open


def test_an_attempt_that_is_not_there_is_not_found(site: Site, clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        attempts.submit(site, clinic.lea, 12345)


def state_of(site: Site, attempt: Attempt) -> tuple[str, str | None, str | None]:
    with site.reading() as ctx:
        now = ctx.session.get_one(Attempt, attempt.id)
        return now.state, now.submitted_by, now.points


def test_the_closing_job_hands_in_what_was_saved(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempt = attempts.start(site, clinic.lea)
    attempts.save(site, attempts.head_of(site, clinic.lea), make_save(1), make_save(3))
    clock.advance(minutes=20, seconds=31)
    assert jobs.close_overdue(site) == 1
    assert state_of(site, attempt) == (CLOSED, "deadline", "2")
    assert jobs.close_overdue(site) == 0


def test_an_attempt_that_cannot_be_closed_keeps_nobody_waiting(
    site: Site, clinic: Clinic, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = attempts.start(site, clinic.lea), attempts.start(site, clinic.leo)
    close = submitting.close_overdue

    def close_or_fail(ctx: Context, attempt_id: int) -> None:
        close(ctx, attempt_id)
        if attempt_id == broken.id:
            raise ValueError(attempt_id)

    monkeypatch.setattr(submitting, "close_overdue", close_or_fail)
    clock.advance(minutes=20, seconds=31)
    assert jobs.close_overdue(site) == 1
    assert state_of(site, broken)[0] == OPEN
    assert state_of(site, sound)[0] == CLOSED
    monkeypatch.undo()
    assert jobs.close_overdue(site) == 1


def test_the_closing_job_leaves_others_alone(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    running = attempts.start(site, clinic.lea)
    endless = attempts.start(site, clinic.leo, attempts.WARM_UP)
    clock.now = START + timedelta(minutes=20, seconds=30)
    assert jobs.close_overdue(site) == 0
    assert state_of(site, running)[0] == state_of(site, endless)[0] == OPEN


def test_the_closing_job_takes_as_many_as_there_are(
    site: Site, clinic: Clinic, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    for person in (clinic.lea, clinic.leo):
        attempts.start(site, person)
    clock.advance(hours=1)
    assert jobs.close_overdue(site) == 2


def test_an_edit_after_the_start_changes_no_mark(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, *[make_save(slot) for slot in KEYS])
    content = {
        "key": True,
        "when_true": {"rationale": "Now it is."},
        "when_false": {"rationale": "Now it is not."},
    }
    body = {"parts": [{"name": "r1", "type": "true_false", "content": content}]}
    questions.edit_question(site, "nc-3", body=body)
    make_quiz(site, attempts.FINAL, pass_mark=100, sections=[{"items": ["nc-1"]}])
    assert attempts.submit(site, clinic.lea, attempt.id).points == "6"


def counting(site: Site, clinic: Clinic, rule: str) -> Attempt | None:
    with site.reading(clinic.lea.actor) as ctx:
        quiz_id = ctx.session.scalars(select(Attempt.quiz_id)).first()
        assert quiz_id is not None
        return history.counting_attempt(history.list_own(ctx, quiz_id), rule)


@pytest.mark.parametrize(("rule", "number"), [("first", 1), ("best", 2), ("last", 3)])
def test_the_counting_attempt_follows_the_quizs_rule(
    site: Site, clinic: Clinic, rule: str, number: int
) -> None:
    for answers in (WRONG, KEYS, {**KEYS, 4: WRONG[4]}):
        sit(site, clinic, answers)
    found = counting(site, clinic, rule)
    assert found is not None
    assert found.number == number


def test_an_open_attempt_does_not_count(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)
    assert counting(site, clinic, "best") is None


def test_running_attempts_are_listed_the_newest_first(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempts.start(site, clinic.lea)
    clock.advance(minutes=1)
    newest = attempts.start(site, clinic.lea, attempts.WARM_UP)
    with site.reading(clinic.lea.actor) as ctx:
        assert next(iter(history.find_running(ctx))).id == newest.id
    with site.reading(clinic.leo.actor) as ctx:
        assert history.find_running(ctx) == []
