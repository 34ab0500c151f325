"""Every answer carries the headers that keep a page to itself: pages, files and errors alike."""

from typing import Any

import pytest
from flask import Flask

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Role
from quizapp.domain.errors import Unavailable
from quizapp.web import assets
from quizapp.web.guard import public, requires
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def app(app: Flask) -> Flask:
    """With two pages that always fail."""

    @public
    def broken() -> str:
        raise RuntimeError("the password is swordfish")

    @public
    def away() -> str:
        raise Unavailable("disk /secret/place is full")

    app.view_functions["accounts.forgotten"] = broken
    app.view_functions["healthz"] = away
    return app


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.of_role(Role.LEARNER))
    return client


ANSWERS: list[tuple[int, str, dict[str, Any]]] = [
    (200, "/account", {}),
    (200, "/static/x/css/app.css", {}),
    (200, "/static/x/favicon.svg", {}),
    (303, "/sign-in", {}),
    (308, "/static//x/css/app.css", {}),
    (400, "/account/name", {"method": "POST"}),
    (403, "/admin/users", {}),
    (404, "/nowhere", {}),
    (404, "/static/x/nothing.css", {}),
    (405, "/account/name", {}),
    (413, "/account/name", {"method": "POST", "data": b"x" * 3_000_000}),
    (422, "/account?a=%ff", {}),
    (500, "/password/forgotten", {}),
    (503, "/healthz", {}),
]


@pytest.mark.parametrize(("status", "path", "how"), ANSWERS)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_has_them(
    lea: Visitor, status: int, path: str, how: dict[str, Any], accept: str
) -> None:
    answer = lea.open(path, headers={"Accept": accept}, **how)
    assert answer.status_code == status
    for name, value in EXPECTED.items():
        assert answer.headers.getlist(name) == [value]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Request-Id"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers or path in {"/account", "/sign-in"}
    if "/static/" not in path or status != 200:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/password/forgotten", "/healthz"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_faults_show_no_internals(
    lea: Visitor, caplog: pytest.LogCaptureFixture, path: str, accept: str
) -> None:
    answer = lea.get(path, headers={"Accept": accept})
    page = answer.get_data(as_text=True)
    assert not any(word in page for word in ("swordfish", "secret/place", "Traceback", "Error("))
    assert answer.headers["X-Request-Id"] in page
    assert answer.headers["X-Request-Id"] in caplog.text


def test_who_has_to_wait_is_told_for_how_long(lea: Visitor) -> None:
    assert lea.get("/healthz").headers["Retry-After"] == "2"


def test_files_of_this_version_are_kept_for_a_year(visitor: Visitor) -> None:
    kept = visitor.get(f"/static/{assets.fingerprint()}/css/app.css")
    other = visitor.get("/static/older/css/app.css")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "max-age=0" in other.headers["Cache-Control"]
    assert kept.get_data() == other.get_data()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("css/app.css", "text/css; charset=utf-8"),
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("fonts/ahn-latin-normal.woff2", "font/woff2"),
    ],
)
def test_files_are_sent_as_what_they_are(visitor: Visitor, name: str, kind: str) -> None:
    assert visitor.get(f"/static/x/{name}").headers["Content-Type"] == kind


def test_request_numbers_differ(visitor: Visitor) -> None:
    numbers = {visitor.get("/sign-in").headers["X-Request-Id"] for _ in range(20)}
    assert len(numbers) == 20


class TestOnHttps:
    """The public address is an https one."""

    BASE = "https://learning.example.org"

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"public_url": self.BASE}

    @pytest.mark.parametrize(
        "path", ["/account", "/static/x/css/app.css", "/nowhere", "/password/forgotten", "/healthz"]
    )
    def test_browsers_are_told_to_stay_on_https(self, visitor: Visitor, path: str) -> None:
        answer = visitor.get(path, base_url=self.BASE)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_the_cookie_is_for_this_host_alone(self, clinic: Clinic, visitor: Visitor) -> None:
        fields = {"email": clinic.lea.email, "password": clinic.lea.password}
        page = visitor.get("/sign-in", base_url=self.BASE)
        answer = visitor.fill("/sign-in", fields, base_url=self.BASE)
        assert answer.status_code == 303
        cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
        assert {cookie.partition("=")[0] for cookie in cookies} == {
            "__Host-quizapp",
            "__Host-quizapp_device",
        }
        for cookie in cookies:
            flags = {part.strip() for part in cookie.split(";")[1:]}
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
            assert not any(flag.startswith("Domain") for flag in flags)

    def test_a_page_without_referrer_can_be_sent(self, clinic: Clinic, visitor: Visitor) -> None:
        """Browsers send no referrer from the page of a one-time link, as we ask of them."""
        fields = {"email": clinic.lea.email, "password": clinic.lea.password}
        answer = visitor.fill("/sign-in", fields, base_url=self.BASE)
        assert answer.status_code == 303


def test_on_plain_http_the_cookie_is_plain_but_closed(clinic: Clinic, visitor: Visitor) -> None:
    answer = visitor.fill("/sign-in", {"email": clinic.lea.email, "password": clinic.lea.password})
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("quizapp=")]
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    assert "Secure" not in flags


def test_a_page_for_one_role_is_hidden_from_the_others(app: Flask, lea: Visitor) -> None:
    hidden = requires(Permission.AUDIT_READ)(lambda: "secret")
    app.view_functions["accounts.account"] = hidden
    answer = lea.get("/account")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)
