"""Reading teams, and whom the policy lets somebody see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.sql import false

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and how many people it has now."""

    team: Team
    size: int


def list_teams(ctx: Context) -> list[TeamRow]:
    """Every team by name."""
    sizes = (
        select(Membership.team_id, func.count().label("size"))
        .where(Membership.left_at.is_(None))
        .group_by(Membership.team_id)
        .subquery()
    )
    rows = ctx.session.execute(
        select(Team, func.coalesce(sizes.c.size, 0))
        .outerjoin(sizes, sizes.c.team_id == Team.id)
        .order_by(Team.name)
    )
    return [TeamRow(team, size) for team, size in rows]


def get_team(ctx: Context, code: str) -> Team:
    found = ctx.session.scalar(select(Team).where(Team.code == code))
    if found is None:
        raise NotFound
    return found


def list_visible_teams(ctx: Context, permission: Permission) -> list[Team]:
    """The teams the actor may look at with this permission, by name."""
    return list(
        ctx.session.scalars(select(Team).where(visible_teams(ctx, permission)).order_by(Team.name))
    )


def visible_teams(ctx: Context, permission: Permission) -> ColumnElement[bool]:
    """The policy's reach as a condition on teams."""
    span = policy.reach(ctx.actor, permission)
    return true() if span.everything else Team.id.in_(span.team_ids)


def visible_learners(ctx: Context, permission: Permission) -> ColumnElement[bool]:
    """The policy's reach as a condition on users: oneself, people of one's teams, or everybody."""
    span = policy.reach(ctx.actor, permission)
    if span.everything:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if span.learner_id is not None:
        conditions.append(User.id == span.learner_id)
    if span.team_ids:
        present = select(Membership.user_id).where(
            Membership.team_id.in_(span.team_ids), Membership.left_at.is_(None)
        )
        conditions.append(User.id.in_(present))
    return or_(false(), *conditions)


def team_ids_of(ctx: Context, user_id: int) -> frozenset[int]:
    present = select(Membership.team_id).where(
        Membership.user_id == user_id, Membership.left_at.is_(None)
    )
    return frozenset(ctx.session.scalars(present))


def belonging_of(ctx: Context, user_id: int, course_id: int | None = None) -> Belonging:
    """To whom a person's record belongs: the person, the course, the person's teams now."""
    return Belonging(user_id, course_id, team_ids_of(ctx, user_id))


def list_members(ctx: Context, team: Team) -> list[User]:
    """Everybody in the team now, by name."""
    return list(
        ctx.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.team_id == team.id, Membership.left_at.is_(None))
            .order_by(User.sort_name, User.id)
        )
    )


def team_names(ctx: Context, user_ids: list[int]) -> dict[int, list[str]]:
    """The names of the teams of each person."""
    rows = ctx.session.execute(
        select(Membership.user_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id.in_(user_ids), Membership.left_at.is_(None))
        .order_by(Team.name)
    )
    found: dict[int, list[str]] = {}
    for user_id, name in rows:
        found.setdefault(user_id, []).append(name)
    return found
