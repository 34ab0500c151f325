"""Both ways of saving, given the same saves, do and say exactly the same."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from quizapp.domain.errors import AccessDenied
from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave, Outcome
from quizapp.features.attempts.models import JournalEntry, Response
from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.site import Site
from quizapp.question_types import item
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.dice import dice

STEPS = 60
ANSWERS: list[dict[str, Any]] = [{}, {"r1": {"choice": "a"}}, {"r1": {"choice": "b"}}]


def random_saves(chance: Random) -> list[AnswerSave]:
    """What two tabs that know little of each other might send, in some order."""
    return [
        AnswerSave(
            slot=chance.choice([1, 4]),
            seen=chance.randint(0, 4),
            op_id=f"operation-{chance.randint(0, number):04d}",
            answer=item.dump(chance.choice(ANSWERS)),
            confidence=chance.choice([None, None, 1]),
            is_flagged=chance.random() < 0.2,
        )
        for number in range(STEPS)
    ]


def traces(site: Site, head: Head) -> tuple[list[Any], list[Any]]:
    """The journal and the answers that count, without the attempt's number."""
    journal = select(JournalEntry).where(JournalEntry.attempt_id == head.id)
    current = select(Response).where(Response.attempt_id == head.id)
    with site.reading() as ctx:
        entries = ctx.session.scalars(journal.order_by(JournalEntry.slot, JournalEntry.entry))
        answers = ctx.session.scalars(current.order_by(Response.slot))
        return (
            [
                (e.slot, e.entry, e.op_id, e.outcome, e.seen, e.revision, e.answer, e.confidence)
                for e in entries
            ],
            [(r.slot, r.revision, r.answer, r.confidence, r.is_flagged) for r in answers],
        )


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_do_the_same(site: Site, clinic: Clinic, seed: int) -> None:
    heads = []
    for person in (clinic.lea, clinic.leo):
        attempts.start(site, person)
        heads.append(attempts.head_of(site, person))
    plain, quick = heads

    for save in unique_by_slot(random_saves(dice(seed))):
        one = attempts.save(site, plain, save)
        other = site.answers.write(saving.unit_of(quick, [save], site.clock(), may_be_left=False))
        assert one == other

    assert traces(site, plain) == traces(site, quick)


def unique_by_slot(saves: list[AnswerSave]) -> list[AnswerSave]:
    """Names of operations belong to one question."""
    return [AnswerSave(s.slot, s.seen, f"{s.op_id}-{s.slot}", *s.content) for s in saves]


@pytest.mark.parametrize("seed", range(4))
def test_the_journal_never_forgets_an_answer(site: Site, clinic: Clinic, seed: int) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    acknowledged: list[tuple[AnswerSave, Outcome]] = []
    for save in unique_by_slot(random_saves(dice(100 + seed))):
        (outcome,) = attempts.save(site, head, save)
        acknowledged.append((save, outcome))

    journal, current = traces(site, head)
    for save, outcome in acknowledged:
        if save.answer in {outcome.answer, "{}"}:
            continue
        kept = {entry[6] for entry in journal if entry[0] == save.slot}
        assert save.answer in kept
    for slot, revision, answer, *_ in current:
        last = [entry for entry in journal if entry[0] == slot and entry[3] == "saved"][-1]
        assert (last[5], last[6]) == (revision, answer)
        saved = [entry[5] for entry in journal if entry[0] == slot and entry[3] == "saved"]
        assert saved == list(range(1, revision + 1))


def test_only_learners_save_and_only_their_own(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    for person in (clinic.leo, clinic.instructor, clinic.manager, clinic.administrator):
        with pytest.raises(AccessDenied):
            attempts.save(site, head, attempts.make_save(), actor=person.actor)
