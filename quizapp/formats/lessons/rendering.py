"""A lesson as safe HTML: prose sanitized first, then our own badges, links and figures put in."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from quizapp.formats import figures, markdown
from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.blocks import Block, Callout, Check, Figure, Heading, Prose
from quizapp.formats.markup import made_safe

BARS = {"strong": 4, "moderate": 3, "limited": 2, "conflicting": 2, "theory": 1}
_MARK = "\ue000{}\ue001"
EMPTY = made_safe("")
_MARKS = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a lesson page in the reader's language."""

    evidence: str = "Evidence:"
    levels: Mapping[str, str] = field(
        default_factory=lambda: {level: level.capitalize() for level in BARS}
    )
    reference: str = "Reference %(number)s"
    figure: str = "Figure %(number)s."
    scrolls: str = "Figure %(number)s, scrolls sideways on small screens"
    description: str = "Text description of figure %(number)s"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a page: HTML, or the place of a knowledge check."""

    markup: Markup = EMPTY
    check_id: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A lesson ready to be shown: its pieces, its headings, the references in order of citation."""

    pieces: list[Piece]
    contents: list[tuple[str, str]]
    cited: list[str]


@dataclass(slots=True)
class Renderer:
    """Turns blocks into pieces; counts figures and citations as it goes."""

    figures: Mapping[str, str]
    meanings: Mapping[str, str]
    icons: str
    words: Words = field(default_factory=Words)
    _cited: list[str] = field(default_factory=list)
    _figure_count: int = 0
    _tip_count: int = 0

    def render(self, parsed: list[Block]) -> Rendered:
        pieces = []
        contents = []
        for place, block in enumerate(parsed):
            if isinstance(block, Check):
                pieces.append(Piece(check_id=str(block.source.data["id"])))
                continue
            if isinstance(block, Heading):
                contents.append((block.anchor, markdown.to_plain(block.text)))
            pieces.append(Piece(made_safe(self._block(block, is_first=place == 0))))
        return Rendered(pieces, contents, list(self._cited))

    def _block(self, block: Block, *, is_first: bool) -> str:
        if isinstance(block, Heading):
            return f'<h2 id="{block.anchor}">{markdown.to_inline_html(block.text)}</h2>'
        if isinstance(block, Figure):
            return self._figure(block)
        if isinstance(block, Callout):
            return self._callout(block)
        assert isinstance(block, Prose)  # noqa: S101 - the last kind there is
        text = self.prose(block.text)
        return text.replace("<p>", '<p class="lead">', 1) if is_first else text

    def prose(self, text: str) -> str:
        """Markdown with citations, evidence badges and glossary terms as HTML."""
        return self._with_marks(text, markdown.to_html)

    def line(self, text: str) -> str:
        """As `prose`, for one line."""
        return self._with_marks(text, markdown.to_inline_html)

    def _with_marks(self, text: str, to_html: Callable[[str], str]) -> str:
        # Our markup stands in for private-use characters, because sanitizing would remove it.
        # Those an author wrote (as such, or as numbers like &#xE000;) stand for nothing.
        made: list[str] = []

        def keep(markup: str) -> str:
            made.append(markup)
            return _MARK.format(len(made) - 1)

        text = text.replace("\ue000", "").replace("\ue001", "")
        text = blocks.CITATION.sub(lambda match: keep(self._citations(match.group(0))), text)
        text = blocks.EVIDENCE.sub(lambda match: keep(self._evidence(match.group(1))), text)
        text = blocks.TERM.sub(lambda match: keep(self._term(match)), text)
        # A wide table scrolls on a phone; the keyboard has to reach it for that.
        safe = str(to_html(text)).replace("<table>", '<table tabindex="0">')
        return _MARKS.sub(lambda match: "".join(made[int(match[1]) : int(match[1]) + 1]), safe)

    def _citations(self, text: str) -> str:
        links = []
        for name in blocks.cited(text):
            if name not in self._cited:
                self._cited.append(name)
            number = self._cited.index(name) + 1
            label = html.escape(self.words.reference % {"number": number})
            links.append(f'<a class="ref" href="#ref-{number}" aria-label="{label}">[{number}]</a>')
        return "".join(links)

    def _evidence(self, level: str) -> str:
        bars = "".join(_bar(place, is_on=place < BARS[level]) for place in range(4))
        word = html.escape(self.words.levels[level])
        prefix = html.escape(self.words.evidence)
        return (
            '<a class="ev" href="#evidence">'
            f'<svg viewBox="0 0 18 14" aria-hidden="true">{bars}</svg>'
            f'<span class="vh">{prefix} </span>{word}</a>'
        )

    def _term(self, match: re.Match[str]) -> str:
        shown = html.escape(match.group(1).strip())
        name = (match.group(2) or match.group(1)).strip().casefold()
        meaning = self.meanings.get(name)
        if meaning is None:
            return shown
        self._tip_count += 1
        tip = f"term-{self._tip_count}"
        words = html.escape(markdown.to_plain(meaning))
        return (
            f'<dfn class="term" tabindex="0" aria-describedby="{tip}">{shown}'
            f'<span class="term__tip" role="tooltip" id="{tip}">{words}</span></dfn>'
        )

    def _callout(self, block: Callout) -> str:
        kind, icon = blocks.CALLOUTS[block.kind]
        modifier = f" callout--{kind}" if kind else ""
        return (
            f'<div class="callout{modifier}"><svg class="icon" aria-hidden="true">'
            f'<use href="{self.icons}#i-{icon}"/></svg>'
            f"<div><h3>{markdown.to_inline_html(block.title)}</h3>{self.prose(block.text)}</div></div>"
        )

    def _figure(self, block: Figure) -> str:
        self._figure_count += 1
        number = {"number": self._figure_count}
        svg = self.figures[block.name]
        told = html.escape(figures.description(svg))
        return (
            f'<figure class="figure"><div class="figure__box" tabindex="0" role="group" '
            f'aria-label="{html.escape(self.words.scrolls % number)}">'
            f"{figures.inline(svg, block.name)}</div>"
            f"<figcaption><b>{html.escape(self.words.figure % number)}</b> "
            f"{self.line(block.caption)}</figcaption>"
            f"<details><summary>{html.escape(self.words.description % number)}</summary>"
            f"<p>{told}</p></details></figure>"
        )


def _bar(place: int, *, is_on: bool) -> str:
    shade = ' class="on"' if is_on else ""
    return (
        f'<rect x="{place * 4.6:.1f}" y="{10 - place * 3.1:.1f}" width="3.4" '
        f'height="{4 + place * 3.1:.1f}" rx="1"{shade}/>'
    )
