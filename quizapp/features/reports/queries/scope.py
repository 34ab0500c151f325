"""Whose records a page is about: the policy's reach, or the one team chosen within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
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
    """A team as selectors offer it."""

    id: int
    code: str
    name: str


def list_team_choices(ctx: Context, permission: Permission) -> list[TeamChoice]:
    """The teams the actor may look at, by name."""
    rows = ctx.session.execute(
        select(Team.id, Team.code, Team.name)
        .where(visible_teams(ctx, permission))
        .order_by(Team.name)
    )
    return [TeamChoice(*row) for row in rows]


def get_scope(
    ctx: Context, permission: Permission, teams: Sequence[TeamChoice], code: str
) -> Scope:
    """All the actor may see, or one team of it; raises NotFound for any other team."""
    if code:
        found = next((team.id for team in teams if team.code == code), None)
        if found is None:
            raise NotFound
        return Scope(frozenset({found}))
    span = policy.reach(ctx.actor, permission)
    return Scope(None if span.everything else span.team_ids)
