"""The text of a lesson as blocks: headings, prose, figures, callouts and checks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.formats import yaml_source
from quizapp.formats.yaml_source import Source, YamlMistake

CALLOUTS = {
    "note": ("", "lightbulb"),
    "ok": ("ok", "circle-check"),
    "warning": ("warn", "triangle-alert"),
    "safety": ("bad", "shield-alert"),
    "plain": ("plain", "info"),
    "claim-check": ("plain", "search"),
}
_OPENING = re.compile(r"^:::\s*(?P<kind>[a-z-]+)(?:\s+(?P<title>.*\S))?\s*$")
_HEADING = re.compile(r"^##\s+(?P<text>.*\S)\s*$")
CITATION = re.compile(r"\[@([A-Za-z0-9._;\s@-]+)\]")
EVIDENCE = re.compile(r"\{(strong|moderate|limited|conflicting|theory)\}")
TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


class LessonMistake(Exception):
    """A block that is not closed or not known."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title and its anchor."""

    line: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between other blocks."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Callout:
    """A box: kind is a key of CALLOUTS."""

    line: int
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its file's name, with its caption."""

    line: int
    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Check:
    """An inline knowledge check, written as YAML: id, stem, choices, and where to read again."""

    line: int
    source: Source


Block = Heading | Prose | Callout | Figure | Check


def slug_of(text: str) -> str:
    """An anchor made of a heading's words."""
    words = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return words or "section"


def split_front(text: str) -> tuple[Source, str, int]:
    """Front matter, body and the line the body starts at; raises LessonMistake or YamlMistake."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        raise LessonMistake(1, "The lesson has no front matter.", "Start the file with ---.")
    for place, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            front = yaml_source.parse("\n".join(lines[1:place]), first_line=2)
            return front, "\n".join(lines[place + 1 :]), place + 2
    raise LessonMistake(1, "The front matter is not closed.", "End it with a line ---.")


def parse(body: str, first_line: int = 1) -> list[Block]:
    """Cut a lesson's text into blocks; raises LessonMistake or YamlMistake."""
    return list(_blocks(body.split("\n"), first_line))


def _blocks(lines: list[str], first: int) -> Iterator[Block]:
    prose: list[str] = []
    prose_line = first
    anchors: set[str] = set()
    place = 0
    while place < len(lines):
        line = lines[place]
        heading, opening = _HEADING.match(line), _OPENING.match(line)
        is_check = line.strip() == "```check"
        if not (heading or opening or is_check):
            if not prose:
                prose_line = first + place
            prose.append(line)
            place += 1
            continue
        yield from _prose(prose, prose_line)
        prose = []
        if heading:
            yield _heading(heading["text"], first + place, anchors)
            place += 1
        elif opening:
            inner, place = _until(lines, place, ":::", first)
            yield _container(opening, inner, first + place - len(inner) - 2)
        else:
            start = place
            inner, place = _until(lines, place, "```", first)
            yield Check(first + start, yaml_source.parse("\n".join(inner), first + start + 1))
    yield from _prose(prose, prose_line)


def _prose(lines: list[str], line: int) -> Iterator[Prose]:
    blank = next((place for place, text in enumerate(lines) if text.strip()), None)
    if blank is not None:
        yield Prose(line + blank, "\n".join(lines[blank:]).strip("\n"))


def _heading(text: str, line: int, anchors: set[str]) -> Heading:
    anchor = slug_of(text)
    while anchor in anchors:
        anchor += "-2"
    anchors.add(anchor)
    return Heading(line, text, anchor)


def _until(lines: list[str], place: int, end: str, first: int) -> tuple[list[str], int]:
    """The lines up to the closing one, and the place after it."""
    for stop in range(place + 1, len(lines)):
        if lines[stop].strip() == end:
            return lines[place + 1 : stop], stop + 1
    raise LessonMistake(first + place, "This block is not closed.", f"End it with a line {end}.")


def _container(opening: re.Match[str], inner: list[str], line: int) -> Block:
    kind, title = opening["kind"], opening["title"] or ""
    text = "\n".join(inner).strip("\n")
    if kind == "figure":
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", title):
            raise LessonMistake(line, "The figure is not named.", "Write ::: figure name-of-file.")
        return Figure(line, title, text)
    if kind not in CALLOUTS:
        known = ", ".join(["figure", *CALLOUTS])
        raise LessonMistake(line, f"::: {kind} is unknown.", f"Use one of {known}.")
    if not title:
        raise LessonMistake(line, "The callout has no title.", f"Write ::: {kind} Title.")
    return Callout(line, kind, title, text)


def cited(text: str) -> Iterator[str]:
    """The reference ids cited in a text, in order."""
    for group in CITATION.finditer(text):
        for part in group.group(1).replace("@", " ").split(";"):
            if part.strip():
                yield part.strip()


def terms(text: str) -> Iterator[str]:
    """The glossary terms used in a text, in order."""
    for match in TERM.finditer(text):
        yield (match.group(2) or match.group(1)).strip()


def text_of(block: Block) -> str:
    """All text of a block in which citations and terms may stand."""
    if isinstance(block, Prose | Callout):
        return block.text
    if isinstance(block, Figure):
        return block.caption
    return ""


__all__ = [
    "Block",
    "Callout",
    "Check",
    "Figure",
    "Heading",
    "LessonMistake",
    "Prose",
    "YamlMistake",
]
