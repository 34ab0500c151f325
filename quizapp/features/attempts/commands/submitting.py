"""Handing in: closing and marking in one transaction, exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.timing import Deadline, Moment, attempt_clock
from quizapp.features.attempts.commands.pausing import end_break
from quizapp.features.attempts.commands.receipts import issue_receipt
from quizapp.features.attempts.commands.recounting import recount
from quizapp.features.attempts.commands.retiming import lock_attempt
from quizapp.features.attempts.events import AttemptGraded, AttemptSubmitted
from quizapp.features.attempts.models import (
    BY_DEADLINE,
    BY_LEARNER,
    CLOSED,
    OPEN,
    Attempt,
    AttemptItem,
)
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import Slot
from quizapp.features.attempts.queries.receipts import answers_of
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Mark


@dataclass(frozen=True, slots=True)
class _Marked:
    slot: Slot
    mark: Mark


def submit_attempt(ctx: Context, attempt_id: int) -> Attempt:
    """Close and mark an attempt, as its learner asks; once its time is over, as of its end.

    Whoever comes second finds it closed and gets the same result.
    """
    attempt = lock_attempt(ctx, attempt_id)
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=attempt.user_id))
    if attempt.allowance is not None:
        end_break(ctx, attempt_id)
    return _close(ctx, attempt, is_over=_is_over(ctx, attempt))


def close_overdue(ctx: Context, attempt_id: int) -> Attempt:
    """Hand in for its learner, unless somebody has moved its end meanwhile."""
    attempt = lock_attempt(ctx, attempt_id)
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=attempt.user_id))
    return _close(ctx, attempt, is_over=True) if _is_over(ctx, attempt) else attempt


def _is_over(ctx: Context, attempt: Attempt) -> bool:
    end = Deadline(attempt.due_at, attempt.hard_at)
    return attempt_clock(ctx.now, end) is Moment.OVER


def _close(ctx: Context, attempt: Attempt, *, is_over: bool) -> Attempt:
    won = ctx.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == OPEN)
        .values(
            state=CLOSED,
            submitted_at=attempt.due_at if is_over and attempt.due_at else ctx.now,
            submitted_by=BY_DEADLINE if is_over else BY_LEARNER,
        )
        .execution_options(synchronize_session=False)
    )
    ctx.session.refresh(attempt)
    if won.rowcount == 1:  # type: ignore[attr-defined]
        answers = answers_of(ctx, attempt.id)
        _mark(ctx, attempt, answers)
        ctx.publish(AttemptSubmitted(attempt.id))
        issue_receipt(ctx, attempt, answers)
        audit.record(
            ctx, "attempt.submitted", attempt, by=attempt.submitted_by, verdict=attempt.verdict
        )
        ctx.publish(AttemptGraded(attempt.id, attempt.user_id, attempt.course_id, attempt.quiz_id))
    return attempt


def _mark(ctx: Context, attempt: Attempt, answers: Mapping[int, str]) -> None:
    marked = _marks(ctx, attempt, answers)
    ctx.session.connection().execute(
        update(AttemptItem.__table__)  # type: ignore[arg-type]
        .where(
            AttemptItem.attempt_id == bindparam("key_attempt"),
            AttemptItem.slot == bindparam("key_slot"),
        )
        .values(share=bindparam("new_share"), harm=bindparam("new_harm")),
        [
            {
                "key_attempt": attempt.id,
                "key_slot": entry.slot.number,
                "new_share": None if entry.mark.share is None else str(entry.mark.share),
                "new_harm": None if entry.mark.harm is None else str(entry.mark.harm),
            }
            for entry in marked
        ],
    )
    recount(ctx, [attempt.id])


def _marks(ctx: Context, attempt: Attempt, answers: Mapping[int, str]) -> list[_Marked]:
    slots = published.slots(ctx, attempt.id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    return [
        _Marked(
            slot,
            item.grade(
                questions[slot.version_id].item,
                item.load(answers.get(slot.number, "")),
                is_strict=slot.hazard is not None,
            ),
        )
        for slot in slots
    ]
