"""No password, token, answer or key is in any line of the log, and no text forges a line."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from quizapp import worker
from quizapp.domain.access.roles import Role
from quizapp.infrastructure import logs
from quizapp.infrastructure.site import Site
from quizapp.web.guard import public
from tests.factories.accounts import sign_in
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.attempts.desk import JSON, Desk
from tests.integration.engines import SECRET_KEY

WRONG_PASSWORD = "a wrong one, typed by mistake"


@pytest.fixture
def options() -> dict[str, Any]:
    """With a mail server, which does not answer."""
    return {"smtp_url": "smtp://sender:mail-password@127.0.0.1:9"}


@pytest.fixture
def log(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the log gets at its most talkative, as it is written in production."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.set_up(site.settings.model_copy(update={"log_level": "debug"}))
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_what_is_typed_and_kept_secret_is_not_in_the_log(
    site: Site, app: Flask, clinic: Clinic, visitor: Visitor, log: io.StringIO
) -> None:
    """Signing in, a forgotten password, an attempt, and mail that cannot be sent."""
    email = clinic.lea.email
    visitor.fill("/sign-in", {"email": email, "password": WRONG_PASSWORD})
    visitor.fill("/sign-in", {"email": email, "password": clinic.lea.password})
    visitor.fill("/password/forgotten", {"email": email})
    token = sign_in(site, clinic.leo)
    desk = Desk(site, app, clinic.leo)
    desk.save(1)
    desk.save(1, headers=JSON)
    desk.post("question-1", {**desk.fields(1), "s1-version": ["999"]})
    desk.hand_in()
    desk.get("result")
    worker.sweep(site)
    worker.sweep(site)
    assert "ConnectionRefusedError" in log.getvalue()
    written = log.getvalue()
    for secret in (
        WRONG_PASSWORD,
        clinic.lea.password,
        SECRET_KEY,
        "mail-password",
        "/password/new/",
        token,
        desk.visitor.token(),
        "Take a new needle",
        '"choice"',
        "argon2",
    ):
        assert secret not in written, secret


def test_a_fault_is_logged_with_its_number_and_told_without_its_cause(
    app: Flask, visitor: Visitor, log: io.StringIO
) -> None:
    @public
    def view() -> str:
        raise ZeroDivisionError("inner workings")

    app.view_functions["accounts.forgotten"] = view
    for headers in ({}, JSON):
        answer = visitor.get("/password/forgotten", headers=headers)
        assert answer.status_code == 500
        number = answer.headers["X-Request-Id"]
        assert number in answer.text
        assert f"request {number} failed" in log.getvalue()
        for inner in ("inner workings", "Traceback", "ZeroDivision", __file__):
            assert inner not in answer.text
    assert "ZeroDivisionError: inner workings" in log.getvalue()


def test_a_text_with_line_breaks_stays_one_line(log: io.StringIO) -> None:
    logging.getLogger("quizapp.web").warning(
        "search for %s", "x\n2026-03-02 ERROR quizapp: forged\r\x1b[2Jgone\u2028"
    )
    (line,) = log.getvalue().splitlines()
    assert "\\n2026-03-02 ERROR" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("role", [Role.LEARNER, Role.ADMINISTRATOR])
def test_ordinary_pages_leave_the_log_alone(
    app: Flask, clinic: Clinic, log: io.StringIO, role: Role
) -> None:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.of_role(role))
    for address in ("/", "/account", "/courses", "/nowhere"):
        client.get(address)
    assert log.getvalue() == ""
