"""What each kind of correction makes of a mark: hazards stay missed, undoing restores."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain import correcting
from quizapp.domain.correcting import ItemState
from quizapp.domain.marking import Verdict

HALF = Fraction(1, 2)
shares = st.fractions(0, 1, max_denominator=4)
states = st.builds(
    ItemState,
    share=st.none() | shares,
    harm=st.sampled_from([None, "harmless", "dangerous"]),
    awarded=st.none() | shares,
    is_void=st.booleans(),
)


@given(state=states)
def test_rows_keep_a_state_exactly(state: ItemState) -> None:
    document = state.to_dict()
    assert correcting.state_of(**document) == state


@given(state=states)
def test_what_is_given_says_nothing_of_what_was_right(state: ItemState) -> None:
    assert correcting.void(state).share == state.share
    assert correcting.full_marks(state).share == state.share
    assert correcting.full_marks(state).counted == 1


def test_full_marks_change_nothing_where_they_are() -> None:
    assert correcting.full_marks(ItemState(Fraction(1))) == ItemState(Fraction(1))
    assert correcting.full_marks(ItemState(HALF)) == ItemState(HALF, awarded=Fraction(1))


def test_a_void_item_stays_marked() -> None:
    assert correcting.void(ItemState(HALF, "harmless")) == ItemState(HALF, "harmless", is_void=True)


@given(state=states, share=shares, is_never_lower=st.booleans())
def test_a_corrected_key_alone_says_what_was_right(
    state: ItemState,
    share: Fraction,
    is_never_lower: bool,  # noqa: FBT001 - an example's value
) -> None:
    after = correcting.judge_again(state, share, "harmless", is_never_lower=is_never_lower)
    assert (after.share, after.harm, after.is_void) == (share, "harmless", state.is_void)
    if is_never_lower and state.counted is not None:
        assert after.counted is not None
        assert after.counted >= state.counted


def test_an_answer_people_mark_is_left_to_them() -> None:
    state = ItemState(HALF, awarded=Fraction(1))
    assert correcting.judge_again(state, None, None, is_never_lower=False) == state


def test_points_given_before_stay_given_where_they_are_more() -> None:
    given_before = ItemState(Fraction(0), awarded=HALF)
    worse = correcting.judge_again(given_before, Fraction(1, 4), None, is_never_lower=False)
    assert worse.counted == HALF
    better = correcting.judge_again(given_before, Fraction(1), None, is_never_lower=False)
    assert (better.counted, better.awarded) == (Fraction(1), None)


@given(before=states, share=shares, is_never_lower=st.booleans())
def test_undoing_restores_what_was_changed(
    before: ItemState,
    share: Fraction,
    is_never_lower: bool,  # noqa: FBT001 - an example's value
) -> None:
    for after in (
        correcting.void(before),
        correcting.full_marks(before),
        correcting.judge_again(before, share, None, is_never_lower=is_never_lower),
    ):
        assert correcting.undone(after, before.to_dict(), after.to_dict()) == before


def test_undoing_leaves_what_somebody_else_changed_meanwhile() -> None:
    before = ItemState(None)
    after = correcting.void(before)
    marked_meanwhile = ItemState(HALF, is_void=True)
    undone = correcting.undone(marked_meanwhile, before.to_dict(), after.to_dict())
    assert undone == ItemState(HALF)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((Verdict.PASSED, HALF), (Verdict.PASSED, HALF), False),
        ((Verdict.PASSED, HALF), (Verdict.PASSED, Fraction(1, 3)), True),
        ((Verdict.PASSED, HALF), (Verdict.NOT_PASSED, Fraction(1)), True),
        ((Verdict.NOT_PASSED, HALF), (Verdict.NOT_SAFE, HALF), True),
        ((Verdict.NOT_SAFE, HALF), (Verdict.PASSED, HALF), False),
        ((Verdict.NOT_PASSED, HALF), (Verdict.PENDING, HALF), False),
        ((Verdict.PASSED, HALF), (Verdict.PENDING, HALF), True),
        ((Verdict.DONE, HALF), (Verdict.DONE, Fraction(2, 3)), False),
    ],
)
def test_a_result_is_lower_in_verdict_or_in_score(
    before: tuple[Verdict, Fraction], after: tuple[Verdict, Fraction], *, expected: bool
) -> None:
    assert correcting.is_lower(before, after) is expected
