"""Ordering: the three ways of scoring, orders that are none, and what is shown first."""

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.features.questions.queries.showing import InOrder
from quizapp.question_types.base import Harm, Malformed
from quizapp.question_types.ordering import ORDERING, grading
from quizapp.question_types.ordering.content import MOST_STEPS, Content, Response, Scoring
from tests.factories.dice import dice

NAMES = "abcdefghij"


def make(count: int = 4, scoring: str = "adjacent_pairs", **more: Any) -> Content:
    steps = [{"id": name, "text": f"Step {name}", "rationale": "So."} for name in NAMES[:count]]
    return Content.model_validate({"steps": steps, "scoring": scoring, **more})


def order(names: str) -> Response:
    """The answer that puts the steps in this order."""
    return Response(places={name: place for place, name in enumerate(names, 1)})


def share(names: str, scoring: str, *, is_strict: bool = False) -> Fraction | None:
    return ORDERING.grade(make(len(names), scoring), order(names), is_strict).share


@pytest.mark.parametrize(
    ("names", "adjacent", "relative"),
    [
        ("abcd", Fraction(1), Fraction(1)),
        ("bacd", Fraction(1, 3), Fraction(5, 6)),
        ("dabc", Fraction(2, 3), Fraction(1, 2)),
        ("cdab", Fraction(2, 3), Fraction(1, 3)),
        ("badc", Fraction(0), Fraction(2, 3)),
        ("dcba", Fraction(0), Fraction(0)),
    ],
)
def test_orders_earn_what_the_rule_says(names: str, adjacent: Fraction, relative: Fraction) -> None:
    assert share(names, "adjacent_pairs") == adjacent
    assert share(names, "relative_position") == relative
    for scoring in Scoring:
        assert share(names, scoring, is_strict=True) == Fraction(names == "abcd")
    assert share(names, "exact") == Fraction(names == "abcd")


@pytest.mark.parametrize("count", [3, 4, 5])
def test_only_the_right_order_earns_everything(count: int) -> None:
    for shuffled in permutations(NAMES[:count]):
        names = "".join(shuffled)
        for scoring in Scoring:
            assert (share(names, scoring) == 1) is (names == NAMES[:count])


@given(st.permutations(NAMES[:7]))
def test_relative_position_is_kendalls_rank_correlation(shuffled: list[str]) -> None:
    names = "".join(shuffled)
    pairs = [(i, j) for i in range(7) for j in range(i + 1, 7)]
    concordant = sum(names.index(NAMES[i]) < names.index(NAMES[j]) for i, j in pairs)
    tau = Fraction(concordant - (len(pairs) - concordant), len(pairs))
    assert share(names, "relative_position") == (tau + 1) / 2


@given(st.dictionaries(st.sampled_from(NAMES[:5]), st.integers(1, 5)), st.sampled_from(Scoring))
def test_numbers_that_are_no_order_never_earn_everything(
    places: dict[str, int], scoring: Scoring
) -> None:
    content = make(5, scoring)
    response = Response(places=places)
    mark = ORDERING.grade(content, response, False)
    assert mark.share is not None
    assert 0 <= mark.share <= 1
    is_right = [places.get(name) for name in NAMES[:5]] == [1, 2, 3, 4, 5]
    assert mark.is_right is is_right
    advice = grading.advise(content, response)
    is_order = sorted(places.values()) == [1, 2, 3, 4, 5]
    assert bool(advice) is (bool(places) and not is_order)


def test_advice_says_what_is_to_be_done() -> None:
    content = make(3)
    assert grading.advise(content, Response(places={"a": 1, "b": 1, "c": 2})) == grading.TWICE
    assert grading.advise(content, Response(places={"a": 1, "b": 2})) == grading.MISSING
    assert grading.advise(content, Response()) == ""


@pytest.mark.parametrize(
    ("places", "harm"),
    [
        ({"a": 1, "b": 2, "c": 3}, None),
        ({"a": 2, "b": 1, "c": 3}, Harm.DANGEROUS),
        ({"a": 2, "b": 1}, None),
        ({"a": 1, "b": 1, "c": 2}, None),
        ({}, None),
    ],
)
def test_only_an_order_can_do_harm(places: dict[str, int], harm: Harm | None) -> None:
    content = make(3, harm="dangerous")
    for is_strict in (False, True):
        assert ORDERING.grade(content, Response(places=places), is_strict).harm is harm


@given(st.integers(3, 10), st.integers())
def test_every_step_is_shown_once_and_never_in_the_right_order(count: int, seed: int) -> None:
    shown = ORDERING.present(make(count), dice(seed))["order"]
    assert sorted(shown) == list(NAMES[:count])
    assert shown != list(NAMES[:count])


def test_every_other_order_can_come_first() -> None:
    seen = {tuple(ORDERING.present(make(3), dice(seed))["order"]) for seed in range(100)}
    assert len(seen) == 5


def test_the_preview_is_not_in_the_right_order_either() -> None:
    assert ORDERING.present(make(3), InOrder())["order"] == ["b", "c", "a"]


def test_a_page_nobody_touched_is_not_answered() -> None:
    content = make(3)
    presentation = ORDERING.present(content, dice(1))
    fields = {f"f-{line}": [""] for line in (1, 2, 3)}
    assert ORDERING.read(content, presentation, fields, "f").is_empty


def test_numbers_there_twice_are_kept_as_typed() -> None:
    content = make(3)
    presentation = {"order": ["c", "a", "b"]}
    fields = {"f-1": ["2"], "f-2": ["2"], "f-3": [""]}
    response = ORDERING.read(content, presentation, fields, "f")
    assert response == Response(places={"c": 2, "a": 2})
    lines = ORDERING.answer_view(content, presentation, response).lines
    assert [(line.line, line.number) for line in lines] == [(1, 2), (2, 2), (3, None)]


def test_an_order_is_shown_in_order() -> None:
    content = make(3)
    view = ORDERING.answer_view(content, {"order": ["c", "a", "b"]}, order("bca"))
    assert [(line.line, line.text) for line in view.lines] == [
        (3, "Step b"),
        (1, "Step c"),
        (2, "Step a"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("f-4", "1"), ("f-0", "1"), ("f-a", "1"), ("f-1", "4"), ("f-1", "0"), ("f-1", "1.0")],
)
def test_what_is_not_on_the_page_is_refused(field: str, value: str) -> None:
    with pytest.raises(Malformed):
        ORDERING.read(make(3), {"order": ["c", "a", "b"]}, {field: [value]}, "f")


def test_a_corrected_order_judges_old_answers_anew() -> None:
    texts = ["First", "Second", "Third"]
    before = Content.model_validate({"steps": [{"text": text} for text in texts]})
    after = Content.model_validate({"steps": [{"text": text} for text in reversed(texts)]})
    assert before.asked() == after.asked()
    answer = ORDERING.key(before)
    assert ORDERING.grade(before, answer, True).share == 1
    assert ORDERING.grade(after, answer, True).share == 0
    assert ORDERING.grade(after, ORDERING.key(after), True).share == 1


def test_steps_that_are_no_longer_there_are_left_out_of_the_words() -> None:
    assert ORDERING.describe(make(3), Response(places={"z": 1, "b": 2})) == "2. Step b"


@pytest.mark.parametrize(
    ("steps", "code", "path"),
    [
        (["One", "Two", "one "], "duplicate-step", ("steps", 2, "text")),
        (["One", "Two", "Three"], "missing-rationale", ("steps", 0, "rationale")),
    ],
)
def test_problems_name_their_place(steps: list[str], code: str, path: tuple[Any, ...]) -> None:
    reasons = ["So."] if code == "duplicate-step" else [""]
    content = Content.model_validate(
        {"steps": [{"text": t, "rationale": r} for t, r in zip(steps, reasons * 3, strict=True)]}
    )
    (found,) = content.problems()
    assert (found.code, found.path) == (code, path)
    assert found.remedy


@pytest.mark.parametrize("count", [0, 2, MOST_STEPS + 1])
def test_a_question_has_three_to_ten_steps(count: int) -> None:
    steps = [{"text": f"Step {number}"} for number in range(count)]
    with pytest.raises(ValidationError):
        Content.model_validate({"steps": steps})


def test_feedback_tells_how_the_order_was_counted() -> None:
    content = make(4, "relative_position", harm="dangerous")
    view = ORDERING.feedback_view(content, {"order": list("dcba")}, order("bacd"))
    assert (view.right, view.total, view.is_exact, view.harm) == (5, 6, False, Harm.DANGEROUS)
    assert [(step.number, step.given) for step in view.steps] == [(1, 2), (2, 1), (3, 3), (4, 4)]
