"""The rows of the completion report: one for each person and course, a page at a time, or all.

Two ways lead to a page. Where few rows fit, they are gathered and sorted. Where many do, an index
is walked in the order asked for, rank after rank, until the page is full. Both give the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, func, literal, or_, select, true

from quizapp.domain.access.permissions import Permission
from quizapp.features.accounts.models import User
from quizapp.features.accounts.queries import matches
from quizapp.features.courses.models import Course, Enrollment
from quizapp.features.progress.models import NOT_PASSED, CourseProgress
from quizapp.features.reports.queries import orders
from quizapp.features.reports.queries.counts import Figures
from quizapp.features.reports.queries.orders import STATE_IS, TIES, Order, Place
from quizapp.features.reports.queries.scope import Scope
from quizapp.features.reports.queries.wording import NOT_SAFE, state_of
from quizapp.features.teams.models import Membership, Team
from quizapp.features.teams.queries import visible_teams
from quizapp.infrastructure.context import Context

PAGE = 50
BATCH = 2000
FEW = 500
"""Rows that are sorted as quickly as looked for."""
WALK_COST = 3
"""How many rows are passed by in an index while one is gathered and sorted."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a report is limited to, and the name of its order."""

    scope: Scope
    course_id: int | None = None
    state: str = ""
    search: str = ""
    sort: str = orders.DEFAULT


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """A person and a course, as page and files show them."""

    code: str
    name: str
    email: str
    teams: tuple[str, ...]
    course: str
    course_slug: str
    state: str
    percent: int
    best_score: float | None
    hazards_missed: int
    started_at: datetime
    changed_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Which piece of an order to read: so many rows after a place, or before it."""

    size: int = PAGE
    place: Place | None = None
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the report, how many there are in all, and the tokens to go on with."""

    rows: list[CompletionRow]
    total: int
    before: str | None
    after: str | None


DETAILS = (
    User.code,
    User.name,
    User.email,
    Course.title,
    Course.slug,
    CourseProgress.state,
    CourseProgress.steps_done,
    CourseProgress.steps_total,
    CourseProgress.best_score,
    CourseProgress.hazards_missed,
    Enrollment.enrolled_at,
    CourseProgress.changed_at,
    CourseProgress.completed_at,
)


def get_page(
    ctx: Context, asked: Filter, order: Order, cut: Cut, *, total: int, everything: int
) -> Page:
    """A page of the report; `total` rows fit the filter, of `everything` there is."""
    walks = is_walk_shorter(total, everything, cut.size)
    found = find_rows(ctx, asked, order, replace(cut, size=cut.size + 1), walks=walks)
    has_more = len(found) > cut.size
    if has_more:
        found = found[1:] if cut.is_backward else found[:-1]
    has_before = has_more if cut.is_backward else cut.place is not None
    has_after = cut.is_backward or has_more
    return Page(
        [row for _, row in found],
        total,
        found[0][0].as_token() if found and has_before else None,
        found[-1][0].as_token() if found and has_after else None,
    )


def is_walk_shorter(total: int, everything: int, size: int = PAGE) -> bool:
    """Whether a full page is found sooner along an index than by gathering all rows that fit.

    Of the rows passed by, `total` in `everything` fit, if they lie evenly.
    """
    return total > FEW and WALK_COST * total * total > size * everything


def find_rows(
    ctx: Context, asked: Filter, order: Order, cut: Cut, *, walks: bool
) -> list[tuple[Place, CompletionRow]]:
    """The rows of a piece in the order of display, each with its place."""
    found = _walk(ctx, asked, order, cut) if walks else _gather(ctx, asked, order, cut)
    if cut.is_backward:
        found.reverse()
    teams = team_names(ctx, {row.user_id for row in found})
    return [
        (Place(row.rank, row.lead, (row.sort_name, row.user_id, row.course_id)), _row(row, teams))
        for row in found
    ]


def stream(ctx: Context, asked: Filter, order: Order) -> Iterator[CompletionRow]:
    """Every row in order, read in batches, so that memory does not grow with their number."""
    statement = (
        _with_details(select(*DETAILS, CourseProgress.user_id))
        .where(*_conditions(asked))
        .order_by(order.rank, *order.directed(order.keys))
        .execution_options(yield_per=BATCH)
    )
    for batch in ctx.session.execute(statement).partitions():
        teams = team_names(ctx, {row.user_id for row in batch})
        for row in batch:
            yield _row(row, teams)


def count(ctx: Context, asked: Filter, figures: dict[int, Figures]) -> int:
    """How many rows fit; from the figures of the scope where they know it."""
    if asked.search or asked.state in {NOT_SAFE, NOT_PASSED}:
        fitting = select(func.count()).select_from(CourseProgress).where(*_conditions(asked))
        return ctx.session.scalar(fitting) or 0
    chosen = [part for course_id, part in figures.items() if asked.course_id in {None, course_id}]
    return sum(part.of(asked.state) if asked.state else part.total for part in chosen)


def team_names(ctx: Context, user_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The names of each person's teams, of those the actor may see."""
    found: dict[int, list[str]] = {}
    for user_id, name in ctx.session.execute(
        select(Membership.user_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.user_id.in_(sorted(user_ids)),
            Membership.left_at.is_(None),
            visible_teams(ctx, Permission.REPORT_READ),
        )
        .order_by(Team.name)
    ):
        found.setdefault(user_id, []).append(name)
    return {user_id: tuple(names) for user_id, names in found.items()}


def _gather(ctx: Context, asked: Filter, order: Order, cut: Cut) -> list[Row[Any]]:
    conditions = [*_conditions(asked), or_(*order.ranks)]
    if cut.place is not None:
        conditions.append(order.beyond(cut.place, is_backward=cut.is_backward))
    return list(ctx.session.execute(_piece(order, conditions, cut)))


def _walk(ctx: Context, asked: Filter, order: Order, cut: Cut) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for rank in order.ranks_from(cut.place, is_backward=cut.is_backward):
        conditions = [order.ranks[rank], *_conditions(asked, along=order)]
        if cut.place is not None and cut.place.rank == rank:
            conditions.append(order.beyond_in_rank(cut.place, is_backward=cut.is_backward))
        rest = replace(cut, size=cut.size - len(found))
        found += ctx.session.execute(_piece(order, conditions, rest, rank))
        if len(found) == cut.size:
            break
    return found


def _piece(
    order: Order, conditions: Sequence[ColumnElement[bool]], cut: Cut, rank: int | None = None
) -> Select[*tuple[Any, ...]]:
    """First the keys, from an index alone where a rank of it is walked; then the details."""
    backward = cut.is_backward
    by_rank = [] if rank is not None else [order.rank.desc() if backward else order.rank.asc()]
    keys = (
        select(
            (order.rank if rank is None else literal(rank)).label("rank"),
            (literal(0) if order.lead is None else order.lead).label("lead"),
            *TIES,
        )
        .where(*conditions)
        .order_by(*by_rank, *order.directed(order.keys, is_backward=backward))
        .limit(cut.size)
        .subquery("keys")
    )
    columns = keys.columns
    ties = (columns.sort_name, columns.user_id, columns.course_id)
    ordered = ties if order.lead is None else (columns.lead, *ties)
    return _with_details(select(*DETAILS, *columns), keys).order_by(
        columns.rank.desc() if backward else columns.rank.asc(),
        *order.directed(ordered, is_backward=backward),
    )


def _with_details(
    asked: Select[*tuple[Any, ...]], keys: FromClause | None = None
) -> Select[*tuple[Any, ...]]:
    progress = CourseProgress.__table__
    if keys is not None:
        asked = asked.select_from(keys).join(
            progress,
            (CourseProgress.user_id == keys.c.user_id)
            & (CourseProgress.course_id == keys.c.course_id),
        )
    return (
        asked.join(User, User.id == CourseProgress.user_id)
        .join(Course, Course.id == CourseProgress.course_id)
        .join(Enrollment, Enrollment.id == CourseProgress.enrollment_id)
    )


def _conditions(asked: Filter, along: Order | None = None) -> list[ColumnElement[bool]]:
    """What rows have to fulfil.

    Along an order, conditions that its index does not begin with are guarded: looked at row by
    row, so that an index on them does not tempt the database away from the walk.
    """
    people: list[ColumnElement[bool]] = []
    if asked.scope.team_ids is not None:
        people.append(asked.scope.covers(CourseProgress.user_id))
    if asked.search:
        people.append(CourseProgress.user_id.in_(select(User.id).where(matches(asked.search))))
    others: list[ColumnElement[bool]] = []
    if asked.course_id is not None:
        others.append(CourseProgress.course_id == asked.course_id)
    if asked.state:
        others.append(STATE_IS[asked.state])
    if along is None:
        return people + others
    if along.lead is None:
        return [*_guarded(people), *others]
    return _guarded(people + others)


def _guarded(conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [condition.is_(true()) for condition in conditions]


def _row(row: Row[Any], teams: dict[int, tuple[str, ...]]) -> CompletionRow:
    return CompletionRow(
        row.code,
        row.name,
        row.email,
        teams.get(row.user_id, ()),
        row.title,
        row.slug,
        state_of(row.state, row.hazards_missed),
        100 * row.steps_done // row.steps_total if row.steps_total else 0,
        row.best_score,
        row.hazards_missed,
        row.enrolled_at,
        row.changed_at,
        row.completed_at,
    )
