"""Signing in and out through the pages: the same words for everybody, a new cookie for each."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.features.accounts.models import SignInFailure, User, UserSession
from quizapp.infrastructure import passwords
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD, Person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor

FOX = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0"


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD, **more: str) -> int:
    """The status of the answer to the filled form."""
    fields = {"email": email, "password": password, **more}
    return visitor.fill("/sign-in", fields).status_code


def actions(site: Site) -> list[str]:
    with site.reading() as ctx:
        asked = select(AuditEvent.action).where(AuditEvent.action.like("session.%"))
        return list(ctx.session.scalars(asked.order_by(AuditEvent.id)))


def test_the_right_password_opens_the_pages(site: Site, clinic: Clinic, visitor: Visitor) -> None:
    answer = visitor.fill(
        "/sign-in", {"email": clinic.lea.email, "password": PASSWORD}, headers={"User-Agent": FOX}
    )
    assert (answer.status_code, answer.location) == (303, "/")
    page = visitor.get("/account").get_data(as_text=True)
    assert "Lea Learner" in page
    assert "Firefox on Linux" in page
    assert actions(site) == ["session.started"]


@pytest.mark.parametrize("typed", [" LEA@Example.ORG ", "lea@example.org"])
@pytest.mark.usefixtures("clinic")
def test_addresses_are_read_as_people_type_them(visitor: Visitor, typed: str) -> None:
    assert sign_in(visitor, typed) == 303


def forget_what_differs(page: str) -> str:
    """A page without its token and number."""
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", page)
    return re.sub(r'value="[^"@]*@[^"]*"', "", page)


def test_unknown_and_known_people_get_the_same_answer(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    answers = {}
    for email in (clinic.lea.email, clinic.nora.email, "nobody@example.org"):
        answer = visitor.fill("/sign-in", {"email": email, "password": "not the password"})
        answers[email] = (
            answer.status_code,
            forget_what_differs(answer.get_data(as_text=True)),
            sorted(name for name, _ in answer.headers),
        )
    assert len({str(answer) for answer in answers.values()}) == 1
    assert next(iter(answers.values()))[0] == 422
    assert actions(site) == ["session.refused"] * 3


def test_known_and_unknown_people_cost_the_same_work(
    clinic: Clinic, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    real = passwords.is_right

    def counting(settings: object, stored: str | None, password: str) -> bool:
        compared.append(stored is None)
        return real(settings, stored, password)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords, "is_right", counting)
    for email in (clinic.lea.email, "nobody@example.org", clinic.nora.email):
        sign_in(visitor, email, "not the password")
    assert compared == [False, True, True]


def test_a_disabled_person_is_told_nothing_special(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    with site.writing() as ctx:
        ctx.session.get_one(User, clinic.lea.id).state = "disabled"
    assert sign_in(visitor, clinic.lea.email) == 422


def test_somebody_without_a_password_cannot_sign_in(clinic: Clinic, visitor: Visitor) -> None:
    for password in ("", "None", PASSWORD):
        assert sign_in(visitor, clinic.nora.email, password) == 422


@pytest.mark.parametrize("fields", [{}, {"email": "lea@example.org"}, {"password": PASSWORD}])
@pytest.mark.usefixtures("clinic")
def test_an_incomplete_form_keeps_what_was_typed(
    site: Site, visitor: Visitor, fields: dict[str, str]
) -> None:
    answer = visitor.fill("/sign-in", fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Error: " in page
    assert fields.get("email", "") in page
    assert PASSWORD not in page
    with site.reading() as ctx:
        assert ctx.session.scalars(select(SignInFailure)).all() == []


def test_a_new_sign_in_has_a_new_cookie_and_secret(
    app: Flask, clinic: Clinic, visitor: Visitor
) -> None:
    visitor.get("/sign-in")
    before = visitor.get_cookie("quizapp")
    assert before is not None
    assert sign_in(visitor, clinic.lea.email) == 303
    after = visitor.get_cookie("quizapp")
    assert after is not None
    assert after.value != before.value

    old = app.test_client()
    old.set_cookie("quizapp", before.value)
    assert old.get("/account").status_code == 303


def test_a_token_from_before_sign_in_is_worth_nothing_after_it(
    clinic: Clinic, visitor: Visitor
) -> None:
    token = visitor.token()
    assert sign_in(visitor, clinic.lea.email) == 303
    answer = visitor.post("/account/name", data={"csrf_token": token, "name": "Mallory"})
    assert answer.status_code == 400


def test_a_planted_cookie_is_not_taken_over(app: Flask, clinic: Clinic, visitor: Visitor) -> None:
    """Somebody puts a cookie of their own into the browser before the person signs in."""
    attacker = app.test_client()
    attacker.get("/sign-in")
    planted = attacker.get_cookie("quizapp")
    assert planted is not None
    visitor.set_cookie("quizapp", planted.value)
    assert sign_in(visitor, clinic.lea.email) == 303
    assert attacker.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/courses?page=2", "/courses?page=2"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_one_goes_on_only_to_a_page_of_this_site(
    clinic: Clinic, visitor: Visitor, target: str, location: str
) -> None:
    fields = {"email": clinic.lea.email, "password": PASSWORD, "next": target}
    assert visitor.fill("/sign-in", fields).location == location
    again = visitor.get("/sign-in", query_string={"next": target})
    assert (again.status_code, again.location) == (303, location)


def test_signing_out_ends_the_session(site: Site, clinic: Clinic, visitor: Visitor) -> None:
    sign_in(visitor, clinic.lea.email)
    cookie = visitor.get_cookie("quizapp")
    assert cookie is not None
    answer = visitor.send("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    visitor.set_cookie("quizapp", cookie.value)
    assert visitor.get("/account").status_code == 303
    assert actions(site) == ["session.started", "session.ended"]


def signed_in(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


def test_an_idle_session_ends(app: Flask, clinic: Clinic, clock: FrozenClock) -> None:
    visitor = signed_in(app, clinic.lea)
    clock.advance(minutes=120, microseconds=-1)
    assert visitor.get("/account").status_code == 200
    clock.advance(minutes=120)
    assert visitor.get("/account").status_code == 303


def test_a_session_that_is_used_goes_on_until_its_last_hour(
    app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    visitor = signed_in(app, clinic.lea)
    for _ in range(11):
        clock.advance(hours=1)
        assert visitor.get("/account").status_code == 200
    clock.advance(hours=1)
    assert visitor.get("/account").status_code == 303


def test_being_there_is_noted_at_most_every_five_minutes(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    visitor = signed_in(app, clinic.lea)

    def last_seen() -> timedelta:
        with site.reading() as ctx:
            seen = ctx.session.scalars(select(UserSession.last_seen_at)).one()
        return clock.now - seen

    clock.advance(minutes=5)
    visitor.get("/account")
    assert last_seen() == timedelta(minutes=5)
    clock.advance(microseconds=1)
    visitor.get("/account")
    assert last_seen() == timedelta(0)


@pytest.mark.parametrize("how", ["disabled", "demoted"])
def test_a_change_counts_from_the_next_request_on(
    site: Site, app: Flask, clinic: Clinic, how: str
) -> None:
    visitor = signed_in(app, clinic.lea)
    assert visitor.get("/account").status_code == 200
    with site.writing() as ctx:
        user = ctx.session.get_one(User, clinic.lea.id)
        ctx.session.refresh(user, ["grants"])
        if how == "disabled":
            user.state = "disabled"
        else:
            user.grants.clear()
    assert visitor.get("/account").status_code == (303 if how == "disabled" else 403)


@pytest.mark.parametrize("place", [0, 10, -8])
def test_a_forged_cookie_is_nobody(app: Flask, clinic: Clinic, place: int) -> None:
    visitor = signed_in(app, clinic.lea)
    cookie = visitor.get_cookie("quizapp")
    assert cookie is not None
    letters = list(cookie.value)
    letters[place] = "A" if letters[place] != "A" else "B"
    forger = app.test_client()
    forger.set_cookie("quizapp", "".join(letters))
    assert forger.get("/account").status_code == 303


def test_the_database_holds_no_token(site: Site, app: Flask, clinic: Clinic) -> None:
    visitor = signed_in(app, clinic.lea)
    with visitor.session_transaction() as session:
        token = session["_user_id"]
    with site.reading() as ctx:
        stored = ctx.session.scalars(select(UserSession.token_hash)).one()
    assert len(token) >= 43
    assert token not in stored
    assert len(stored) == 64
