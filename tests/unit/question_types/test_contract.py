"""What every question type keeps to, tried on the samples each one brings."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from quizapp.question_types import registry
from quizapp.question_types.base import Content, Example, Harm, ItemText, Malformed, QuestionType
from tests.factories.dice import dice

SEEDS = range(25)
SECRETS = {"key", "is_key", "keys", "rationale", "harm", "share", "mark", "content"}


def examples() -> list[Any]:
    found = []
    for kind in registry.TYPES:
        samples = import_module(f"quizapp.question_types.{kind.name}").EXAMPLES
        found += [
            pytest.param(kind, sample, id=f"{kind.name}: {sample.title}") for sample in samples
        ]
    return found


every_example = pytest.mark.parametrize(("kind", "example"), examples())


def content_of(kind: QuestionType, example: Example) -> Content:
    return kind.content.model_validate(example.content)


def response_of(kind: QuestionType, stored: dict[str, Any]) -> Any:
    return kind.response.model_validate(stored)


def responses(kind: QuestionType, example: Example) -> Iterator[Any]:
    stored = [*example.right, *(answer for answer, _ in example.partly), *example.wrong]
    return (response_of(kind, answer) for answer in stored)


@every_example
def test_right_answers_earn_everything(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    assert example.right
    for answer in example.right:
        for is_strict in (False, True):
            mark = kind.grade(content, response_of(kind, answer), is_strict)
            assert mark.is_right
            assert mark.harm is None


@every_example
def test_partly_right_answers_earn_exactly_what_the_sample_says(
    kind: QuestionType, example: Example
) -> None:
    content = content_of(kind, example)
    for answer, share in example.partly:
        assert kind.grade(content, response_of(kind, answer), False).share == share
        assert kind.grade(content, response_of(kind, answer), True).share == Fraction(0)


@every_example
def test_wrong_answers_earn_nothing(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    assert example.wrong
    for answer in example.wrong:
        for is_strict in (False, True):
            assert kind.grade(content, response_of(kind, answer), is_strict).share == 0


@every_example
def test_malformed_fields_are_refused(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    presentation = kind.present(content, dice(1))
    for posted in example.malformed:
        named = {f"field{suffix}": values for suffix, values in posted.items()}
        with pytest.raises(Malformed):
            kind.read(content, presentation, named, "field")


@pytest.mark.parametrize("kind", registry.TYPES, ids=lambda kind: kind.name)
def test_every_type_shows_malformed_fields(kind: QuestionType) -> None:
    samples = import_module(f"quizapp.question_types.{kind.name}").EXAMPLES
    assert any(sample.malformed for sample in samples)


@every_example
def test_the_key_earns_full_marks(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    for is_strict in (False, True):
        assert kind.grade(content, kind.key(content), is_strict).share == 1


@every_example
def test_samples_can_go_live(kind: QuestionType, example: Example) -> None:
    assert content_of(kind, example).problems() == []
    assert example.stem
    assert example.title


@every_example
def test_contents_survive_storage(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    stored = json.loads(json.dumps(content.to_dict()))
    assert kind.content.model_validate(stored) == content


@every_example
def test_responses_survive_storage(kind: QuestionType, example: Example) -> None:
    for response in responses(kind, example):
        stored = json.loads(json.dumps(response.to_dict()))
        assert kind.response.model_validate(stored) == response


@every_example
def test_same_seed_gives_the_same_presentation(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    for seed in SEEDS:
        presentation = kind.present(content, dice(seed))
        assert kind.present(content, dice(seed)) == presentation
        assert json.loads(json.dumps(presentation)) == presentation


@every_example
def test_what_is_shown_and_sent_back_is_the_same_answer(
    kind: QuestionType, example: Example
) -> None:
    content = content_of(kind, example)
    for seed in SEEDS:
        presentation = kind.present(content, dice(seed))
        for response in responses(kind, example):
            view = kind.answer_view(content, presentation, response)
            chosen = [option.value for option in view.options if option.is_chosen]
            posted = {"field": chosen} if chosen else {}
            assert kind.read(content, presentation, posted, "field") == response


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every field's name and every plain value of a view."""
    if is_dataclass(value):
        for field in fields(value):
            yield field.name, None
            yield from walk(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from walk(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield str(key), None
            yield from walk(entry)
    else:
        yield "", value


def canaries(document: Any) -> Any:
    """The content with every rationale replaced by a text that must not be seen."""
    if isinstance(document, dict):
        return {
            name: "CANARY" if name == "rationale" else canaries(value)
            for name, value in document.items()
        }
    return [canaries(entry) for entry in document] if isinstance(document, list) else document


@every_example
def test_learners_see_neither_key_nor_rationale(kind: QuestionType, example: Example) -> None:
    content = kind.content.model_validate(canaries(example.content))
    presentation = kind.present(content, dice(3))
    for response in responses(kind, example):
        seen = list(walk(kind.answer_view(content, presentation, response)))
        names = {name for name, _ in seen}
        values = {str(value) for _, value in seen}
        assert not names & SECRETS
        assert not any("CANARY" in value for value in values)
        assert not values & {str(harm) for harm in Harm}


@every_example
def test_another_key_makes_no_difference_to_what_learners_see(
    kind: QuestionType, example: Example
) -> None:
    content = content_of(kind, example)
    other = kind.content.model_validate(with_another_key(example.content))
    assert kind.key(other) != kind.key(content)
    for seed in SEEDS:
        presentation = kind.present(content, dice(seed))
        assert kind.present(other, dice(seed)) == presentation
        for response in responses(kind, example):
            assert kind.answer_view(other, presentation, response) == kind.answer_view(
                content, presentation, response
            )


def with_another_key(content: dict[str, Any]) -> dict[str, Any]:
    """The same question with as many keys in other places."""
    if "choices" in content:
        choices = content["choices"]
        keys = [choice.get("key", False) for choice in choices]
        moved = [*keys[1:], keys[0]]
        return {
            **content,
            "choices": [
                {**choice, "key": key, "harm": None}
                for choice, key in zip(choices, moved, strict=True)
            ],
        }
    return {
        "key": not content["key"],
        **{side: {**content[side], "harm": None} for side in ("when_true", "when_false")},
    }


@every_example
def test_feedback_shows_the_rationale(kind: QuestionType, example: Example) -> None:
    content = kind.content.model_validate(canaries(example.content))
    view = kind.feedback_view(content, kind.present(content, dice(2)), kind.key(content))
    assert "CANARY" in {value for _, value in walk(view)}


@every_example
def test_the_tally_has_one_line_for_each_thing_given(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    for response in responses(kind, example):
        lines = kind.tally(content, response)
        assert all(lines)
        assert bool(lines) is not response.is_empty
        assert len(set(lines)) == len(lines)


@every_example
def test_answers_are_told_in_words(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    for response in responses(kind, example):
        assert bool(kind.describe(content, response)) is not response.is_empty


@every_example
def test_linters_get_the_words_and_the_places_of_keys(kind: QuestionType, example: Example) -> None:
    text: ItemText = kind.item_text(content_of(kind, example))
    assert text.options
    assert text.keys
    assert all(0 <= place < len(text.options) for place in text.keys)


@pytest.mark.parametrize("kind", registry.TYPES, ids=lambda kind: kind.name)
def test_every_type_names_its_templates(kind: QuestionType) -> None:
    folder = Path(registry.__file__).parent.parent
    for name in (kind.answer_template, kind.feedback_template):
        assert (folder / name).is_file()
    assert kind.author_template == f"question_types/{kind.name}/author.html"
    assert replace(kind, name="other").answer_template == "question_types/other/answer.html"
