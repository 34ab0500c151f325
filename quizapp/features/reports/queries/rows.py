"""The rows of the completion report: one for each person and course, a page at a time, or all.

Two ways lead to a page. Where few rows fit, they are gathered and sorted. Where many do, an index
is walked in the order asked for, once for each rank, and the walks are merged; it stops as soon
as the page is full. Both give the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, true, union_all

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
from quizapp.infrastructure.context import Context

PAGE = 50
BATCH = 2000
WALK_COST = 3
"""How many rows can be passed by in an index while one is gathered and sorted."""
MAX_WALKS = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """What a report is limited to, and its order."""

    scope: Scope
    course_id: int | None = None
    state: str = ""
    search: str = ""
    sort: str = orders.DEFAULT

    @property
    def is_counted(self) -> bool:
        """Whether the figures kept ready know how many rows there are."""
        return not self.search and self.state not in {NOT_SAFE, NOT_PASSED}


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
class Page:
    """Some rows of the report, how many there are in all, and how to go on."""

    rows: list[CompletionRow]
    total: int
    before: str | None
    after: str | None


DETAILS = (
    CourseProgress.user_id,
    CourseProgress.course_id,
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


def count(ctx: Context, asked: Filter, figures: dict[int, Figures]) -> int:
    """How many rows there are; from the figures of the scope where they say it."""
    if not asked.is_counted:
        found = select(func.count()).select_from(CourseProgress).where(*_conditions(asked))
        return ctx.session.scalar(found) or 0
    chosen = [
        part
        for course_id, part in figures.items()
        if asked.course_id in {None, course_id}
    ]
    return sum(part.of(asked.state) if asked.state else part.total for part in chosen)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which piece of an order to read."""

    size: int = PAGE
    place: Place | None = None
    is_backward: bool = False


def list_rows(
    ctx: Context, asked: Filter, order: Order, cut: Cut, *, walks: bool
) -> tuple[list[CompletionRow], list[Place]]:
    """The rows of a piece in the order of display, each with its place."""
    statement = _walk(asked, order, cut) if walks else _gather(asked, order, cut)
    found = ctx.session.execute(_with_details(statement, order, cut)).all()
    if cut.is_backward:
        found = found[::-1]
    teams = team_names(ctx, asked.scope, {row.user_id for row in found})
    places = [
        Place(row.rank, row.lead, (row.sort_name, row.user_id, row.course_id)) for row in found
    ]
    return [_row(row, teams) for row in found], places


def is_walk_shorter(matching: int, everything: int, size: int = PAGE) -> bool:
    """Whether a full page is found sooner in an index than by gathering all rows that fit."""
    return WALK_COST * matching * matching > size * everything


def get_page(
    ctx: Context, asked: Filter, course_ids: Sequence[int], cut: Cut, totals: tuple[int, int]
) -> Page:
    """A page of the report; `totals` are the rows that fit and all there are."""
    order = orders.find(asked.sort, course_ids)
    total, everything = totals
    walks = len(order.ranks) <= MAX_WALKS and is_walk_shorter(total, everything, cut.size)
    more = replace(cut, size=cut.size + 1)
    rows, places = list_rows(ctx, asked, order, more, walks=walks)
    has_more = len(rows) > cut.size
    if has_more:
        kept = slice(1, None) if cut.is_backward else slice(cut.size)
        rows, places = rows[kept], places[kept]
    has_before = has_more if cut.is_backward else cut.place is not None
    has_after = cut.is_backward or has_more
    return Page(
        rows,
        total,
        places[0].as_token() if places and has_before else None,
        places[-1].as_token() if places and has_after else None,
    )


def stream(ctx: Context, asked: Filter, course_ids: Sequence[int]) -> Iterator[CompletionRow]:
    """Every row in order, read in batches, so that memory does not grow with their number."""
    order = orders.find(asked.sort, course_ids)
    statement = _joined(select(*DETAILS)).where(*_conditions(asked))
    statement = statement.order_by(order.rank, *order.sorted_by(order.keys, backward=False))
    result = ctx.session.execute(statement.execution_options(yield_per=BATCH))
    for batch in result.partitions():
        teams = team_names(ctx, asked.scope, {row.user_id for row in batch})
        for row in batch:
            yield _row(row, teams)


def team_names(ctx: Context, scope: Scope, user_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The names of each person's teams, only of those the scope is about."""
    asked = (
        select(Membership.user_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id.in_(sorted(user_ids)), Membership.left_at.is_(None))
        .order_by(Team.name)
    )
    if scope.team_ids is not None:
        asked = asked.where(Membership.team_id.in_(sorted(scope.team_ids)))
    found: dict[int, list[str]] = {}
    for user_id, name in ctx.session.execute(asked):
        found.setdefault(user_id, []).append(name)
    return {user_id: tuple(names) for user_id, names in found.items()}


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


def _conditions(asked: Filter, *, guards: bool = False) -> list[ColumnElement[bool]]:
    """The filter; guarded conditions are looked at row by row, not used to find rows."""
    found: list[ColumnElement[bool]] = []
    if asked.scope.team_ids is not None:
        found.append(asked.scope.covers(CourseProgress.user_id))
    if asked.search:
        found.append(CourseProgress.user_id.in_(select(User.id).where(matches(asked.search))))
    if asked.course_id is not None:
        found.append(CourseProgress.course_id == asked.course_id)
    if asked.state:
        found.append(STATE_IS[asked.state])
    # An index on a plain condition must not tempt the database away from the walk.
    return [condition.is_(true()) for condition in found] if guards else found
