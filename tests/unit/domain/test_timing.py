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


HOURS = st.integers(60, 4 * 3600)
ALLOWANCES = st.builds(
    Allowance,
    factor=st.integers(0, 40).map(lambda step: Fraction(20 + step, 20)),
    extra_seconds=st.integers(0, 240).map(lambda minutes: minutes * 60),
    break_seconds=st.integers(0, 120).map(lambda minutes: minutes * 60),
)
WINDOWS = st.none() | st.integers(1, 5 * 3600).map(
    lambda seconds: START + timedelta(seconds=seconds)
)


def due(*arguments: object, **options: object) -> datetime:
    found = timing.deadline(*arguments, **options).due_at  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_window_does_not_cut_into_an_adjustment() -> None:
    closes = START + timedelta(minutes=10)
    end = timing.deadline(START, 1200, closes, 30, Allowance(Fraction(5, 4)))
    assert end.due_at == closes + timedelta(minutes=5)  # a quarter of the twenty of the limit


def test_without_a_limit_there_is_nothing_to_adjust() -> None:
    closes = START + timedelta(minutes=10)
    end = timing.deadline(START, None, closes, 30, Allowance(Fraction(2), 600))
    assert end.due_at == closes


@given(HOURS, WINDOWS, ALLOWANCES, st.integers(0, 7200))
def test_what_is_agreed_never_shortens(
    limit: int, closes: datetime | None, allowance: Allowance, given_seconds: int
) -> None:
    plain = due(START, limit, closes, 30)
    assert due(START, limit, closes, 30, allowance, given_seconds) >= plain


@given(HOURS, WINDOWS, st.lists(ALLOWANCES, max_size=4), st.integers(0, 7200), st.randoms())
def test_the_order_of_adjustments_does_not_matter(
    limit: int, closes: datetime | None, agreed: list[Allowance], more: int, dice: object
) -> None:
    def end_of(order: list[Allowance]) -> tuple[datetime, int]:
        best = Allowance()
        for allowance in order:
            best = timing.kindest(limit, best, allowance)
        return due(START, limit, closes, 30, best, more), best.break_seconds

    shuffled = list(agreed)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert end_of(agreed) == end_of(shuffled)
    every = [due(START, limit, closes, 30, allowance, more) for allowance in agreed]
    assert end_of(agreed)[0] == max([due(START, limit, closes, 30, given_seconds=more), *every])


@given(HOURS, ALLOWANCES, ALLOWANCES)
def test_the_kindest_of_two_is_no_worse_than_either(
    limit: int, one: Allowance, other: Allowance
) -> None:
    best = timing.kindest(limit, one, other)
    for allowance in (one, other):
        assert timing.added_seconds(limit, best) >= timing.added_seconds(limit, allowance)
        assert best.break_seconds >= allowance.break_seconds


@pytest.mark.parametrize(
    ("gone", "used"),
    [
        (timedelta(0), 0),
        (TICK, 1),  # a second begun is a second used: in the learner's favour at the end
        (timedelta(seconds=59), 59),
        (timedelta(seconds=60), 60),
        (timedelta(hours=5), 60),
        (-timedelta(minutes=10), 0),  # the clock was set back
    ],
)
def test_a_break_uses_whole_seconds_up_to_its_length(gone: timedelta, used: int) -> None:
    assert timing.break_used(START, 60, START + gone) == used


def test_nothing_agreed_adds_nothing() -> None:
    assert timing.allowed_seconds(1200, Allowance()) == 1200
    assert Allowance() == Allowance(Fraction(1), extra_seconds=0, break_seconds=0)


def test_of_two_that_add_the_same_the_first_stays() -> None:
    minutes, factor = Allowance(extra_seconds=600), Allowance(Fraction(3, 2), break_seconds=60)
    kept = timing.kindest(1200, minutes, factor)
    assert kept == Allowance(extra_seconds=600, break_seconds=60)
