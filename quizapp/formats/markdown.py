"""Markdown to sanitized HTML: the one way text of authors becomes markup."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from quizapp.formats.markup import made_safe

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

_parser = MarkdownIt("commonmark", {"html": True, "typographer": True}).enable(
    ["table", "strikethrough", "smartquotes"]
)


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


def to_plain(text: str) -> str:
    """The words alone, for titles, lists and table cells."""
    import html

    return html.unescape(nh3.clean(_parser.renderInline(text), tags=set())).replace("\n", " ")
