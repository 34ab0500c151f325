"""Every page of the administrator, asked for by everybody else: refused, and nothing changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import FAILED, JobRow
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

OTHERS = (Role.LEARNER, Role.INSTRUCTOR, Role.MANAGER)
ONLY_POST = {"admin.enable_person", "admin.make_link", "admin.retry_job", "teams.add_people"}
PERSON_FIELDS = {
    "name": "Somebody Else",
    "email": "else@example.org",
    "roles": ["administrator"],
    "course_reach": "all",
    "team_reach": "all",
}
FIELDS: dict[str, dict[str, Any]] = {
    "admin.new_person": PERSON_FIELDS,
    "admin.person": PERSON_FIELDS,
    "teams.new_team": {"name": "Team East"},
    "teams.rename_team": {"name": "Team East"},
}


@pytest.fixture
def addresses(app: Flask, clinic: Clinic, site: Site) -> dict[tuple[str, str], str]:
    """(endpoint, method) → an address that exists, for every page of admin and teams."""

    number = site.perform(fail_a_job)
    values = {"code": clinic.nora.code, "person": clinic.lea.code, "number": number}
    adapter = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("admin.", "teams.")):
            here = {**values, "code": clinic.north} if "teams" in rule.endpoint else values
            address = adapter.build(rule.endpoint, {name: here[name] for name in rule.arguments})
            for method in (rule.methods or set()) & {"GET", "POST"}:
                found[rule.endpoint, method] = address
    return found


def fail_a_job(ctx: Context) -> int:
    row = JobRow(name="mail.send", arguments="{}", state=FAILED, created_at=ctx.now, run_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def fields_of(endpoint: str, clinic: Clinic) -> dict[str, Any]:
    return FIELDS.get(endpoint, {"people": [clinic.nora.code]})


def test_every_page_was_found(addresses: dict[tuple[str, str], str]) -> None:
    assert {endpoint for endpoint, method in addresses if method == "POST"} == ONLY_POST | {
        "admin.new_person",
        "admin.person",
        "admin.disable_person",
        "teams.new_team",
        "teams.rename_team",
        "teams.remove_person",
    }
    assert {endpoint for endpoint, _method in addresses} >= {
        "admin.people",
        "admin.link",
        "admin.audit_log",
        "admin.export_audit_log",
        "admin.system",
        "teams.teams",
        "teams.team",
    }


def test_signed_out_people_are_asked_to_sign_in(
    visitor: Visitor, addresses: dict[tuple[str, str], str], clinic: Clinic, site: Site
) -> None:
    before = everything(site)
    for (endpoint, method), address in addresses.items():
        if method == "GET":
            answer = visitor.get(address)
        else:
            answer = visitor.send(address, fields_of(endpoint, clinic))
        assert answer.status_code == 303, endpoint
        assert answer.location.startswith("/sign-in?"), endpoint
    assert everything(site) == before


def test_after_signing_in_again_one_comes_back_to_a_page_that_exists(
    visitor: Visitor, addresses: dict[tuple[str, str], str], clinic: Clinic
) -> None:
    pages = {address for (_endpoint, method), address in addresses.items() if method == "GET"}
    for (endpoint, method), address in addresses.items():
        if method == "POST":
            answer = visitor.send(address, fields_of(endpoint, clinic))
            target = answer.location.partition("next=")[2].partition("&")[0].replace("%2F", "/")
            assert target in pages, endpoint


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_are_refused(
    role: Role,
    client_as: Callable[[Role], Visitor],
    addresses: dict[tuple[str, str], str],
    clinic: Clinic,
    site: Site,
) -> None:
    client, before = client_as(role), everything(site)
    before["audit_events"] = everything(site)["audit_events"]
    for (endpoint, method), address in addresses.items():
        if method == "GET":
            answer = client.get(address)
        else:
            answer = client.send(address, fields_of(endpoint, clinic))
        assert answer.status_code == 403, endpoint
        assert clinic.nora.email not in answer.text
    assert everything(site) == before


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_see_no_way_to_these_pages(
    role: Role, client_as: Callable[[Role], Visitor]
) -> None:
    assert 'href="/admin' not in client_as(role).get("/account").text


def test_a_refusal_does_not_tell_whether_somebody_exists(
    client_as: Callable[[Role], Visitor], clinic: Clinic
) -> None:
    client = client_as(Role.MANAGER)
    known = client.get(f"/admin/users/{clinic.leo.code}")
    unknown = client.get("/admin/users/zzzzzzzz")
    assert known.status_code == unknown.status_code == 403


def test_administrators_get_every_page(
    admin: Visitor, addresses: dict[tuple[str, str], str]
) -> None:
    for (endpoint, method), address in addresses.items():
        if method == "GET":
            assert admin.get(address).status_code == 200, endpoint


def test_administrators_may_send_every_form(
    admin: Visitor, addresses: dict[tuple[str, str], str], clinic: Clinic
) -> None:
    for (endpoint, method), address in addresses.items():
        if method == "POST" and endpoint != "admin.disable_person":
            answer = admin.send(address, fields_of(endpoint, clinic))
            assert answer.status_code in {303, 422}, endpoint


def test_without_its_token_no_form_does_anything(
    admin: Visitor, addresses: dict[tuple[str, str], str], clinic: Clinic, site: Site
) -> None:
    before = everything(site)
    for (endpoint, method), address in addresses.items():
        if method == "POST":
            answer = admin.post(address, data=fields_of(endpoint, clinic))
            assert answer.status_code == 400, endpoint
    assert everything(site) == before


def test_looking_changes_nothing_but_the_log_when_it_is_downloaded(
    admin: Visitor, addresses: dict[tuple[str, str], str], site: Site
) -> None:
    before = everything(site)
    for (endpoint, method), address in addresses.items():
        if method == "GET" and endpoint != "admin.export_audit_log":
            admin.get(address)
    assert everything(site) == before


@pytest.mark.parametrize("address", ["/admin/users/{}", "/admin/users/{}/disable"])
def test_an_unknown_person_is_not_found(admin: Visitor, address: str) -> None:
    assert admin.get(address.format("zzzzzzzz")).status_code == 404
    assert admin.send(address.format("zzzzzzzz"), PERSON_FIELDS).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/users/zzzzzzzz/link",
        "/admin/users/zzzzzzzz/enable",
        "/admin/mail-and-jobs/4711/retry",
        "/admin/mail-and-jobs/99999999999999999999/retry",
        "/admin/teams/zzzzzz/members",
    ],
)
def test_forms_of_what_is_not_there_are_not_found(admin: Visitor, address: str) -> None:
    assert admin.send(address).status_code in {404, 405}


def test_a_denial_is_in_the_audit_log(
    client_as: Callable[[Role], Visitor], site: Site, clinic: Clinic
) -> None:
    client_as(Role.LEARNER).get("/admin/users")
    with site.reading() as ctx:
        event = ctx.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor_id) == ("access.denied", clinic.lea.id)
    assert json.loads(event.details) == {"method": "GET", "page": "admin.people"}
