"""Figures: only shapes and text get in, and each stands on its page without touching others."""

import re
import time

import pytest

from quizapp.formats import figures

WORDS = "<title>A rib</title><desc>Seen from the side.</desc>"


def draw(inner: str, attributes: str = 'viewBox="0 0 10 10"', words: str = WORDS) -> str:
    return f"<svg {attributes}>{words}{inner}</svg>"


GOOD = draw(
    '<defs><clipPath id="frame"><rect width="9" height="9"/></clipPath>'
    '<marker id="tip" viewBox="0 0 2 2"><path d="M0 0"/></marker></defs>'
    '<path id="rib" class="f-bone s-line" d="M0 0h9" clip-path="url(#frame)"'
    ' marker-end="url(#tip)" fill="var(--brand-fill)" stroke="none"/>'
    '<use href="#rib" y="2"/><text class="t2" letter-spacing="1" x="1" y="2">Rib</text>',
    'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"',
)


def test_shapes_and_text_are_welcome() -> None:
    assert figures.check(GOOD) == []


@pytest.mark.parametrize(
    ("svg", "words"),
    [
        (draw("<script>alert(1)</script>"), "<script>"),
        (draw("<foreignObject/>"), "<foreignObject>"),
        (draw('<image href="x.png"/>'), "<image>"),
        (draw("<style>*{}</style>"), "<style>"),
        (draw('<a href="https://evil.example/"><text>x</text></a>'), "<a>"),
        (draw("<animate/>"), "<animate>"),
        (draw("<set/>"), "<set>"),
        (draw('<path onclick="alert(1)"/>'), "onclick"),
        (draw('<path style="fill:red"/>'), "style"),
        (draw('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>'), "xmlns:x"),
        (draw('<path fill="red"/>'), "fixed colour"),
        (draw('<path stroke="#ff0000"/>'), "fixed colour"),
        (draw('<path fill="url(https://evil.example/#a)"/>'), "fixed colour"),
        (draw('<use href="https://evil.example/a.svg#b"/>'), "leads outside"),
        (draw('<use href="javascript:alert(1)"/>'), "leads outside"),
        (draw('<path clip-path="url(https://evil.example/#a)"/>'), "leads outside"),
        (draw('<path marker-start="url(https://evil.example/#a)"/>'), "leads outside"),
        (draw('<path marker-mid="url(//evil.example/#a)"/>'), "leads outside"),
        (draw('<path marker-end="url(https://evil.example/#a)"/>'), "leads outside"),
        (draw('<path class="f-bone button"/>'), "button"),
        (draw("<!-- a note -->"), "comments"),
        (draw("<!--><img src=x onerror=alert(1)>-->"), "comments"),
        ('<!-- <svg onload="alert(1)"> -->' + GOOD, "comments"),
        (draw("", words="<title>A</title><desc><![CDATA[><img src=x>]]></desc>"), "CDATA"),
        (draw("<?php system('ls') ?>"), "instructions"),
        ('<?xml-stylesheet href="https://evil.example/"?>' + GOOD, "instructions"),
        ("<!DOCTYPE svg>" + GOOD, "DOCTYPE"),
        (draw("", attributes=""), "viewBox"),
        ("<g viewBox='0 0 1 1'><title>A</title><desc>B</desc></g>", "viewBox"),
        (draw("", words="<desc>B</desc>"), "no <title>"),
        (draw("", words="<title>A</title><desc> </desc>"), "no <desc>"),
        (draw("<g><title>Inner</title></g>", words="<desc>B</desc>"), "no <title>"),
        (draw("<path>"), "Not well-formed"),
        ("", "Not well-formed"),
        ("words", "Not well-formed"),
        (draw("&nbsp;"), "Not well-formed"),
        (draw("\0"), "Not well-formed"),
        (draw(f"<text>{'x' * figures.MAX_BYTES}</text>"), "200 kB"),
    ],
)
def test_everything_else_is_refused_with_a_remedy(svg: str, words: str) -> None:
    found = figures.check(svg)
    assert any(words in mistake.message for mistake in found)
    assert all(mistake.remedy for mistake in found)


def test_mistakes_name_their_line() -> None:
    found = figures.check(draw('\n<path d="M0 0"/>\n<path fill="red"/>'))
    assert [mistake.line for mistake in found] == [3]


def test_entities_that_grow_are_stopped() -> None:
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "0123456789">'
        for n in range(9)
    )
    begun = time.thread_time()
    found = figures.check(f"<!DOCTYPE svg [{levels}]>{draw('<text>&e8;</text>')}")
    assert found
    assert time.thread_time() - begun < 2


def test_entities_read_no_files() -> None:
    svg = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{draw("<text>&x;</text>")}'
    assert any("DOCTYPE" in mistake.message for mistake in figures.check(svg))


def test_ids_of_two_figures_never_meet() -> None:
    one, two = figures.inline(GOOD, "chest"), figures.inline(GOOD, "neck")
    ids = re.findall(r'\bid="([^"]+)"', str(one) + str(two))
    assert len(ids) == len(set(ids)) == 10
    assert all(name.startswith(("chest-", "neck-")) for name in ids)


def test_references_follow_their_ids() -> None:
    html = str(figures.inline(GOOD, "chest"))
    for reference in ('href="#chest-rib"', "url(#chest-frame)", "url(#chest-tip)"):
        assert reference in html
    assert 'fill="var(--brand-fill)"' in html


def test_the_title_names_the_figure() -> None:
    html = str(figures.inline(GOOD, "chest"))
    head = html.partition(">")[0]
    assert head == ('<svg viewBox="0 0 10 10" class="fig" role="img" aria-labelledby="chest-title"')
    assert '<title id="chest-title">A rib</title><desc id="chest-desc">' in html


def test_what_the_file_says_about_itself_gives_way() -> None:
    svg = draw("", "viewBox='0 0 1 1' role='none' class='fig big' aria-labelledby='t d'")
    head = str(figures.inline(svg, "x")).partition(">")[0]
    assert head.count("role=") == head.count("class=") == head.count("aria-labelledby=") == 1


def test_single_quotes_are_read_as_double_ones() -> None:
    svg = draw("<path id='rib' d='M0 0'/><use href='#rib'/>")
    html = str(figures.inline(svg, "x"))
    assert 'id="x-rib"' in html
    assert 'href="#x-rib"' in html


def test_labels_and_unknown_targets_are_handled() -> None:
    svg = draw('<g aria-labelledby="a b"><use href="#gone"/></g>')
    html = str(figures.inline(svg, "x"))
    assert 'aria-labelledby="x-a x-b"' in html
    assert 'href="#gone"' in html


def test_what_stands_before_the_figure_is_dropped() -> None:
    html = figures.inline(f'<?xml version="1.0"?>\n{GOOD}\n', "x")
    assert html.startswith("<svg")


def test_words_are_read_from_title_and_description() -> None:
    svg = draw("", words="<title>Ribs &amp; lung</title><desc>Two\n  lines.</desc>")
    assert figures.title(svg) == "Ribs & lung"
    assert figures.description(svg) == "Two lines."
    assert figures.title("<svg/>") == figures.description("<svg/>") == ""
