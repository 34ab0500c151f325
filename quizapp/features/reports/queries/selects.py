"""The selects behind the completion report: which rows fit, and a piece of them in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.types import NullType

from quizapp.features.accounts.models import User
from quizapp.features.accounts.queries import matches
from quizapp.features.courses.models import Enrollment
from quizapp.features.progress.models import CourseProgress
from quizapp.features.reports.queries.orders import DEFAULT, STATE_IS, TIES, Order, Place
from quizapp.features.reports.queries.scope import Scope
from quizapp.infrastructure.types import UtcDateTime

PAGE = 50
Rows = Select[*tuple[Any, ...]]
DETAILS = (
    User.code,
    User.name,
    User.email,
    CourseProgress.user_id,
    CourseProgress.course_id,
    CourseProgress.state,
    CourseProgress.steps_done,
    CourseProgress.steps_total,
    CourseProgress.best_score,
    CourseProgress.hazards_missed,
    Enrollment.enrolled_at,
    CourseProgress.changed_at,
    CourseProgress.completed_at,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a report is limited to, and the name of its order."""

    scope: Scope
    course_id: int | None = None
    state: str = ""
    search: str = ""
    sort: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Cut:
    """Which piece of an order to read: so many rows after a place, or before it."""

    size: int = PAGE
    place: Place | None = None
    is_backward: bool = False


def counted(asked: Filter) -> Rows:
    """How many rows fit."""
    return select(func.count()).select_from(CourseProgress).where(*_conditions(asked))


def everything(asked: Filter, order: Order) -> Rows:
    """All rows that fit, in order, with moments as the driver gives them."""
    plain = [
        type_coerce(column, NullType()) if isinstance(column.type, UtcDateTime) else column
        for column in DETAILS
    ]
    return (
        _with_details(select(*plain))
        .where(*_conditions(asked))
        .order_by(order.rank, *order.directed(order.keys))
    )


def gathered(asked: Filter, order: Order, cut: Cut) -> Rows:
    """A piece, by finding all rows that fit and sorting them."""
    conditions = [*_conditions(asked), *_guarded([or_(*order.ranks)])]
    if cut.place is not None:
        conditions.append(order.beyond(cut.place, is_backward=cut.is_backward))
    first = order.rank.desc() if cut.is_backward else order.rank.asc()
    return _piece(order, order.rank, [first], conditions, cut)


def walked(asked: Filter, order: Order, rank: int, cut: Cut) -> Rows:
    """A piece of one rank, along the index that is in this order."""
    conditions = [order.ranks[rank], *_conditions(asked, along=order)]
    if cut.place is not None and cut.place.rank == rank:
        conditions.append(order.beyond_in_rank(cut.place, is_backward=cut.is_backward))
    return _piece(order, literal(rank), [], conditions, cut)


def _piece(
    order: Order,
    rank: ColumnElement[int],
    first: Sequence[Any],
    conditions: Sequence[ColumnElement[bool]],
    cut: Cut,
) -> Rows:
    """The keys, from an index alone where there is one for it; then the details of those rows."""
    backward = cut.is_backward
    lead = literal(0) if order.lead is None else order.lead
    keys = (
        select(rank.label("rank"), lead.label("lead"), *TIES)
        .where(*conditions)
        .order_by(*first, *order.directed(order.keys, is_backward=backward))
        .limit(cut.size)
        .subquery("keys")
    )
    found = keys.columns
    ties = (found.sort_name, found.user_id, found.course_id)
    ordered = ties if order.lead is None else (found.lead, *ties)
    return _with_details(select(*DETAILS, found.rank, found.lead, found.sort_name), keys).order_by(
        found.rank.desc() if backward else found.rank.asc(),
        *order.directed(ordered, is_backward=backward),
    )


def _with_details(asked: Rows, keys: FromClause | None = None) -> Rows:
    if keys is None:
        asked = asked.select_from(CourseProgress)
    else:
        is_row = (CourseProgress.user_id == keys.c.user_id) & (
            CourseProgress.course_id == keys.c.course_id
        )
        asked = asked.select_from(keys).join(CourseProgress, is_row)
    return asked.join(User, User.id == CourseProgress.user_id).join(
        Enrollment, Enrollment.id == CourseProgress.enrollment_id
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
