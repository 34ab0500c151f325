"""One's own account: name, colours, and the password once more before something sensitive."""

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.features.accounts.models import User, UserSession
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.lea)
    return client


def own(site: Site, clinic: Clinic) -> User:
    with site.reading() as ctx:
        return ctx.session.get_one(User, clinic.lea.id)


def test_a_name_is_changed(site: Site, clinic: Clinic, lea: Visitor) -> None:
    answer = lea.send("/account/name", {"name": "  Lea   Ångström "})
    assert (answer.status_code, answer.location) == (303, "/account")
    user = own(site, clinic)
    assert (user.name, user.sort_name) == ("Lea Ångström", "lea angstrom")
    assert "Your name was changed." in lea.get("/account").get_data(as_text=True)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_cannot_be_is_refused(
    site: Site, clinic: Clinic, lea: Visitor, name: str
) -> None:
    answer = lea.send("/account/name", {"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert own(site, clinic).name == "Lea Learner"


def test_a_name_is_shown_as_text(lea: Visitor) -> None:
    lea.send("/account/name", {"name": "<script>alert(1)</script>{{ 7*7 }}"})
    page = lea.get("/account").get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


@pytest.mark.parametrize("field", ["role", "state", "code", "email", "is_sample", "password_hash"])
def test_other_columns_cannot_be_sent_along(
    site: Site, clinic: Clinic, lea: Visitor, field: str
) -> None:
    before = own(site, clinic)
    lea.send("/account/name", {"name": "Lea Learner", field: "administrator"})
    after = own(site, clinic)
    assert all(
        getattr(after, column.key) == getattr(before, column.key)
        for column in User.__table__.columns
        if column.key != "last_active_at"
    )


@pytest.mark.parametrize("theme", ["dark", "light", ""])
def test_colours_are_chosen(site: Site, clinic: Clinic, lea: Visitor, theme: str) -> None:
    answer = lea.send("/account/display", {"theme": theme, "back": "/courses"})
    assert (answer.status_code, answer.location) == (303, "/courses")
    assert own(site, clinic).theme == theme


def test_a_colour_nobody_knows_is_refused(site: Site, clinic: Clinic, lea: Visitor) -> None:
    assert lea.send("/account/display", {"theme": "pink"}).status_code == 422
    assert own(site, clinic).theme == ""


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", ""])
def test_one_comes_back_to_this_site(lea: Visitor, back: str) -> None:
    answer = lea.send("/account/display", {"theme": "dark", "back": back})
    assert answer.location == "/account"


def signed_in_at(site: Site) -> object:
    with site.reading() as ctx:
        return ctx.session.scalars(select(UserSession.signed_in_at)).one()


def test_typing_the_password_again_makes_the_sign_in_fresh(
    site: Site, lea: Visitor, clock: FrozenClock
) -> None:
    clock.advance(hours=1)
    answer = lea.fill("/sign-in/confirm?next=/account", {"password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert signed_in_at(site) == clock.now


@pytest.mark.parametrize("password", ["", "not the password"])
def test_a_wrong_password_confirms_nothing(
    site: Site, lea: Visitor, clock: FrozenClock, password: str
) -> None:
    clock.advance(hours=1)
    assert lea.fill("/sign-in/confirm", {"password": password}).status_code == 422
    assert signed_in_at(site) != clock.now


def test_confirming_is_limited_like_signing_in(lea: Visitor) -> None:
    for _ in range(10):
        lea.fill("/sign-in/confirm", {"password": "not the password"})
    answer = lea.fill("/sign-in/confirm", {"password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many tries" in answer.get_data(as_text=True)


def test_the_page_names_this_device_only_once(app: Flask, clinic: Clinic, lea: Visitor) -> None:
    other = app.test_client()
    assert isinstance(other, Visitor)
    other.sign_in(clinic.lea)
    page = lea.get("/account").get_data(as_text=True)
    assert page.count("This device") == 1
    assert page.count('/end"') == 1
