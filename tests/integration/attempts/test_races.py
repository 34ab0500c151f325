"""Many at the same moment: one start, one outcome, and no acknowledged answer lost."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select

from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave, AttemptClosed, Outcome
from quizapp.features.attempts.commands.starting import NoAttemptsLeft
from quizapp.features.attempts.models import CLOSED, Attempt, JournalEntry, Response
from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.crowd import at_once
from tests.integration.attempts.conftest import Way

CROWDS = [2, 16]
WRONG = {"r1": {"choice": "b"}}
how_many = pytest.mark.parametrize("count", CROWDS)


@pytest.fixture
def head(site: Site, clinic: Clinic) -> Head:
    attempts.start(site, clinic.lea)
    return attempts.head_of(site, clinic.lea)


def journal_of(site: Site, head: Head, slot: int = 1) -> list[JournalEntry]:
    with site.reading() as ctx:
        asked = select(JournalEntry).where(
            JournalEntry.attempt_id == head.id, JournalEntry.slot == slot
        )
        return list(ctx.session.scalars(asked.order_by(JournalEntry.entry)))


@how_many
def test_many_starts_are_one_attempt(site: Site, clinic: Clinic, count: int) -> None:
    found = at_once([partial(attempts.start, site, clinic.lea)] * count)
    assert {attempt.id for attempt in found} == {found[0].id}
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Attempt)) == 1


@how_many
def test_no_crowd_gets_more_attempts_than_allowed(site: Site, clinic: Clinic, count: int) -> None:
    for _ in range(3):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    found = at_once([partial(attempts.start, site, clinic.lea)] * count)
    assert [type(refusal) for refusal in found] == [NoAttemptsLeft] * count


@how_many
def test_the_same_save_many_times_is_one(site: Site, head: Head, way: Way, count: int) -> None:
    save = make_save()
    found = at_once([lambda: way(head, [save], site.clock())] * count)
    assert found == [[Outcome(1, True, 1, *save.content)]] * count
    assert len(journal_of(site, head)) == 1


@how_many
def test_of_many_answers_one_counts_and_all_are_kept(
    site: Site, head: Head, way: Way, count: int
) -> None:
    saves = [
        make_save(answer={"r1": {"choice": "abc"[n % 3]}}, confidence=None) for n in range(count)
    ]
    saves = [
        AnswerSave(s.slot, 0, s.op_id, s.answer, n % 3 + 1, False) for n, s in enumerate(saves)
    ]

    def work(save: AnswerSave) -> Callable[[], list[Outcome]]:
        return lambda: way(head, [save], site.clock())

    found = at_once([work(save) for save in saves])

    entries = journal_of(site, head)
    assert [entry.outcome for entry in entries].count("saved") == 1
    assert [entry.entry for entry in entries] == list(range(1, len(entries) + 1))
    kept = {(entry.answer, entry.confidence) for entry in entries}
    assert kept == {(save.answer, save.confidence) for save in saves}
    winner = next(entry for entry in entries if entry.outcome == "saved")
    for (outcome,) in found:
        assert (outcome.revision, outcome.answer) == (1, winner.answer)


@how_many
def test_answers_to_different_questions_do_not_disturb_each_other(
    site: Site, head: Head, way: Way, count: int
) -> None:
    saves = [make_save(slot % 6 + 1) for slot in range(count)]
    found = at_once([partial(way, head, [save], site.clock()) for save in saves])
    assert all(outcome.is_saved for (outcome,) in found)
    with site.reading() as ctx:
        answered = select(func.count()).select_from(Response)
        assert ctx.session.scalar(answered) == len({save.slot for save in saves})


@how_many
def test_many_submits_are_one_result(site: Site, clinic: Clinic, head: Head, count: int) -> None:
    found = at_once([partial(attempts.submit, site, clinic.lea, head.id)] * count)
    assert {(a.state, a.points, a.submitted_at) for a in found} == {(CLOSED, "0", site.clock())}
    with site.reading() as ctx:
        events = select(func.count()).where(AuditEvent.action == "attempt.submitted")
        assert ctx.session.scalar(events) == 1


def test_the_learner_and_the_closing_job_make_one_result(
    site: Site, clinic: Clinic, head: Head, clock: FrozenClock
) -> None:
    clock.advance(hours=1)
    works: list[Callable[[], object]] = [
        partial(attempts.submit, site, clinic.lea, head.id),
        partial(jobs.close_overdue, site),
    ]
    found = at_once(works * 4)
    assert not [outcome for outcome in found if isinstance(outcome, Exception)]
    with site.reading() as ctx:
        events = select(func.count()).where(AuditEvent.action == "attempt.submitted")
        assert ctx.session.scalar(events) == 1


@how_many
def test_a_save_is_marked_or_refused_when_somebody_hands_in(
    site: Site, clinic: Clinic, head: Head, way: Way, count: int
) -> None:
    def work(slot: int) -> Callable[[], list[Outcome]]:
        return lambda: way(head, [make_save(slot)], site.clock())

    slots = [number % 6 + 1 for number in range(count)]
    *replies, done = at_once(
        [*[work(slot) for slot in slots], partial(attempts.submit, site, clinic.lea, head.id)]
    )

    acknowledged = {
        slot
        for slot, reply in zip(slots, replies, strict=True)
        if not isinstance(reply, AttemptClosed)
    }
    assert all(isinstance(reply, list | AttemptClosed) for reply in replies)
    assert done.points == str(len(acknowledged))
    with site.reading() as ctx:
        saved = ctx.session.scalars(select(Response.slot).where(Response.attempt_id == head.id))
        assert set(saved) == acknowledged


def test_different_people_do_not_wait_in_vain(site: Site, clinic: Clinic) -> None:
    heads = []
    for person in (clinic.lea, clinic.leo):
        attempts.start(site, person)
        heads.append(attempts.head_of(site, person))
    units = [
        saving.unit_of(
            heads[number % 2], [make_save(number % 6 + 1)], site.clock(), may_be_left=False
        )
        for number in range(16)
    ]
    found = at_once([partial(site.answers.write, unit) for unit in units])
    assert all(outcome.is_saved for (outcome,) in found)
