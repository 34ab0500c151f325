"""What people read when something does not work, and what scripts get."""

import json
import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from quizapp.domain.access.roles import Role
from quizapp.domain.errors import AccessDenied, Conflict, Invalid, NotFound, Overtaken, Refusal
from quizapp.features.accounts.models import SignInFailure
from quizapp.features.attempts.commands.starting import NoAttemptsLeft, TooSoon
from quizapp.features.attempts.views.receipts import ResultHeldBack
from quizapp.infrastructure.site import Site
from quizapp.web.guard import public
from tests.factories.clinic import Clinic
from tests.factories.clock import START
from tests.factories.web import Visitor

REFUSALS = [
    (Invalid("Three is too many.", field="count"), 422, "Three is too many."),
    (Invalid(), 422, "Nothing was changed. Go back and correct it."),
    (AccessDenied(), 403, "ask an administrator"),
    (NotFound(), 404, "Your progress is not affected."),
    (NotFound("No such course."), 404, "No such course."),
    (Conflict(), 409, "Nothing was changed."),
    (Overtaken(), 409, "Nothing was overwritten."),
    (Conflict("Used by %(name)s.", name="<b>Lea</b>"), 409, "Used by"),
    (Refusal("Wait a little."), 422, "Wait a little."),
]


def raising(app: Flask, refusal: Exception) -> None:
    @public
    def view() -> str:
        raise refusal

    app.view_functions["accounts.forgotten"] = view


@pytest.mark.parametrize(("refusal", "status", "words"), REFUSALS, ids=repr)
def test_a_refusal_is_a_page_with_words_and_a_way_on(
    app: Flask, visitor: Visitor, refusal: Refusal, status: int, words: str
) -> None:
    raising(app, refusal)
    answer = visitor.get("/password/forgotten")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in page
    assert "<b>Lea</b>" not in page
    assert "<h1>" in page
    assert answer.headers["X-Request-Id"] in page


@pytest.mark.parametrize(
    ("refusal", "heading"),
    [
        (Conflict("Enable this person first."), "This cannot be done now"),
        (Overtaken(), "This changed meanwhile"),
        (NoAttemptsLeft(), "No attempts left"),
        (TooSoon(when=START, zone="UTC"), "Not yet"),
        (ResultHeldBack(), "Not yet"),
        (Invalid("Three is too many."), "Check what you entered"),
    ],
    ids=repr,
)
def test_a_refusal_is_headed_by_what_it_is(
    app: Flask, visitor: Visitor, refusal: Refusal, heading: str
) -> None:
    raising(app, refusal)
    assert f"<h1>{heading}</h1>" in visitor.get("/password/forgotten").text
    answer = visitor.get("/password/forgotten", headers={"Accept": "application/json"})
    assert json.loads(answer.get_data())["title"] == heading


def test_a_moment_in_a_refusal_is_written_as_everywhere(app: Flask, visitor: Visitor) -> None:
    raising(app, TooSoon(when=START, zone="UTC"))
    page = visitor.get("/password/forgotten").text
    assert "You can try again from 2 March 2026, 09:00 (UTC)." in page


@pytest.mark.parametrize(("refusal", "status", "words"), REFUSALS, ids=repr)
def test_scripts_get_the_same_as_a_problem_document(
    app: Flask, visitor: Visitor, refusal: Refusal, status: int, words: str
) -> None:
    raising(app, refusal)
    answer = visitor.get("/password/forgotten", headers={"Accept": "application/json"})
    document = json.loads(answer.get_data())
    assert answer.content_type == "application/problem+json"
    assert (answer.status_code, document["status"]) == (status, status)
    assert words in document["detail"]
    assert document["reference"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")), 503),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")), 503),
        (IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")), 500),
    ],
    ids=["away", "busy", "a mistake of ours"],
)
def test_what_a_read_meets_is_told_by_its_kind(
    app: Flask, visitor: Visitor, fault: Exception, status: int
) -> None:
    raising(app, fault)
    answer = visitor.get("/password/forgotten")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "constraint" not in answer.text


def test_a_page_that_is_not_there_is_told_to_everybody(visitor: Visitor) -> None:
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.get_data(as_text=True)


def test_a_page_one_wanted_is_opened_after_signing_in(clinic: Clinic, visitor: Visitor) -> None:
    answer = visitor.get("/account?a=b&c=d")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account?a%3Db%26c%3Dd"
    fields = {"email": clinic.lea.email, "password": clinic.lea.password}
    assert visitor.fill(answer.location, {**fields, "next": "/account?a=b&c=d"}).location == (
        "/account?a=b&c=d"
    )


def test_the_sign_in_page_explains_why_one_is_here(visitor: Visitor) -> None:
    page = visitor.get("/sign-in?away=1").get_data(as_text=True)
    assert "You were signed out because you were away" in page


def test_the_site_says_that_it_is_well(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.get_data()) == (200, b"ok\n")


def test_the_site_says_that_it_is_not_well(site: Site, visitor: Visitor) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME TO people"))
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.get_data()) == (503, b"not ok\n")


@pytest.mark.parametrize(
    ("options", "forwarded", "address"),
    [
        ({}, "203.0.113.9", "127.0.0.1"),
        ({"trusted_proxies": 1}, "203.0.113.9", "203.0.113.9"),
        ({"trusted_proxies": 1}, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_is(
    site: Site, visitor: Visitor, forwarded: str, address: str, options: dict[str, Any]
) -> None:
    assert site.settings.trusted_proxies == options.get("trusted_proxies", 0)
    visitor.fill(
        "/sign-in", {"email": "a@b.c", "password": "x"}, headers={"X-Forwarded-For": forwarded}
    )
    with site.reading() as ctx:
        assert ctx.session.scalars(select(SignInFailure.address)).one() == address


def test_reading_goes_on_when_nothing_can_be_written(
    app: Flask, clinic: Clinic, site: Site
) -> None:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.of_role(Role.LEARNER))
    with site.database.turn.held():
        assert client.get("/account").status_code == 200
