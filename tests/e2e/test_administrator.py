"""An administrator lets people in, shuts them out and keeps teams; all of it is on record."""

import re
import secrets
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visit
from tests.e2e.journeys import WAYS, each_way, enter
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor
from tests.factories.accounts import make_person
from tests.factories.teams import make_team

OWN_PASSWORD = "a lamp beside the quiet river"
pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is let in during a test."""

    name: str
    email: str


@pytest.fixture
def newcomer() -> Newcomer:
    mark = secrets.token_hex(3)
    return Newcomer(f"Nadia {mark}", f"nadia-{mark}@example.org")


@pytest.fixture
def administrator(visit: Visit, way: str) -> Visitor:
    visitor = visit(**WAYS[way])
    visitor.sign_in("admin@example.org")
    enter(visitor, "Admin")
    visitor.heading("Users")
    return visitor


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("button", name=name)


def link(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("link", name=name)


def invite(visitor: Visitor, newcomer: Newcomer, team: str) -> str:
    """Add somebody as a learner and an instructor, and into a team; gives the link to pass on."""
    page, hand = visitor.page, visitor.hand
    visitor.follow(link(visitor, "Invite a user"))
    hand.type(page.get_by_label("Full name"), newcomer.name)
    hand.type(page.get_by_label("Email", exact=True), newcomer.email)
    hand.tick(page.get_by_role("checkbox", name=re.compile("^Instructor")))
    hand.tick(page.get_by_role("checkbox", name="Dry needling: foundations"))
    hand.tick(page.get_by_role("checkbox", name=team))
    visitor.follow(button(visitor, "Make the invitation"))
    visitor.heading(f"Invitation for {newcomer.name}")
    return page.get_by_label("Link", exact=True).input_value()


def choose_password(visitor: Visitor, address: str, password: str = OWN_PASSWORD) -> None:
    page, hand = visitor.page, visitor.hand
    page.goto(address)
    visitor.heading("Choose a password")
    hand.type(page.get_by_label("New password", exact=True), password)
    hand.type(page.get_by_label("New password again", exact=True), password)
    visitor.follow(button(visitor, "Save password"))


def find(visitor: Visitor, newcomer: Newcomer) -> None:
    """Search the list of users and open the page of the one."""
    enter(visitor, "Admin", "Users")
    visitor.hand.type(visitor.page.get_by_label("Name or email"), newcomer.email)
    visitor.follow(button(visitor, "Apply"))
    visitor.follow(visitor.page.get_by_role("link", name=newcomer.name, exact=True))
    visitor.heading(newcomer.name)


@each_way
def test_letting_somebody_in(
    administrator: Visitor, visit: Visit, server: Server, newcomer: Newcomer, way: str
) -> None:
    team = make_team(server.site, f"Unit {secrets.token_hex(3)}").name
    address = invite(administrator, newcomer, team)
    guest = visit(**WAYS[way])
    choose_password(guest, address)
    guest.sign_in(newcomer.email, OWN_PASSWORD)
    enter(guest, "Teach")
    guest.heading("Questions")

    find(administrator, newcomer)
    page, hand = administrator.page, administrator.hand
    expect(page.get_by_role("checkbox", name=team)).to_be_checked()
    hand.type(page.get_by_label("Full name"), f"{newcomer.name} Young")
    administrator.follow(button(administrator, "Save"))
    administrator.heading(f"{newcomer.name} Young")
    expect(page.get_by_role("status").first).to_contain_text(f"{newcomer.name} Young was saved.")


@each_way
def test_a_password_link_works_once(
    administrator: Visitor, visit: Visit, newcomer: Newcomer, server: Server, way: str
) -> None:
    make_person(server.site, newcomer.name, email=newcomer.email, has_password=True)
    find(administrator, newcomer)
    administrator.follow(button(administrator, "Make a password link"))
    address = administrator.page.get_by_label("Link", exact=True).input_value()
    administrator.page.reload()
    expect(administrator.page.get_by_role("heading", name="no longer shown")).to_be_visible()

    guest = visit(**WAYS[way])
    guest.expects_failures = True
    choose_password(guest, address)
    guest.sign_in(newcomer.email, OWN_PASSWORD)
    guest.page.goto(address)
    expect(guest.page.get_by_label("New password", exact=True)).to_have_count(0)


@each_way
def test_shutting_somebody_out_ends_their_open_session(
    administrator: Visitor, visit: Visit, newcomer: Newcomer, server: Server
) -> None:
    person = make_person(server.site, newcomer.name, email=newcomer.email, has_password=True)
    guest = visit()
    guest.expects_failures = True
    guest.sign_in(newcomer.email, person.password)
    guest.go("/courses")
    guest.heading("Courses")

    find(administrator, newcomer)
    administrator.follow(link(administrator, "Disable"))
    administrator.heading(f"Disable {newcomer.name}?")
    administrator.follow(button(administrator, "Disable"))
    expect(administrator.page.get_by_text("This person cannot sign in.")).to_be_visible()

    guest.page.reload()
    guest.heading("Sign in")
    guest.hand.type(guest.page.get_by_label("Email"), newcomer.email)
    guest.hand.type(guest.page.get_by_label("Password", exact=True), person.password)
    guest.follow(button(guest, "Sign in"))
    expect(guest.page.get_by_role("alert").first).to_be_visible()

    administrator.follow(button(administrator, "Enable"))
    expect(administrator.page.get_by_text(f"{newcomer.name} can sign in again.")).to_be_visible()
    guest.sign_in(newcomer.email, person.password)


@each_way
def test_a_team_from_beginning_to_end(
    administrator: Visitor, server: Server, newcomer: Newcomer
) -> None:
    make_person(server.site, newcomer.name, email=newcomer.email)
    name = f"Harbour {secrets.token_hex(3)}"
    page, hand = administrator.page, administrator.hand
    enter(administrator, "Admin", "Teams")
    administrator.follow(link(administrator, "New team"))
    hand.type(page.get_by_label("Name"), name)
    administrator.follow(button(administrator, "Make the team"))
    administrator.heading(name)
    hand.type(page.get_by_label("Name or email"), newcomer.email)
    administrator.follow(button(administrator, "Search"))
    expect(page.get_by_role("checkbox", name=newcomer.name)).to_be_checked()
    administrator.follow(button(administrator, "Add to the team"))
    expect(page.get_by_text("1 person was added.")).to_be_visible()

    administrator.follow(link(administrator, "Rename"))
    hand.type(page.get_by_label("Name"), f"{name} East")
    administrator.follow(button(administrator, "Save the name"))
    administrator.heading(f"{name} East")
    administrator.follow(link(administrator, f"Remove {newcomer.name}"))
    administrator.follow(button(administrator, "Remove"))
    expect(page.get_by_text(f"{newcomer.name} is no longer in {name} East.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nobody in this team yet")).to_be_visible()


@each_way
def test_all_of_it_is_in_the_audit_log(
    administrator: Visitor, server: Server, newcomer: Newcomer
) -> None:
    team = make_team(server.site, f"Unit {secrets.token_hex(3)}").name
    invite(administrator, newcomer, team)
    find(administrator, newcomer)
    administrator.follow(link(administrator, "Disable"))
    administrator.follow(button(administrator, "Disable"))

    page, hand = administrator.page, administrator.hand
    enter(administrator, "Admin", "Audit log")
    hand.type(page.get_by_label("Name or email"), newcomer.email)
    administrator.follow(button(administrator, "Apply"))
    events = page.locator("tbody tr th").all_inner_texts()
    assert events[0] == "Disabled a person"
    assert set(events[1:]) >= {"Added a person", "Added somebody to a team"}
    expect(page.locator("tbody tr").first).to_contain_text("Ada Sample")
    with page.expect_download() as started:
        hand.press(link(administrator, "Download CSV"))
    assert newcomer.name in started.value.path().read_text(encoding="utf-8")
