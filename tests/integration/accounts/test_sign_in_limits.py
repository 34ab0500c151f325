"""Guessing is slowed down for each account, each address and in all; nobody is locked out."""

from functools import partial

import pytest
from flask import Flask

from quizapp.features.accounts import queries
from quizapp.features.accounts.commands import sessions
from quizapp.features.accounts.commands.sessions import SignInTry, TooManyTries
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.crowd import at_once
from tests.factories.web import Visitor

EMAIL = "lea@example.org"
HERE = "192.0.2.1"


def attempt(site: Site, email: str = EMAIL, address: str = HERE, device: str = "") -> SignInTry:
    return site.perform(sessions.begin_sign_in, email, address, device)


def fail(site: Site, count: int, email: str = EMAIL, address: str = HERE) -> None:
    for _ in range(count):
        attempt(site, email, address)


def seconds_to_wait(site: Site) -> int:
    with pytest.raises(TooManyTries) as caught:
        attempt(site)
    found: int = caught.value.values["seconds"]
    return found


def test_ten_tries_are_free(site: Site) -> None:
    fail(site, queries.LIMITS["account"])
    assert seconds_to_wait(site) == 1


def test_then_the_pause_doubles_up_to_a_minute(site: Site, clock: FrozenClock) -> None:
    fail(site, 10)
    waits = []
    for _ in range(9):
        waits.append(seconds_to_wait(site))
        clock.advance(seconds=waits[-1])
        attempt(site)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_waiting_is_not_counted_as_trying(site: Site, clock: FrozenClock) -> None:
    fail(site, 10)
    for _ in range(20):
        assert seconds_to_wait(site) == 1
    clock.advance(seconds=1)
    attempt(site)


def test_after_five_minutes_all_is_forgotten(site: Site, clock: FrozenClock) -> None:
    fail(site, 10)
    clock.advance(minutes=5)
    fail(site, 10)
    assert seconds_to_wait(site) == 1


def test_the_pause_follows_the_account_through_all_addresses(site: Site) -> None:
    for number in range(10):
        attempt(site, address=f"192.0.2.{number}")
    with pytest.raises(TooManyTries):
        attempt(site, EMAIL.upper(), "198.51.100.1")


def test_other_accounts_go_on_meanwhile(site: Site) -> None:
    fail(site, 10)
    assert attempt(site, "leo@example.org").failure_id


def test_one_address_trying_many_accounts_is_slowed_down(site: Site) -> None:
    for number in range(queries.LIMITS["address"]):
        attempt(site, f"person-{number}@example.org")
    with pytest.raises(TooManyTries):
        attempt(site, "another@example.org")
    assert attempt(site, "another@example.org", "198.51.100.1").failure_id


def test_guessing_from_everywhere_is_slowed_down(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(queries.LIMITS, "total", 20)
    for number in range(20):
        attempt(site, f"person-{number}@example.org", f"192.0.2.{number}")
    with pytest.raises(TooManyTries):
        attempt(site, "another@example.org", "198.51.100.1")


def test_signing_in_takes_back_its_own_try(site: Site, clinic: Clinic) -> None:
    for _ in range(15):
        found = attempt(site, clinic.lea.email)
        assert found.user_id == clinic.lea.id
        site.perform(sessions.sign_in, clinic.lea.id, found.failure_id, "Test")
    fail(site, 10, clinic.lea.email)


def test_of_many_at_once_no_more_than_the_limit_get_through(site: Site) -> None:
    found = at_once([partial(attempt, site)] * 16)
    allowed = [reply for reply in found if isinstance(reply, SignInTry)]
    assert len(allowed) == queries.LIMITS["account"]
    assert all(isinstance(reply, SignInTry | TooManyTries) for reply in found)


def test_a_known_device_is_counted_apart(site: Site) -> None:
    fail(site, 10)
    assert attempt(site, device="her-phone").failure_id
    for _ in range(9):
        attempt(site, device="her-phone")
    with pytest.raises(TooManyTries):
        attempt(site, device="her-phone")


def type_in(visitor: Visitor, password: str, email: str = EMAIL) -> int:
    return visitor.fill("/sign-in", {"email": email, "password": password}).status_code


@pytest.mark.usefixtures("clinic")
def test_the_page_says_how_long_to_wait(visitor: Visitor) -> None:
    for _ in range(10):
        assert type_in(visitor, "not the password") == 422
    answer = visitor.fill("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "Wait 1 seconds" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("clinic")
def test_the_right_password_works_after_the_pause(visitor: Visitor, clock: FrozenClock) -> None:
    for _ in range(10):
        type_in(visitor, "not the password")
    clock.advance(seconds=1)
    assert type_in(visitor, PASSWORD) == 303


@pytest.mark.usefixtures("clinic")
def test_somebody_elses_guesses_do_not_keep_the_owner_out(app: Flask) -> None:
    owner, guesser = app.test_client(), app.test_client()
    assert isinstance(owner, Visitor)
    assert isinstance(guesser, Visitor)
    assert type_in(owner, PASSWORD) == 303
    owner.send("/sign-out")
    for _ in range(10):
        type_in(guesser, "not the password")
    assert type_in(guesser, "not the password") == 429
    assert type_in(owner, PASSWORD) == 303


@pytest.mark.usefixtures("clinic")
def test_a_device_is_known_for_one_account_only(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, Visitor)
    assert type_in(client, PASSWORD, "leo@example.org") == 303
    client.send("/sign-out")
    for _ in range(10):
        type_in(client, "not the password")
    assert type_in(client, PASSWORD) == 429


@pytest.mark.parametrize("value", ["", "forged", "eyJhY2NvdW50IjoiYSJ9.AAAA"])
@pytest.mark.usefixtures("clinic")
def test_a_forged_device_is_unknown(visitor: Visitor, value: str) -> None:
    visitor.set_cookie("quizapp_device", value)
    for _ in range(10):
        type_in(visitor, "not the password")
    assert type_in(visitor, PASSWORD) == 429
