"""The orders a report can have, and a place in one, to go on from."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, or_, true, tuple_

from quizapp.domain.errors import NotFound
from quizapp.features.progress.models import (
    COMPLETE,
    IN_PROGRESS,
    NOT_PASSED,
    NOT_STARTED,
    CourseProgress,
)
from quizapp.features.reports.queries.wording import NOT_SAFE, STATES

DEFAULT = "state"
NAMES = ("name", "course", "state", "progress", "score", "changed", "completed")

STATE_IS: dict[str, ColumnElement[bool]] = {
    NOT_SAFE: (CourseProgress.state == NOT_PASSED) & (CourseProgress.hazards_missed > 0),
    NOT_PASSED: (CourseProgress.state == NOT_PASSED) & (CourseProgress.hazards_missed == 0),
    NOT_STARTED: CourseProgress.state == NOT_STARTED,
    IN_PROGRESS: CourseProgress.state == IN_PROGRESS,
    COMPLETE: CourseProgress.state == COMPLETE,
}
SHARE_DONE: ColumnElement[float] = func.coalesce(
    cast(CourseProgress.steps_done, Float) / func.nullif(CourseProgress.steps_total, 0), 0.0
)
TIES = (CourseProgress.sort_name, CourseProgress.user_id, CourseProgress.course_id)


@dataclass(frozen=True, slots=True)
class Place:
    """The key of a row in an order; pages begin after or end before one."""

    rank: int
    lead: Any
    ties: tuple[str, int, int]

    def as_token(self) -> str:
        """For an address."""
        lead = self.lead.isoformat() if isinstance(self.lead, datetime) else self.lead
        text = json.dumps([self.rank, lead, *self.ties], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by which condition holds for them, then by the lead column, then by name.

    The conditions (`ranks`) exclude each other. They are in the order of display; lead and name
    run the other way where the order is descending.
    """

    ranks: tuple[ColumnElement[bool], ...] = (true(),)
    lead: Any = None
    is_descending: bool = False

    @property
    def rank(self) -> ColumnElement[int]:
        """The number of the condition that holds."""
        if len(self.ranks) == 1:
            return literal(0)
        return case(*[(condition, number) for number, condition in enumerate(self.ranks)])

    @property
    def keys(self) -> tuple[Any, ...]:
        return TIES if self.lead is None else (self.lead, *TIES)

    def beyond(self, place: Place, *, backward: bool) -> ColumnElement[bool]:
        """Among the rows of the place's own rank: those after it (or before it)."""
        has_lead = self.lead is not None and place.lead is not None
        keys = tuple_(*(self.keys if has_lead else TIES))
        values = tuple_(*((place.lead, *place.ties) if has_lead else place.ties))
        return keys < values if backward != self.is_descending else keys > values

    def anywhere_beyond(self, place: Place, *, backward: bool) -> ColumnElement[bool]:
        """The rows after a place (or before it), whatever their rank."""
        if len(self.ranks) == 1:
            return self.beyond(place, backward=backward)
        further = self.rank < place.rank if backward else self.rank > place.rank
        return or_(
            further, and_(self.rank == place.rank, self.beyond(place, backward=backward))
        )

    def sorted_by(self, keys: Sequence[Any], *, backward: bool) -> list[Any]:
        """The keys (columns of this order or of a subquery) each in its direction."""
        return [key.desc() if backward != self.is_descending else key.asc() for key in keys]


def find(name: str, course_ids: Sequence[int]) -> Order:
    """An order by its name in addresses; a leading minus turns it round.

    `course_ids` are in the order of their titles.
    """
    column, is_descending = name.removeprefix("-"), name.startswith("-")
    if column == "state":
        ranks = [STATE_IS[state] for state in STATES]
        return Order(tuple(reversed(ranks) if is_descending else ranks))
    if column == "course":
        courses = [CourseProgress.course_id == number for number in course_ids] or [true()]
        return Order(tuple(reversed(courses) if is_descending else courses))
    if column in {"score", "completed"}:
        lead = {"score": CourseProgress.best_score, "completed": CourseProgress.completed_at}[
            column
        ]
        return Order((lead.is_not(None), lead.is_(None)), lead, is_descending)
    leads = {"progress": SHARE_DONE, "changed": CourseProgress.changed_at}
    return Order(lead=leads.get(column), is_descending=is_descending)


def read_token(text: str, order: Order) -> Place:
    """A place from an address; raises NotFound for one that was not made by this order."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        rank, lead, name, user_id, course_id = json.loads(raw)
        if order.lead is not None and lead is not None:
            is_moment = order.lead is not SHARE_DONE and order.lead.type.python_type is datetime
            lead = datetime.fromisoformat(lead) if is_moment else float(lead)
            if is_moment and lead.tzinfo is None:
                raise NotFound
        ids = (int(user_id), int(course_id))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise NotFound from error
    is_known = rank in range(len(order.ranks)) and isinstance(name, str) and "\0" not in name
    if not is_known or max(map(abs, ids)) >= 2**31 or (order.lead is None and lead is not None):
        raise NotFound
    return Place(rank, lead, (name, *ids))
