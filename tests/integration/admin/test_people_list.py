"""The list of people: finding somebody among many."""

import html
import re

import pytest

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.factories.accounts import make_person, sign_in
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.admin.watching import counted


def names(page: str) -> list[str]:
    """The names in the list, in order."""
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page)
    return [html.unescape(name) for name in rows]


def test_the_list_shows_everybody_active_by_name(admin: Visitor) -> None:
    page = admin.get("/admin/users").text
    assert names(page) == [
        "Ada Administrator",
        "Gil Guest",
        "Ina Instructor",
        "Lea Learner",
        "Leo Learner",
        "Max Manager",
        "Nora Newcomer",
    ]
    assert "Team North" in page
    assert "Showing 1 to 7 of 7" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=LEA", ["Lea Learner", "Leo Learner"]),
        ("q=nora%40", ["Nora Newcomer"]),
        ("q=%25", []),
        ("role=manager", ["Max Manager"]),
        ("role=everything&q=max", ["Max Manager"]),
        ("status=invited&q=nora", ["Nora Newcomer"]),
        ("status=active", ["Ada Administrator", "Lea Learner", "Leo Learner"]),
        ("status=disabled", []),
        ("q=learner&sort=-name", ["Leo Learner", "Lea Learner"]),
        ("q=learner&sort=nonsense", ["Lea Learner", "Leo Learner"]),
        ("q=learner&page=99", ["Lea Learner", "Leo Learner"]),
        ("q=learner&page=-1", ["Lea Learner", "Leo Learner"]),
        ("q=learner&page=%D9%A3", ["Lea Learner", "Leo Learner"]),
    ],
)
def test_the_list_can_be_narrowed(admin: Visitor, query: str, expected: list[str]) -> None:
    assert names(admin.get(f"/admin/users?{query}").text) == expected


def test_the_list_can_be_narrowed_to_a_team(admin: Visitor, clinic: Clinic) -> None:
    assert names(admin.get(f"/admin/users?team={clinic.south}").text) == ["Leo Learner"]


def test_who_was_active_last_comes_first_or_last(
    admin: Visitor, site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    clock.advance(minutes=1)
    sign_in(site, clinic.leo)
    assert names(admin.get("/admin/users?sort=-active").text)[:2] == [
        "Leo Learner",
        "Ada Administrator",
    ]
    assert names(admin.get("/admin/users?sort=active").text)[-1] == "Leo Learner"


def test_somebody_disabled_is_listed_only_when_asked_for(admin: Visitor, clinic: Clinic) -> None:
    admin.send(f"/admin/users/{clinic.lea.code}/disable")
    assert "Lea Learner" not in names(admin.get("/admin/users").text)
    assert names(admin.get("/admin/users?status=disabled").text) == ["Lea Learner"]
    assert "Lea Learner" in names(admin.get("/admin/users?status=all").text)
    nobody = admin.get("/admin/users?q=lea+l").text
    assert "Nobody matches" in nobody
    assert "/admin/users?q=lea+l&amp;status=all" in nobody


def test_the_list_has_pages(admin: Visitor, site: Site) -> None:
    for number in range(24):
        make_person(site, f"Zed Number{number:02}", email=f"zed{number}@example.org")
    first, second = admin.get("/admin/users").text, admin.get("/admin/users?page=2").text
    assert (len(names(first)), len(names(second))) == (25, 6)
    assert not set(names(first)) & set(names(second))
    assert "Showing 26 to 31 of 31" in second


def test_the_number_of_statements_does_not_grow_with_the_list(admin: Visitor, site: Site) -> None:
    with counted(site) as few:
        admin.get("/admin/users?q=nora")
    for number in range(20):
        make_person(
            site,
            f"Zed Number{number}",
            email=f"zed{number}@example.org",
            grants=[Role.LEARNER, Role.MANAGER],
        )
    with counted(site) as many:
        admin.get("/admin/users")
    assert len(many) == len(few)


def test_limits_of_roles_are_told(admin: Visitor) -> None:
    page = admin.get("/admin/users?q=ina").text.split("<tbody>")[1]
    assert "Needle care" in page
    assert "Team North" in admin.get("/admin/users?q=max").text.split("<tbody>")[1]
