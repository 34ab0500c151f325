"""The list of people and one person's page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import selectinload

from quizapp.domain.access.roles import Role
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import ACTIVE, DISABLED, RoleGrant, User
from quizapp.features.courses.models import Course
from quizapp.features.teams import queries as team_queries
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of

PAGE_SIZE = 25
INVITED, EVERYBODY = "invited", "all"
STATUSES = ("", ACTIVE, INVITED, DISABLED, EVERYBODY)
"""What the list can be limited to; the first leaves out who is disabled."""

_never_signed_in = User.password_hash.is_(None) & User.last_active_at.is_(None)
_ORDERS = {
    "name": (User.sort_name, User.id),
    "-name": (User.sort_name.desc(), User.id.desc()),
    "active": (User.last_active_at.asc().nulls_first(), User.id),
    "-active": (User.last_active_at.desc().nulls_last(), User.id),
}


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What of the list is asked for: each empty value asks for everything."""

    search: str = ""
    role: str = ""
    team: str = ""
    status: str = ""
    sort: str = "name"
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.role or self.team or self.status)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds, and the courses or teams it is limited to (none: no limit)."""

    role: str
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list."""

    code: str
    name: str
    email: str
    status: str
    roles: tuple[HeldRole, ...]
    teams: tuple[str, ...]
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A page of the list, what to filter by, and how many people there are in all."""

    rows: list[PersonRow]
    page: Page
    teams: list[Team]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything the page about one person shows, apart from what they did."""

    user: User
    status: str
    roles: tuple[HeldRole, ...]
    team_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """The courses and teams that roles and memberships can name."""

    courses: list[Course]
    teams: list[Team]


def status_of(user: User) -> str:
    if not user.is_active:
        return DISABLED
    is_new = user.password_hash is None and user.last_active_at is None
    return INVITED if is_new else ACTIVE


def list_people(ctx: Context, asked: PeopleFilter) -> PeopleList:
    """A page of people with roles and teams, in a fixed number of statements."""
    teams = list(ctx.session.scalars(select(Team).order_by(Team.name)))
    conditions = _conditions(asked)
    page = page_of(asked.page, account_queries.count_users(ctx, *conditions), PAGE_SIZE)
    users = ctx.session.scalars(
        select(User)
        .where(*conditions)
        .options(selectinload(User.grants))
        .order_by(*_ORDERS.get(asked.sort, _ORDERS["name"]))
        .limit(page.size)
        .offset(page.offset)
    ).all()
    return PeopleList(_rows(ctx, users, teams), page, teams, _count_by_status(ctx))


def list_everybody(ctx: Context, search: str = "") -> list[PersonRow]:
    """Everybody, disabled or not, for the command line."""
    teams = list(ctx.session.scalars(select(Team).order_by(Team.name)))
    return _rows(ctx, account_queries.list_people(ctx, search), teams)


def get_person_page(ctx: Context, code: str) -> PersonPage:
    user = account_queries.get_by_code(ctx, code)
    teams = {team.id: team for team in ctx.session.scalars(select(Team).order_by(Team.name))}
    mine = team_queries.team_ids_of(ctx, user.id)
    return PersonPage(
        user,
        status_of(user),
        held_roles(user.grants, course_titles(ctx), {n: team.name for n, team in teams.items()}),
        tuple(team.code for team in teams.values() if team.id in mine),
    )


def list_choices(ctx: Context) -> Choices:
    return Choices(
        list(ctx.session.scalars(select(Course).order_by(Course.title))),
        list(ctx.session.scalars(select(Team).order_by(Team.name))),
    )


def held_roles(
    grants: Iterable[RoleGrant], courses: Mapping[int, str], teams: Mapping[int, str]
) -> tuple[HeldRole, ...]:
    """A person's grants gathered by role, in the order roles are named in."""
    found: dict[str, set[str]] = {}
    unlimited: set[str] = set()
    for grant in grants:
        limits = found.setdefault(grant.role, set())
        if grant.course_id is not None:
            limits.add(courses[grant.course_id])
        elif grant.team_id is not None:
            limits.add(teams[grant.team_id])
        else:
            unlimited.add(grant.role)
    return tuple(
        HeldRole(role, () if role in unlimited else tuple(sorted(found[role])))
        for role in Role
        if role in found
    )


def course_titles(ctx: Context) -> dict[int, str]:
    return dict(ctx.session.execute(select(Course.id, Course.title)).all())


def _rows(ctx: Context, users: Sequence[User], teams: Iterable[Team]) -> list[PersonRow]:
    team_names = {team.id: team.name for team in teams}
    courses = course_titles(ctx)
    memberships = team_queries.team_names(ctx, [user.id for user in users])
    return [
        PersonRow(
            user.code,
            user.name,
            user.email,
            status_of(user),
            held_roles(user.grants, courses, team_names),
            tuple(memberships.get(user.id, ())),
            user.last_active_at,
        )
        for user in users
    ]


def _conditions(asked: PeopleFilter) -> list[ColumnElement[bool]]:
    found = [*_by_status(asked.status)]
    if asked.search:
        found.append(account_queries.matches(asked.search))
    if asked.role:
        found.append(exists().where(RoleGrant.user_id == User.id, RoleGrant.role == asked.role))
    if asked.team:
        found.append(
            exists().where(
                Membership.user_id == User.id,
                Membership.left_at.is_(None),
                Membership.team_id == Team.id,
                Team.code == asked.team,
            )
        )
    return found


def _by_status(status: str) -> list[ColumnElement[bool]]:
    return {
        ACTIVE: [User.state == ACTIVE, ~_never_signed_in],
        INVITED: [User.state == ACTIVE, _never_signed_in],
        DISABLED: [User.state == DISABLED],
        EVERYBODY: [],
    }.get(status, [User.state == ACTIVE])


def _count_by_status(ctx: Context) -> dict[str, int]:
    status = case((User.state == DISABLED, DISABLED), (_never_signed_in, INVITED), else_=ACTIVE)
    rows = ctx.session.execute(select(status, func.count()).group_by(status)).all()
    return {ACTIVE: 0, INVITED: 0, DISABLED: 0} | dict(rows)
