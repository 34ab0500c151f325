"""Time limits: fixed when an attempt starts, judged by when a request arrived, one grace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Allowance:
    """Somebody's standing adjustment: a factor on the limit, and seconds on top."""

    factor: Fraction = Fraction(1)
    extra_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an attempt ends: `due_at` as shown, `hard_at` with grace. None: no limit."""

    due_at: datetime | None
    hard_at: datetime | None


class Moment(StrEnum):
    """Where an arrival stands: in time, late but within grace, or over."""

    IN_TIME = "in_time"
    LATE = "late"
    OVER = "over"


def allowed_seconds(limit_seconds: int | None, allowance: Allowance) -> int | None:
    """The limit with the adjustment, rounded up to whole seconds."""
    if limit_seconds is None:
        return None
    exact = limit_seconds * allowance.factor + allowance.extra_seconds
    return -(-exact.numerator // exact.denominator)


def deadline(
    started_at: datetime,
    limit_seconds: int | None,
    closes_at: datetime | None,
    grace_seconds: int,
    allowance: Allowance = Allowance(),
) -> Deadline:
    """The earlier of the time limit and the closing of the window, fixed for good."""
    seconds = allowed_seconds(limit_seconds, allowance)
    ends = [] if seconds is None else [started_at + timedelta(seconds=seconds)]
    if closes_at is not None:
        ends.append(closes_at)
    if not ends:
        return Deadline(None, None)
    due_at = min(ends)
    return Deadline(due_at, due_at + timedelta(seconds=grace_seconds))


def attempt_clock(arrived_at: datetime, end: Deadline) -> Moment:
    """The one judgement every path asks: both edges belong to the earlier side."""
    if end.due_at is None or end.hard_at is None or arrived_at <= end.due_at:
        return Moment.IN_TIME
    return Moment.LATE if arrived_at <= end.hard_at else Moment.OVER
