"""The pages of a manager: what they show, to whom, and in how many statements."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.accounts.models import User
from quizapp.features.teams.models import Team
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled, fill
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.courses import enroll
from tests.factories.web import Visitor
from tests.integration.reports.conftest import (
    links_of,
    manager_of,
    rows_of,
    statements,
    words_of,
)

Browser = Callable[[Person], Visitor]


def stats(page: str) -> dict[str, str]:
    """The figures at the top of the overview."""
    tree = html.fromstring(page)
    return {
        tile.xpath("dt")[0].text_content(): " ".join(tile.xpath("dd")[0].text_content().split())
        for tile in tree.xpath("//dl[contains(@class, 'stats')]/div")
    }


def number(text: str) -> int:
    return int(text.split(maxsplit=1)[0])


def test_figures_of_the_overview_add_up(
    filled: Filled, browser: Browser, everybody: Person
) -> None:
    page = browser(everybody).get("/team").text
    found = stats(page)
    complete, total = found["Complete"].split("% ")[1].split(" of ")
    parts = [
        int(complete),
        number(found["In progress"]),
        number(found["Not started"]),
        number(found["Not passed or not safe yet"]),
    ]
    assert sum(parts) == int(total) == filled.enrollments
    assert f"{total} enrolments" in page


def test_people_in_two_teams_count_once_in_totals(
    site: Site, filled: Filled, browser: Browser
) -> None:
    visitor = browser(manager_of(site, *filled.teams))
    together = number(stats(visitor.get("/team").text)["People"])
    apart = [
        number(stats(visitor.get(f"/team?team={code}").text)["People"]) for code in filled.codes
    ]
    assert together < sum(apart)
    assert together <= len(filled.people)


def test_who_is_not_safe_comes_first(filled: Filled, browser: Browser, everybody: Person) -> None:
    tree = html.fromstring(browser(everybody).get("/team").text)
    (section,) = tree.xpath("//section[@aria-labelledby='attention']")
    badges = [words_of(badge) for badge in section.xpath(".//span[contains(@class, 'badge')]")]
    order = ["Not safe yet", "Not passed yet", "Not started", "No activity"]
    assert badges == sorted(badges, key=order.index)
    assert badges[0] == "Not safe yet"
    assert len(badges) == 8, filled


def test_nobody_needs_attention_in_a_quiet_team(clinic: Clinic, browser: Browser) -> None:
    page = browser(clinic.manager).get("/team").text
    assert "Nobody needs you now" in page, "Lea has only just begun"


def test_the_overview_offers_only_ones_own_teams(
    site: Site, filled: Filled, browser: Browser
) -> None:
    visitor = browser(manager_of(site, *filled.teams[:2]))
    options = html.fromstring(visitor.get("/team").text).xpath("//select[@id='team']/option/@value")
    assert options == ["", *filled.codes[:2]]
    assert visitor.get(f"/team?team={filled.codes[3]}").status_code == 404
    assert visitor.get(f"/team/report?team={filled.codes[3]}").status_code == 404


def test_objectives_that_few_people_answered_are_not_shown(
    site: Site, filled: Filled, browser: Browser, everybody: Person
) -> None:
    many = browser(everybody).get("/team").text
    assert "There are not enough answers yet" not in many
    assert "Objective" in many
    small = fill(site, people=4, teams=1, courses=1, seed=3)
    few = browser(manager_of(site, small.teams[0])).get("/team").text
    assert "There are not enough answers yet" in few, filled


@pytest.mark.usefixtures("site", "filled")
def test_old_answers_do_not_count_for_objectives(
    browser: Browser, everybody: Person, clock: Any
) -> None:
    clock.advance(days=300)
    assert "There are not enough answers yet" in browser(everybody).get("/team").text


@pytest.mark.usefixtures("clinic")
def test_who_is_not_enrolled_is_counted_and_can_be_enrolled(browser: Browser, site: Site) -> None:
    boss = make_person(site, "Bea Boss", grants=[Role.MANAGER])
    page = browser(boss).get("/team").text
    assert "1 person" in page, "Nora, but no managers, instructors or administrators"
    (address,) = [link for link in links_of(page, "Enrol people in Needle care") if link]
    assert "Nora Newcomer" in browser(boss).get(address).text


def test_the_moment_and_its_zone_are_told(clinic: Clinic, browser: Browser) -> None:
    for address in ("/team", "/team/report"):
        assert "2 March 2026, 09:00 (UTC)" in browser(clinic.manager).get(address).text


@pytest.mark.usefixtures("site")
def test_the_report_shows_one_team_and_nobody_else(clinic: Clinic, browser: Browser) -> None:
    page = browser(clinic.manager).get("/team/report").text
    assert [row[0] for row in rows_of(page)] == ["Lea Learner"]
    assert "Showing 1 of 1 row" in page
    assert "Leo Learner" not in page


def test_the_report_is_found_by_name_and_by_email(
    filled: Filled, browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    by_email = rows_of(visitor.get("/team/report?q=P12%40example.org").text)
    assert len(by_email) == 2
    by_name = rows_of(visitor.get("/team/report", query_string={"q": by_email[0][0].upper()}).text)
    assert by_email[0] in by_name
    assert "Nothing matches" in visitor.get("/team/report?q=zzzz").text, filled


def test_headings_sort_and_say_how(filled: Filled, browser: Browser, everybody: Person) -> None:
    visitor = browser(everybody)
    tree = html.fromstring(visitor.get("/team/report?team=team1").text)
    (heading,) = tree.xpath("//th[@aria-sort='ascending']")
    assert heading.text_content() == "Status"
    assert "team=team1" in heading.xpath("a/@href")[0]
    assert "sort=-state" in heading.xpath("a/@href")[0]
    turned = html.fromstring(visitor.get("/team/report?sort=-state").text)
    assert len(turned.xpath("//th[@aria-sort='descending']")) == 1, filled


def test_pages_lead_to_each_other_and_keep_the_filter(
    filled: Filled, browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    first = visitor.get("/team/report?sort=name&q=sample").text
    (following,) = links_of(first, "Next")
    second = visitor.get(following).text
    assert "q=sample" in following
    (back,) = links_of(second, "Previous")
    assert rows_of(visitor.get(back).text) == rows_of(first)
    assert len(rows_of(first)) == 50, filled


@pytest.mark.parametrize(
    "query", ["after=x", "before=x", "after=W10", "state=late", "sort=age", "course=x", "team=x"]
)
def test_made_up_addresses_are_not_found(clinic: Clinic, browser: Browser, query: str) -> None:
    assert browser(clinic.manager).get(f"/team/report?{query}").status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_made_up_addresses_of_files_are_not_found(
    clinic: Clinic, browser: Browser, form: str
) -> None:
    visitor = browser(clinic.manager)
    assert visitor.get(f"/team/report.{form}?team={clinic.south}").status_code == 404
    assert visitor.get(f"/team/report.{form}?state=late").status_code == 404


@pytest.mark.parametrize("who", ["lea", "instructor", "administrator"])
@pytest.mark.parametrize(
    "address",
    ["/team", "/team/report", "/team/report.csv", "/team/report.xlsx", "/team/people/anybody"],
)
def test_only_managers_have_these_pages(
    clinic: Clinic, browser: Browser, who: str, address: str
) -> None:
    assert browser(getattr(clinic, who)).get(address).status_code == 403


@pytest.mark.usefixtures("site")
def test_a_report_without_anybody_says_what_belongs_here(
    browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    assert "Nobody is enrolled yet" in visitor.get("/team/report").text
    assert "Nobody is here yet" in visitor.get("/team").text


@pytest.mark.parametrize("sort", ["state", "-changed", "score", "course", "progress"])
def test_a_page_asks_as_often_for_many_rows_as_for_few(
    site: Site, filled: Filled, browser: Browser, everybody: Person, sort: str
) -> None:
    """Of few rows and of many, of everybody and of some teams."""
    some = browser(manager_of(site, *filled.teams[:2]))
    everything = browser(everybody)
    addresses = (f"/team/report?sort={sort}", f"/team/report?sort={sort}&q=p1", "/team")
    counts = {}
    for visitor in (some, everything):
        for address in addresses:
            visitor.get(address)
            with statements(site) as seen:
                visitor.get(address)
            counts[visitor, address] = len(seen)
    fill(site, people=300, teams=3, courses=3, seed=8)
    for (visitor, address), before in counts.items():
        with statements(site) as seen:
            visitor.get(address)
        assert len(seen) == before <= 12, seen


def test_a_large_site_walks_an_index_in_a_few_statements(
    site: Site, browser: Browser, everybody: Person
) -> None:
    fill(site, people=700, teams=3, courses=3, seed=9, answers=False)
    visitor = browser(everybody)
    for sort in ("name", "state", "-score", "changed"):
        with statements(site) as seen:
            page = visitor.get(f"/team/report?sort={sort}").text
        assert "Showing 50 of 700 rows" in page
        assert len(seen) <= 9, seen


def test_codes_of_people_and_teams_do_not_count_upwards(site: Site, clinic: Clinic) -> None:
    with site.reading() as ctx:
        codes = [*ctx.session.scalars(select(User.code)), *ctx.session.scalars(select(Team.code))]
    assert not any(code.isdigit() and len(code) < 6 for code in codes), clinic


def test_a_disabled_person_stays_in_the_report_and_needs_no_attention(
    site: Site, filled: Filled, browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    row = rows_of(visitor.get("/team/report?state=not_safe").text)[0]
    code = links_of(visitor.get("/team/report?state=not_safe").text, row[0])[0].rsplit("/", 1)[1]

    def disable(ctx: Any) -> None:
        ctx.session.query(User).filter_by(code=code).update({"state": "disabled"})

    site.perform(disable)
    assert row in rows_of(visitor.get("/team/report?state=not_safe").text)
    assert f"/team/people/{code}" not in visitor.get("/team").text
    assert "Account disabled" in visitor.get(f"/team/people/{code}").text, filled


def test_courses_that_are_closed_stay_while_somebody_took_them(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    enroll(site, clinic.nora)

    def close(ctx: Any) -> None:
        from quizapp.features.courses.models import Course

        ctx.session.query(Course).update({"state": "archived"})

    site.perform(close)
    page = browser(clinic.manager).get("/team").text
    assert "Needle care" in page
    assert "Not enrolled" not in page
