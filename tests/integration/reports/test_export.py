"""Screen, CSV and XLSX show the same rows, cell by cell, and no cell is ever run."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from quizapp.features.accounts.commands import people
from quizapp.features.accounts.models import User
from quizapp.features.reports.queries.export import Days
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled
from tests.factories.accounts import Person
from tests.factories.web import Visitor
from tests.integration.reports.conftest import links_of, manager_of, rows_of

Browser = Callable[[Person], Visitor]
DASH = "–"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"timezone": "Pacific/Auckland"}


def screen(visitor: Visitor, query: str) -> list[list[str]]:
    """The rows of every page, as one reads them on."""
    found: list[list[str]] = []
    address: str | None = f"/team/report{query}"
    while address:
        page = visitor.get(address).get_data(as_text=True)
        found += rows_of(page)
        address = next(iter(links_of(page, "Next")), None)
    return found


def from_csv(visitor: Visitor, query: str) -> list[list[str]]:
    text = visitor.get(f"/team/report.csv{query}").get_data(as_text=True)
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def from_xlsx(visitor: Visitor, query: str) -> list[list[Any]]:
    """As calamine reads it; openpyxl has to agree."""
    content = visitor.get(f"/team/report.xlsx{query}").get_data()
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows: list[list[Any]] = [list(row) for row in book.get_sheet_by_index(0).to_python()]
    sheet: Any = openpyxl.load_workbook(BytesIO(content)).active
    also = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [[plain(cell) for cell in row] for row in also] == [
        [plain(cell) for cell in row] for row in rows
    ]
    return rows


def plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    return None if cell == "" else cell


def as_shown(cell: Any) -> str:
    """A typed cell in the words of the page."""
    if cell in {None, ""}:
        return DASH
    if isinstance(cell, float):
        return f"{round(cell * 100)}%"
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b} {cell.year}".replace("Sep ", "Sept ")
    return str(cell)


def shown_csv(row: list[str]) -> list[str]:
    """A row of the file in the words of the page, without the address, which only files have."""
    texts = [row[0], *row[2:8]]
    days = [as_shown(date.fromisoformat(cell) if cell else None) for cell in row[8:]]
    return [text or DASH for text in texts] + days


QUERIES = [
    "",
    "?sort=-score",
    "?sort=name&state=complete",
    "?state=not_safe",
    "?q=sample&sort=-completed",
    "?course=course-2",
]


@pytest.mark.parametrize("query", QUERIES)
def test_screen_and_files_agree_cell_by_cell(
    site: Site, filled: Filled, browser: Browser, query: str
) -> None:
    visitor = browser(manager_of(site, *filled.teams[:3]))
    shown = screen(visitor, query)
    heading, *lines = from_csv(visitor, query)
    titles, *rows = from_xlsx(visitor, query)
    assert titles == heading
    assert shown == [shown_csv(line) for line in lines]
    assert shown == [[as_shown(row[0]), *map(as_shown, row[2:])] for row in rows]
    assert [row[1] for row in rows] == [line[1] for line in lines]
    assert shown, "there is something to compare"


def test_more_than_a_page_is_in_the_files(
    site: Site, filled: Filled, browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    assert len(screen(visitor, "")) == len(from_csv(visitor, "")) - 1 == filled.enrollments
    assert len(from_xlsx(visitor, "")) - 1 == filled.enrollments, site


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", "'=1"])
def test_names_like_formulas_are_text(
    site: Site, filled: Filled, browser: Browser, everybody: Person, name: str
) -> None:
    def rename(ctx: Context) -> None:
        user = ctx.session.get_one(User, filled.people[0])
        people.update_person(ctx, user, people.PersonDraft(name, user.email, []))

    site.perform(rename)
    visitor = browser(everybody)
    assert from_csv(visitor, "?q=p1%40")[1][0] == f"'{name}"
    content = visitor.get("/team/report.xlsx?q=p1%40").get_data()
    sheet: Any = openpyxl.load_workbook(BytesIO(content)).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (name, "s")


@pytest.mark.usefixtures("filled")
def test_files_are_named_with_the_day_where_the_organization_is(
    site: Site, browser: Browser, everybody: Person
) -> None:
    """It is 2 March 22:00 in Auckland."""
    visitor = browser(everybody)
    for form, kind in (
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        answer = visitor.get(f"/team/report.{form}?course=course-1")
        name = f"completion-report-2026-03-02.{form}"
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.settings.timezone == "Pacific/Auckland"


@pytest.mark.usefixtures("filled")
def test_a_download_is_audited_without_what_was_searched(
    site: Site, browser: Browser, everybody: Person
) -> None:
    browser(everybody).get("/team/report.csv?q=vera&course=course-1&sort=name").get_data()
    with site.reading() as ctx:
        events = ctx.session.query(AuditEvent).filter_by(action="report.exported").all()
    (event,) = events
    assert event.actor_id == everybody.id
    assert '"course": "course-1"' in event.details
    assert '"format": "csv"' in event.details
    assert '"searched": true' in event.details
    assert "vera" not in event.details


def test_team_names_in_files_are_those_the_manager_sees(
    site: Site, filled: Filled, browser: Browser
) -> None:
    rows = from_csv(browser(manager_of(site, filled.teams[0])), "")[1:]
    assert {row[2] for row in rows} == {"Clinic 0001"}


ZONES = [
    "UTC",
    "Europe/Vienna",
    "Pacific/Auckland",
    "America/St_Johns",
    "Asia/Kathmandu",
    "America/Havana",
]


@given(
    st.datetimes(datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2031-01-01")),
    st.sampled_from(ZONES),
)
def test_days_are_those_of_the_zone_from_text_and_from_moments(naive: datetime, zone: str) -> None:
    moment = naive.replace(tzinfo=UTC)
    right = moment.astimezone(ZoneInfo(zone)).date()
    days = Days(ZoneInfo(zone))
    assert days(moment) == right
    assert days(naive.strftime("%Y-%m-%d %H:%M:%S.%f")) == right
