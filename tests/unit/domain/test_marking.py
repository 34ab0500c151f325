"""Totals and verdicts: exact, and a missed hazard is never averaged away."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain import marking
from quizapp.domain.marking import Ground, MarkedItem, Reason, Rules, Verdict

SHARES = st.fractions(0, 1, max_denominator=12)
ITEMS = st.lists(
    st.builds(
        MarkedItem,
        slot=st.integers(1, 99),
        section=st.integers(0, 2),
        share=SHARES,
        hazard=st.sampled_from((None, "lung", "vessel")),
        points=st.fractions(Fraction(1, 2), 5, max_denominator=4),
    ),
    min_size=1,
    max_size=8,
)
RULES = st.builds(
    Rules,
    pass_mark=st.fractions(0, 100, max_denominator=8),
    is_graded=st.just(True),
    minimums=st.dictionaries(st.integers(0, 2), st.fractions(0, 100, max_denominator=8)),
)


def item(share: Fraction | int | None, section: int = 0, hazard: str | None = None) -> MarkedItem:
    return MarkedItem(1, section, None if share is None else Fraction(share), hazard)


@given(ITEMS, RULES)
def test_a_missed_hazard_never_ends_as_passed(items: list[MarkedItem], rules: Rules) -> None:
    total = marking.total(items, rules)
    missed = {i.hazard for i in items if i.hazard is not None and i.share != 1}
    assert (total.verdict is Verdict.NOT_SAFE) == bool(missed)
    assert {reason.hazard for reason in total.reasons if reason.hazard} == missed


@given(ITEMS, RULES)
def test_the_score_is_a_share_of_the_maximum(items: list[MarkedItem], rules: Rules) -> None:
    total = marking.total(items, rules)
    assert 0 <= total.score <= 1
    assert total.points == sum(i.points * (i.share or 0) for i in items)
    assert total.max_points == sum(i.points for i in items)


@given(ITEMS, RULES)
def test_passing_means_every_demand_is_met(items: list[MarkedItem], rules: Rules) -> None:
    total = marking.total(items, rules)
    reached = total.score * 100 >= rules.pass_mark
    sections = all(
        sum(i.points * (i.share or 0) for i in items if i.section == number) * 100
        >= minimum * sum(i.points for i in items if i.section == number)
        for number, minimum in rules.minimums.items()
    )
    safe = all(i.share == 1 for i in items if i.hazard)
    assert (total.verdict is Verdict.PASSED) == (reached and sections and safe)
    assert bool(total.reasons) == (total.verdict is not Verdict.PASSED)


@given(ITEMS, RULES, st.integers(0, 7))
def test_a_better_answer_never_worsens_the_verdict(
    items: list[MarkedItem], rules: Rules, place: int
) -> None:
    place %= len(items)
    old = items[place]
    better = [*items]
    better[place] = MarkedItem(old.slot, old.section, Fraction(1), old.hazard, old.points)
    order = [Verdict.NOT_SAFE, Verdict.NOT_PASSED, Verdict.PASSED]
    before, after = marking.total(items, rules).verdict, marking.total(better, rules).verdict
    assert order.index(before) <= order.index(after)


def test_thirds_add_up_to_exactly_one() -> None:
    total = marking.total([item(Fraction(1, 3))] * 3, Rules(Fraction(100, 3)))
    assert total.points == 1
    assert total.verdict is Verdict.PASSED


def test_a_hair_below_the_pass_mark_is_not_passed() -> None:
    items = [MarkedItem(1, 0, Fraction(8 * 10**30 - 1, 10**31))]
    total = marking.total(items, Rules(Fraction(80)))
    assert total.verdict is Verdict.NOT_PASSED
    assert total.reasons == (Reason(Ground.SCORE),)


def test_a_section_below_its_minimum_is_named() -> None:
    items = [item(1), item(1), item(1), item(0, section=1)]
    total = marking.total(items, Rules(Fraction(50), minimums={1: Fraction(50)}))
    assert total.verdict is Verdict.NOT_PASSED
    assert total.reasons == (Reason(Ground.SECTION, section=1),)


def test_a_section_at_its_minimum_is_enough() -> None:
    items = [item(1), item(0, section=1), item(1, section=1)]
    rules = Rules(Fraction(50), minimums={1: Fraction(50)})
    assert marking.total(items, rules).verdict is Verdict.PASSED


def test_a_minimum_for_a_section_without_questions_is_met() -> None:
    rules = Rules(Fraction(50), minimums={7: Fraction(50)})
    assert marking.total([item(1)], rules).verdict is Verdict.PASSED


def test_each_missed_hazard_is_named_once_before_other_grounds() -> None:
    items = [item(0, hazard="vessel"), item(0, hazard="lung"), item(0, hazard="lung")]
    total = marking.total(items, Rules(Fraction(80)))
    assert total.reasons == (
        Reason(Ground.HAZARD, hazard="lung"),
        Reason(Ground.HAZARD, hazard="vessel"),
        Reason(Ground.SCORE),
    )


def test_partly_right_on_a_hazard_is_missed() -> None:
    items = [item(Fraction(99, 100), hazard="lung"), *[item(1)] * 50]
    assert marking.total(items, Rules(Fraction(0))).verdict is Verdict.NOT_SAFE


def test_nothing_is_decided_while_a_person_has_to_mark() -> None:
    total = marking.total([item(None), item(0, hazard="lung")], Rules(Fraction(50)))
    assert total.verdict is Verdict.PENDING
    assert total.reasons == ()


def test_practice_is_done_whatever_the_score() -> None:
    rules = Rules(Fraction(100), is_graded=False)
    assert marking.total([item(0, hazard="lung")], rules).verdict is Verdict.DONE


def test_an_empty_attempt_scores_nothing() -> None:
    assert marking.total([], Rules(Fraction(0))).score == 0


PASSED, NOT_SAFE, NOT_PASSED = Verdict.PASSED, Verdict.NOT_SAFE, Verdict.NOT_PASSED
SITTINGS = [
    (NOT_PASSED, Fraction(1, 2)),
    (NOT_SAFE, Fraction(9, 10)),
    (PASSED, Fraction(8, 10)),
    (PASSED, Fraction(8, 10)),
    (NOT_PASSED, Fraction(3, 10)),
]


@pytest.mark.parametrize(("rule", "place"), [("first", 0), ("last", 4), ("best", 3)])
def test_the_counting_attempt_follows_the_rule(rule: str, place: int) -> None:
    assert marking.counting(SITTINGS, rule) == place


def test_a_pass_counts_more_than_a_higher_unsafe_score() -> None:
    assert marking.counting([(PASSED, Fraction(8, 10)), (NOT_SAFE, Fraction(9, 10))], "best") == 0


def test_without_finished_attempts_none_counts() -> None:
    assert marking.counting([], "best") is None


def test_a_void_item_counts_for_no_points_either_way() -> None:
    right = MarkedItem(1, 1, Fraction(1), is_void=True)
    wrong = MarkedItem(2, 1, Fraction(0), is_void=True)
    rules = Rules(Fraction(60), minimums={1: Fraction(60)})
    total = marking.total([right, wrong, item(1, section=1), item(0, section=1)], rules)
    assert total.points == 1
    assert total.max_points == 2
    assert [reason.ground for reason in total.reasons] == [Ground.SCORE, Ground.SECTION]


def test_a_hair_below_the_minimum_of_a_section_is_named() -> None:
    rules = Rules(Fraction(0), minimums={1: Fraction(67)})
    items = [item(1, section=1), item(1, section=1), item(0, section=1)]
    assert marking.total(items, rules).reasons == (Reason(Ground.SECTION, section=1),)


OPEN = st.frozensets(st.sampled_from(("lung", "vessel", "nerve")))


@given(ITEMS, RULES, OPEN)
def test_a_hazard_open_from_before_passes_only_by_a_right_answer(
    items: list[MarkedItem], rules: Rules, still_open: frozenset[str]
) -> None:
    total = marking.total(items, rules, still_open)
    asked = {i.hazard for i in items if i.hazard}
    wrong = {i.hazard for i in items if i.hazard and i.share != 1}
    named = {reason.hazard: reason.is_carried for reason in total.reasons if reason.hazard}
    assert named == {hazard: hazard not in asked for hazard in wrong | (still_open - asked)}
    assert (total.verdict is Verdict.NOT_SAFE) == bool(named)
    assert marking.left_open(still_open, items) == named.keys()


@given(st.lists(ITEMS, max_size=4))
def test_a_hazard_is_open_until_an_attempt_has_it_fully_right(
    sittings: list[list[MarkedItem]],
) -> None:
    still_open: frozenset[str] = frozenset()
    for items in sittings:
        still_open = marking.left_open(still_open, items)
    for hazard in ("lung", "vessel"):
        asking = [[i for i in items if i.hazard == hazard] for items in sittings]
        last = [items for items in asking if items][-1:]
        assert (hazard in still_open) == any(i.share != 1 for items in last for i in items)


def test_neither_voiding_nor_given_marks_close_an_open_hazard() -> None:
    void = MarkedItem(1, 0, Fraction(0), "lung", is_void=True)
    awarded = MarkedItem(1, 0, Fraction(0), "lung", awarded=Fraction(1))
    unmarked = MarkedItem(1, 0, None, "lung", is_void=True)
    for one in (void, awarded, unmarked):
        assert marking.left_open(frozenset(), [one]) == {"lung"}
        assert marking.left_open(frozenset({"lung"}), [one]) == {"lung"}


def test_an_answer_that_waits_to_be_marked_opens_and_closes_nothing() -> None:
    waits = item(None, hazard="lung")
    assert marking.left_open(frozenset(), [waits]) == frozenset()
    assert marking.left_open(frozenset({"lung"}), [waits, item(1, hazard="lung")]) == {"lung"}
    assert marking.left_open(frozenset(), [waits, item(0, hazard="lung")]) == {"lung"}


@pytest.mark.parametrize("pass_mark", [0, 80])
def test_an_attempt_in_which_nothing_counts_is_not_passed(pass_mark: int) -> None:
    rules = Rules(Fraction(pass_mark), minimums={0: Fraction(50)})
    void = MarkedItem(1, 0, Fraction(1), is_void=True)
    total = marking.total([void], rules)
    assert total.verdict is Verdict.NOT_PASSED
    assert total.reasons == (Reason(Ground.NOTHING),)
    missed = MarkedItem(2, 0, Fraction(0), "lung", is_void=True)
    unsafe = marking.total([void, missed], rules)
    assert unsafe.verdict is Verdict.NOT_SAFE
    assert [reason.ground for reason in unsafe.reasons] == [Ground.HAZARD, Ground.NOTHING]


def test_nothing_of_a_survey_waits_to_be_marked() -> None:
    items = [item(None), item(0, hazard="lung")]
    survey = Rules(Fraction(100), is_graded=False, is_survey=True)
    assert marking.total(items, survey).verdict is Verdict.DONE
    practice = Rules(Fraction(100), is_graded=False)
    assert marking.total(items, practice).verdict is Verdict.PENDING


def test_a_hazard_open_from_before_leaves_practice_alone() -> None:
    rules = Rules(Fraction(100), is_graded=False)
    assert marking.total([item(1)], rules, frozenset({"lung"})).verdict is Verdict.DONE
