"""Figures: SVG of the question bank, checked against an allow-list and made safe to inline."""

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.parsers import expat

from markupsafe import Markup

from quizapp.domain.errors import N_
from quizapp.formats.markup import made_safe

ELEMENTS: frozenset[str] = frozenset(
    """
    svg title desc g defs clipPath path circle ellipse rect line polyline polygon text tspan
    use marker
    """.split()  # noqa: SIM905 - a list of words reads better so
)
ATTRIBUTES: frozenset[str] = frozenset(
    """
    viewBox role aria-labelledby aria-hidden class id d x y x1 y1 x2 y2 cx cy r rx ry dx dy
    width height points transform opacity fill fill-opacity fill-rule stroke stroke-width
    stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity text-anchor font-size
    font-weight font-style dominant-baseline clip-path href preserveAspectRatio
    letter-spacing markerWidth markerHeight refX refY orient marker-end marker-start
    marker-mid xmlns vector-effect rotate textLength
    """.split()  # noqa: SIM905 - a list of words reads better so
)
CLASSES: frozenset[str] = frozenset(
    """
    fig t2 ld dot dn mid end h f-skin f-fat f-mus f-mus2 f-bone f-cord f-grey f-aff f-eff
    f-tp f-handle f-lung f-vessel f-danger f-ok f-warn f-brand f-soft f-surface f-ink s-line
    s-fib s-aff s-eff s-needle s-arr s-tp s-danger s-ok s-warn s-brand s-ink s-soft s-vessel
    dash thick thin small big
    """.split()  # noqa: SIM905 - a list of words reads better so
)
PAINT = re.compile(r"^(none|currentColor|url\(#[\w-]+\)|var\(--[a-z0-9-]+\))$")
LOCAL = re.compile(r"^#[\w-]+$")
TARGETS = {"href", "clip-path", "marker-start", "marker-mid", "marker-end"}
MAX_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class FigureMistake:
    """Something a figure must not hold, or lacks."""

    line: int
    message: str
    remedy: str


class _Checker:
    """Walks the elements once and notes what is not allowed."""

    def __init__(self) -> None:
        self.mistakes: list[FigureMistake] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.CommentHandler = self._aside
        self.parser.StartCdataSectionHandler = self._aside
        self.parser.ProcessingInstructionHandler = self._aside
        self._open: list[str] = []
        self._texts = {"title": "", "desc": ""}

    def _note(self, message: str, remedy: str) -> None:
        self.mistakes.append(FigureMistake(self.parser.CurrentLineNumber, message, remedy))

    def _doctype(self, *_: object) -> None:
        self._note(N_("A figure must not have a DOCTYPE."), N_("Remove it."))

    def _aside(self, *_: object) -> None:
        # A browser reads them in another way than XML does, so that they could hide elements.
        self._note("A figure must not have comments, CDATA or instructions.", "Remove it.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in ELEMENTS:
            self._note(f"<{name}> is not allowed in a figure.", "Draw it with paths and text.")
        if not self._open:
            self._check_root(name, attributes)
        for attribute, value in attributes.items():
            self._check_attribute(name, attribute, value)
        self._open.append(name)

    def _check_root(self, name: str, attributes: dict[str, str]) -> None:
        if name != "svg" or "viewBox" not in attributes:
            self._note("The figure has no <svg viewBox=…>.", "Start with <svg viewBox=…>.")

    def _check_attribute(self, name: str, attribute: str, value: str) -> None:
        if attribute not in ATTRIBUTES:
            self._note(
                f"The attribute {attribute} of <{name}> is not allowed.",
                "Use presentation attributes and the stylesheet's classes.",
            )
        elif attribute in {"fill", "stroke"} and not PAINT.match(value):
            self._note(
                f'{attribute}="{value}" is a fixed colour.',
                "Use a class or var(--…), so that the figure follows light and dark.",
            )
        elif attribute in TARGETS and not (LOCAL.match(value) or PAINT.match(value)):
            self._note(f"{attribute} leads outside the figure.", "Refer to an id of this figure.")
        elif attribute == "class":
            for unknown in set(value.split()) - CLASSES:
                self._note(
                    f"The class {unknown} is unknown.", "See the classes in docs/authors.md."
                )

    def _text(self, text: str) -> None:
        if self._open[-1:] and self._open[-1] in self._texts and len(self._open) == 2:  # noqa: PLR2004
            self._texts[self._open[-1]] += text

    def _end(self, _name: str) -> None:
        self._open.pop()
        if not self._open:
            for name, text in self._texts.items():
                if not text.strip():
                    self._note(
                        f"The figure has no <{name}>.",
                        "Say in words what it shows, for those who cannot see it.",
                    )


def check(svg: str) -> list[FigureMistake]:
    """Everything that keeps a figure from being inlined."""
    if len(svg.encode()) > MAX_BYTES:
        return [FigureMistake(1, "The figure is over 200 kB.", "Simplify its paths.")]
    checker = _Checker()
    try:
        checker.parser.Parse(svg, True)
    except expat.ExpatError as error:
        return [FigureMistake(error.lineno, f"Not well-formed: {error}", "Correct the markup.")]
    return checker.mistakes


_IDS = re.compile(
    r"\b(id|href|aria-labelledby|clip-path|marker-end|marker-mid|marker-start|fill|stroke)"
    r"""\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)


@lru_cache(maxsize=256)
def inline(svg: str, name: str) -> Markup:
    """The figure as part of a page: its ids made unique by its name, its title as its label."""
    body = svg[svg.index("<svg") :].strip()
    known = {found[1] or found[2] for found in _IDS.findall(body) if found[0] == "id"}

    def renamed(match: re.Match[str]) -> str:
        attribute, value = match[1], match[2] or match[3] or ""
        if attribute == "id":
            return f'id="{name}-{value}"'
        if attribute == "aria-labelledby":
            return 'aria-labelledby="' + " ".join(f"{name}-{part}" for part in value.split()) + '"'
        target = re.search(r"#([\w-]+)", value)
        if target and target.group(1) in known:
            own = f"#{name}-{target.group(1)}"
            return f'{attribute}="{value.replace("#" + target.group(1), own)}"'
        return match.group(0)

    body = _IDS.sub(renamed, body)
    head, _, rest = body.partition(">")
    for attribute in ("role", "class", "aria-labelledby", "xmlns"):
        head = re.sub(rf"""\s{attribute}\s*=\s*("[^"]*"|'[^']*')""", "", head)
    label = f'{head} class="fig" role="img" aria-labelledby="{name}-title">'
    rest = re.sub(r"<title[^>]*>", f'<title id="{name}-title">', rest, count=1)
    rest = re.sub(r"<desc[^>]*>", f'<desc id="{name}-desc">', rest, count=1)
    return made_safe(label + rest)


@lru_cache(maxsize=256)
def shown(svg: str, name: str) -> Markup:
    """A figure as part of a page; nothing where it is none, or holds what must not be there."""
    return inline(svg, name) if svg and not check(svg) else Markup()


def description(svg: str) -> str:
    """The words of <desc>."""
    import html

    found = re.search(r"<desc[^>]*>(.*?)</desc>", svg, re.DOTALL)
    return " ".join(html.unescape(found.group(1)).split()) if found else ""


def title(svg: str) -> str:
    """The words of <title>."""
    import html

    found = re.search(r"<title[^>]*>(.*?)</title>", svg, re.DOTALL)
    return " ".join(html.unescape(found.group(1)).split()) if found else ""
