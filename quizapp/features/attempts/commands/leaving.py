"""Closing questions of an open attempt: gone past where there is no way back, or explained."""

from collections.abc import Collection

from sqlalchemy import update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Invalid, NotFound
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.features.attempts.models import OPEN, Attempt, AttemptItem
from quizapp.features.attempts.queries import checking, taking
from quizapp.features.attempts.queries.taking import Place
from quizapp.infrastructure.context import Context


class NotSure(Invalid):
    """An answer whose learner has to say how sure they are: later there is no way to."""

    message = N_("Say how sure you are before you go on. Your answer is saved.")

    def __init__(self, numbers: Collection[int]) -> None:
        super().__init__()
        self.numbers = numbers


def leave(ctx: Context, place: Place, numbers: Collection[int]) -> None:
    """Close these questions; a save that comes later is refused. Again changes nothing.

    Raises NotSure where one of them is answered, but not how sure its learner is.
    """
    attempt = ctx.session.get(Attempt, place.id, with_for_update=True)
    if attempt is None:
        raise NotFound
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=attempt.user_id))
    if attempt.state != OPEN:
        raise AttemptClosed
    unsure = set(checking.list_unsure(ctx, taking.get_head(ctx, place.address))) & set(numbers)
    if unsure:
        raise NotSure(unsure)
    ctx.session.execute(
        update(AttemptItem)
        .where(
            AttemptItem.attempt_id == place.id,
            AttemptItem.slot.in_(list(numbers)),
            AttemptItem.left_at.is_(None),
        )
        .values(left_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
