"""What must hold of attempts whatever happened to them, and what somebody was told of them."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import func, select

from quizapp.features.attempts.commands.saving import EMPTY, AnswerSave, Outcome
from quizapp.features.attempts.models import (
    CLOSED,
    OPEN,
    SAVED,
    Attempt,
    AttemptItem,
    JournalEntry,
    Receipt,
    Response,
)
from quizapp.features.attempts.queries import published
from quizapp.infrastructure import audit
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from tests.bench.tally import Tally

Content = tuple[str, int | None, bool]
NOTHING: Content = (EMPTY, None, False)


def check_saves(
    ctx: Context, attempt_id: int, told: Iterable[tuple[AnswerSave, Outcome]], tally: Tally
) -> None:
    """Every reply to a save beside the journal: what counts, and what was refused, is there."""
    entries = ctx.session.scalars(
        select(JournalEntry).where(JournalEntry.attempt_id == attempt_id)
    ).all()
    saved = {(e.slot, e.revision): _content(e) for e in entries if e.outcome == SAVED}
    kept = {(e.slot, _content(e)) for e in entries}
    for save, outcome in told:
        counts: Content = (outcome.answer, outcome.confidence, outcome.is_flagged)
        is_there = saved.get((save.slot, outcome.revision), NOTHING) == counts
        if outcome.is_saved and save.content != counts:
            is_there &= saved.get((save.slot, save.seen), NOTHING) == save.content
        if not outcome.is_saved:
            is_there &= (save.slot, save.content) in kept
        tally.acknowledged += 1
        tally.missing += not is_there


def check_journal(ctx: Context, attempt_id: int, tally: Tally) -> None:
    """Entries and revisions of each place count from one; the newest is the answer."""
    entries = ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.attempt_id == attempt_id)
        .order_by(JournalEntry.slot, JournalEntry.entry)
    ).all()
    answers = {
        row.slot: row
        for row in ctx.session.scalars(select(Response).where(Response.attempt_id == attempt_id))
    }
    for slot in {e.slot for e in entries} | set(answers):
        mine = [e for e in entries if e.slot == slot]
        revisions = [e.revision for e in mine if e.outcome == SAVED]
        if [e.entry for e in mine] != list(range(1, len(mine) + 1)):
            tally.complain(f"attempt {attempt_id}, question {slot}: the journal has gaps")
        tally.doubled += len(revisions) - len(set(revisions))
        tally.missing += sorted(set(revisions)) != list(range(1, len(set(revisions)) + 1))
        newest = next((e for e in reversed(mine) if e.outcome == SAVED), None)
        now = answers.get(slot)
        if newest is None or now is None:
            tally.missing += (newest is None) != (now is None)
        elif (now.revision, *_content(now)) != (newest.revision, *_content(newest)):
            tally.missing += 1


def check_starts(ctx: Context, tally: Tally) -> None:
    """At most one open attempt of a person at a quiz, announced once."""
    for _, count in ctx.session.execute(
        select(Attempt.user_id, func.count())
        .where(Attempt.state == OPEN)
        .group_by(Attempt.user_id, Attempt.quiz_id)
    ):
        tally.doubled += count - 1
    _once(ctx, "attempt.started", [OPEN, CLOSED], tally)


def check_results(ctx: Context, tally: Tally) -> None:
    """Closed attempts have one hand-in, one receipt, and the points of their items."""
    _once(ctx, "attempt.submitted", [CLOSED], tally)
    receipts = Counter(ctx.session.scalars(select(Receipt.attempt_id)))
    for attempt in ctx.session.scalars(select(Attempt).where(Attempt.state == CLOSED)):
        tally.missing += receipts[attempt.id] == 0
        items = _items(ctx, attempt.id)
        points = sum(
            (Fraction(one.awarded or one.share or 0) for one in items if not one.is_void),
            Fraction(0),
        )
        if attempt.points is None or Fraction(attempt.points) != points:
            tally.complain(f"attempt {attempt.id} has {attempt.points} points, not {points}")
    if audit.verify(ctx).findings:
        tally.complain("the audit log does not verify")


def check_marks(ctx: Context, attempt_id: int, tally: Tally) -> None:
    """Every share is what the answer earns by the key, and nothing else counts instead."""
    answers = dict(
        ctx.session.execute(
            select(Response.slot, Response.answer).where(Response.attempt_id == attempt_id)
        )
        .tuples()
        .all()
    )
    slots = {slot.number: slot for slot in published.slots(ctx, attempt_id)}
    questions = published.questions(ctx, [slot.version_id for slot in slots.values()])
    for one in _items(ctx, attempt_id):
        mark = item.grade(
            questions[slots[one.slot].version_id].item,
            item.load(answers.get(one.slot, "")),
            is_strict=one.hazard is not None,
        )
        if (one.share, one.awarded, one.is_void) != (str(mark.share), None, False):
            tally.complain(f"attempt {attempt_id}, question {one.slot}: marked {one.share}")


def _items(ctx: Context, attempt_id: int) -> list[AttemptItem]:
    rows = select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)
    return list(ctx.session.scalars(rows))


def _content(row: JournalEntry | Response) -> Content:
    return row.answer, row.confidence, row.is_flagged


def _once(ctx: Context, action: str, states: list[str], tally: Tally) -> None:
    """Each attempt in one of the states has one such event."""
    events = Counter(
        ctx.session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == action))
    )
    for attempt_id in ctx.session.scalars(select(Attempt.id).where(Attempt.state.in_(states))):
        tally.missing += events[str(attempt_id)] == 0
        tally.doubled += max(0, events[str(attempt_id)] - 1)
