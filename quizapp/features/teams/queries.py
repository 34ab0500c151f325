"""Reading teams, and whom the policy lets somebody see."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.sql import false

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import ACTIVE, User
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of

MEMBERS_PER_PAGE = 50
OUTSIDERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and how many people it has now."""

    team: Team
    size: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a team, and since when."""

    user: User
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Some of the people in a team."""

    rows: list[MemberRow]
    page: Page


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


def list_members_page(ctx: Context, team: Team, number: int) -> MembersPage:
    """A page of the people in the team now, by name."""
    size = _count_members(ctx, team)
    page = page_of(number, size, MEMBERS_PER_PAGE)
    rows = ctx.session.execute(
        select(User, Membership.joined_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team.id, Membership.left_at.is_(None))
        .order_by(User.sort_name, User.id)
        .limit(page.size)
        .offset(page.offset)
    )
    return MembersPage([MemberRow(user, joined_at) for user, joined_at in rows], page)


def _count_members(ctx: Context, team: Team) -> int:
    present = select(func.count()).select_from(Membership)
    return (
        ctx.session.scalar(
            present.where(Membership.team_id == team.id, Membership.left_at.is_(None))
        )
        or 0
    )


def list_outsiders(ctx: Context, team: Team, search: str) -> list[User]:
    """The first active people by name who match the search and are not in the team."""
    inside = select(Membership.user_id).where(
        Membership.team_id == team.id, Membership.left_at.is_(None)
    )
    return list(
        ctx.session.scalars(
            select(User)
            .where(account_queries.matches(search), User.state == ACTIVE, User.id.not_in(inside))
            .order_by(User.sort_name, User.id)
            .limit(OUTSIDERS_SHOWN)
        )
    )


def get_member(ctx: Context, code: str, person_code: str) -> User:
    """Somebody who is in the team now."""
    found = ctx.session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Team.code == code, User.code == person_code, Membership.left_at.is_(None))
    )
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
