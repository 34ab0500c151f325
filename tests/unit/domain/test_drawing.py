"""Choosing questions: what can be filled is filled, nothing is asked twice."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain import drawing
from quizapp.domain.drawing import Candidate, Draw, DrawCannotBeFilled
from tests.factories.dice import dice

OBJECTIVES = ("o1", "o2", "o3")
LEVELS = ("remember", "apply")
HAZARDS = (None, "h1", "h2")
TAGS = ("t1", "t2")
TYPES = ("single_best_answer", "true_false")


def subsets(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


@st.composite
def pools(draw: st.DrawFn, most: int = 6) -> list[Candidate]:
    count = draw(st.integers(0, most))
    return [
        Candidate(
            number,
            draw(subsets(OBJECTIVES)),
            draw(st.sampled_from(LEVELS)),
            draw(st.sampled_from(HAZARDS)),
            draw(subsets(TAGS)),
            draw(st.sampled_from(TYPES)),
        )
        for number in range(1, count + 1)
    ]


draws = st.builds(
    Draw,
    count=st.integers(1, 2),
    objectives=subsets(OBJECTIVES),
    levels=subsets(LEVELS),
    hazards=subsets(("h1", "h2")),
    tags=subsets(TAGS),
    types=subsets(TYPES),
    safety=st.sampled_from(("any", "only", "none")),
)


def can_be_filled(wanted: list[Draw], pool: list[Candidate]) -> bool:
    """Try every choice there is."""
    places = [draw for draw in wanted for _ in range(draw.count)]
    return any(
        all(draw.fits(candidate) for draw, candidate in zip(places, chosen, strict=True))
        for chosen in permutations(pool, len(places))
    )


@given(st.lists(draws, max_size=2), pools(), st.integers())
def test_what_can_be_filled_is_filled_and_nothing_else(
    wanted: list[Draw], pool: list[Candidate], seed: int
) -> None:
    try:
        chosen = drawing.fill(wanted, pool, dice(seed))
    except DrawCannotBeFilled:
        assert not can_be_filled(wanted, pool)
    else:
        assert can_be_filled(wanted, pool)
        assert [len(ids) for ids in chosen] == [draw.count for draw in wanted]


@given(st.lists(draws, max_size=3), pools(12), st.integers())
def test_every_question_is_asked_once_and_fits_its_draw(
    wanted: list[Draw], pool: list[Candidate], seed: int
) -> None:
    by_id = {candidate.question_id: candidate for candidate in pool}
    try:
        chosen = drawing.fill(wanted, pool, dice(seed))
    except DrawCannotBeFilled:
        return
    ids = [number for part in chosen for number in part]
    assert len(ids) == len(set(ids))
    assert all(
        draw.fits(by_id[number])
        for draw, part in zip(wanted, chosen, strict=True)
        for number in part
    )


@given(st.lists(draws, max_size=3), pools(12), st.integers())
def test_same_seed_gives_the_same_draw(
    wanted: list[Draw], pool: list[Candidate], seed: int
) -> None:
    def outcome() -> list[list[int]] | None:
        try:
            return drawing.fill(wanted, pool, dice(seed))
        except DrawCannotBeFilled:
            return None

    assert outcome() == outcome()


def make_pool(count: int) -> list[Candidate]:
    return [
        Candidate(n, frozenset({f"o{n}"}), "apply", None, frozenset(), "true_false")
        for n in range(1, count + 1)
    ]


def test_different_seeds_give_different_draws() -> None:
    pool = make_pool(20)
    found = {tuple(drawing.fill([Draw(3)], pool, dice(seed))[0]) for seed in range(30)}
    assert len(found) > 10


def test_a_wide_draw_leaves_the_only_question_to_a_narrow_one() -> None:
    wanted = [Draw(1), Draw(1, objectives=frozenset({"o1"}))]
    for seed in range(20):
        wide, narrow = drawing.fill(wanted, make_pool(2), dice(seed))
        assert (wide, narrow) == ([2], [1])


def test_unseen_questions_come_first() -> None:
    for seed in range(20):
        chosen = drawing.fill([Draw(2)], make_pool(4), dice(seed), seen=frozenset({1, 2}))
        assert set(chosen[0]) == {3, 4}


def test_a_new_question_is_left_to_the_draw_that_has_no_other() -> None:
    pool = make_pool(4)  # 3 and 4 are seen; the narrow draw could take 1 or 3
    wanted = [
        Draw(1, objectives=frozenset({"o1", "o2"})),
        Draw(1, objectives=frozenset({"o1", "o3"})),
    ]
    for seed in range(20):
        chosen = drawing.fill(wanted, pool, dice(seed), seen=frozenset({3, 4}))
        assert chosen == [[2], [1]]


def test_seen_questions_are_used_when_new_ones_run_out() -> None:
    chosen = drawing.fill([Draw(3)], make_pool(3), dice(1), seen=frozenset({1, 2}))
    assert set(chosen[0]) == {1, 2, 3}


def test_fixed_questions_are_not_drawn_again() -> None:
    chosen = drawing.fill([Draw(2)], make_pool(3), dice(1), taken=frozenset({2}))
    assert set(chosen[0]) == {1, 3}


def test_too_few_questions_are_a_refusal() -> None:
    with pytest.raises(DrawCannotBeFilled):
        drawing.fill([Draw(4)], make_pool(3), dice(1))


def test_the_largest_draws_authors_may_ask_for_are_filled() -> None:
    wanted = [Draw(500), Draw(500, levels=frozenset({"apply"}))]
    chosen = drawing.fill(wanted, make_pool(1000), dice(1))
    assert [len(part) for part in chosen] == [500, 500]


def test_questions_of_a_case_stay_together() -> None:
    groups = [[1], [2, 3, 4], [5]]
    for seed in range(20):
        order = drawing.shuffled_groups(groups, dice(seed))
        place = order.index(2)
        assert order[place : place + 3] == [2, 3, 4]
        assert sorted(order) == [1, 2, 3, 4, 5]


def most_hazards(wanted: list[Draw], pool: list[Candidate], hazards: frozenset[str]) -> int:
    """As many of the hazards as any choice asks."""
    places = [draw for draw in wanted for _ in range(draw.count)]
    return max(
        len(hazards & {candidate.hazard for candidate in chosen})
        for chosen in permutations(pool, len(places))
        if all(draw.fits(one) for draw, one in zip(places, chosen, strict=True))
    )


@given(st.lists(draws, max_size=2), pools(), st.integers(), st.frozensets(st.integers(1, 6)))
def test_open_hazards_are_asked_as_far_as_there_is_room(
    wanted: list[Draw], pool: list[Candidate], seed: int, seen: frozenset[int]
) -> None:
    hazards = frozenset({"h1", "h2"})
    try:
        chosen = drawing.fill(wanted, pool, dice(seed), seen=seen, hazards=hazards)
    except DrawCannotBeFilled:
        assert not can_be_filled(wanted, pool)
        return
    assert chosen == drawing.fill(wanted, pool, dice(seed), seen=seen, hazards=hazards)
    assert [len(ids) for ids in chosen] == [draw.count for draw in wanted]
    by_id = {candidate.question_id: candidate for candidate in pool}
    assert all(
        draw.fits(by_id[number])
        for draw, part in zip(wanted, chosen, strict=True)
        for number in part
    )
    ids = {number for part in chosen for number in part}
    assert len(ids) == sum(draw.count for draw in wanted)
    asked = hazards & {by_id[number].hazard for number in ids}
    assert len(asked) == most_hazards(wanted, pool, hazards)


def make_hazardous(*numbers: int) -> list[Candidate]:
    return [
        Candidate(n, frozenset(), "apply", f"h{n % 2}", frozenset(), "true_false") for n in numbers
    ]


def test_an_open_hazard_is_asked_by_a_question_not_seen_before() -> None:
    pool = [*make_pool(20), *make_hazardous(101, 103)]
    for seed in range(20):
        (chosen,) = drawing.fill(
            [Draw(1)], pool, dice(seed), seen=frozenset({101}), hazards=frozenset({"h1"})
        )
        assert chosen == [103]


def test_an_open_hazard_is_asked_by_a_seen_question_where_there_is_no_other() -> None:
    pool = [*make_pool(20), *make_hazardous(101)]
    for seed in range(20):
        (chosen,) = drawing.fill(
            [Draw(2)], pool, dice(seed), seen=frozenset({101}), hazards=frozenset({"h1", "gone"})
        )
        assert 101 in chosen


def test_open_hazards_share_the_room_by_chance() -> None:
    pool = [*make_pool(5), *make_hazardous(101, 102)]
    found = {
        drawing.fill([Draw(1)], pool, dice(seed), hazards=frozenset({"h0", "h1"}))[0][0]
        for seed in range(20)
    }
    assert found == {101, 102}


def test_one_hazard_makes_room_for_the_other() -> None:
    """The new question for h1 fits only where h0 could be asked: both are asked all the same."""
    only_wide = Candidate(1, frozenset(), "apply", "h1", frozenset(), "true_false")
    tagged = frozenset({"t1"})
    anywhere = Candidate(2, frozenset(), "apply", "h0", tagged, "true_false")
    pool = [only_wide, anywhere, *make_pool(3)]
    for seed in range(20):
        wide, narrow = drawing.fill(
            [Draw(1), Draw(1, tags=tagged)], pool, dice(seed), hazards=frozenset({"h0", "h1"})
        )
        assert (wide, narrow) == ([1], [2])
