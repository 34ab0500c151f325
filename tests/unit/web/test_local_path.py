"""Where one may be sent after signing in: only to a page of this site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.web.forms import local_path

ELSEWHERE = [
    None,
    "",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "/\\evil.example",
    "/\\/evil.example",
    "\\/\\/evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\nLocation: https://evil.example",
    "/\0/evil.example",
    "/\x1f/evil.example",
    "/\x7f/evil.example",
    "\t//evil.example",
    " //evil.example",
    " /courses",
    "https://evil.example",
    "http:evil.example",
    "http:/evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:a@b.c",
    "evil.example",
    "evil.example/courses",
    "user@evil.example",
    "user:pass@evil.example",
    "courses",
    "../courses",
    "./courses",
    "?next=//evil.example",
    "#//evil.example",
    "@evil.example",
    ":80",
    "://evil.example",
    "//[::1",
    "//[evil.example",
    "/courses\\..\\evil",
]
HERE = [
    "/",
    "/courses",
    "/courses/needle-care/lessons/clean-needles#why",
    "/courses?sort=-title&page=2",
    "/courses?next=https://evil.example",
    "/courses?next=//evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/@evil.example",
    "/user:pass@evil.example",
    "/http://evil.example",
    "/kurse/übung",
    "/a/../b",
    "/.//evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_whatever_could_lead_elsewhere_is_refused(target: str | None) -> None:
    assert local_path(target) == "/"
    assert local_path(target, "/account") == "/account"


@pytest.mark.parametrize("target", HERE)
def test_pages_of_this_site_are_kept(target: str) -> None:
    assert local_path(target) == target


@given(st.text(alphabet=st.sampled_from("/\\.:@?#[]%2fFeh \t\n\0\x1fevilä"), max_size=12))
def test_whatever_is_typed_stays_on_this_site(target: str) -> None:
    found = local_path(f"/{target}")
    browser_sees = found.replace("\\", "/")
    assert urlsplit(urljoin("https://here.example/sign-in", browser_sees)).netloc == "here.example"
    assert not any(ord(character) < 32 for character in found)
