"""What differs between two texts of a question, word by word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Protocol

from quizapp.domain.errors import N_
from quizapp.features.questions.models import OBJECTIVE, REFERENCE, TAG
from quizapp.features.questions.queries import wording
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.formats import figures, markdown
from quizapp.question_types import item

SAME, GONE, NEW = "same", "gone", "new"
MOST_STEPS = 4_000_000
"""Longer texts are compared line by line, or not at all: it would take seconds."""
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
Path = tuple[str, ...]


class Written(Protocol):
    """What a version and a draft have in common."""

    @property
    def stem(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...
    @property
    def rationale(self) -> str: ...
    @property
    def figure(self) -> str | None: ...
    @property
    def level(self) -> str: ...
    @property
    def evidence(self) -> str | None: ...
    @property
    def hazard(self) -> str | None: ...
    @property
    def labels(self) -> Mapping[str, Sequence[str]]: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: in both texts, only in the former, or only in the latter.

    `is_word` marks a word of the site, to be translated; the rest is the author's.
    """

    kind: str
    text: str
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the question before and after; `label` is a text to translate."""

    label: str
    values: Mapping[str, str]
    before: Sequence[Piece]
    after: Sequence[Piece]
    is_changed: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """A part of a question as words; `sense` decides whether two are the same."""

    label: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_word: bool = False
    sense: str | None = None

    @property
    def meaning(self) -> str:
        return self.text if self.sense is None else self.sense


def changes(
    before: Written, after: Written, course: Surroundings, *, with_same: bool = False
) -> list[Change]:
    """Every part that differs, in reading order; with the equal ones too if asked for."""
    former, latter = _lines(before, course), _lines(after, course)
    found = []
    order = _new_order(before, after)
    for key in _merged(list(former), list(latter)):
        one, other = former.get(key), latter.get(key)
        is_changed = (one.meaning if one else "") != (other.meaning if other else "")
        if is_changed or with_same:
            found.append(_change(one, other, is_changed=is_changed))
        if key == ("stem",) and order is not None:
            found.append(order)
    return found


def _change(one: _Line | None, other: _Line | None, *, is_changed: bool) -> Change:
    line = other or one
    assert line is not None  # noqa: S101 - a key comes from one of both
    if not is_changed:
        same = [Piece(SAME, line.text, line.is_word)] if line.text else []
        return Change(line.label, line.values, same, same, is_changed=False)
    if line.is_word:
        before = [Piece(GONE, one.text, one.is_word)] if one and one.text else []
        after = [Piece(NEW, other.text, other.is_word)] if other and other.text else []
    else:
        before, after = marked(one.text if one else "", other.text if other else "")
    return Change(line.label, line.values, before, after)


def marked(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut into pieces, those that the other has not marked."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > MOST_STEPS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) * len(new) > MOST_STEPS:
        return _pieces(GONE, before), _pieces(NEW, after)
    left: list[Piece] = []
    right: list[Piece] = []
    for act, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_same = act == "equal"
        left += _pieces(SAME if is_same else GONE, "".join(old[i:j]))
        right += _pieces(SAME if is_same else NEW, "".join(new[k:m]))
    return left, right


def _pieces(kind: str, text: str) -> list[Piece]:
    """Space around marked words is not marked itself."""
    words = text.strip()
    if kind == SAME or not words:
        return [Piece(kind, text)] if text else []
    lead, _words, trail = text.partition(words)
    return [
        *([Piece(SAME, lead)] if lead else []),
        Piece(kind, words),
        *([Piece(SAME, trail)] if trail else []),
    ]


def _lines(written: Written, course: Surroundings) -> dict[Path, _Line]:
    lines: dict[Path, _Line] = {("stem",): _Line(N_("Question"), written.stem)}
    for part in item.from_body(dict(written.body)).parts:
        lines.update(
            (line.path, _Line(line.label, line.text, line.values, line.is_word))
            for line in part.content.outline()
        )
    figure = written.figure
    lines[("figure",)] = _Line(N_("Figure"), figures.title(figure) if figure else "", sense=figure)
    lines[("rationale",)] = _Line(N_("Rationale for everybody"), written.rationale)
    lines.update(_placement_lines(written, course))
    return lines


def _placement_lines(written: Written, course: Surroundings) -> Iterator[tuple[Path, _Line]]:
    labels = written.labels
    objectives = [f"{c}: {course.objectives.get(c, '')}" for c in labels.get(OBJECTIVE, ())]
    yield ("objectives",), _Line(N_("Objectives"), "\n".join(objectives))
    level = wording.LEVELS.get(written.level, written.level)
    yield ("level",), _Line(N_("Thinking level"), level, is_word=True)
    hazard = written.hazard or ""
    yield ("hazard",), _Line(N_("Hazard"), course.hazards.get(hazard, hazard))
    evidence = wording.EVIDENCE.get(written.evidence or "", "")
    yield ("evidence",), _Line(N_("Evidence"), evidence, is_word=True)
    sources = course.sources(labels.get(REFERENCE, ()))
    texts = [markdown.to_plain(source.text) for source in sources]
    yield ("references",), _Line(N_("References"), "\n".join(texts))
    yield ("tags",), _Line(N_("Tags"), ", ".join(labels.get(TAG, ())))


def _merged(former: list[Path], latter: list[Path]) -> Iterable[Path]:
    """The keys of both: those of the latter, each lost one after what stood before it."""
    keys = list(latter)
    for place, key in enumerate(former):
        if key not in keys:
            before = former[place - 1] if place else None
            keys.insert(keys.index(before) + 1 if before in keys else len(keys), key)
    return keys


def _new_order(before: Written, after: Written) -> Change | None:
    """A change of places among what both have in an order."""
    (_, former), (label, latter) = _sequence(before), _sequence(after)
    old = [name for name in former if name in latter]
    new = [name for name in latter if name in former]
    if old == new:
        return None
    return Change(
        label,
        {},
        [Piece(GONE, "\n".join(f"{n}. {former[name]}" for n, name in enumerate(old, 1)))],
        [Piece(NEW, "\n".join(f"{n}. {latter[name]}" for n, name in enumerate(new, 1)))],
    )


def _sequence(written: Written) -> tuple[str, dict[str, str]]:
    """What the author put in an order, and what a change of it is called."""
    contents = [part.content for part in item.from_body(dict(written.body)).parts]
    labels = [content.sequence_label for content in contents if content.sequence_label]
    texts = {name: text for content in contents for name, text in content.sequence().items()}
    return next(iter(labels), ""), texts
