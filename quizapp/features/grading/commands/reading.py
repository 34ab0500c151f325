"""Opening what somebody answered: the audit log keeps who did."""

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.features.attempts.models import Attempt
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context


def note_reading(ctx: Context, attempt: Attempt, page: str) -> None:
    """An instructor opens answers or marks of an attempt."""
    policy.demand(ctx.actor, Permission.QUIZ_READ, Belonging(course_id=attempt.course_id))
    audit.record(ctx, "attempt.read", attempt, page=page)
