"""YAML as plain text with lines: nothing is guessed, nothing overwhelms."""

import time

import pytest

from quizapp.formats import yaml_source
from quizapp.formats.yaml_source import Source, YamlMistake


@pytest.mark.parametrize(
    "value",
    ["no", "yes", "on", "NO", "true", "1e3", "012", "0x1F", "12:30", "2026-03-02", "1_000", ".inf"],
)
def test_text_is_what_the_author_typed(value: str) -> None:
    assert yaml_source.parse(f"country: {value}").data == {"country": value}


@pytest.mark.parametrize("value", ["", "~", "null"])
def test_nothing_is_nothing(value: str) -> None:
    assert yaml_source.parse(f"note: {value}").data == {"note": None}


@pytest.mark.parametrize("value", ['"~"', "'null'", '""'])
def test_quoted_text_is_text(value: str) -> None:
    assert yaml_source.parse(f"note: {value}").data == {"note": value[1:-1]}


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [ls]", "!!int x", "!own x"])
def test_tags_mean_nothing(tag: str) -> None:
    value = yaml_source.parse(f"a: {tag}").data["a"]
    assert value in (["ls"], "x")


TEXT = """\
# a comment
id: one
steps:
  - lesson: a
  - lesson: >-
      long
      text
after:
  deep: {x: 1, y: [p, q]}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("id",), 2),
        (("steps",), 3),
        (("steps", 0), 4),
        (("steps", 1, "lesson"), 5),
        (("after",), 8),
        (("after", "deep", "y", 1), 9),
        (("steps", 7, "lesson"), 3),
        (("nowhere", "at", "all"), 2),
    ],
)
def test_every_place_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert yaml_source.parse(TEXT).line(path) == line


def test_lines_count_from_where_the_text_starts_in_its_file() -> None:
    assert yaml_source.parse(TEXT, first_line=11).line(("id",)) == 12


def test_an_empty_document_is_nothing() -> None:
    source = yaml_source.parse("")
    assert source.data is None
    assert source.line(("id",)) == 1
    assert Source({}, {}).line(()) == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: [1, 2\nc: 3", 3, "expected"),
        ("a: 1\na: 2", 2, "twice"),
        ("x:\n  - {a: 1, a: 2}", 2, "twice"),
        ("a: 1\n? [x]\n: 2", 2, "one word"),
        ("a: 1\nb: *note", 2, "into quotes"),
        ("a: &x [1]\nb: [*x]", 2, "into quotes"),
        ("a: 1\n\tb: 2", 2, "tab"),
        ("a: \x07", 1, "not valid YAML"),
        ("a: 1\n---\nb: 2", 2, "another document"),
    ],
)
def test_mistakes_name_their_line(text: str, line: int, words: str) -> None:
    with pytest.raises(YamlMistake, match=words) as caught:
        yaml_source.parse(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "[" * 200 + "]" * 200,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        "a: &a [*a, *a]",
    ],
)
def test_small_texts_cannot_overwhelm_the_machine(text: str) -> None:
    begun = time.thread_time()
    with pytest.raises(YamlMistake):
        yaml_source.parse(text)
    assert time.thread_time() - begun < 1
