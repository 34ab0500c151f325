"""The orders a report can have, and a place in one, to go on from."""

import base64
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
from quizapp.infrastructure.types import UtcDateTime

DEFAULT = "state"
MAX_ID = 2**31 - 1
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

    @property
    def has_index(self) -> bool:
        """Whether the database keeps rows in this order; the share done is worked out instead."""
        return self.lead is not SHARE_DONE

    def directed(self, keys: Sequence[Any], *, is_backward: bool = False) -> list[Any]:
        """The keys (columns of progress, or of a subquery) each in its direction."""
        return [key.desc() if is_backward != self.is_descending else key.asc() for key in keys]

    def ranks_from(self, place: Place | None, *, is_backward: bool) -> range:
        """The ranks to read one after the other, from that of a place on."""
        if is_backward:
            return range(len(self.ranks) - 1 if place is None else place.rank, -1, -1)
        return range(0 if place is None else place.rank, len(self.ranks))

    def beyond_in_rank(self, place: Place, *, is_backward: bool) -> ColumnElement[bool]:
        """Among the rows of the place's own rank: those after it (or before it)."""
        has_lead = self.lead is not None and place.lead is not None
        keys = tuple_(*(self.keys if has_lead else TIES))
        values = tuple_(*((place.lead, *place.ties) if has_lead else place.ties))
        return keys < values if is_backward != self.is_descending else keys > values

    def beyond(self, place: Place, *, is_backward: bool) -> ColumnElement[bool]:
        """The rows after a place (or before it), whatever their rank."""
        same = self.beyond_in_rank(place, is_backward=is_backward)
        if len(self.ranks) == 1:
            return same
        further = self.rank < place.rank if is_backward else self.rank > place.rank
        return or_(further, and_(self.rank == place.rank, same))


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
        name.encode()
        place = Place(rank, _read_lead(lead, order), (name, int(user_id), int(course_id)))
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError) as error:
        raise NotFound from error
    is_sound = all(0 < number <= MAX_ID for number in place.ties[1:]) and "\0" not in name
    if not is_sound or rank not in range(len(order.ranks)):
        raise NotFound
    return place


def _read_lead(lead: Any, order: Order) -> Any:
    if order.lead is None or lead is None:
        return None
    if not isinstance(order.lead.type, UtcDateTime):
        return float(lead)
    moment = datetime.fromisoformat(lead)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment
