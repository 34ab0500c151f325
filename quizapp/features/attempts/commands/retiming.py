"""Moving the end of a running attempt: worked out anew from its start, and noted."""

from quizapp.domain import timing
from quizapp.domain.errors import N_, Conflict, NotFound
from quizapp.domain.timing import Deadline, Moment, attempt_clock
from quizapp.features.attempts.models import OPEN, Attempt, TimeChange
from quizapp.features.attempts.queries import adjustments, published
from quizapp.infrastructure.context import Context


class AttemptFinished(Conflict):
    """Nothing moves the end of an attempt that is over, handed in already or not."""

    message = N_(
        "This attempt is finished, so its time cannot be changed. You can give an extra attempt."
    )


class NoTimeLimit(Conflict):
    """There is nothing to add to."""

    message = N_("This attempt has no time limit, so there is no time to add to.")


def lock_attempt(ctx: Context, attempt_id: int) -> Attempt:
    """The attempt as it is now; until the end of this transaction nobody else changes it."""
    found = ctx.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def is_running(ctx: Context, attempt: Attempt) -> bool:
    """Whether it is open and not over: one the worker has not closed yet is over all the same."""
    end = Deadline(attempt.due_at, attempt.hard_at)
    return attempt.state == OPEN and attempt_clock(ctx.now, end) is not Moment.OVER


def move_end(
    ctx: Context, attempt: Attempt, kind: str, seconds: int = 0, reason: str = ""
) -> TimeChange:
    """Note a change to a locked attempt and set its end by all that was agreed so far.

    `seconds` are what a change of minutes or breaks adds; an adjustment's own are worked out.
    """
    given = adjustments.given_seconds(adjustments.list_changes(ctx, attempt.id)) + seconds
    definition = published.definition(ctx, attempt.quiz_version_id)
    before = attempt.due_at
    end = timing.deadline(
        attempt.started_at,
        adjustments.limit_seconds(definition),
        definition.window.closes,
        ctx.settings.grace_seconds,
        adjustments.kept_allowance(attempt.allowance),
        given,
    )
    if before is None or end.due_at is None:
        raise NoTimeLimit
    attempt.due_at, attempt.hard_at = end.due_at, end.hard_at
    if kind == adjustments.ADJUSTED:
        seconds = round((end.due_at - before).total_seconds())
    change = TimeChange(
        attempt_id=attempt.id,
        kind=kind,
        seconds=seconds,
        due_at=end.due_at,
        reason=reason,
        by_id=ctx.actor.user_id,
        at=ctx.now,
    )
    ctx.session.add(change)
    ctx.session.flush()
    return change
