"""Whatever bytes arrive, the answer is a clear refusal and nothing was changed."""

from typing import Any

import pytest
from flask import Flask

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import POLICY
from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from quizapp.web.guard import PUBLIC
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, everything
from tests.integration.web.conftest import UNSAFE, Address, contents

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
NOT_TEXT = [
    b"\xff\xfe",
    b"%ff",
    b"%C3%28",
    b"%E2%28%A1",
    b"%ED%A0%80",
    b"%F5%80%80%80",
    b"%C0%AF",
    b"\x80",
    b"%00",
    b"a%00b",
    b"\0",
]


def in_parts(token: bytes, name: bytes) -> bytes:
    """The form of one's name as browsers send forms with files."""
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return part % (b"csrf_token", token) + part % (b"name", name) + b"--x--\r\n"


def signed_in(app: Flask, clinic: Clinic, role: Role) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.of_role(role))
    return client


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    return signed_in(app, clinic, Role.LEARNER)


@pytest.mark.parametrize("raw", NOT_TEXT)
def test_a_form_that_is_no_text_is_refused(site: Site, lea: Visitor, raw: bytes) -> None:
    before = contents(site)
    body = b"csrf_token=" + lea.token().encode() + b"&name=" + raw
    answer = lea.post("/account/name", data=body, content_type=FORM)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.get_data(as_text=True)
    assert contents(site) == before


@pytest.mark.parametrize("raw", [raw for raw in NOT_TEXT if b"%" not in raw])
def test_a_form_in_parts_that_is_no_text_is_refused(site: Site, lea: Visitor, raw: bytes) -> None:
    before = contents(site)
    body = in_parts(lea.token().encode(), raw)
    answer = lea.post("/account/name", data=body, content_type=PARTS)
    assert answer.status_code == 422
    assert contents(site) == before


def test_a_form_in_parts_is_read_like_any_other(lea: Visitor) -> None:
    answer = lea.send(
        "/account/name", {"name": "Åsa %00 Öberg"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    assert "Åsa %00 Öberg" in lea.get("/account").get_data(as_text=True)


@pytest.mark.parametrize("raw", ["%ff", "%00", "%C3%28", "a=%ED%A0%80", "next=%00"])
@pytest.mark.parametrize("path", ["/sign-in", "/account", "/healthz"])
def test_a_question_that_is_no_text_is_refused(lea: Visitor, path: str, raw: str) -> None:
    assert lea.get(f"{path}?{raw}").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/%ff",
        "/%00",
        "/account%00",
        "/courses/%00",
        "/courses/%ff",
        "/courses/" + "x" * 5000,
        "/..%2f..%2fetc%2fpasswd",
        "/static/x/../../../config.py",
        "/static/x/..%2f..%2f..%2fconfig.py",
        "/static/x/%2e%2e/%2e%2e/config.py",
        "/static/x/css/app.css%00.js",
        "/static/x/..\\..\\config.py",
        "/static/x/css",
        "/static/x/",
        "/.git/config",
        "/sign-in/",
    ],
)
def test_a_path_that_leads_nowhere_is_not_found(lea: Visitor, path: str) -> None:
    assert lea.get(path).status_code == 404


WITHOUT_VALUES = {
    "attempts.start_break",
    "attempts.submit",
    "grading.note_seen",
    "grading.report_problem",
    "grading.take_out",
    "grading.undo_correction",
}
"""Forms that are a single button or a text."""
ODD = ["0", "-1", "999999999999999999999", "x", "%00", "%ff", "a%2fb", "..", "''--", "{{7*7}}"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_in_addresses_are_never_a_fault(
    app: Flask, clinic: Clinic, addresses: list[Address], odd: str
) -> None:
    """Asked by somebody who may use the address, so that the value gets as far as it can."""
    roles = (Role.LEARNER, Role.INSTRUCTOR, Role.MANAGER, Role.ADMINISTRATOR)
    visitors = {role: signed_in(app, clinic, role) for role in roles}
    for address in addresses:
        if address.access == PUBLIC:
            continue
        allowed = (role for role in roles if role in POLICY.get(Permission(address.access), {}))
        visitor = visitors[next(allowed, Role.LEARNER)]
        token = visitor.token()
        parts = address.path.split("/")
        for place in range(1, len(parts)):
            path = "/".join([*parts[:place], odd, *parts[place + 1 :]])
            answer = visitor.open(path, method=address.method, data={"csrf_token": token})
            assert answer.status_code < 500, f"{address.method} {path}"


FIELDS = (
    "do", "kind", "accepted", "text", "version", "is_never_lower", "digest", "minutes", "seen",
    "factor", "extra_minutes", "break_minutes", "round", "rubric", "replaces", "go", "comment",
    "level-r1-order", "level-r1-reasons", "is_for_all", "question", "file", "code",
)  # fmt: skip
"""What the forms about attempts, marks and time send, besides their texts."""


@pytest.mark.parametrize("odd", ["1e999999", "-1", "9" * 400, "²", "\u202e", "x" * 100_000, "[]"])
def test_odd_values_in_the_forms_of_marking_and_time_change_nothing(
    site: Site, app: Flask, clinic: Clinic, addresses: list[Address], odd: str
) -> None:
    roles = (Role.LEARNER, Role.INSTRUCTOR, Role.ADMINISTRATOR)
    visitors = {role: signed_in(app, clinic, role) for role in roles}
    noted, before = len(actions(site)), everything(site, besides=frozenset({"audit_events"}))
    for address in addresses:
        is_ours = address.endpoint.partition(".")[0] in {"attempts", "grading"}
        if address.method in UNSAFE and is_ours and address.endpoint not in WITHOUT_VALUES:
            for visitor in visitors.values():
                fields = dict.fromkeys(FIELDS, odd)
                answer = visitor.send(address.path, {**fields, "reason": "", "answer": ""})
                assert answer.status_code < 500, address
    assert set(actions(site)[noted:]) <= {"access.denied"}
    assert everything(site, besides=frozenset({"audit_events"})) == before


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        (FORM, 600_000, 422),
        (FORM, 3_000_000, 413),
        (PARTS, 400_000, 422),
        (PARTS, 600_000, 413),
        (PARTS, 3_000_000, 413),
    ],
)
def test_an_endless_form_is_refused(lea: Visitor, kind: str, size: int, status: int) -> None:
    token, name = lea.token().encode(), b"x" * size
    body = b"csrf_token=%s&name=%s" % (token, name) if kind == FORM else in_parts(token, name)
    assert lea.post("/account/name", data=body, content_type=kind).status_code == status


def test_countless_fields_do_no_harm(lea: Visitor) -> None:
    body = f"csrf_token={lea.token()}&" + "name=x&" * 200_000
    assert lea.post("/account/name", data=body, content_type=FORM).status_code == 303


def test_a_form_of_countless_parts_is_refused(lea: Visitor) -> None:
    fields = {f"field-{number}": "x" for number in range(2500)}
    answer = lea.send("/account/name", fields, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"name": "Mallory"}'),
        ("application/json", b'{"name": "M\\u0000"}'),
        ("application/json", b"{"),
        ("application/problem+json", b"[" * 100_000),
        ("text/plain", b"name=Mallory"),
        ("text/xml", b"<name>Mallory</name>"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("", b"\x00\x01"),
    ],
)
def test_a_body_that_is_no_form_changes_nothing(
    site: Site, lea: Visitor, content_type: str, body: bytes
) -> None:
    before = contents(site)
    headers = {"X-CSRFToken": lea.token()}
    answer = lea.post("/account/name", data=body, content_type=content_type, headers=headers)
    assert answer.status_code in {400, 422}
    assert contents(site) == before


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "a b"]
)
def test_another_host_name_is_refused(visitor: Visitor, host: str) -> None:
    answer = visitor.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("options", "host", "status"),
    [
        ({}, "localhost:8000", 200),
        ({}, "127.0.0.1:8000", 200),
        ({}, "127.0.0.1", 200),
        ({}, "[::1]:8000", 200),
        ({}, "[::1]", 200),
        ({}, "[::2]:8000", 400),
        ({}, "::1", 400),
        ({}, "localhost:x", 400),
        ({}, "localhost:99999", 400),
        ({}, "localhost.", 400),
        ({"public_url": "https://learn.example.org"}, "learn.example.org", 200),
        ({"public_url": "https://learn.example.org"}, "LEARN.example.org", 200),
        ({"public_url": "https://learn.example.org"}, "x.learn.example.org", 400),
        ({"host": "2001:db8::7"}, "[2001:db8::7]:8000", 200),
    ],
)
def test_it_answers_under_its_own_names(
    visitor: Visitor, options: dict[str, Any], host: str, status: int
) -> None:
    assert visitor.get("/sign-in", headers={"Host": host}).status_code == status, options


def test_a_long_agent_and_odd_headers_do_no_harm(clinic: Clinic, visitor: Visitor) -> None:
    headers = {
        "User-Agent": "x" * 5000 + "ÿ",
        "Accept": ",;q=,*/",
        "Accept-Language": "xx-YY;q=9,,",
        "Cookie": 'quizapp="; a=b; =; \\',
        "X-Forwarded-For": "'; DROP TABLE users; --",
        "Content-Length": "0",
    }
    assert visitor.get("/sign-in", headers=headers).status_code == 200
    fields = {"email": clinic.lea.email, "password": clinic.lea.password}
    del headers["Cookie"], headers["Content-Length"]
    assert visitor.fill("/sign-in", fields, headers=headers).status_code == 303
