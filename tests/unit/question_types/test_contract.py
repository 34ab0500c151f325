"""What every question type keeps to, tried on the samples each one brings."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from quizapp.question_types import authoring, registry
from quizapp.question_types.base import Content, Example, Harm, ItemText, Malformed, QuestionType
from tests.factories.dice import dice
from tests.factories.markup import loose_ends, nameless, sent_by, tree_of, values_of
from tests.factories.samples import samples, samples_of
from tests.unit.question_types.conftest import Show

SEEDS = range(25)
PREFIX = "s1-r1"
GARBAGE = [
    "",
    "9" * 5000,
    " ",
    "-1",
    "0",
    "99",
    "1e999999",
    "NaN",
    "²",
    "x" * 5000,
    "\0",
    "a\r\nb",
    "<b>&\"'",
]
MARKUP = "\"'></textarea><script>1</script><img src=x onerror=1>{{ 7*7 }}%(x)s <b onload=1>"
HARM_WORDS = re.compile(rf"\b({'|'.join(Harm)})\b")
SECRETS = {"key", "is_key", "keys", "rationale", "harm", "share", "mark", "content"}


every_example = pytest.mark.parametrize(("kind", "example"), samples())


def content_of(kind: QuestionType, example: Example) -> Content:
    return kind.content.model_validate(example.content)


def response_of(kind: QuestionType, stored: dict[str, Any]) -> Any:
    return kind.response.model_validate(stored)


def responses(kind: QuestionType, example: Example) -> Iterator[Any]:
    stored = [*example.right, *(answer for answer, _ in example.partly), *example.wrong]
    return (response_of(kind, answer) for answer in stored)


def answer_html(show: Show, kind: QuestionType, content: Content, *shown: Any) -> str:
    """What a learner gets for a presentation and a response."""
    return show(kind.answer_template, view=kind.answer_view(content, *shown), prefix=PREFIX)


@every_example
def test_right_answers_earn_everything(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    assert example.right
    for answer in example.right:
        for is_strict in (False, True):
            mark = kind.grade(content, response_of(kind, answer), is_strict)
            assert mark.is_right or (kind.is_manual and mark.share is None)
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
def test_nothing_given_earns_nothing(kind: QuestionType, example: Example) -> None:
    nothing = kind.response()
    assert nothing.is_empty
    assert kind.grade(content_of(kind, example), nothing, False).share == 0


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
    assert any(sample.malformed for sample in samples_of(kind))


@every_example
def test_the_key_earns_full_marks(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    if kind.is_manual:
        assert kind.key(content).is_empty
        return
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
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = content_of(kind, example)
    for seed in SEEDS:
        presentation = kind.present(content, dice(seed))
        for response in responses(kind, example):
            tree = tree_of(answer_html(show, kind, content, presentation, response))
            assert kind.read(content, presentation, sent_by(tree), PREFIX) == response


@every_example
def test_whatever_is_sent_is_refused_or_can_be_marked(
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = content_of(kind, example)
    presentation = kind.present(content, dice(4))
    tree = tree_of(answer_html(show, kind, content, presentation, kind.response()))
    sent = sent_by(tree)
    for name in {*tree.xpath(".//@name"), PREFIX}:
        for value in GARBAGE:
            try:
                fields = {**sent, name: [value]}
                response = kind.read(content, presentation, fields, PREFIX)
            except Malformed:
                continue
            stored = json.dumps(response.to_dict())
            assert "\\u0000" not in stored, "PostgreSQL keeps no NUL"
            kept = kind.response.model_validate(json.loads(stored))
            for is_strict in (False, True):
                share = kind.grade(content, kept, is_strict).share
                assert share is None or 0 <= share <= 1
            assert isinstance(kind.describe(content, kept), str)
            assert isinstance(kind.advise(content, kept) if kind.advise else "", str)
            kind.tally(content, kept)
            answer_html(show, kind, content, presentation, kept)


@every_example
def test_fields_that_stand_once_are_taken_once(
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = content_of(kind, example)
    presentation = kind.present(content, dice(4))
    tree = tree_of(answer_html(show, kind, content, presentation, kind.response()))
    boxes = set(tree.xpath(".//input[@type='checkbox']/@name"))
    sent = sent_by(tree)
    for name in set(tree.xpath(".//@name")) - boxes:
        values = sent.get(name) or tree.xpath(".//input[@name=$name]/@value", name=name)
        if not values:
            continue
        with pytest.raises(Malformed):
            kind.read(content, presentation, {**sent, name: [values[0], values[0]]}, PREFIX)


@every_example
def test_the_page_s_script_knows_what_is_answered(
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = content_of(kind, example)
    presentation = kind.present(content, dice(4))
    for response in [kind.response(), *responses(kind, example)]:
        tree = tree_of(answer_html(show, kind, content, presentation, response))
        given = [
            value
            for control in tree.xpath(".//*[contains(@class, 'q-input')]")
            for value in values_of(control)
        ]
        assert any(given) is not response.is_empty
        for name in tree.xpath(".//@name"):
            assert name == PREFIX or name.startswith(f"{PREFIX}-")


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
def test_learners_see_neither_key_nor_rationale(
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = kind.content.model_validate(canaries(example.content))
    presentation = kind.present(content, dice(3))
    for response in responses(kind, example):
        seen = list(walk(kind.answer_view(content, presentation, response)))
        names = {name for name, _ in seen}
        values = {str(value) for _, value in seen}
        assert not names & SECRETS
        assert not any("CANARY" in value for value in values)
        assert not values & {str(harm) for harm in Harm}
        shown = answer_html(show, kind, content, presentation, response)
        assert "CANARY" not in shown
        assert not HARM_WORDS.search(shown)


@every_example
def test_another_key_makes_no_difference_to_what_learners_see(
    kind: QuestionType, example: Example, show: Show
) -> None:
    if example.other is None:
        assert kind.is_manual
        return
    content = content_of(kind, example)
    other = kind.content.model_validate(example.other)
    assert kind.key(other) != kind.key(content)
    for seed in SEEDS:
        presentation = kind.present(content, dice(seed))
        assert kind.present(other, dice(seed)) == presentation
        for response in responses(kind, example):
            one = kind.answer_view(content, presentation, response)
            two = kind.answer_view(other, presentation, response)
            assert one == two
            assert answer_html(show, kind, content, presentation, response) == answer_html(
                show, kind, other, presentation, response
            )


@every_example
def test_feedback_shows_the_rationale(kind: QuestionType, example: Example, show: Show) -> None:
    document = canaries(example.content)
    if "CANARY" not in json.dumps(document):
        return
    content = kind.content.model_validate(document)
    view = kind.feedback_view(content, kind.present(content, dice(2)), kind.key(content))
    assert "CANARY" in show(kind.feedback_template, view=view)


@every_example
def test_every_control_has_a_name(kind: QuestionType, example: Example, show: Show) -> None:
    content = content_of(kind, example)
    presentation = kind.present(content, dice(5))
    part = authoring.form_of(kind, content)
    new = authoring.form_class(kind)
    empty = new(data=new.values_for_new(), prefix=f"{authoring.PREFIX}-")
    pages = [
        show(kind.author_template, part=part, focus=""),
        show(kind.author_template, part=empty, focus=""),
    ]
    for response in [kind.response(), *responses(kind, example)]:
        pages.append(answer_html(show, kind, content, presentation, response))
        view = kind.feedback_view(content, presentation, response)
        pages.append(show(kind.feedback_template, view=view))
    for page in pages:
        assert nameless(tree_of(page)) == []
        assert loose_ends(tree_of(page)) == []


@every_example
def test_the_form_sends_back_what_the_author_wrote(
    kind: QuestionType, example: Example, show: Show
) -> None:
    content = content_of(kind, example)
    page = show(kind.author_template, part=authoring.form_of(kind, content), focus="")
    posted = MultiDict(
        [(name, value) for name, values in sent_by(tree_of(page)).items() for value in values]
    )
    form = authoring.form_class(kind)(posted, prefix=f"{authoring.PREFIX}-")
    assert form.validate(), form.errors
    again = kind.content.model_validate(form.document())
    assert list(again.outline()) == list(content.outline())
    assert again.problems() == []
    assert list(form.sketch().outline()) == list(content.outline())
    assert form.problems() == []


@every_example
def test_problems_lead_to_controls_of_the_form(
    kind: QuestionType, example: Example, show: Show
) -> None:
    bare = without_reasons(example.content)
    content = kind.content.model_validate(bare)
    form = authoring.form_of(kind, content)
    ids = set(tree_of(show(kind.author_template, part=form, focus="")).xpath(".//@id"))
    for problem in content.problems():
        assert form.place_of(problem.path) in ids
        assert problem.remedy
        str(form.name_of(problem.path))
    assert form.place_of(()) in ids
    assert form.place_of(("nowhere", 99, "text")) in ids


def without_reasons(document: Any) -> Any:
    """The content with every rationale left out, which keeps it from going live."""
    if isinstance(document, dict):
        return {name: without_reasons(v) for name, v in document.items() if name != "rationale"}
    return (
        [without_reasons(entry) for entry in document] if isinstance(document, list) else document
    )


def strings(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every text of a document."""
    if isinstance(document, dict | list):
        entries = document.items() if isinstance(document, dict) else enumerate(document)
        for name, value in entries:
            yield from strings(value, (*path, name))
    elif isinstance(document, str):
        yield path


def with_text(document: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy of a document with another text at a place."""
    copy = json.loads(json.dumps(document))
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = text
    return copy


@every_example
def test_markup_of_authors_is_shown_as_text(
    kind: QuestionType, example: Example, show: Show
) -> None:
    for path in strings(example.content):
        try:
            content = kind.content.model_validate(with_text(example.content, path, MARKUP))
        except ValidationError:
            continue
        presentation = kind.present(content, dice(1))
        key = kind.key(content)
        pages = [
            answer_html(show, kind, content, presentation, key),
            show(kind.feedback_template, view=kind.feedback_view(content, presentation, key)),
            show(kind.author_template, part=authoring.form_of(kind, content), focus=""),
        ]
        for page in pages:
            assert not tree_of(page).xpath(".//script | .//*[@onerror] | .//*[@onload]"), path


@every_example
def test_every_part_of_a_content_is_told_in_words(kind: QuestionType, example: Example) -> None:
    content = content_of(kind, example)
    lines = list(content.outline())
    assert len({line.path for line in lines}) == len(lines)
    assert all(line.label % line.values for line in lines)
    other = kind.content.model_validate(example.other) if example.other else content
    assert (list(other.outline()) == lines) is (other == content)
    assert bool(content.sequence()) <= bool(content.sequence_label)
    assert all(note.label and note.harm for note in content.harms())


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
    if kind.has_options:
        assert text.options
        assert text.keys
    assert all(0 <= place < len(text.options) for place in text.keys)


@pytest.mark.parametrize("kind", registry.TYPES, ids=lambda kind: kind.name)
def test_every_type_names_its_templates(kind: QuestionType) -> None:
    folder = Path(registry.__file__).parent.parent
    for name in (kind.answer_template, kind.feedback_template, kind.author_template):
        assert (folder / name).is_file()
    assert kind.hint
    assert kind.author_template == f"question_types/{kind.name}/author.html"
    assert replace(kind, name="other").answer_template == "question_types/other/answer.html"
