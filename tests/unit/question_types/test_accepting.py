"""Marking by a corrected key: every type's examples, and each way of accepting one more answer."""

import importlib
from fractions import Fraction
from typing import Any

import pytest

from quizapp.question_types import accepting, item, registry
from quizapp.question_types.accepting import Accepted
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.item import Item

EXAMPLES = [
    (kind, example)
    for kind in registry.TYPES
    for example in importlib.import_module(f"quizapp.question_types.{kind.name}").EXAMPLES
]


def item_of(kind: QuestionType | str, content: dict[str, Any]) -> Item:
    name = kind if isinstance(kind, str) else kind.name
    return item.from_body({"parts": [{"name": "r1", "type": name, "content": content}]})


def answered(response: dict[str, Any]) -> str:
    return item.dump({"r1": response} if response else {})


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_accepting_an_alternative_lowers_nobody(kind: QuestionType, example: Example) -> None:
    asked = item_of(kind, example.content)
    alternatives = accepting.alternatives(asked)
    accepted = [alternative.accepted for alternative in alternatives]
    for choice in accepted:
        keys = accepting.keys(asked, [choice])
        assert len(keys) == 2
        for response in [*example.right, *(r for r, _ in example.partly), *example.wrong]:
            before = item.grade(asked, item.load(answered(response)), is_strict=False).share
            after = accepting.grade(keys, frozenset(), answered(response), is_strict=False).share
            assert before is not None
            assert after is not None
            assert after >= before
    assert all(alternative.label for alternative in alternatives)
    assert accepting.with_accepted(asked, Accepted("r1", "no such answer ***")) is None or (
        accepting.text_parts(asked)
    )
    assert accepting.with_accepted(asked, Accepted("r9", "a")) is None


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_answer_can_be_accepted_as_it_stands(kind: QuestionType, example: Example) -> None:
    asked = item_of(kind, example.content)
    for response in example.wrong:
        text = answered(response)
        mark = accepting.grade([asked], frozenset({text}), text, is_strict=True)
        assert mark.share == 1


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_a_text_asks_the_same_as_itself_and_as_its_other_key(
    kind: QuestionType, example: Example
) -> None:
    asked = item_of(kind, example.content)
    assert accepting.ask_the_same(asked, asked)
    assert accepting.is_automatic(asked) is kind.is_automatic
    assert not accepting.ask_the_same(asked, Item(()))


SINGLE: dict[str, Any] = {
    "choices": [
        {"text": "One", "key": True, "rationale": "r"},
        {"text": "Two", "rationale": "r", "harm": "dangerous"},
        {"text": "Three", "rationale": "r"},
    ]
}


def test_several_accepted_options_stand_beside_the_key() -> None:
    asked = item_of("single_best_answer", SINGLE)
    keys = accepting.keys(asked, [Accepted("r1", "b"), Accepted("r1", "c")])
    assert len(keys) == 4
    marks = {
        name: accepting.grade(keys, frozenset(), answered({"choice": name}), is_strict=True)
        for name in "abc"
    }
    assert {mark.share for mark in marks.values()} == {Fraction(1)}
    assert marks["b"].harm is None


def test_several_options_may_be_accepted_together_or_alone() -> None:
    choices = [{"text": t, "rationale": "r", "key": t == "One"} for t in ("One", "Two", "Three")]
    asked = item_of("multiple_response", {"choices": choices, "scoring": "all_or_nothing"})
    keys = accepting.keys(asked, [Accepted("r1", "b"), Accepted("r1", "c")])
    for chosen in (["a"], ["a", "b"], ["a", "c"], ["a", "b", "c"]):
        mark = accepting.grade(keys, frozenset(), answered({"choices": chosen}), is_strict=True)
        assert mark.share == 1, chosen
    wrong = accepting.grade(keys, frozenset(), answered({"choices": ["b"]}), is_strict=True)
    assert wrong.share == 0


def test_the_other_side_of_a_statement_can_be_accepted() -> None:
    asked = item_of("true_false", {"key": False})
    (other,) = accepting.alternatives(asked)
    assert other.accepted == Accepted("r1", "true")
    keys = accepting.keys(asked, [other.accepted])
    for value in (True, False):
        answer = answered({"value": value})
        assert accepting.grade(keys, frozenset(), answer, is_strict=True).share == 1


@pytest.mark.parametrize(
    ("typed", "given", "share"),
    [
        ("30", "30", 1),
        ("30", "30.4", 1),
        ("30", "31", 0),
        ("3 cm", "30", 1),
        ("0,5", "0.5", 1),
    ],
)
def test_a_number_is_accepted_with_the_tolerance_of_the_question(
    typed: str, given: str, share: int
) -> None:
    asked = item_of(
        "numeric",
        {
            "answers": [{"value": 20}],
            "tolerance": {"absolute": 0.5},
            "units": [{"name": "mm"}, {"name": "cm", "factor": 10}],
        },
    )
    assert accepting.text_parts(asked) == ["r1"]
    keys = accepting.keys(asked, [Accepted("r1", typed)])
    mark = accepting.grade(keys, frozenset(), answered({"number": given}), is_strict=False)
    assert mark.share == share


@pytest.mark.parametrize("typed", ["", "many", "5 parsec", "1,234", "1e99 cm"])
def test_what_is_no_number_is_not_accepted(typed: str) -> None:
    content = {"answers": [{"value": 20}], "units": [{"name": "mm"}, {"name": "cm", "factor": 10}]}
    asked = item_of("numeric", content)
    assert accepting.keys(asked, [Accepted("r1", typed)]) == [asked]


def test_words_are_accepted_as_the_question_compares_words() -> None:
    asked = item_of("short_text", {"answers": [{"text": "pneumothorax"}]})
    keys = accepting.keys(asked, [Accepted("r1", "  Collapsed   lung *")])
    for text, share in (("collapsed lung *", 1), ("collapsed lung is bad", 0), ("Pneumothorax", 1)):
        mark = accepting.grade(keys, frozenset(), answered({"text": text}), is_strict=False)
        assert mark.share == share, text
    for nothing in ("", "   ", "x" * 201):
        assert accepting.keys(asked, [Accepted("r1", nothing)]) == [asked]


def test_other_options_do_not_ask_the_same() -> None:
    asked = item_of("single_best_answer", SINGLE)
    other_key = {"choices": [{**c, "key": c["text"] == "Two"} for c in SINGLE["choices"]]}
    other_text = {"choices": [{**c, "text": c["text"] + "!"} for c in SINGLE["choices"]]}
    assert accepting.ask_the_same(asked, item_of("single_best_answer", other_key))
    assert not accepting.ask_the_same(asked, item_of("single_best_answer", other_text))
    assert not accepting.ask_the_same(asked, item_of("multiple_response", SINGLE))


def test_accepted_answers_are_kept_as_documents() -> None:
    for accepted in (Accepted("r1", "b"), Accepted(whole='{"r1":{"choice":"b"}}')):
        assert Accepted.from_dict(accepted.to_dict()) == accepted
