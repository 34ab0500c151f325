"""The objectives that cost a team the most points, and never anything about a few people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Subquery, func, literal_column, select

from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem
from quizapp.features.courses.models import Objective
from quizapp.features.questions.models import OBJECTIVE, QuestionLabel
from quizapp.features.quizzes.models import QuizVersion
from quizapp.features.reports.queries.scope import Scope
from quizapp.formats.bank_files.models import Mode
from quizapp.infrastructure.context import Context

PERIOD = timedelta(days=90)
FEWEST_PEOPLE = 5
SHOWN = 5
MOST_ATTEMPTS = 500
"""So many attempts, the latest, are enough to tell what is hard."""


@dataclass(frozen=True, slots=True)
class HardObjective:
    """The share of points reached at an objective, and by how many people."""

    course_id: int
    text: str
    share: Fraction
    people: int


def list_hardest(ctx: Context, scope: Scope) -> list[HardObjective]:
    """First finished attempts at graded quizzes of the period, the lowest share first."""
    firsts = _first_attempts(ctx, scope)
    people = _people(ctx, firsts)
    shares = _shares(ctx, firsts)
    texts = _texts(ctx, shares)
    found = [
        HardObjective(key[0], texts[key], share, people[key])
        for key, share in shares.items()
        if key in texts and people.get(key, 0) >= FEWEST_PEOPLE
    ]
    return sorted(found, key=lambda one: (one.share, one.text))[:SHOWN]


def _first_attempts(ctx: Context, scope: Scope) -> Subquery:
    return (
        select(Attempt.id, Attempt.user_id, Attempt.course_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(
            Attempt.number == literal_column("1"),  # as the index has it
            Attempt.state == CLOSED,
            Attempt.voided_at.is_(None),
            Attempt.submitted_at > ctx.now - PERIOD,
            QuizVersion.mode == Mode.GRADED,
            scope.covers(Attempt.user_id),
        )
        .order_by(Attempt.submitted_at.desc())
        .limit(MOST_ATTEMPTS)
        .subquery("firsts")
    )


def _answered(firsts: Subquery, *more: Any) -> Any:
    """Marked items of these attempts, by course and objective."""
    keys = (firsts.c.course_id, QuestionLabel.value)
    return (
        select(*keys, *more)
        .join(AttemptItem, AttemptItem.attempt_id == firsts.c.id)
        .join(QuestionLabel, QuestionLabel.version_id == AttemptItem.question_version_id)
        .where(QuestionLabel.kind == OBJECTIVE, AttemptItem.share.is_not(None))
        .group_by(*keys)
    )


def _people(ctx: Context, firsts: Subquery) -> dict[tuple[int, str], int]:
    rows = ctx.session.execute(_answered(firsts, func.count(firsts.c.user_id.distinct())))
    return {(course_id, code): people for course_id, code, people in rows}


def _shares(ctx: Context, firsts: Subquery) -> dict[tuple[int, str], Fraction]:
    rows = ctx.session.execute(
        _answered(firsts, AttemptItem.share, func.count()).group_by(AttemptItem.share)
    )
    points: dict[tuple[int, str], Fraction] = {}
    items: dict[tuple[int, str], int] = {}
    for course_id, code, share, count in rows:
        key = (course_id, code)
        points[key] = points.get(key, Fraction(0)) + Fraction(share) * count
        items[key] = items.get(key, 0) + count
    return {key: points[key] / items[key] for key in points}


def _texts(ctx: Context, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    rows = ctx.session.execute(
        select(Objective.course_id, Objective.code, Objective.text).where(
            Objective.course_id.in_({course_id for course_id, _ in keys})
        )
    )
    return {(course_id, code): text for course_id, code, text in rows}
