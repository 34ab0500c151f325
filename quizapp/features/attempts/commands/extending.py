"""What an instructor gives on top: minutes for a running attempt, an attempt beyond the cap."""

from datetime import datetime

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, AccessDenied, Conflict, Invalid, Overtaken
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import retiming
from quizapp.features.attempts.models import Attempt, ExtraAttempt
from quizapp.features.attempts.queries import adjustments, history, published
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Enrollment
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context

MAX_MINUTES = 240
MAX_REASON = 500


class TimeMoved(Overtaken):
    """The end is not the one the form showed: sent twice, or somebody else was quicker."""

    message = N_(
        "The end of this attempt was moved after you opened the page. Nothing was changed now. "
        "Look at the time as it is, then decide again."
    )


class AttemptsLeft(Conflict):
    """An extra attempt is for somebody who has none left."""

    message = N_("%(name)s can still start an attempt at this quiz. No extra one is needed.")


class NoCap(Conflict):
    """Without a cap there is nothing to go beyond."""

    message = N_("This quiz has no limit of attempts.")


class OwnAttempt(AccessDenied):
    """Nobody gives themselves time or attempts."""

    message = N_("This is your own attempt. Ask another instructor of the course.")


def give_minutes(
    ctx: Context, attempt_id: int, minutes: int, reason: str, seen: datetime | None
) -> Attempt:
    """Move the end of a running attempt, if it is still the one that was seen."""
    attempt = retiming.lock_attempt(ctx, attempt_id)
    policy.demand(ctx.actor, Permission.ATTEMPT_ADJUST, Belonging(course_id=attempt.course_id))
    if attempt.user_id == ctx.actor.user_id:
        raise OwnAttempt
    if not 1 <= minutes <= MAX_MINUTES:
        raise Invalid(
            N_("Enter a whole number from 1 to %(most)s."), field="minutes", most=MAX_MINUTES
        )
    reason = _checked_reason(reason)
    if not retiming.is_running(ctx, attempt):
        raise retiming.AttemptFinished
    if attempt.due_at is None:
        raise retiming.NoTimeLimit
    if attempt.due_at != seen:
        raise TimeMoved
    retiming.move_end(ctx, attempt, adjustments.MINUTES, minutes * 60, reason)
    audit.record(ctx, "attempt.time_changed", attempt, minutes=minutes)
    return attempt


def give_attempt(ctx: Context, quiz: Quiz, user: User, reason: str) -> None:
    """One more try for somebody who has used all of theirs."""
    policy.demand(ctx.actor, Permission.ATTEMPT_ADJUST, Belonging(course_id=quiz.course_id))
    if user.id == ctx.actor.user_id:
        raise OwnAttempt
    reason = _checked_reason(reason)
    enrollment = course_queries.find_enrollment(ctx, quiz.course_id, user.id)
    if enrollment is not None:
        # The start of an attempt, and another instructor doing the same, wait here.
        ctx.session.get_one(Enrollment, enrollment.id, with_for_update=True, populate_existing=True)
    cap = None if quiz.version_id is None else published.definition(ctx, quiz.version_id).attempts
    if cap is None:
        raise NoCap
    allowed = cap + adjustments.count_extra(ctx, quiz.id, user.id)
    if history.count_used(ctx, quiz.id, user.id) < allowed:
        raise AttemptsLeft(name=user.name)
    given = ExtraAttempt(
        user_id=user.id,
        quiz_id=quiz.id,
        reason=reason,
        given_by=ctx.actor.user_id,
        given_at=ctx.now,
    )
    ctx.session.add(given)
    ctx.session.flush()
    audit.record(ctx, "extra_attempt.given", quiz, user=user.id)


def _checked_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(
            N_("Say why, in at most %(count)s characters."), field="reason", count=MAX_REASON
        )
    return reason
