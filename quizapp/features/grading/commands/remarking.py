"""Putting finished answers back into the queue, because their rubric changed."""

from sqlalchemy import insert, select, tuple_, update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Overtaken
from quizapp.features.attempts.models import Attempt, ItemMark, Remarking
from quizapp.features.grading.queries import remarking as queries
from quizapp.features.questions.models import Question
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context


class OtherVersion(Overtaken):
    """Another version went live since the page was shown."""

    message = N_("Another version is live by now. Nothing was changed. Look at what it would do.")


def put_back(ctx: Context, question: Question, version_id: int) -> int:
    """Have every answer on a former rubric marked by the live one; how many there are.

    Their marks are kept as replaced, and each result stays in force until its new marks are final.
    """
    policy.demand(ctx.actor, Permission.ATTEMPT_MARK, Belonging(course_id=question.course_id))
    question = ctx.fresh(question)
    if question.live_version_id != version_id:
        raise OtherVersion
    attempts = {key.attempt_id for key in queries.find_older(ctx, question).keys}
    # One fixed order, so that two of these, or one and a marker, never wait for each other.
    ctx.session.execute(
        select(Attempt.id).where(Attempt.id.in_(attempts)).order_by(Attempt.id).with_for_update()
    )
    older = queries.find_older(ctx, question)
    keys = [(key.attempt_id, key.slot) for key in older.keys]
    if not keys:
        return 0
    ctx.session.execute(
        update(ItemMark)
        .where(tuple_(ItemMark.attempt_id, ItemMark.slot).in_(keys), ItemMark.replaced_at.is_(None))
        .values(replaced_at=ctx.now)
    )
    is_open = tuple_(Remarking.attempt_id, Remarking.slot).in_(keys) & Remarking.done_at.is_(None)
    known = {
        (row.attempt_id, row.slot)
        for row in ctx.session.execute(select(Remarking.attempt_id, Remarking.slot).where(is_open))
    }
    ctx.session.execute(update(Remarking).where(is_open).values(question_version_id=version_id))
    new = [
        {
            "attempt_id": attempt_id,
            "slot": slot,
            "question_version_id": version_id,
            "asked_by": ctx.actor.user_id,
            "asked_at": ctx.now,
        }
        for attempt_id, slot in keys
        if (attempt_id, slot) not in known
    ]
    if new:
        ctx.session.execute(insert(Remarking), new)
    audit.record(ctx, "marks.put_back", question, version=version_id, answers=len(keys))
    return len(keys)
