"""Accounts are changed only with a sign-in newer than fifteen minutes."""

import pytest

from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

NEW = {"name": "Eva Else", "email": "eva@example.org", "roles": ["learner"]}


def test_a_page_opens_within_fifteen_minutes(admin: Visitor, clock: FrozenClock) -> None:
    clock.advance(minutes=15)
    assert admin.get("/admin/users/new").status_code == 200


@pytest.mark.parametrize("page", ["new", "{code}", "{code}/disable", "{code}/link", "zzzzzzzz"])
def test_later_the_password_is_asked_for_before_anything_is_looked_up(
    admin: Visitor, clock: FrozenClock, clinic: Clinic, page: str
) -> None:
    path = f"/admin/users/{page.format(code=clinic.lea.code)}"
    clock.advance(minutes=15, seconds=1)
    answer = admin.get(path)
    assert answer.status_code == 303
    assert answer.location == f"/sign-in/confirm?next={path}"


def test_reading_needs_no_password_again(admin: Visitor, clock: FrozenClock) -> None:
    clock.advance(minutes=100)
    for path in ("/admin/users", "/admin/teams", "/admin/audit-log", "/admin/mail-and-jobs"):
        assert admin.get(path).status_code == 200


def test_after_the_password_one_is_back_on_the_page(
    admin: Visitor, clock: FrozenClock, clinic: Clinic, site: Site
) -> None:
    give_password(site, clinic.administrator.id)
    admin.sign_in(clinic.administrator)
    clock.advance(minutes=20)
    asked = admin.get("/admin/users/new?x=1").location
    answer = admin.fill(asked, {"password": PASSWORD, "next": "/admin/users/new?x=1"})
    assert answer.location == "/admin/users/new?x=1"
    assert admin.get(answer.location).status_code == 200


def test_a_form_may_take_a_quarter_of_an_hour_to_fill_in(
    admin: Visitor, clock: FrozenClock
) -> None:
    clock.advance(minutes=30)
    answer = admin.send("/admin/users/new", NEW)
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/users/")


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("new", "new"),
        ("{code}", "{code}"),
        ("{code}/disable", "{code}/disable"),
        ("{code}/enable", "{code}"),
        ("{code}/link", "{code}/link"),
    ],
)
def test_an_older_form_changes_nothing_and_says_so(
    admin: Visitor, clock: FrozenClock, clinic: Clinic, site: Site, form: str, page: str
) -> None:
    code, before = clinic.lea.code, everything(site, besides=frozenset({"users"}))
    clock.advance(minutes=30, seconds=1)
    answer = admin.send(f"/admin/users/{form.format(code=code)}", NEW)
    assert answer.status_code == 303
    assert answer.location == f"/sign-in/confirm?next=/admin/users/{page.format(code=code)}"
    assert "Nothing was changed" in admin.get(answer.location).text
    assert everything(site, besides=frozenset({"users"})) == before
