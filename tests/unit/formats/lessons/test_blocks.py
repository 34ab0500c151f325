"""A lesson's text cut into blocks, each with its line."""

import pytest

from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.blocks import (
    Callout,
    Check,
    Figure,
    Heading,
    LessonMistake,
    Prose,
    YamlMistake,
)

LESSON = """\
The lead.

Second paragraph.

## Why it matters

::: figure side-view
A caption. {limited}
:::

::: safety Stop first
Two lines
of text.
:::

```check
id: one
stem: What?
```
## Why it matters
Last words.
"""


def test_every_kind_of_block_is_found_in_order() -> None:
    found = blocks.parse(LESSON, first_line=10)
    kinds = [(type(block).__name__, block.line) for block in found]
    assert kinds == [
        ("Prose", 10),
        ("Heading", 14),
        ("Figure", 16),
        ("Callout", 20),
        ("Check", 25),
        ("Heading", 29),
        ("Prose", 30),
    ]


def test_blocks_hold_their_text() -> None:
    found = blocks.parse(LESSON)
    assert found[0] == Prose(1, "The lead.\n\nSecond paragraph.")
    assert found[1] == Heading(5, "Why it matters", "why-it-matters")
    assert found[2] == Figure(7, "side-view", "A caption. {limited}")
    assert found[3] == Callout(11, "safety", "Stop first", "Two lines\nof text.")
    assert isinstance(found[4], Check)
    assert found[4].source.data == {"id": "one", "stem": "What?"}
    assert found[4].source.line(("stem",)) == 18


def test_equal_headings_get_anchors_of_their_own() -> None:
    anchors = [b.anchor for b in blocks.parse("## A b\n## A b\n## A b\n") if isinstance(b, Heading)]
    assert anchors == ["a-b", "a-b-2", "a-b-2-2"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Why *the* side?", "why-the-side"), ("Übung 3", "bung-3"), ("¿…?", "section")],
)
def test_anchors_are_made_of_words(text: str, slug: str) -> None:
    assert blocks.slug_of(text) == slug


def test_smaller_headings_stay_in_the_prose() -> None:
    assert blocks.parse("### Part\nText") == [Prose(1, "### Part\nText")]


def test_blank_lines_are_no_prose() -> None:
    assert blocks.parse("\n\n## A\n\n\n") == [Heading(3, "A", "a")]


def test_a_list_item_with_colons_is_no_container() -> None:
    assert blocks.parse(":: note\n:::: note x\n") == [Prose(1, ":: note\n:::: note x")]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Text\n\n::: note Title\nnever closed", 7, "not closed"),
        ("```check\nid: x", 5, "not closed"),
        ("::: boast Title\n:::", 5, "::: boast is unknown"),
        ("a\n\n::: note\ntext\n:::", 7, "no title"),
        ("::: figure\n:::", 5, "not named"),
        ("::: figure Side View\n:::", 5, "not named"),
        ("::: figure ../secret\n:::", 5, "not named"),
    ],
)
def test_mistakes_name_line_and_remedy(text: str, line: int, words: str) -> None:
    with pytest.raises(LessonMistake) as caught:
        blocks.parse(text, first_line=5)
    assert caught.value.line == line
    assert words in caught.value.message
    assert caught.value.remedy


def test_mistakes_in_a_check_name_their_line() -> None:
    with pytest.raises(YamlMistake) as caught:
        blocks.parse("Text\n```check\nid: a\nid: b\n```", first_line=5)
    assert caught.value.line == 8


def test_front_matter_is_split_off_with_its_lines() -> None:
    source, body, first_line = blocks.split_front("---\nid: a\ntitle: B\n---\nText\n")
    assert source.data == {"id": "a", "title": "B"}
    assert source.line(("title",)) == 3
    assert (body, first_line) == ("Text\n", 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [("# Title", "no front matter"), ("", "no front matter"), ("---\nid: a\n", "not closed")],
)
def test_front_matter_has_to_be_there(text: str, words: str) -> None:
    with pytest.raises(LessonMistake, match=words) as caught:
        blocks.split_front(text)
    assert caught.value.line == 1
    assert caught.value.remedy


def test_citations_are_read_in_order() -> None:
    text = "One [@R2], two [@R1; @R3;R4] and [@ ] and mail@example.org"
    assert list(blocks.cited(text)) == ["R2", "R1", "R3", "R4"]


def test_terms_are_read_by_their_name_in_the_glossary() -> None:
    assert list(blocks.terms("[[lung]] and [[its skin| pleura ]]")) == ["lung", "pleura"]


def test_only_prose_boxes_and_captions_cite() -> None:
    texts = [blocks.text_of(block) for block in blocks.parse(LESSON)]
    assert texts == [
        "The lead.\n\nSecond paragraph.",
        "",
        "A caption. {limited}",
        "Two lines\nof text.",
        "",
        "",
        "Last words.",
    ]
