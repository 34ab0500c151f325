"""Whose turn it is to mark, and what marks add up to."""

from fractions import Fraction

import pytest

from quizapp.domain.hand_marking import Given, Outcome, Plan, Round, outcome, turn_of

ONE, TWO = Plan(), Plan(is_double=True)
IDA, BEN, EVE = 1, 2, 3
ALL = frozenset({IDA, BEN, EVE})


def marks(*shares: str) -> dict[Round, Given]:
    """Marks of Ida, Ben and Eve, in the order of the rounds."""
    return {
        step: Given(marker, Fraction(share))
        for step, marker, share in zip(Round, (IDA, BEN, EVE), shares, strict=False)
    }


def test_one_mark_is_enough_where_no_second_is_asked_for() -> None:
    assert outcome(marks(), ONE) == Outcome(Round.FIRST, None)
    assert outcome(marks("2/3"), ONE) == Outcome(None, Fraction(2, 3))
    assert outcome(marks("2/3"), ONE).is_final


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1/2", "1/2", Outcome(None, Fraction(1, 2))),
        ("1/2", "7/10", Outcome(None, Fraction(3, 5))),
        ("7/10", "1/2", Outcome(None, Fraction(3, 5))),
        ("1/2", "701/1000", Outcome(Round.MODERATION, None)),
        ("0", "1", Outcome(Round.MODERATION, None)),
    ],
)
def test_two_marks_count_by_their_mean_up_to_the_limit(
    first: str, second: str, expected: Outcome
) -> None:
    assert outcome(marks(first, second), TWO) == expected


def test_a_second_mark_is_waited_for() -> None:
    assert outcome(marks("1"), TWO) == Outcome(Round.SECOND, None)
    assert not outcome(marks("1"), TWO).is_final


def test_a_limit_of_nothing_sends_every_difference_to_a_moderator() -> None:
    strict = Plan(is_double=True, moderation_over=Fraction(0))
    assert outcome(marks("1/3", "1/3"), strict).is_final
    assert outcome(marks("1/3", "1/2"), strict).needs is Round.MODERATION


def test_a_moderator_decides_whatever_the_others_say() -> None:
    assert outcome(marks("0", "1", "1/4"), TWO) == Outcome(None, Fraction(1, 4))
    assert outcome(marks("1", "1", "1/4"), TWO) == Outcome(None, Fraction(1, 4))


def test_the_second_marker_is_never_the_first() -> None:
    assert turn_of(IDA, marks(), TWO, ALL) is Round.FIRST
    assert turn_of(IDA, marks("1"), TWO, ALL) is None
    assert turn_of(BEN, marks("1"), TWO, ALL) is Round.SECOND
    assert turn_of(IDA, marks("1"), TWO, frozenset({IDA})) is None


def test_the_moderator_is_a_third_person_where_there_is_one() -> None:
    differing = marks("0", "1")
    assert turn_of(EVE, differing, TWO, ALL) is Round.MODERATION
    assert turn_of(IDA, differing, TWO, ALL) is None
    assert turn_of(BEN, differing, TWO, ALL) is None


def test_either_of_two_moderates_where_nobody_else_could() -> None:
    differing, both = marks("0", "1"), frozenset({IDA, BEN})
    assert turn_of(IDA, differing, TWO, both) is Round.MODERATION
    assert turn_of(BEN, differing, TWO, both) is Round.MODERATION


def test_nobody_s_turn_comes_once_it_is_final() -> None:
    assert turn_of(EVE, marks("1", "1"), TWO, ALL) is None
    assert turn_of(EVE, marks("0", "1", "1"), TWO, ALL) is None
    assert turn_of(BEN, marks("1"), ONE, ALL) is None
