"""Breaks that were agreed: the clock of an attempt stops up to what is left of them."""

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict
from quizapp.domain.timing import Deadline, Moment, attempt_clock
from quizapp.features.attempts.commands import retiming
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.features.attempts.queries import adjustments
from quizapp.features.attempts.queries.adjustments import Breaks
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context


class NoBreakLeft(Conflict):
    """All minutes of breaks are used, or none were agreed."""

    message = N_("There are no minutes of breaks left in this attempt.")


def start_break(ctx: Context, attempt_id: int) -> Breaks:
    """Stop the clock: all that is left of the breaks is lent to the attempt. Again: no change."""
    attempt = _own(ctx, attempt_id)
    breaks = _breaks(ctx, attempt)
    if breaks.is_running:
        return breaks
    is_in_time = attempt_clock(ctx.now, Deadline(attempt.due_at, attempt.hard_at)) is Moment.IN_TIME
    if attempt.state != OPEN or not is_in_time:
        raise AttemptClosed
    if not breaks.left or attempt.due_at is None:
        raise NoBreakLeft
    retiming.move_end(ctx, attempt, adjustments.BREAK_STARTED, breaks.left)
    audit.record(ctx, "break.started", attempt)
    return _breaks(ctx, attempt)


def end_break(ctx: Context, attempt_id: int) -> None:
    """Let the clock run again; what was not used of the break is taken back. Again: no change."""
    attempt = _own(ctx, attempt_id)
    breaks = _breaks(ctx, attempt)
    if attempt.state != OPEN or not breaks.is_running:
        return
    unused = adjustments.unused_seconds(breaks, ctx.now)
    retiming.move_end(ctx, attempt, adjustments.BREAK_ENDED, -unused)
    audit.record(ctx, "break.ended", attempt)


def _own(ctx: Context, attempt_id: int) -> Attempt:
    attempt = retiming.lock_attempt(ctx, attempt_id)
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=attempt.user_id))
    return attempt


def _breaks(ctx: Context, attempt: Attempt) -> Breaks:
    allowance = adjustments.kept_allowance(attempt.allowance)
    return adjustments.breaks_of(allowance, adjustments.list_changes(ctx, attempt.id), ctx.now)
