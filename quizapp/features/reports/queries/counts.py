"""How many people stand where in each course, from the figures kept ready where there are some."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select, union_all

from quizapp.domain.access.roles import Role
from quizapp.features.accounts.models import RoleGrant
from quizapp.features.progress.models import (
    COMPLETE,
    IN_PROGRESS,
    NOT_PASSED,
    NOT_STARTED,
    CourseProgress,
)
from quizapp.features.reports.models import CourseCount, TeamCount
from quizapp.features.reports.queries.scope import Scope
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class Figures:
    """Enrollments by state. They add up: `total` is all of them; `not_safe` are of `not_passed`."""

    complete: int = 0
    in_progress: int = 0
    not_started: int = 0
    not_passed: int = 0
    not_safe: int = 0

    @property
    def total(self) -> int:
        return self.complete + self.in_progress + self.not_started + self.not_passed

    def of(self, state: str) -> int:
        """The figure of one of the four states that progress knows."""
        return {
            COMPLETE: self.complete,
            IN_PROGRESS: self.in_progress,
            NOT_STARTED: self.not_started,
            NOT_PASSED: self.not_passed,
        }[state]


def add_up(figures: Iterable[Figures]) -> Figures:
    found = list(figures)
    return Figures(
        sum(part.complete for part in found),
        sum(part.in_progress for part in found),
        sum(part.not_started for part in found),
        sum(part.not_passed for part in found),
        sum(part.not_safe for part in found),
    )


def list_figures(ctx: Context, scope: Scope) -> dict[int, Figures]:
    """By course id; somebody in two of the teams counts once. Leaves `not_safe` out."""
    found: dict[int, dict[str, int]] = {}
    for course_id, state, people in ctx.session.execute(_asked(scope)):
        if people:
            found.setdefault(course_id, {})[state] = people
    return {
        course_id: Figures(
            states.get(COMPLETE, 0),
            states.get(IN_PROGRESS, 0),
            states.get(NOT_STARTED, 0),
            states.get(NOT_PASSED, 0),
        )
        for course_id, states in found.items()
    }


def count_not_safe(ctx: Context, scope: Scope) -> dict[int, int]:
    """Enrollments where a safety-critical question was missed and not made good, by course."""
    rows = ctx.session.execute(
        select(CourseProgress.course_id, func.count())
        .where(
            CourseProgress.state == NOT_PASSED,
            CourseProgress.hazards_missed > 0,
            scope.covers(CourseProgress.user_id),
        )
        .group_by(CourseProgress.course_id)
    )
    return {course_id: people for course_id, people in rows}  # noqa: C416 - rows are no pairs


def count_learners(ctx: Context, scope: Scope) -> int:
    """People in the scope who hold the learner role, each once."""
    asked = select(func.count(RoleGrant.user_id.distinct())).where(
        RoleGrant.role == Role.LEARNER, scope.covers(RoleGrant.user_id)
    )
    return ctx.session.scalar(asked) or 0


def _asked(scope: Scope) -> Select[*tuple[Any, ...]]:
    if scope.team_ids is None:
        return select(CourseCount.course_id, CourseCount.state, CourseCount.people)
    teams = sorted(scope.team_ids)
    counted = select(TeamCount.course_id, TeamCount.state, TeamCount.people).where(
        TeamCount.team_id.in_(teams)
    )
    if len(teams) == 1:
        return counted
    parts = union_all(counted, _counted_again(scope)).subquery()
    course_id, state, people = parts.columns
    total = cast(func.sum(people), Integer)  # PostgreSQL makes sums of sums decimal
    return select(course_id, state, total).group_by(course_id, state)


def _counted_again(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What to take off the sum over teams: people in several of them, once for each team more."""
    members = scope.members()
    person = members.selected_columns[0]
    times = func.count()
    often = members.add_columns(times.label("times")).group_by(person).having(times > 1).subquery()
    return (
        select(
            CourseProgress.course_id,
            CourseProgress.state,
            -func.sum(often.columns.times - 1),
        )
        .join(often, often.columns.user_id == CourseProgress.user_id)
        .group_by(CourseProgress.course_id, CourseProgress.state)
    )
