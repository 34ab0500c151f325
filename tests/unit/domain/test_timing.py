"""Deadlines, to the microsecond."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain import timing
from quizapp.domain.timing import Allowance, Deadline, Moment

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_without_limit_and_window_there_is_no_deadline() -> None:
    assert timing.deadline(START, None, None, 30) == Deadline(None, None)


def test_the_limit_counts_from_the_start() -> None:
    end = timing.deadline(START, 1200, None, 30)
    assert end == Deadline(START + timedelta(minutes=20), START + timedelta(seconds=1230))


def test_a_window_that_closes_earlier_ends_the_attempt() -> None:
    closes = START + timedelta(minutes=5)
    end = timing.deadline(START, 1200, closes, 30)
    assert end == Deadline(closes, closes + timedelta(seconds=30))


def test_a_window_that_closes_later_changes_nothing() -> None:
    closes = START + timedelta(hours=5)
    assert timing.deadline(START, 60, closes, 0).due_at == START + timedelta(minutes=1)


def test_a_window_alone_is_a_deadline() -> None:
    closes = START + timedelta(hours=5)
    assert timing.deadline(START, None, closes, 10).due_at == closes


@pytest.mark.parametrize(
    ("limit", "allowance", "seconds"),
    [
        (None, Allowance(), None),
        (600, Allowance(), 600),
        (600, Allowance(Fraction(5, 4)), 750),
        (600, Allowance(extra_seconds=90), 690),
        (601, Allowance(Fraction(3, 2), 10), 912),  # 911.5, rounded up
        (100, Allowance(Fraction(4, 3)), 134),
    ],
)
def test_adjustments_are_exact_and_rounded_up(
    limit: int | None, allowance: Allowance, seconds: int | None
) -> None:
    assert timing.allowed_seconds(limit, allowance) == seconds


def test_an_adjustment_moves_the_deadline() -> None:
    end = timing.deadline(START, 600, None, 30, Allowance(Fraction(3, 2)))
    assert end.due_at == START + timedelta(minutes=15)


DUE = START + timedelta(minutes=20)
END = Deadline(DUE, DUE + timedelta(seconds=30))


@pytest.mark.parametrize(
    ("arrived_at", "moment"),
    [
        (START, Moment.IN_TIME),
        (DUE - TICK, Moment.IN_TIME),
        (DUE, Moment.IN_TIME),
        (DUE + TICK, Moment.LATE),
        (DUE + timedelta(seconds=30) - TICK, Moment.LATE),
        (DUE + timedelta(seconds=30), Moment.LATE),
        (DUE + timedelta(seconds=30) + TICK, Moment.OVER),
        (DUE + timedelta(days=400), Moment.OVER),
    ],
)
def test_edges_belong_to_the_earlier_side(arrived_at: datetime, moment: Moment) -> None:
    assert timing.attempt_clock(arrived_at, END) is moment


def test_without_grace_a_microsecond_late_is_over() -> None:
    assert timing.attempt_clock(DUE + TICK, Deadline(DUE, DUE)) is Moment.OVER


@given(st.timedeltas(max_value=timedelta(days=4000), min_value=timedelta(days=-4000)))
def test_an_attempt_without_deadline_is_always_in_time(span: timedelta) -> None:
    assert timing.attempt_clock(START + span, Deadline(None, None)) is Moment.IN_TIME


@given(
    st.integers(1, 86_400),
    st.integers(0, 600),
    st.integers(-(10**12), 10**12),
    st.integers(0, 10**12),
)
def test_later_is_never_more_in_time(limit: int, grace: int, at: int, later: int) -> None:
    order = list(Moment)
    end = timing.deadline(START, limit, None, grace)
    first = timing.attempt_clock(START + timedelta(microseconds=at), end)
    second = timing.attempt_clock(START + timedelta(microseconds=at + later), end)
    assert order.index(first) <= order.index(second)
