"""Time limits: fixed when an attempt starts, judged by when a request arrived, one grace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Allowance:
    """Somebody's adjustment: a factor on the limit, seconds on top, seconds of breaks."""

    factor: Fraction = Fraction(1)
    extra_seconds: int = 0
    break_seconds: int = 0


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


def added_seconds(limit_seconds: int | None, allowance: Allowance) -> int:
    """What the adjustment adds to a limit; nothing where there is none."""
    allowed = allowed_seconds(limit_seconds, allowance)
    return 0 if allowed is None or limit_seconds is None else allowed - limit_seconds


def kindest(limit_seconds: int | None, one: Allowance, other: Allowance) -> Allowance:
    """The one of two that adds more, with the longer breaks of both.

    A running attempt keeps the best it was ever given, so the order of changes does not matter.
    """
    is_better = added_seconds(limit_seconds, other) > added_seconds(limit_seconds, one)
    time = other if is_better else one
    longest = max(one.break_seconds, other.break_seconds)
    return Allowance(time.factor, time.extra_seconds, longest)


def deadline(
    started_at: datetime,
    limit_seconds: int | None,
    closes_at: datetime | None,
    grace_seconds: int,
    allowance: Allowance = Allowance(),
    given_seconds: int = 0,
) -> Deadline:
    """The earlier of the time limit and the closing of the window, and what was agreed on top.

    The window ends what everybody has; it never cuts into an adjustment or into seconds that
    were given to this attempt (more minutes, breaks).
    """
    ends = [] if limit_seconds is None else [started_at + timedelta(seconds=limit_seconds)]
    if closes_at is not None:
        ends.append(closes_at)
    if not ends:
        return Deadline(None, None)
    more = added_seconds(limit_seconds, allowance) + given_seconds
    due_at = min(ends) + timedelta(seconds=more)
    return Deadline(due_at, due_at + timedelta(seconds=grace_seconds))


def break_used(started_at: datetime, seconds: int, now: datetime) -> int:
    """Whole seconds used of a break of a length; a clock that was set back counts as none."""
    gone = -((started_at - now) // timedelta(seconds=1))
    return min(seconds, max(0, gone))


def attempt_clock(arrived_at: datetime, end: Deadline) -> Moment:
    """The one judgement every path asks: both edges belong to the earlier side."""
    if end.due_at is None or end.hard_at is None or arrived_at <= end.due_at:
        return Moment.IN_TIME
    return Moment.LATE if arrived_at <= end.hard_at else Moment.OVER
