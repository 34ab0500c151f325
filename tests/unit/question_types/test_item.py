"""Questions of one or several parts: read, marked and stored as a whole."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.question_types import base, item
from quizapp.question_types.base import Harm, Malformed, Mark
from quizapp.question_types.item import Item, Part
from quizapp.question_types.multiple_response import MULTIPLE_RESPONSE
from quizapp.question_types.ordering import ORDERING
from quizapp.question_types.single_best_answer import SINGLE_BEST_ANSWER
from quizapp.question_types.true_false import TRUE_FALSE
from tests.factories.dice import dice

SINGLE = SINGLE_BEST_ANSWER.content.model_validate(
    {
        "choices": [
            {"text": "Right", "key": True, "rationale": "R"},
            {"text": "Wrong", "rationale": "W", "harm": "suboptimal"},
        ]
    }
)
SEVERAL = MULTIPLE_RESPONSE.content.model_validate(
    {
        "choices": [
            {"text": "One", "key": True, "rationale": "R"},
            {"text": "Two", "key": True, "rationale": "R"},
            {"text": "Three", "rationale": "W", "harm": "dangerous"},
        ]
    }
)
ONE = Item((Part("r1", SINGLE_BEST_ANSWER, SINGLE),))
TWO = Item((*ONE.parts, Part("r2", MULTIPLE_RESPONSE, SEVERAL, weight=3)))


def test_a_question_of_one_part_survives_storage() -> None:
    body = item.body_of("single_best_answer", SINGLE)
    assert item.from_body(body) == ONE


def test_parts_keep_their_weights() -> None:
    bodies = [item.body_of(p.kind.name, p.content)["parts"][0] for p in TWO.parts]
    parts = [{**bodies[0]}, {**bodies[1], "name": "r2", "weight": 3}]
    assert item.from_body({"parts": parts}) == TWO


def test_the_type_is_that_of_the_only_part() -> None:
    assert ONE.type_name == "single_best_answer"
    assert TWO.type_name == "several"


RIGHT: dict[str, Any] = {"r1": {"choice": "a"}, "r2": {"choices": ["a", "b"]}}


@pytest.mark.parametrize(
    ("answer", "share", "harm"),
    [
        ({}, Fraction(0), None),
        (RIGHT, Fraction(1), None),
        ({"r1": {"choice": "a"}}, Fraction(1, 4), None),
        ({"r2": {"choices": ["a"]}}, Fraction(3, 8), None),
        ({"r1": {"choice": "b"}, "r2": {"choices": ["a", "b"]}}, Fraction(3, 4), Harm.SUBOPTIMAL),
        ({"r1": {"choice": "b"}, "r2": {"choices": ["c"]}}, Fraction(0), Harm.DANGEROUS),
    ],
)
def test_the_mark_is_the_weighted_mean_with_the_worst_harm(
    answer: item.Answer, share: Fraction, harm: Harm | None
) -> None:
    assert item.grade(TWO, answer, is_strict=False) == Mark(share, harm)


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (RIGHT, Fraction(1)),
        ({"r1": {"choice": "a"}}, Fraction(0)),
        ({"r1": {"choice": "a"}, "r2": {"choices": ["a"]}}, Fraction(0)),
        ({}, Fraction(0)),
    ],
)
def test_a_safety_critical_question_is_all_or_nothing(answer: item.Answer, share: Fraction) -> None:
    assert item.grade(TWO, answer, is_strict=True).share == share


def by_hand(_content: object, _response: object, _is_strict: object) -> Mark:
    return Mark.pending()


def test_the_whole_waits_for_the_part_a_person_marks() -> None:
    essay = replace(TRUE_FALSE, grade=by_hand, is_automatic=False)
    content = TRUE_FALSE.content.model_validate({"key": True})
    whole = Item((*ONE.parts, Part("r2", essay, content)))
    answer: item.Answer = {"r1": {"choice": "b"}, "r2": {"value": True}}
    assert item.grade(whole, answer, is_strict=False) == Mark(None, Harm.SUBOPTIMAL)


def test_nothing_answered_needs_no_person() -> None:
    essay = replace(TRUE_FALSE, grade=by_hand, is_automatic=False)
    whole = Item((Part("r1", essay, TRUE_FALSE.content.model_validate({"key": True})),))
    assert item.grade(whole, {}, is_strict=False) == Mark(Fraction(0))


def test_the_key_of_the_whole_earns_everything() -> None:
    assert item.grade(TWO, item.key(TWO), is_strict=True).share == 1


def test_parts_left_empty_are_left_out() -> None:
    presentation = item.present(TWO, dice(4))
    place = presentation["r1"]["order"].index("a") + 1
    fields = {"s1-r1": [str(place)]}
    assert item.read(TWO, presentation, fields, "s1") == {"r1": {"choice": "a"}}


def test_fields_of_another_question_are_not_read() -> None:
    presentation = item.present(ONE, dice(4))
    assert item.read(ONE, presentation, {"s2-r1": ["1"]}, "s1") == {}


def test_a_malformed_part_refuses_the_whole() -> None:
    with pytest.raises(Malformed):
        item.read(TWO, item.present(TWO, dice(4)), {"s1-r2": ["9"]}, "s1")


def test_an_answer_of_another_shape_is_malformed() -> None:
    with pytest.raises(Malformed):
        item.response_of(ONE.parts[0], {"r1": {"choices": ["a"]}})


def test_answers_are_told_in_words() -> None:
    assert item.describe(TWO, RIGHT) == "Right; One; Two"
    assert item.describe(TWO, {"r2": {"choices": ["c"]}}) == "Three"
    assert item.describe(TWO, {}) == ""


@given(
    st.dictionaries(
        st.sampled_from(["r1", "r2", "r3"]),
        st.dictionaries(
            st.sampled_from(["choice", "value"]), st.none() | st.booleans() | st.just("ä“\n")
        ),
    )
)
def test_equal_answers_are_equal_texts(answer: item.Answer) -> None:
    turned = dict(reversed([*answer.items()]))
    assert item.dump(turned) == item.dump(answer)
    assert item.load(item.dump(answer)) == answer


def test_advice_is_told_by_part() -> None:
    steps = {"steps": [{"id": name, "text": name} for name in "abc"]}
    order = Part("r2", ORDERING, ORDERING.content.model_validate(steps))
    whole = Item((*ONE.parts, order))
    twice = {"r2": {"places": {"a": 1, "b": 1}}}
    assert list(item.advise(whole, {"r1": {"choice": "a"}, **twice})) == ["r2"]
    assert item.advise(whole, {"r2": {"places": {"a": 1, "b": 2, "c": 3}}}) == {}
    assert item.advise(whole, {}) == {}


@pytest.mark.parametrize(
    ("value", "place"), [("1", 1), ("10", 10), ("", None), ("0", None), ("11", None), ("01", 1)]
)
def test_places_of_a_page_are_small_numbers(value: str, place: int | None) -> None:
    if place is None:
        with pytest.raises(Malformed):
            base.place_in(value, 10)
    else:
        assert base.place_in(value, 10) == place


def test_a_field_that_stands_once_has_one_value() -> None:
    assert base.one_value({"a": ["x"]}, "a") == "x"
    assert base.one_value({}, "a") == ""
    with pytest.raises(Malformed):
        base.one_value({"a": ["x", "x"]}, "a")


def test_the_worst_rating_counts() -> None:
    assert base.worst([None, Harm.HARMLESS, Harm.DANGEROUS, Harm.SUBOPTIMAL]) is Harm.DANGEROUS
    assert base.worst([None]) is None


def test_no_text_is_no_answer() -> None:
    assert item.load("") == {}
