"""Whose records a page is about: the policy's reach, or the one team chosen within it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.courses.models import LIVE, Course
from quizapp.features.teams.models import Membership, Team
from quizapp.features.teams.queries import visible_teams
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class Scope:
    """The people who are in these teams now; None is everybody, in a team or not.

    It reaches exactly as far as `teams.queries.visible_learners` for the same permission.
    """

    team_ids: frozenset[int] | None

    def members(self) -> Select[*tuple[Any, ...]]:
        """The ids of the people, where they are not everybody."""
        return select(Membership.user_id).where(
            Membership.team_id.in_(sorted(self.team_ids or ())), Membership.left_at.is_(None)
        )

    def covers(self, person: Any) -> ColumnElement[bool]:
        """A condition on a column that names a person."""
        return true() if self.team_ids is None else person.in_(self.members())


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team as pages name it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CourseChoice:
    """A course as pages name it."""

    id: int
    slug: str
    title: str
    is_live: bool


@dataclass(frozen=True)
class Choices:
    """The teams the actor may look at and all courses, by name: what selectors offer."""

    teams: list[TeamChoice]
    courses: list[CourseChoice]
    reach: Scope

    @cached_property
    def team_place(self) -> dict[int, int]:
        """The place of each team in the list, by id."""
        return {team.id: place for place, team in enumerate(self.teams)}

    @cached_property
    def course_of(self) -> dict[int, CourseChoice]:
        return {course.id: course for course in self.courses}

    def scope(self, code: str) -> Scope:
        """All the actor may see, or one team of it; raises NotFound for any other team."""
        if not code:
            return self.reach
        found = next((team.id for team in self.teams if team.code == code), None)
        if found is None:
            raise NotFound
        return Scope(frozenset({found}))

    def course(self, slug: str) -> CourseChoice:
        found = next((course for course in self.courses if course.slug == slug), None)
        if found is None:
            raise NotFound
        return found


def get_choices(ctx: Context, permission: Permission = Permission.REPORT_READ) -> Choices:
    teams = ctx.session.execute(
        select(Team.id, Team.code, Team.name)
        .where(visible_teams(ctx, permission))
        .order_by(Team.name)
    )
    courses = ctx.session.execute(
        select(Course.id, Course.slug, Course.title, Course.state == LIVE).order_by(
            Course.title, Course.id
        )
    )
    span = policy.reach(ctx.actor, permission)
    return Choices(
        [TeamChoice(*row) for row in teams],
        [CourseChoice(*row) for row in courses],
        Scope(None if span.everything else span.team_ids),
    )
