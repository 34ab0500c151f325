"""A session that ends in the middle of an attempt takes nothing that was typed with it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask
from lxml import html  # type: ignore[import-untyped]

from quizapp.infrastructure.site import Site
from tests.factories import quizzes
from tests.factories.accounts import PASSWORD
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.integration.attempts.desk import JSON, Desk

FAR = timedelta(days=40)


def form_of(page: str) -> dict[str, Any]:
    """What the only form of a page would send."""
    (form,) = html.fromstring(page).xpath("//main//form")
    return {field.get("name"): field.get("value") or "" for field in form.xpath(".//input[@name]")}


def test_what_was_typed_waits_on_the_sign_in_page_and_is_saved_after_it(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site))
    fields = desk.fields(1)
    token = desk.visitor.token()
    clock.advance(days=FAR.days)
    asked = desk.visitor.post(
        desk.at("question-1"), data={**fields, "csrf_token": token}, follow_redirects=True
    )
    assert asked.status_code == 401
    page = asked.get_data(as_text=True)
    assert "What you have just typed is kept on this page." in page
    sent = {**form_of(page), "email": clinic.lea.email, "password": PASSWORD}
    again = desk.visitor.post("/sign-in", data=sent)
    assert again.status_code == 200
    resume = again.get_data(as_text=True)
    action = unescape(re.search(r'action="([^"]*question-1)"', resume)[1])  # type: ignore[index]
    saved = desk.visitor.post(action, data=form_of(resume))
    assert saved.status_code == 303
    assert desk.head.saved(1).is_answered


def test_a_script_is_told_and_nothing_changes(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site))
    fields = desk.fields(1)
    token = desk.visitor.token()
    clock.advance(days=FAR.days)
    answer = desk.visitor.post(
        desk.at("question-1"), data={**fields, "csrf_token": token}, headers=JSON
    )
    assert answer.status_code == 401
    assert not desk.head.saved(1).is_answered


def test_what_is_kept_must_be_a_forms_fields(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site))
    desk.visitor.send("/sign-out")
    for kept in ("no json", "{}x", "[1, 2]", '[["a"]]'):
        answer = desk.visitor.fill(
            "/sign-in", {"email": clinic.lea.email, "password": PASSWORD, "kept": kept}
        )
        assert answer.status_code == 422, kept
