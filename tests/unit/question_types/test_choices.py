"""The types with options: orders, what is refused, what keeps an author from publishing."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.question_types import choices
from quizapp.question_types.base import Harm, Malformed, Scoring
from quizapp.question_types.choices import MAX_CHOICES, ChoicesContent
from quizapp.question_types.multiple_response import MULTIPLE_RESPONSE
from quizapp.question_types.multiple_response.content import Content as Several
from quizapp.question_types.multiple_response.content import Response as SeveralResponse
from quizapp.question_types.single_best_answer import SINGLE_BEST_ANSWER
from quizapp.question_types.single_best_answer.content import Content as Single
from quizapp.question_types.true_false import TRUE_FALSE
from tests.factories.dice import dice


def option(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "rationale": "Because.", **more}


def make(*options: dict[str, Any], **more: Any) -> ChoicesContent:
    return ChoicesContent.model_validate({"choices": options, **more})


NINE = [option(f"Option {number}") for number in range(9)]


def test_orders_differ_between_learners() -> None:
    orders = {tuple(choices.present(make(*NINE), dice(seed))["order"]) for seed in range(20)}
    assert len(orders) > 15


def test_pinned_options_keep_their_place() -> None:
    options = [*NINE[:4], option("None of these", pinned=True), *NINE[5:]]
    for seed in range(20):
        assert choices.present(make(*options), dice(seed))["order"][4] == "e"


def test_no_shuffle_keeps_the_authors_order() -> None:
    content = make(*NINE, shuffle=False)
    assert choices.present(content, dice(7))["order"] == list("abcdefghi")


@given(st.integers(2, MAX_CHOICES), st.sets(st.integers(0, MAX_CHOICES - 1)), st.integers())
def test_every_option_is_shown_once(count: int, pinned: set[int], seed: int) -> None:
    options = [option(f"Option {n}", pinned=n in pinned) for n in range(count)]
    order = choices.present(make(*options), dice(seed))["order"]
    assert sorted(order) == sorted(choices.LETTERS[:count].lower())


def test_authors_may_name_options() -> None:
    content = make(option("One", id="first"), option("Two"))
    assert [name for name, _ in content.named()] == ["first", "b"]


@pytest.mark.parametrize(
    "values",
    [["0"], ["3"], ["-1"], ["+1"], ["1.0"], ["a"], [""], ["²"], ["１"], ["1", "1"], ["1" * 40]],
)
def test_places_that_are_not_on_the_page_are_refused(values: list[str]) -> None:
    with pytest.raises(Malformed):
        choices.chosen_ids({"order": ["a", "b"]}, values)


@pytest.mark.parametrize("count", [0, 1, MAX_CHOICES + 1])
def test_a_question_has_two_to_twentysix_options(count: int) -> None:
    with pytest.raises(ValidationError):
        make(*[option(f"Option {n}") for n in range(count)])


@pytest.mark.parametrize(
    ("options", "code", "path"),
    [
        ([option("A", id="x"), option("B", id="x")], "duplicate-choice-id", ("choices", 0, "id")),
        ([option("A", id="b"), option("B")], "duplicate-choice-id", ("choices", 1, "id")),
        ([option("A"), option("B", rationale=" ")], "missing-rationale", ("choices", 1)),
        ([option("Same  one"), option("same ONE")], "duplicate-option", ("choices", 1, "text")),
        (
            [option("A", key=True, harm="dangerous"), option("B")],
            "harm-on-key",
            ("choices", 0, "harm"),
        ),
    ],
)
def test_problems_name_their_place(
    options: list[dict[str, Any]], code: str, path: tuple[str | int, ...]
) -> None:
    found = {(problem.code, problem.path) for problem in make(*options).problems()}
    assert (code, path) in found


@pytest.mark.parametrize(
    ("kind", "keys", "code"),
    [
        (Single, 0, "missing-key"),
        (Single, 2, "several-keys"),
        (Several, 0, "missing-key"),
        (Several, 3, "no-distractor"),
    ],
)
def test_the_number_of_keys_has_to_fit_the_type(
    kind: type[ChoicesContent], keys: int, code: str
) -> None:
    options = [option(f"Option {n}", key=n < keys) for n in range(3)]
    found = kind.model_validate({"choices": options}).problems()
    assert [problem.code for problem in found] == [code]
    assert found[0].remedy


@pytest.mark.parametrize("kind", [Single, Several])
def test_one_key_among_three_can_go_live(kind: type[ChoicesContent]) -> None:
    options = [option("Key", key=True), option("Other"), option("Third")]
    assert kind.model_validate({"choices": options}).problems() == []


def test_without_a_key_there_is_no_right_answer() -> None:
    content = Single.model_validate({"choices": NINE[:2]})
    assert SINGLE_BEST_ANSWER.key(content).choice is None


HARMS = st.none() | st.sampled_from(Harm)


@given(st.lists(HARMS, min_size=1, max_size=6), st.data())
def test_the_worst_harm_of_what_was_chosen_counts(
    harms: list[Harm | None], data: st.DataObject
) -> None:
    options = [option("Key", key=True), *[option(f"W{n}", harm=h) for n, h in enumerate(harms)]]
    chosen = data.draw(st.sets(st.integers(0, len(harms))))
    names = [choices.LETTERS[place].lower() for place in chosen]
    chosen_harms = [harms[place - 1] for place in chosen if place]
    rated = [harm for harm in chosen_harms if harm is not None]
    expected = max(rated, key=lambda harm: list(Harm).index(harm), default=None)
    assert choices.worst_harm(make(*options), names) == expected


@given(st.lists(st.booleans(), min_size=2, max_size=8), st.data(), st.sampled_from(Scoring))
def test_multiple_response_is_scored_as_documented(
    keys: list[bool], data: st.DataObject, scoring: Scoring
) -> None:
    keys = [True, *keys]
    options = [option(f"Option {n}", key=key) for n, key in enumerate(keys)]
    content = Several.model_validate({"choices": options, "scoring": scoring})
    places = data.draw(st.sets(st.integers(0, len(keys) - 1), min_size=1))
    response = SeveralResponse(choices=tuple(choices.LETTERS[n].lower() for n in sorted(places)))
    right = sum(keys[n] for n in places)
    wrong = len(places) - right
    expected = {
        Scoring.ALL_OR_NOTHING: Fraction(right == sum(keys) and not wrong),
        Scoring.PER_OPTION: Fraction(right + (len(keys) - sum(keys) - wrong), len(keys)),
        Scoring.RIGHT_MINUS_WRONG: max(Fraction(0), Fraction(right - wrong, sum(keys))),
    }
    share = MULTIPLE_RESPONSE.grade(content, response, False).share
    assert share == expected[scoring]
    strict = MULTIPLE_RESPONSE.grade(content, response, True).share
    assert strict == expected[Scoring.ALL_OR_NOTHING]
    assert share is not None
    assert 0 <= share <= 1


def test_learners_may_be_told_how_many_to_choose() -> None:
    options = [option("A", key=True), option("B", key=True), option("C")]
    for says, count in ((True, 2), (False, None)):
        content = Several.model_validate({"choices": options, "say_how_many": says})
        view = MULTIPLE_RESPONSE.answer_view(
            content, MULTIPLE_RESPONSE.present(content, dice(1)), SeveralResponse()
        )
        assert view.count == count


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        ({"key": True, "when_true": {"rationale": "Y"}}, "missing-rationale", ("when_false",)),
        (
            {
                "key": True,
                "when_true": {"rationale": "Y", "harm": "harmless"},
                "when_false": {"rationale": "N"},
            },
            "harm-on-key",
            ("when_true", "harm"),
        ),
    ],
)
def test_true_false_names_what_is_missing(
    content: dict[str, Any], code: str, path: tuple[str, ...]
) -> None:
    (found,) = TRUE_FALSE.content.model_validate(content).problems()
    assert (found.code, found.path) == (code, path)


def test_a_wrong_side_carries_its_harm() -> None:
    content = TRUE_FALSE.content.model_validate(
        {"key": False, "when_true": {"rationale": "Y", "harm": "dangerous"}}
    )
    mark = TRUE_FALSE.grade(content, TRUE_FALSE.response.model_validate({"value": True}), False)
    assert mark.harm is Harm.DANGEROUS


THREE = make(
    option("Left", key=True),
    option("Right", harm="suboptimal", id="right"),
    option("Neither", harm="dangerous", pinned=True),
)


def test_options_are_shown_in_the_order_of_the_page() -> None:
    views = choices.option_views(THREE, {"order": ["right", "a", "c"]}, ["a"])
    assert [(view.value, view.letter, view.text, view.is_chosen) for view in views] == [
        ("1", "A", "Right", False),
        ("2", "B", "Left", True),
        ("3", "C", "Neither", False),
    ]


def test_feedback_keeps_that_order_and_says_what_was_right() -> None:
    found = choices.option_feedback(THREE, {"order": ["right", "a", "c"]}, ["right"])
    assert [(one.letter, one.text, one.is_key, one.is_chosen, one.harm) for one in found] == [
        ("A", "Right", False, True, Harm.SUBOPTIMAL),
        ("B", "Left", True, False, None),
        ("C", "Neither", False, False, Harm.DANGEROUS),
    ]
    assert {one.rationale for one in found} == {"Because."}


def test_wrong_options_may_be_accepted_and_the_right_ones_are_already() -> None:
    assert THREE.acceptable() == {"right": "Right", "c": "Neither"}
    assert THREE.accepting("a") is None
    assert THREE.accepting("nothing") is None
    accepted = THREE.accepting("right")
    assert accepted is not None
    assert accepted.key_ids() == {"a", "right"}
    assert [(name, choice.harm) for name, choice in accepted.named()] == [
        ("a", None),
        ("right", None),
        ("c", Harm.DANGEROUS),
    ]


def test_what_is_asked_and_noted_of_options() -> None:
    assert THREE.sequence() == {"a": "Left", "right": "Right", "c": "Neither"}
    assert THREE.asked() == THREE.sequence()
    assert [(note.label, note.harm) for note in THREE.harms()] == [
        ("B", Harm.SUBOPTIMAL),
        ("C", Harm.DANGEROUS),
    ]
    assert THREE.shuffle_note()
    assert make(*NINE, shuffle=False).shuffle_note() == ""


def test_options_are_told_in_words_with_their_harm() -> None:
    lines = {line.path: line.text for line in THREE.outline()}
    assert lines["option", "right", "text"] == "Right"
    assert lines["option", "a", "harm"] == ""
    assert lines["option", "right", "harm"]
    assert lines["option", "a", "key"] != lines["option", "right", "key"]


def test_places_are_read_as_the_options_shown_there() -> None:
    assert choices.chosen_ids({"order": ["right", "a", "c"]}, ["3", "1"]) == ["c", "right"]


SIDES = TRUE_FALSE.content.model_validate(
    {
        "key": False,
        "when_true": {"rationale": "It breaks.", "harm": "dangerous"},
        "when_false": {"rationale": "It is used once."},
    }
)


def side(*, value: bool | None) -> Any:
    return TRUE_FALSE.response.model_validate({"value": value})


@pytest.mark.parametrize("value", [True, False])
def test_true_stands_first_and_what_was_chosen_is_marked(*, value: bool) -> None:
    view = TRUE_FALSE.answer_view(SIDES, {}, side(value=value))
    assert [(option.letter, option.text, option.is_chosen) for option in view.options] == [
        ("A", "True", value),
        ("B", "False", not value),
    ]
    assert TRUE_FALSE.present(SIDES, dice(1)) == {}


@pytest.mark.parametrize("value", [True, False])
def test_both_sides_are_explained_afterwards(*, value: bool) -> None:
    first, second = TRUE_FALSE.feedback_view(SIDES, {}, side(value=value)).options
    assert (first.rationale, first.is_key, first.is_chosen) == ("It breaks.", False, value)
    assert (second.rationale, second.is_key, second.is_chosen) == (
        "It is used once.",
        True,
        not value,
    )
    assert (first.harm, second.harm) == (Harm.DANGEROUS, None)


def test_true_and_false_in_words_and_counts() -> None:
    answers = [side(value=value) for value in (True, False, None)]
    assert [TRUE_FALSE.describe(SIDES, answer) for answer in answers] == ["True", "False", ""]
    assert [TRUE_FALSE.tally(SIDES, answer) for answer in answers] == [["true"], ["false"], []]
    assert TRUE_FALSE.item_text(SIDES).keys == (1,)
    turned = SIDES.model_copy(update={"key": True})
    assert TRUE_FALSE.item_text(turned).keys == (0,)


@pytest.mark.parametrize("kind", [SINGLE_BEST_ANSWER, MULTIPLE_RESPONSE])
def test_the_places_of_the_keys_are_told(kind: Any) -> None:
    asked = kind.content.model_validate(THREE.model_dump())
    text = kind.item_text(asked)
    assert (text.options, text.keys) == (("Left", "Right", "Neither"), (0,))
