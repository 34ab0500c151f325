"""Closing questions of an open attempt: gone past where there is no way back, or explained."""

from collections.abc import Iterable

from sqlalchemy import update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.features.attempts.models import OPEN, Attempt, AttemptItem
from quizapp.infrastructure.context import Context


def leave(ctx: Context, attempt_id: int, numbers: Iterable[int]) -> None:
    """Close these questions; a save that comes later is refused. Again changes nothing."""
    attempt = ctx.session.get(Attempt, attempt_id, with_for_update=True)
    if attempt is None:
        raise NotFound
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=attempt.user_id))
    if attempt.state != OPEN:
        raise AttemptClosed
    ctx.session.execute(
        update(AttemptItem)
        .where(
            AttemptItem.attempt_id == attempt_id,
            AttemptItem.slot.in_(list(numbers)),
            AttemptItem.left_at.is_(None),
        )
        .values(left_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
