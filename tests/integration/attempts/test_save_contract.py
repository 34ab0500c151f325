"""A save is kept, refused with both texts, or closed; it is never lost and never doubled.

Every test runs on both engines and both ways: in a command's transaction and by the answer writer.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.features.attempts.commands.saving import AnswerSave, AttemptClosed, Outcome
from tests.factories.attempts import make_save
from tests.integration.attempts.conftest import Sitting

WRONG = {"r1": {"choice": "b"}}
THIRD = {"r1": {"choice": "c"}}
TICK = timedelta(microseconds=1)
GRACE = timedelta(seconds=30)


def content(save: AnswerSave | Outcome) -> tuple[str, int | None, bool]:
    return save.answer, save.confidence, save.is_flagged


def test_a_first_answer_is_revision_one(sitting: Sitting) -> None:
    save = make_save(confidence=2, is_flagged=True)
    (outcome,) = sitting.save(save)
    assert outcome == Outcome(1, True, 1, *content(save))
    current = sitting.current()
    assert current is not None
    assert (current.answer, current.confidence, current.is_flagged) == content(save)
    assert (current.revision, current.saved_at) == (1, sitting.site.clock())


def test_every_answer_is_journaled_as_it_arrived(sitting: Sitting) -> None:
    first, second = make_save(), make_save(answer=WRONG, seen=1, is_flagged=True)
    sitting.save(first)
    later = sitting.site.clock() + timedelta(seconds=5, microseconds=7)
    sitting.save(second, at=later)
    assert [
        (e.entry, e.op_id, e.outcome, e.seen, e.revision, e.answer, e.is_flagged, e.received_at)
        for e in sitting.journal()
    ] == [
        (1, first.op_id, "saved", 0, 1, first.answer, False, sitting.site.clock()),
        (2, second.op_id, "saved", 1, 2, second.answer, True, later),
    ]


def test_a_retry_after_a_lost_reply_gets_the_first_reply(sitting: Sitting) -> None:
    save = make_save()
    first = sitting.save(save)
    assert sitting.save(save) == first
    assert len(sitting.journal()) == 1


def test_a_retry_is_recognised_after_a_newer_answer(sitting: Sitting) -> None:
    old, new = make_save(), make_save(answer=WRONG, seen=1)
    first = sitting.save(old)
    sitting.save(new)
    assert sitting.save(old) == first
    assert len(sitting.journal()) == 2
    current = sitting.current()
    assert current is not None
    assert (current.revision, current.answer) == (2, new.answer)


def test_a_stale_answer_is_refused_and_both_are_kept(sitting: Sitting) -> None:
    here, there = make_save(), make_save(answer=WRONG)
    sitting.save(here)
    (outcome,) = sitting.save(there)
    assert outcome == Outcome(1, False, 1, *content(here))
    entries = [(e.outcome, e.seen, e.revision, e.answer) for e in sitting.journal()]
    assert entries == [("saved", 0, 1, here.answer), ("refused", 0, 1, there.answer)]
    current = sitting.current()
    assert current is not None
    assert (current.revision, current.answer) == (1, here.answer)


def test_a_retry_of_a_refused_answer_is_refused_once_more_and_kept_once(sitting: Sitting) -> None:
    sitting.save(make_save())
    stale = make_save(answer=WRONG)
    first = sitting.save(stale)
    assert sitting.save(stale) == first
    assert len(sitting.journal()) == 2


def test_ones_own_answer_can_be_kept_after_a_conflict(sitting: Sitting) -> None:
    sitting.save(make_save())
    (refused,) = sitting.save(make_save(answer=WRONG))
    (kept,) = sitting.save(make_save(answer=WRONG, seen=refused.revision))
    assert (kept.is_saved, kept.revision) == (True, 2)
    assert [entry.outcome for entry in sitting.journal()] == ["saved", "refused", "saved"]


def test_a_page_left_as_it_was_is_no_conflict(sitting: Sitting) -> None:
    shown, newer = make_save(), make_save(answer=WRONG, seen=1)
    sitting.save(shown)
    sitting.save(newer)
    (outcome,) = sitting.save(replace(shown, seen=1, op_id="another-operation"))
    assert outcome == Outcome(1, True, 2, *content(newer))
    assert len(sitting.journal()) == 2


def test_an_empty_page_left_empty_is_no_conflict(sitting: Sitting) -> None:
    newer = make_save()
    sitting.save(newer)
    (outcome,) = sitting.save(make_save(answer={}))
    assert outcome == Outcome(1, True, 1, *content(newer))
    assert len(sitting.journal()) == 1


def test_an_empty_page_of_a_new_question_changes_nothing(sitting: Sitting) -> None:
    (outcome,) = sitting.save(make_save(answer={}))
    assert (outcome.is_saved, outcome.revision) == (True, 0)
    assert sitting.journal() == []
    assert sitting.current() is None


def test_the_same_answer_again_makes_no_revision(sitting: Sitting) -> None:
    sitting.save(make_save())
    (outcome,) = sitting.save(make_save(seen=1))
    assert outcome.revision == 1
    assert len(sitting.journal()) == 1


def test_the_answer_that_is_there_already_is_no_conflict(sitting: Sitting) -> None:
    sitting.save(make_save(answer=WRONG))
    sitting.save(make_save(seen=1))
    (outcome,) = sitting.save(make_save(seen=0))
    assert (outcome.is_saved, outcome.revision) == (True, 2)
    assert len(sitting.journal()) == 2


def test_another_answer_under_a_used_name_is_saved(sitting: Sitting) -> None:
    first = make_save()
    sitting.save(first)
    (outcome,) = sitting.save(make_save(answer=WRONG, seen=1, op_id=first.op_id))
    assert (outcome.is_saved, outcome.revision) == (True, 2)
    assert [entry.answer for entry in sitting.journal()] == [
        first.answer,
        make_save(answer=WRONG).answer,
    ]


def test_another_answer_under_a_used_name_is_kept_when_it_is_stale(sitting: Sitting) -> None:
    first = make_save()
    sitting.save(first)
    for answer in (WRONG, THIRD):
        (outcome,) = sitting.save(make_save(answer=answer, op_id=first.op_id))
        assert not outcome.is_saved
    kept = [(entry.outcome, entry.answer) for entry in sitting.journal()]
    assert kept == [
        ("saved", first.answer),
        ("refused", make_save(answer=WRONG).answer),
        ("refused", make_save(answer=THIRD).answer),
    ]


def test_a_revision_nobody_has_seen_is_stale(sitting: Sitting) -> None:
    sitting.save(make_save())
    (outcome,) = sitting.save(make_save(answer=WRONG, seen=9))
    assert not outcome.is_saved
    assert [entry.outcome for entry in sitting.journal()] == ["saved", "refused"]


def test_an_answer_may_be_taken_back(sitting: Sitting) -> None:
    sitting.save(make_save())
    (outcome,) = sitting.save(make_save(answer={}, seen=1))
    assert (outcome.is_saved, outcome.revision, outcome.answer) == (True, 2, "{}")
    assert sitting.journal()[1].answer == "{}"


@pytest.mark.parametrize("changes", [{"is_flagged": True}, {"confidence": 3}])
def test_flag_and_confidence_count_as_a_change(
    sitting: Sitting, changes: dict[str, int | bool]
) -> None:
    sitting.save(make_save())
    (outcome,) = sitting.save(make_save(seen=1, **changes))  # type: ignore[arg-type]
    assert outcome.revision == 2
    (again,) = sitting.save(make_save(seen=2))
    assert again.revision == 3


def test_a_flag_alone_is_saved(sitting: Sitting) -> None:
    (outcome,) = sitting.save(make_save(answer={}, is_flagged=True))
    assert (outcome.revision, outcome.is_flagged) == (1, True)


def test_a_page_of_several_questions_is_saved_together(sitting: Sitting) -> None:
    outcomes = sitting.save(*[make_save(slot) for slot in range(1, 7)])
    assert [(o.slot, o.is_saved, o.revision) for o in outcomes] == [
        (slot, True, 1) for slot in range(1, 7)
    ]


def test_one_stale_answer_of_a_page_does_not_hold_up_the_others(sitting: Sitting) -> None:
    sitting.save(make_save(1))
    outcomes = sitting.save(make_save(1, WRONG), make_save(2))
    assert [(o.slot, o.is_saved) for o in outcomes] == [(1, False), (2, True)]
    assert sitting.current(2) is not None


def test_each_question_counts_its_own_revisions(sitting: Sitting) -> None:
    sitting.save(make_save(1))
    sitting.save(make_save(1, WRONG, seen=1))
    (outcome,) = sitting.save(make_save(2))
    assert outcome.revision == 1


@pytest.mark.parametrize(
    "after_due", [-GRACE, -TICK, timedelta(0), TICK, GRACE - TICK, GRACE], ids=str
)
def test_answers_are_taken_until_grace_is_over(sitting: Sitting, after_due: timedelta) -> None:
    due_at = sitting.head.end.due_at
    assert due_at is not None
    (outcome,) = sitting.save(make_save(), at=due_at + after_due)
    assert outcome.is_saved
    assert sitting.journal()[0].received_at == due_at + after_due


@pytest.mark.parametrize("after_due", [GRACE + TICK, timedelta(minutes=1), timedelta(days=1)])
def test_a_microsecond_after_grace_is_too_late(sitting: Sitting, after_due: timedelta) -> None:
    due_at = sitting.head.end.due_at
    assert due_at is not None
    with pytest.raises(AttemptClosed):
        sitting.save(make_save(), at=due_at + after_due)
    assert sitting.journal() == []


def test_time_is_judged_by_arrival_not_by_the_clock(sitting: Sitting) -> None:
    due_at = sitting.head.end.due_at
    assert due_at is not None
    sitting.site.clock.now = due_at + timedelta(hours=1)  # type: ignore[attr-defined]
    (outcome,) = sitting.save(make_save(), at=due_at)
    assert outcome.is_saved


def test_after_hand_in_nothing_changes(sitting: Sitting) -> None:
    sitting.save(make_save())
    sitting.submit()
    with pytest.raises(AttemptClosed):
        sitting.save(make_save(answer=WRONG, seen=1))
    with pytest.raises(AttemptClosed):
        sitting.save(make_save(2))
    assert [entry.outcome for entry in sitting.journal()] == ["saved"]
    assert sitting.journal(2) == []


def test_a_lost_reply_is_given_again_after_hand_in(sitting: Sitting) -> None:
    page = [make_save(1), make_save(2, answer={}), make_save(3)]
    first = sitting.save(*page)
    stale = make_save(answer=THIRD)
    refused = sitting.save(stale)
    sitting.submit()
    assert sitting.save(*page) == first
    assert sitting.save(page[0]) == first[:1]
    assert sitting.save(stale) == refused
    for news in (
        [page[0], make_save(2)],
        [make_save()],
        [replace(page[0], answer=make_save(answer=WRONG).answer)],
        [replace(page[2], slot=4)],
    ):
        with pytest.raises(AttemptClosed):
            sitting.save(*news)
    assert [len(sitting.journal(slot)) for slot in (1, 2, 3, 4)] == [2, 0, 1, 0]


def test_a_page_that_is_too_late_writes_none_of_its_answers(sitting: Sitting) -> None:
    sitting.submit()
    with pytest.raises(AttemptClosed):
        sitting.save(*[make_save(slot) for slot in (1, 2, 3)])
    assert all(sitting.journal(slot) == [] for slot in (1, 2, 3))


def test_an_attempt_of_somebody_else_is_never_written_to(sitting: Sitting) -> None:
    foreign = replace(sitting.head, user_id=sitting.clinic.leo.id)
    with pytest.raises(AttemptClosed):
        sitting.way(foreign, [make_save()], sitting.site.clock())
    assert sitting.journal() == []


def test_an_attempt_that_does_not_exist_is_closed(sitting: Sitting) -> None:
    missing = replace(sitting.head, id=sitting.head.id + 1000)
    with pytest.raises(AttemptClosed):
        sitting.way(missing, [make_save()], sitting.site.clock())
