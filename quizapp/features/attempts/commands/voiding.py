"""Voiding a finished attempt, so that it counts for nothing, and taking that back."""

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid
from quizapp.features.attempts.commands.extending import OwnAttempt
from quizapp.features.attempts.commands.recounting import recount
from quizapp.features.attempts.events import AttemptGraded
from quizapp.features.attempts.models import CLOSED, Attempt
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context

MAX_REASON = 500


class StillOpen(Conflict):
    """An attempt that runs has nothing to be voided yet."""

    message = N_("This attempt is still open. It can be voided once it is handed in.")


class ReasonNeeded(Invalid):
    """The learner reads why."""

    message = N_("Say why, in at most %(count)s characters.")


def void_attempt(ctx: Context, attempt: Attempt, reason: str) -> None:
    """Let an attempt count for nothing, not even as a try; a second time changes nothing."""
    _demand(ctx, attempt)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= MAX_REASON:
        raise ReasonNeeded(count=MAX_REASON, field="reason")
    attempt = ctx.fresh(attempt)
    if attempt.state != CLOSED:
        raise StillOpen
    if attempt.voided_at is not None:
        return
    attempt.voided_at = ctx.now
    attempt.voiding = {"by": ctx.actor.user_id, "reason": reason}
    recount(ctx, [attempt.id])
    audit.record(ctx, "attempt.voided", attempt, reason=reason)
    _announce(ctx, attempt)


def restore_attempt(ctx: Context, attempt: Attempt) -> None:
    """Let a voided attempt count again, with the marks it has."""
    _demand(ctx, attempt)
    attempt = ctx.fresh(attempt)
    if attempt.voided_at is None:
        return
    attempt.voided_at, attempt.voiding = None, None
    recount(ctx, [attempt.id])
    audit.record(ctx, "attempt.restored", attempt)
    _announce(ctx, attempt)


def _demand(ctx: Context, attempt: Attempt) -> None:
    policy.demand(ctx.actor, Permission.ATTEMPT_ADJUST, Belonging(course_id=attempt.course_id))
    if attempt.user_id == ctx.actor.user_id:
        raise OwnAttempt


def _announce(ctx: Context, attempt: Attempt) -> None:
    ctx.publish(AttemptGraded(attempt.id, attempt.user_id, attempt.course_id, attempt.quiz_id))
