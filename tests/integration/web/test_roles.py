"""Every address, asked for by everybody: the policy's answer, and never a fault."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Role
from quizapp.web.guard import PUBLIC
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.web.conftest import UNSAFE, Address

FEATURES = {
    "accounts", "admin", "attempts", "grading", "home", "progress", "questions", "reports", "teams",
}  # fmt: skip
NOTHING_THERE = {
    "accounts.new_password",
    "attempts.own_file",
    "grading.answer_file",
    "grading.publish",
    "grading.restore",
    "questions.confirm_discard",
    "reports.download",
    "reports.file",
}
"""Pages whose thing is not made here: a link, a file, a draft, what is retired."""
PEOPLE = ["lea", "leo", "nora", "instructor", "guest_instructor", "manager", "administrator"]


def browser(app: Flask, clinic: Clinic, who: str) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(getattr(clinic, who))
    return client


def test_the_pages_of_every_feature_are_asked_for(addresses: list[Address]) -> None:
    assert {a.endpoint.partition(".")[0] for a in addresses} == FEATURES | {"healthz", "static"}


def test_addresses_lead_to_what_exists(
    app: Flask, clinic: Clinic, addresses: list[Address]
) -> None:
    """Somebody gets each page: a walk over addresses of nothing would prove nothing."""
    visitors = [browser(app, clinic, who) for who in PEOPLE]
    nowhere = {
        address.endpoint
        for address in addresses
        if address.method == "GET"
        and not {visitor.get(address.path).status_code for visitor in visitors} & {200, 303}
    }
    assert nowhere == NOTHING_THERE


@pytest.mark.parametrize("who", PEOPLE)
def test_addresses_answer_as_the_policy_says(
    app: Flask, clinic: Clinic, addresses: list[Address], who: str
) -> None:
    visitor = browser(app, clinic, who)
    token = visitor.token()
    for address in addresses:
        if address.endpoint == "accounts.sign_out":
            continue
        answer = visitor.open(address.path, method=address.method, data={"csrf_token": token})
        assert answer.status_code < 500, address
        if address.access != PUBLIC:
            may = policy.may(getattr(clinic, who).actor, Permission(address.access))
            if not may:
                assert answer.status_code == 403, address


def test_who_is_not_signed_in_is_asked_to_sign_in(app: Flask, addresses: list[Address]) -> None:
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    token = visitor.token()
    for address in addresses:
        answer = visitor.open(address.path, method=address.method, data={"csrf_token": token})
        if address.access == PUBLIC:
            assert answer.status_code < 500, address
            continue
        if answer.status_code == 401:  # an answer waits on the page for signing in
            assert address.endpoint == "attempts.save_response"
            assert 'action="/sign-in"' in answer.get_data(as_text=True)
            continue
        assert answer.status_code == 303, address
        assert urlsplit(answer.location).path == "/sign-in", address


def test_scripts_that_are_not_signed_in_get_401(app: Flask, addresses: list[Address]) -> None:
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    headers = {"Accept": "application/json", "X-CSRFToken": visitor.token()}
    for address in addresses:
        if address.access != PUBLIC:
            answer = visitor.open(address.path, method=address.method, headers=headers)
            assert answer.status_code == 401, address
            assert answer.content_type == "application/problem+json"


def test_the_way_back_leads_to_a_page_that_can_be_shown(
    app: Flask, clinic: Clinic, addresses: list[Address]
) -> None:
    """A form sent after the session ended: after signing in one is back at its page."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    token = visitor.token()
    targets = set()
    for address in addresses:
        if address.method in UNSAFE and address.access != PUBLIC:
            answer = visitor.post(address.path, data={"csrf_token": token})
            if answer.status_code == 401:
                continue
            query = urlsplit(answer.location).query
            assert "away=1" in query
            targets.add(query.partition("next=")[2].partition("&")[0].replace("%2F", "/"))
    ada = browser(app, clinic, "administrator")
    assert targets
    for target in targets:
        assert ada.get(target).status_code != 405, target


@pytest.mark.parametrize("role", [Role.LEARNER, Role.INSTRUCTOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_the_bar_shows_only_where_one_may_go(app: Flask, clinic: Clinic, role: Role) -> None:
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    visitor.sign_in(clinic.of_role(role))
    page = visitor.get("/account").get_data(as_text=True)
    head = page.partition('<nav class="nav')[2].partition("</nav>")[0]
    for href in [part.partition('"')[0] for part in head.split('href="')[1:]]:
        assert visitor.get(href).status_code in {200, 303}, href
