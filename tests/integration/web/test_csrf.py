"""Nothing is changed by a request that another site could have made the browser send."""

import pytest
from flask import Flask

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD
from tests.factories.clinic import Clinic
from tests.factories.web import SECRET, Visitor
from tests.integration.web.conftest import UNSAFE, Address, contents

FORGED = [
    {},
    {"csrf_token": ""},
    {"csrf_token": "forged"},
    {"csrf_token": SECRET},
    {"csrf_token": "IjEi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"},
]


def browser(app: Flask, clinic: Clinic, role: Role | None) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    if role is not None:
        client.sign_in(clinic.of_role(role))
    return client


@pytest.mark.parametrize("role", [None, Role.LEARNER, Role.INSTRUCTOR, Role.ADMINISTRATOR])
def test_no_form_is_taken_without_its_token(
    site: Site, app: Flask, clinic: Clinic, addresses: list[Address], role: Role | None
) -> None:
    visitor = browser(app, clinic, role)
    before = contents(site)
    asked = [address for address in addresses if address.method in UNSAFE]
    assert len(asked) > 8
    for address in asked:
        for fields in FORGED:
            answer = visitor.open(address.path, method=address.method, data=fields)
            assert answer.status_code == 400, address
    assert contents(site) == before


def test_a_token_of_another_session_is_worth_nothing(app: Flask, clinic: Clinic) -> None:
    lea, leo = browser(app, clinic, Role.LEARNER), browser(app, clinic, Role.INSTRUCTOR)
    with leo.session_transaction() as session:
        session["csrf_token"] = "another secret, as long as the first one"
    answer = lea.post("/account/name", data={"csrf_token": leo.token(), "name": "Mallory"})
    assert answer.status_code == 400


def test_a_token_that_was_checked_once_is_checked_for_its_session(
    app: Flask, clinic: Clinic
) -> None:
    lea, stranger = browser(app, clinic, Role.LEARNER), browser(app, clinic, None)
    token = lea.token()
    fields = {"csrf_token": token, "name": "Lea Renamed"}
    assert [lea.post("/account/name", data=fields).status_code for _ in range(2)] == [303, 303]
    signing = {"csrf_token": token, "email": clinic.lea.email, "password": PASSWORD}
    assert stranger.post("/sign-in", data=signing).status_code == 400


@pytest.mark.parametrize("token", ["x", "forged", "a" * 91])
def test_without_a_cookie_any_token_is_forged(clinic: Clinic, visitor: Visitor, token: str) -> None:
    """A page of another site cannot sign somebody in as somebody else."""
    fields = {"csrf_token": token, "email": clinic.lea.email, "password": PASSWORD}
    assert visitor.post("/sign-in", data=fields).status_code == 400
    assert visitor.get("/account").status_code == 303


def test_scripts_send_the_token_as_a_header(app: Flask, clinic: Clinic) -> None:
    lea = browser(app, clinic, Role.LEARNER)
    headers = {"X-CSRFToken": lea.token()}
    answer = lea.post("/account/name", data={"name": "Lea Renamed"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_changes_nothing(
    site: Site, app: Flask, clinic: Clinic, addresses: list[Address], method: str
) -> None:
    visitors = [browser(app, clinic, role) for role in (Role.LEARNER, Role.ADMINISTRATOR)]
    fields = {"name": "Mallory", "theme": "dark", "_method": "POST"}
    before = contents(site)
    for address in addresses:
        for visitor in visitors:
            visitor.open(address.path, method=method, query_string=fields)
            visitor.open(address.path, method=method, headers={"X-HTTP-Method-Override": "POST"})
    after = contents(site)
    assert set(after.pop("audit_events")) >= set(before.pop("audit_events"))
    assert after == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_refused(app: Flask, clinic: Clinic, method: str) -> None:
    lea = browser(app, clinic, Role.LEARNER)
    answer = lea.open("/account/name", method=method, data={"csrf_token": lea.token()})
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
