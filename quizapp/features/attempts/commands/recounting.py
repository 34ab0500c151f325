"""Adding up stored marks anew: an attempt's, and what it means for the attempts after it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from quizapp.domain import marking
from quizapp.domain.marking import Reason, Rules, Total
from quizapp.features.attempts.models import CLOSED, Attempt
from quizapp.features.attempts.queries import marks
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import QuizVersion
from quizapp.infrastructure.context import Context


def recount(ctx: Context, attempt_ids: Collection[int]) -> None:
    """Points, score, verdict and reasons of finished attempts and of those after them.

    A hazard missed in one has to be answered right in the next, so a mark that changes can change
    the verdict of every later attempt of its learner at the quiz. A fixed number of statements.
    """
    ctx.session.flush()
    counted = {
        attempt.id: attempt
        for attempt in lock_with_later(ctx, attempt_ids)
        if attempt.state == CLOSED
    }
    rules = _rules(ctx, {attempt.quiz_version_id for attempt in counted.values()})
    for sittings in marks.list_sittings(ctx, attempt_ids, counted):
        still_open: frozenset[str] = frozenset()
        for sitting in sittings:
            attempt = counted.get(sitting.attempt_id)
            if attempt is not None:
                own = rules[attempt.quiz_version_id]
                _keep(attempt, marking.total(sitting.items, own, still_open))
            still_open = sitting.left_open(still_open)
    ctx.session.flush()


def lock_with_later(ctx: Context, attempt_ids: Collection[int]) -> list[Attempt]:
    """These attempts and those after them, open ones too: nobody marks or hands them in meanwhile.

    Always in one order, so that two who do this never wait for each other.
    """
    return list(
        ctx.session.scalars(
            select(Attempt)
            .where(marks.from_these_on(attempt_ids))
            .order_by(Attempt.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _rules(ctx: Context, version_ids: Collection[int]) -> dict[int, Rules]:
    versions = ctx.session.scalars(select(QuizVersion).where(QuizVersion.id.in_(version_ids)))
    return {
        version.id: quiz_queries.rules_of(quiz_queries.definition_of(version))
        for version in versions
    }


def _keep(attempt: Attempt, total: Total) -> None:
    attempt.points, attempt.max_points = str(total.points), str(total.max_points)
    attempt.score, attempt.verdict = float(total.score), str(total.verdict)
    attempt.reasons = [_document(reason) for reason in total.reasons]


def _document(reason: Reason) -> dict[str, Any]:
    carried = {"is_carried": True} if reason.is_carried else {}
    return {
        "ground": str(reason.ground),
        "hazard": reason.hazard,
        "section": reason.section,
        **carried,
    }
