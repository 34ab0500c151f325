"""Lessons as pages: our badges, links and figures inside sanitized prose."""

import re

import pytest

from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.rendering import Piece, Rendered, Renderer, Words

SVG = (
    '<svg viewBox="0 0 9 9"><title>Ribs</title><desc>Ribs &amp; lung &lt;side&gt;.</desc>'
    '<path id="rib" d="M0 0"/></svg>'
)


def make_renderer(words: Words | None = None) -> Renderer:
    return Renderer(
        {"chest": SVG},
        {"pneumothorax": "Air <b>outside</b> & more"},
        "/icons.svg",
        words or Words(),
    )


def render(text: str) -> Rendered:
    return make_renderer().render(blocks.parse(text))


def markup(text: str) -> str:
    return "".join(str(piece.markup) for piece in render(text).pieces)


def test_the_first_paragraph_is_the_lead() -> None:
    html = markup("First.\n\nSecond.\n\n## A\n\nThird.")
    assert html.count('<p class="lead">') == 1
    assert html.startswith('<p class="lead">First.</p>')


def test_headings_make_the_contents() -> None:
    rendered = render("Lead.\n\n## Why *it* matters\n\nText.\n\n## Then\n")
    assert rendered.contents == [("why-it-matters", "Why it matters"), ("then", "Then")]
    assert '<h2 id="why-it-matters">Why <em>it</em> matters</h2>' in rendered.pieces[1].markup


def test_citations_are_numbered_as_they_come() -> None:
    rendered = render("One [@B], two [@A; @B].\n\n## Then\n\nThree [@C].")
    text = "".join(str(piece.markup) for piece in rendered.pieces)
    assert rendered.cited == ["B", "A", "C"]
    assert re.findall(r'href="#ref-(\d)"', text) == ["1", "2", "1", "3"]
    assert 'aria-label="Reference 2">[2]</a>' in text


@pytest.mark.parametrize(
    ("level", "bars"),
    [("strong", 4), ("moderate", 3), ("limited", 2), ("conflicting", 2), ("theory", 1)],
)
def test_evidence_has_bars_and_a_word(level: str, bars: int) -> None:
    html = markup(f"Claim. {{{level}}}")
    assert html.count('class="on"') == bars
    assert f"</span>{level.capitalize()}</a>" in html


def test_terms_explain_themselves() -> None:
    html = markup("A [[collapsed lung|Pneumothorax]] hurts.")
    assert 'aria-describedby="term-1">collapsed lung<span' in html
    assert 'id="term-1">Air outside &amp; more</span></dfn>' in html


def test_every_tip_has_an_id_of_its_own() -> None:
    html = markup("[[pneumothorax]] and [[pneumothorax]]")
    assert re.findall(r' id="(term-\d)"', html) == ["term-1", "term-2"]


def test_a_term_without_meaning_is_plain_text() -> None:
    assert markup("A [[<i>lost</i> word]].") == (
        '<p class="lead">A &lt;i&gt;lost&lt;/i&gt; word.</p>'
    )


def test_figures_bring_caption_and_description() -> None:
    html = markup("Lead.\n\n::: figure chest\nThe *ribs*. [@A]\n:::")
    assert '<svg viewBox="0 0 9 9" class="fig" role="img" aria-labelledby="chest-title">' in html
    assert "<figcaption><b>Figure 1.</b> The <em>ribs</em>." in html
    assert "<summary>Text description of figure 1</summary>" in html
    assert "<p>Ribs &amp; lung &lt;side&gt;.</p>" in html


@pytest.mark.parametrize("kind", sorted(blocks.CALLOUTS))
def test_callouts_have_icon_and_title(kind: str) -> None:
    html = markup(f"::: {kind} Mind *this*\nText with [@A].\n:::")
    assert "<h3>Mind <em>this</em></h3>" in html
    assert '<use href="/icons.svg#i-' in html
    assert 'href="#ref-1"' in html


def test_checks_leave_a_place_for_their_form() -> None:
    rendered = render("Lead.\n\n```check\nid: first\nstem: What?\n```\n\nMore.")
    assert rendered.pieces[1] == Piece(check_id="first")
    assert len(rendered.pieces) == 3


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> [@A]",
        "## <img src=x onerror=alert(1)>",
        "::: note <svg onload=alert(1)>\n<script>alert(1)</script>\n:::",
        "::: figure chest\n<img src=x onerror=alert(1)>\n:::",
        "[[<img src=x onerror=alert(1)>|pneumothorax]]",
        '[x](javascript:alert(1)) {strong} <p onclick="alert(1)">',
        '<a title="[[<script>|pneumothorax]]">x</a>',
    ],
)
def test_nothing_harmful_gets_into_a_lesson(text: str) -> None:
    html = markup(f"Lead.\n\n{text}")
    assert not re.search(r"<(script|img|svg onload)", html)
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert not re.search(r"href=\"?javascript:", html)


@pytest.mark.parametrize(
    "text", ["\ue0000\ue001", "&#xE000;0&#xE001;", "&#xE000;7&#xE001;", "\ue0000\ue001 [@A]"]
)
def test_the_characters_we_use_ourselves_stand_for_nothing(text: str) -> None:
    html = markup(f"Text {text}.")
    assert html.count("<a") == text.count("[@")


def test_the_words_of_a_page_can_be_translated() -> None:
    words = Words(evidence="Beleg:", levels={"strong": "Stark <"}, reference="Quelle %(number)s")
    html = str(make_renderer(words).prose("Text. {strong} [@A]"))
    assert '<span class="vh">Beleg: </span>Stark &lt;</a>' in html
    assert 'aria-label="Quelle 1"' in html


def test_a_line_is_rendered_like_prose_without_a_paragraph() -> None:
    assert str(make_renderer().line("*One* [@A]")).startswith("<em>One</em> <a")
