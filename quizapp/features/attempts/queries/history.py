"""Finished and running attempts of a person at a quiz."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from sqlalchemy import func, select

from quizapp.domain import marking
from quizapp.domain.marking import Verdict
from quizapp.features.attempts.models import CLOSED, OPEN, Attempt, AttemptItem
from quizapp.features.questions.models import QuestionVersion
from quizapp.infrastructure.context import Context


def list_own(ctx: Context, quiz_id: int) -> list[Attempt]:
    """One's attempts at a quiz in order."""
    return list_of(ctx, quiz_id, ctx.actor.user_id)


def list_of(ctx: Context, quiz_id: int, user_id: int | None) -> list[Attempt]:
    """Somebody's attempts at a quiz in order."""
    return list(
        ctx.session.scalars(
            select(Attempt)
            .where(Attempt.user_id == user_id, Attempt.quiz_id == quiz_id)
            .order_by(Attempt.number)
        )
    )


def count_used(ctx: Context, quiz_id: int, user_id: int | None) -> int:
    """How many attempts at a quiz somebody has used; a voided one is none."""
    asked = select(func.count()).select_from(Attempt)
    return (
        ctx.session.scalar(
            asked.where(
                Attempt.user_id == user_id,
                Attempt.quiz_id == quiz_id,
                Attempt.voided_at.is_(None),
            )
        )
        or 0
    )


def list_of_course(ctx: Context, course_id: int, user_id: int | None) -> dict[int, list[Attempt]]:
    """Somebody's attempts at each quiz of a course, in order, by quiz id."""
    found: dict[int, list[Attempt]] = {}
    for attempt in ctx.session.scalars(
        select(Attempt)
        .where(Attempt.user_id == user_id, Attempt.course_id == course_id)
        .order_by(Attempt.quiz_id, Attempt.number)
    ):
        found.setdefault(attempt.quiz_id, []).append(attempt)
    return found


def find_running(ctx: Context) -> list[Attempt]:
    """One's open attempts, the newest first."""
    return list(
        ctx.session.scalars(
            select(Attempt)
            .where(Attempt.user_id == ctx.actor.user_id, Attempt.state == OPEN)
            .order_by(Attempt.started_at.desc())
        )
    )


def seen_questions(ctx: Context, attempt_ids: Sequence[int]) -> frozenset[int]:
    """The questions these attempts asked, whatever their version."""
    if not attempt_ids:
        return frozenset()
    return frozenset(
        ctx.session.scalars(
            select(QuestionVersion.question_id)
            .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
            .where(AttemptItem.attempt_id.in_(attempt_ids))
        )
    )


def counting_attempt(attempts: Iterable[Attempt], rule: str) -> Attempt | None:
    """The finished attempt that counts by the quiz's rule: best, last or first; no void one."""
    closed = [a for a in attempts if a.state == CLOSED and a.voided_at is None]
    scores = [
        (Verdict(attempt.verdict or Verdict.PENDING), exact_score(attempt)) for attempt in closed
    ]
    place = marking.counting(scores, rule)
    return None if place is None else closed[place]


def exact_score(attempt: Attempt) -> Fraction:
    """Points as a share of the maximum, exact."""
    maximum = Fraction(attempt.max_points or 0)
    return Fraction(attempt.points or 0) / maximum if maximum else Fraction(0)
