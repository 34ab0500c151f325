"""Markdown to sanitized HTML: the one way text of authors becomes markup."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markupsafe import Markup

from quizapp.formats.markup import made_safe
from quizapp.question_types.gapped import GAP

BLOCKS = {"p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "h3", "h4", "h5", "h6"}
TABLES = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
PHRASES = {
    "a",
    "strong",
    "em",
    "b",
    "i",
    "code",
    "kbd",
    "sub",
    "sup",
    "dfn",
    "abbr",
    "del",
    "s",
    "mark",
}
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "th": {"scope"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_EDGE = "\ue010"
_MARKS = "[.,;:!?)\\]%°’”»…]*"
"""Marks a gap in rendered text; taken out of what authors write."""


def _new_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True, "typographer": True}).enable(
        ["table", "strikethrough", "smartquotes"]
    )


_parser = _new_parser()


def _gap_parser() -> MarkdownIt:
    """Knows gaps where there is text: never inside a link's address, a tag or code."""

    def rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        found = GAP.match(state.src, state.pos)
        if found is None:
            return False
        if not silent:
            state.push("gap", "", 0).content = found["name"]
        state.pos = found.end()
        return True

    def render(_renderer: Any, tokens: Any, place: int, *_rest: Any) -> str:
        return f"{_EDGE}{tokens[place].content}{_EDGE}"

    parser = _new_parser()
    parser.inline.ruler.before("escape", "gap", rule)
    parser.add_render_rule("gap", render)
    return parser


_gap_texts = _gap_parser()


def sanitize(html: str) -> str:
    """Keep an allow-list of elements and attributes; no id, class, style, script or data: link."""
    return nh3.clean(
        html,
        tags=BLOCKS | TABLES | PHRASES,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def _sanitize_inline(html: str) -> str:
    return nh3.clean(
        html,
        tags=PHRASES | {"br"},
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


@lru_cache(maxsize=4096)
def to_html(text: str) -> Markup:
    """Paragraphs, lists, tables, emphasis and links as HTML that is safe to show."""
    return made_safe(sanitize(_parser.render(text)).strip())


@lru_cache(maxsize=8192)
def to_inline_html(text: str) -> Markup:
    """As `to_html`, for one line of text inside a label, legend or heading."""
    return made_safe(_sanitize_inline(_parser.renderInline(text.strip())))


@lru_cache(maxsize=2048)
def to_html_with_gaps(text: str) -> tuple[tuple[Markup, str, str], ...]:
    """As `to_html`, cut at the gaps: each piece with the name of the gap after it, "" at the end.

    Third are the punctuation marks that stand at that gap and must not begin the next line.
    A gap stands where text stands, so markup put between two pieces stays outside of any tag.
    """
    html = sanitize(_gap_texts.render(text.replace(_EDGE, ""))).strip()
    pieces = [*re.split(f"{_EDGE}([a-z0-9-]+){_EDGE}({_MARKS})", html), "", ""]
    return tuple(
        (made_safe(piece), name, marks)
        for piece, name, marks in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    )


def to_plain(text: str) -> str:
    """The words alone, for titles, lists and table cells."""
    import html

    return html.unescape(nh3.clean(_parser.renderInline(text), tags=set())).replace("\n", " ")


def nameless_columns(text: str) -> list[int]:
    """The lines, from 0, of tables that have a column without a heading."""
    tokens = _parser.parse(text)
    found = []
    for opening, inside in pairwise(tokens):
        if opening.type == "th_open" and not inside.content.strip() and inside.map:
            found.append(inside.map[0])
    return sorted(set(found))
