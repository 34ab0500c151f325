"""Passwords: changed by their owner, or by a link that works once; every other way in ends."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp import worker
from quizapp.domain.errors import AccessDenied, Conflict
from quizapp.features.accounts.commands import passwords as commands
from quizapp.features.accounts.commands import people
from quizapp.features.accounts.commands.passwords import LinkUsed
from quizapp.features.accounts.models import OneTimeLink, User
from quizapp.infrastructure import passwords
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import JobRow
from quizapp.infrastructure.mail import OutgoingMail
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD, Person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.crowd import at_once
from tests.factories.web import Visitor

NEW = "eleven loud herons dive"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"smtp_url": "smtp://mail.example.org"}


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.lea)
    return client


def works(site: Site, person: Person, password: str) -> bool:
    with site.reading() as ctx:
        stored = ctx.session.get_one(User, person.id).password_hash
    return passwords.is_right(site.settings, stored, password)


def change(visitor: Visitor, current: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
    fields = {"current": current, "password": new, "again": again or new}
    return visitor.send("/account/password", fields)


def letters(site: Site) -> list[OutgoingMail]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_the_owner_changes_it(site: Site, clinic: Clinic, lea: Visitor) -> None:
    answer = change(lea)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert works(site, clinic.lea, NEW)
    assert not works(site, clinic.lea, PASSWORD)


def test_a_change_ends_all_other_sessions_and_links(
    site: Site, app: Flask, clinic: Clinic, lea: Visitor
) -> None:
    other = app.test_client()
    assert isinstance(other, Visitor)
    other.sign_in(clinic.lea)
    token = make_link(site, clinic.lea)
    change(lea)
    assert lea.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert lea.get(f"/password/new/{token}").status_code == 404


def test_a_change_is_told_by_mail(site: Site, clinic: Clinic, lea: Visitor) -> None:
    change(lea)
    (letter,) = letters(site)
    assert (letter.recipient, letter.subject) == (clinic.lea.email, "Your password was changed")
    assert "Lea Learner" in letter.body
    assert NEW not in letter.body


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"current": "not the password"}, "current"),
        ({"current": ""}, "current"),
        ({"new": ""}, "password"),
        ({"new": "short"}, "password"),
        ({"new": "passwordpassword"}, "password"),
        ({"new": "learnerlearner"}, "password"),
        ({"new": "CliniclearninG"}, "password"),
        ({"new": "x" * 257}, "password"),
        ({"again": "something else entirely"}, "again"),
    ],
)
def test_a_refused_change_changes_nothing_and_names_the_field(
    site: Site, clinic: Clinic, lea: Visitor, values: dict[str, str], field: str
) -> None:
    answer = change(lea, **values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'<div class="errsum".*?<a href="#{field}">', page)
    assert works(site, clinic.lea, PASSWORD)
    assert letters(site) == []


def test_guessing_the_present_password_is_limited(lea: Visitor) -> None:
    for _ in range(10):
        change(lea, current="not the password")
    answer = change(lea)
    assert answer.status_code == 422
    assert "Too many tries" in answer.get_data(as_text=True)


def make_link(site: Site, person: Person, *, is_invitation: bool = False) -> str:
    def command(ctx: Context) -> str:
        user = ctx.session.get_one(User, person.id)
        return commands.create_link(ctx, user, is_invitation=is_invitation)

    return site.perform(command)


def use(visitor: Visitor, token: str, password: str = NEW) -> int:
    fields = {"password": password, "again": password}
    return visitor.send(f"/password/new/{token}", fields).status_code


def test_a_link_sets_a_password_once(site: Site, clinic: Clinic, visitor: Visitor) -> None:
    token = make_link(site, clinic.nora)
    assert visitor.get(f"/password/new/{token}").status_code == 200
    assert use(visitor, token) == 303
    assert works(site, clinic.nora, NEW)
    assert visitor.get(f"/password/new/{token}").status_code == 404
    assert use(visitor, token, "twelve shy badgers dig") == 404
    assert works(site, clinic.nora, NEW)


def test_a_link_ends_every_session(
    site: Site, clinic: Clinic, lea: Visitor, visitor: Visitor
) -> None:
    assert use(visitor, make_link(site, clinic.lea)) == 303
    assert lea.get("/account").status_code == 303


def test_a_weak_password_does_not_use_up_the_link(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    token = make_link(site, clinic.nora)
    assert use(visitor, token, "password1234") == 422
    assert use(visitor, token) == 303


@pytest.mark.parametrize(("is_invitation", "minutes"), [(False, 30), (True, 7 * 24 * 60)])
def test_a_link_works_until_its_last_minute(
    site: Site,
    clinic: Clinic,
    clock: FrozenClock,
    visitor: Visitor,
    *,
    is_invitation: bool,
    minutes: int,
) -> None:
    token = make_link(site, clinic.nora, is_invitation=is_invitation)
    clock.advance(minutes=minutes, microseconds=-1)
    assert visitor.get(f"/password/new/{token}").status_code == 200
    clock.advance(microseconds=1)
    assert visitor.get(f"/password/new/{token}").status_code == 404
    assert use(visitor, token) == 404


def test_a_newer_link_replaces_an_older_one(site: Site, clinic: Clinic, visitor: Visitor) -> None:
    old, new = make_link(site, clinic.nora), make_link(site, clinic.nora)
    assert visitor.get(f"/password/new/{old}").status_code == 404
    assert visitor.get(f"/password/new/{new}").status_code == 200


@pytest.mark.parametrize("token", ["x", "%00", "%ff", "a" * 500, "../sign-in"])
@pytest.mark.usefixtures("clinic")
def test_a_guessed_link_is_not_found(visitor: Visitor, token: str) -> None:
    assert visitor.get(f"/password/new/{token}").status_code == 404


def test_a_link_is_stored_only_as_its_hash(site: Site, clinic: Clinic) -> None:
    token = make_link(site, clinic.nora)
    with site.reading() as ctx:
        stored = ctx.session.scalars(select(OneTimeLink.token_hash)).one()
    assert len(token) >= 43
    assert token not in stored


def test_a_link_leaves_no_trace_in_other_sites_logs(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    answer = visitor.get(f"/password/new/{make_link(site, clinic.nora)}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_of_two_who_use_a_link_at_once_one_wins(site: Site, clinic: Clinic) -> None:
    token = make_link(site, clinic.nora)
    hashes = [passwords.make_hash(site.settings, f"{NEW} {number}") for number in range(4)]

    def work(password_hash: str) -> Callable[[], object]:
        return lambda: site.perform(commands.use_link, token, password_hash)

    found = at_once([work(password_hash) for password_hash in hashes])
    assert sum(isinstance(reply, LinkUsed) for reply in found) == 3


def test_only_administrators_make_links(site: Site, clinic: Clinic) -> None:
    def command(ctx: Context) -> str:
        return commands.create_link(ctx, ctx.session.get_one(User, clinic.nora.id))

    for person in (clinic.lea, clinic.manager, clinic.instructor):
        with pytest.raises(AccessDenied):
            site.perform(command, actor=person.actor)
    assert site.perform(command, actor=clinic.administrator.actor)


def test_a_disabled_person_gets_no_link_and_uses_none(site: Site, clinic: Clinic) -> None:
    token = make_link(site, clinic.nora)
    site.perform(lambda ctx: people.disable_person(ctx, ctx.session.get_one(User, clinic.nora.id)))
    with pytest.raises(LinkUsed):
        site.perform(commands.use_link, token, "hash")
    with pytest.raises(Conflict):
        make_link(site, clinic.nora)


def ask_for_link(visitor: Visitor, email: str) -> tuple[int, str]:
    answer = visitor.fill("/password/forgotten", {"email": email})
    page = re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))
    return answer.status_code, page


def test_a_forgotten_password_is_answered_alike_for_everybody(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    known = ask_for_link(visitor, clinic.lea.email)
    unknown = ask_for_link(visitor, "nobody@example.org")
    assert known == unknown
    assert known[0] == 200
    assert letters(site) == []
    with site.reading() as ctx:
        assert len(ctx.session.scalars(select(JobRow)).all()) == 2


def test_only_who_has_an_account_gets_a_letter(
    site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    for email in (clinic.lea.email.upper(), "nobody@example.org"):
        site.perform(commands.send_reset, email)
    (letter,) = letters(site)
    assert letter.recipient == clinic.lea.email
    found = re.search(r"(/password/new/\S+)", letter.body)
    assert found is not None
    assert visitor.get(found.group(1)).status_code == 200


def test_the_worker_sends_what_was_asked_for(
    site: Site, clinic: Clinic, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(worker.FUNCTIONS, "mail.send", lambda _site, **_mail: None)
    ask_for_link(visitor, clinic.lea.email)
    worker.sweep(site)
    assert [letter.subject for letter in letters(site)] == ["Set a new password"]


def test_no_more_than_five_letters_a_day(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    for _ in range(7):
        site.perform(commands.send_reset, clinic.lea.email)
    assert len(letters(site)) == 5
    clock.advance(days=1)
    site.perform(commands.send_reset, clinic.lea.email)
    assert len(letters(site)) == 6


def test_a_disabled_person_gets_no_letter(site: Site, clinic: Clinic) -> None:
    site.perform(lambda ctx: people.disable_person(ctx, ctx.session.get_one(User, clinic.lea.id)))
    site.perform(commands.send_reset, clinic.lea.email)
    assert letters(site) == []


class TestWithoutMail:
    """The site sends no mail."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {}

    @pytest.mark.usefixtures("clinic")
    def test_the_page_says_whom_to_ask(self, site: Site, visitor: Visitor) -> None:
        answer = visitor.get("/password/forgotten")
        assert "Ask an administrator" in answer.get_data(as_text=True)
        sent = visitor.send("/password/forgotten", {"email": "lea@example.org"})
        assert sent.status_code == 200
        with site.reading() as ctx:
            assert ctx.session.scalars(select(JobRow)).all() == []
