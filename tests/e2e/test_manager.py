"""A manager sees who is complete, downloads exactly that, looks at a person and enrols people."""

import csv
import re
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from quizapp.features.accounts import queries as account_queries
from tests.e2e.conftest import Visit
from tests.e2e.journeys import WAYS, each_way, enter
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor
from tests.e2e.ward import Ward, admit, make_ward

TITLE = "Dry needling: foundations"
DASH = "–"
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def ward(server: Server) -> Ward:
    return make_ward(server)


@pytest.fixture
def manager(visit: Visit, ward: Ward, way: str) -> Visitor:
    """The manager, signed in, at the team page."""
    visitor = visit(**WAYS[way])
    visitor.sign_in(ward.manager.email)
    enter(visitor, "Team")
    visitor.heading("Team overview")
    return visitor


def show(visitor: Visitor, **choices: str) -> None:
    """Fill in the filter of the report and apply it."""
    page, hand = visitor.page, visitor.hand
    for label, value in choices.items():
        if label == "search":
            hand.type(page.get_by_label("Name or email"), value)
        else:
            hand.pick(page.get_by_role("combobox", name=label.capitalize(), exact=True), value)
    visitor.follow(page.get_by_role("button", name="Apply"))


def table(page: Page) -> Locator:
    return page.locator("table.completion tbody tr")


def words(page: Page) -> list[list[str]]:
    """The rows of the page as they read."""
    rows = table(page).evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return [[str(cell) for cell in row] for row in rows]


def words_of_all_pages(visitor: Visitor) -> list[list[str]]:
    found = words(visitor.page)
    onward = visitor.page.get_by_role("link", name="Next", exact=True)
    while onward.count():
        visitor.follow(onward)
        found += words(visitor.page)
    return found


def download(visitor: Visitor, kind: str) -> Path:
    with visitor.page.expect_download() as started:
        visitor.hand.press(visitor.page.get_by_role("link", name=kind, exact=True))
    assert started.value.suggested_filename.endswith(f".{kind.lower()}")
    return Path(started.value.path())


def from_csv(path: Path) -> list[list[str]]:
    """The lines of the file in the words of the page, which leaves out the email address."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    days = [
        [as_shown(date.fromisoformat(cell) if cell else "") for cell in row[8:]] for row in lines
    ]
    return [
        [row[0], *(as_shown(cell) for cell in row[2:8]), *last]
        for row, last in zip(lines, days, strict=True)
    ]


def from_xlsx(path: Path) -> list[list[str]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    return [[as_shown(row[0]), *map(as_shown, row[2:])] for row in rows]


def as_shown(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell.day} {cell:%b} {cell.year}".replace("Sep ", "Sept ")
    if isinstance(cell, float):
        return f"{round(cell * 100)}%"
    return str(cell) or DASH


@each_way
def test_from_the_team_to_who_is_complete(manager: Visitor, ward: Ward) -> None:
    page = manager.page
    manager.follow(page.get_by_role("main").get_by_role("link", name="Completion report"))
    manager.heading("Completion report")
    total = 0
    for state in ("Not safe yet", "Not passed yet", "Not started", "In progress", "Complete"):
        show(manager, status=state, team=ward.team, course=TITLE)
        rows = words_of_all_pages(manager)
        assert {row[3] for row in rows} <= {state}
        assert {row[2] for row in rows} <= {TITLE}
        assert all(ward.team in row[1] for row in rows)
        total += len(rows)
    show(manager, status="Any")
    expect(page.get_by_text(f"Showing 50 of {total} rows")).to_be_visible()

    show(manager, search=f"newcomer {ward.mark} 7")
    assert [row[0] for row in words(page)] == [f"Newcomer {ward.mark} 7"]
    show(manager, search="nobody at all")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    manager.follow(page.get_by_role("link", name="Clear filters"))
    expect(page.get_by_text("Showing 50 of")).to_be_visible()


@each_way
def test_sorting_and_paging_show_everybody_once(manager: Visitor, ward: Ward) -> None:
    page = manager.page
    enter(manager, "Team", "Completion report")
    show(manager, team=ward.team)
    manager.follow(page.get_by_role("link", name="Next", exact=True))
    expect(page.get_by_role("link", name="Previous", exact=True)).to_be_visible()
    manager.follow(page.get_by_role("link", name="Previous", exact=True))
    sort_by_name(manager)
    names = [row[0] for row in words_of_all_pages(manager)]
    assert len(names) > 50
    assert len({name for name in names if name.startswith("Newcomer")}) == 45
    assert names == sorted(names, key=str.lower)


def sort_by_name(visitor: Visitor) -> None:
    """By the heading, or where cards have none, by the list of orders."""
    orders = visitor.page.get_by_label("Sort by")
    if orders.is_visible():
        visitor.hand.pick(orders, "Person, A to Z")
        visitor.follow(visitor.page.get_by_role("button", name="Apply"))
        return
    heading = visitor.page.get_by_role("columnheader", name="Person")
    visitor.follow(heading.get_by_role("link"))
    expect(heading).to_have_attribute("aria-sort", "ascending")


@each_way
def test_the_files_hold_what_the_screen_shows(manager: Visitor, ward: Ward) -> None:
    enter(manager, "Team", "Completion report")
    show(manager, team=ward.team)
    as_csv, as_xlsx = from_csv(download(manager, "CSV")), from_xlsx(download(manager, "XLSX"))
    shown = words_of_all_pages(manager)
    assert len(shown) > 50
    assert shown == as_csv
    assert shown == as_xlsx

    show(manager, search="sample", status="In progress")
    shown = words_of_all_pages(manager)
    assert shown
    assert shown == from_csv(download(manager, "CSV")) == from_xlsx(download(manager, "XLSX"))


@each_way
def test_a_person_and_back(manager: Visitor, ward: Ward) -> None:
    page = manager.page
    enter(manager, "Team", "Completion report")
    show(manager, search="sample", status="In progress", team=ward.team)
    name = words(page)[0][0]
    manager.follow(page.get_by_role("link", name=name, exact=True).first)
    manager.heading(name)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert page.get_by_text(re.compile("Your answer|Right answer")).count() == 0
    manager.follow(page.get_by_role("link", name="Completion report").last)
    manager.heading("Completion report")


@each_way
def test_enrolling_somebody(manager: Visitor, server: Server, ward: Ward) -> None:
    person = admit(server, ward, f"Zelda{secrets.token_hex(2)}")
    page, hand = manager.page, manager.hand
    manager.expects_failures = True
    enter(manager, "Team", "Enrol people")
    hand.type(page.get_by_label("Name or email"), person.name)
    manager.follow(page.get_by_role("button", name="Show people"))
    manager.follow(page.get_by_role("button", name="Enrol the people chosen"))
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one person")
    hand.tick(page.get_by_role("checkbox", name=person.name))
    manager.follow(page.get_by_role("button", name="Enrol the people chosen"))
    expect(page.get_by_role("status").first).to_contain_text(f"1 person was enrolled in {TITLE}")

    enter(manager, "Team", "Completion report")
    show(manager, search=person.name)
    assert [row[:4] for row in words(page)] == [
        [person.name, ward.other_team, TITLE, "Not started"]
    ]


@pytest.mark.parametrize("way", ["mouse"])
def test_other_teams_stay_out_of_sight(manager: Visitor, server: Server) -> None:
    manager.expects_failures = True
    with server.site.reading() as ctx:
        stranger = account_queries.find_by_email(ctx, "trainee@example.org")
        assert stranger is not None
    manager.go(f"/team/people/{stranger.code}")
    manager.heading("We cannot find that page")
    enter(manager, "Team", "Completion report")
    show(manager, search="trainee@example.org")
    expect(manager.page.get_by_role("heading", name="Nothing matches")).to_be_visible()
