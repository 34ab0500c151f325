"""Text of authors as markup: what they mean arrives, what attackers mean does not."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from quizapp.formats import markdown

HARMFUL = [
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<object data="javascript:alert(1)"></object>',
    "<embed src=javascript:alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#x09;script:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[x](http://a.b "onmouseover=alert(1)")',
    "![x](javascript:alert(1))",
    '<p onclick="alert(1)">x</p>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<style>*{background:url(https://evil.example/)}</style>",
    '<link rel=stylesheet href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name=password></form>',
    "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    '<input autofocus onfocus="alert(1)">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<p id=main class=btn name=form>x</p>",
    "</p></div></main><script>alert(1)</script>",
    "<plaintext>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>alert(1)</script>`",
]
KNOWN = markdown.BLOCKS | markdown.TABLES | markdown.PHRASES
KEPT = {"href", "title", "rel", "scope", "start"}


class Inspector(HTMLParser):
    """Notes everything in a piece of markup that is not on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in KEPT:
                self.found.append(name)
            if name == "href" and re.match(r"[\s\x00-\x1f]*[a-z+.-]+:", value or "", re.IGNORECASE):
                scheme = (value or "").strip().partition(":")[0].lower()
                if scheme not in markdown.SCHEMES:
                    self.found.append(value or "")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")


def inspect(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_harmful_is_left_of_an_attack(text: str) -> None:
    for wrapped in (text, f"Words {text} words", f"- {text}\n- {text}", f"> {text}"):
        assert inspect(markdown.to_html(wrapped)) == []
        assert inspect(markdown.to_inline_html(wrapped)) == []


@given(st.lists(st.sampled_from(HARMFUL), min_size=2, max_size=4).map("".join))
def test_attacks_do_not_help_each_other(text: str) -> None:
    assert inspect(markdown.to_html(text)) == []


@pytest.mark.parametrize("text", HARMFUL)
def test_plain_words_are_escaped_like_any_text(text: str) -> None:
    plain = markdown.to_plain(f"{text} end")
    assert type(plain) is str
    assert inspect(str(escape(plain))) == []
    assert "\n" not in plain


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("3\\. not a list", "<p>3. not a list</p>"),
        ('"quoted" text', "<p>“quoted” text</p>"),
    ],
)
def test_what_authors_mean_arrives(text: str, html: str) -> None:
    assert markdown.to_html(text) == html


def test_tables_keep_their_heads() -> None:
    html = markdown.to_html("| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<th>a</th>" in html
    assert "<td>2</td>" in html


@pytest.mark.parametrize("address", ["https://a.b/c?d=e", "mailto:a@b.c", "#why", "/courses"])
def test_honest_links_stay(address: str) -> None:
    html = markdown.to_html(f"[text]({address})")
    assert f'href="{address}"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_line_has_no_blocks() -> None:
    assert markdown.to_inline_html("# No *heading*\n") == "# No <em>heading</em>"


def test_plain_words_are_unescaped() -> None:
    assert markdown.to_plain("**R&amp;D** <b>x</b> &lt;") == "R&D x <"


@pytest.mark.parametrize(
    "text", [*HARMFUL, "`", "[x](", "<a title='", "![", "<b ", "&#x", "| a |\n|-|\n| "]
)
def test_gaps_stand_where_text_stands(text: str) -> None:
    for wrapped in (f"{text}{{{{a}}}}", f"{{{{a}}}}{text}", f"{text}{{{{a}}}}{text}{{{{b}}}}"):
        pieces = markdown.to_html_with_gaps(wrapped)
        filled = "".join(f"{html}{name and 'GAP'}{marks}" for html, name, marks in pieces)
        assert inspect(filled) == []
        assert markdown.sanitize(filled) == filled


def test_a_text_is_cut_at_its_gaps() -> None:
    pieces = markdown.to_html_with_gaps("Go **{{deep}} mm** or {{ far }}.\n\n- {{on}}")
    assert [name for _html, name, _marks in pieces] == ["deep", "far", "on", ""]
    assert "".join(html + marks for html, _name, marks in pieces) == (
        "<p>Go <strong> mm</strong> or .</p>\n<ul>\n<li></li>\n</ul>"
    )


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("{{a}}, then", ","),
        ('"{{a}}." Then', ".”"),
        ("({{a}})", ")"),
        ("{{a}}%", "%"),
        ("{{a}} .", ""),
        ("**{{a}}**.", ""),
        ("{{a}}&lt;", ""),
    ],
)
def test_punctuation_stays_with_the_gap_before_it(text: str, marks: str) -> None:
    pieces = markdown.to_html_with_gaps(text)
    assert [found for _html, _name, found in pieces] == [marks, ""]


@pytest.mark.parametrize(
    "text",
    ["`{{a}}`", "\\{{a}}", "[x]({{a}})", "{{A}}", "{{a_b}}", "{{}}", "<i title='{{a}}'></i>"],
)
def test_code_and_addresses_have_no_gaps(text: str) -> None:
    assert [name for _html, name, _marks in markdown.to_html_with_gaps(text)] == [""]


def test_other_texts_have_no_gaps() -> None:
    assert markdown.to_html("{{a}}") == "<p>{{a}}</p>"
    assert markdown.to_html_with_gaps("\ue010a\ue010") == (("<p>a</p>", "", ""),)
