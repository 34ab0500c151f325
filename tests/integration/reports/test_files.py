"""A report too large to wait for is made by the worker, for its owner alone, for a day."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from quizapp.domain.access.roles import SYSTEM
from quizapp.features.accounts.commands import people
from quizapp.features.accounts.models import User
from quizapp.features.reports import jobs
from quizapp.features.reports.models import ReportFile
from quizapp.features.reports.views import files as views
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled
from tests.factories.accounts import Person, make_person
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.reports.conftest import manager_of

Browser = Callable[[Person], Visitor]


@pytest.fixture(autouse=True)
def _ten_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 10)


def request_file(visitor: Visitor, query: str = "") -> str:
    """The address of the page to wait at."""
    answer = visitor.send(f"/team/report/files{query}")
    assert answer.status_code == 303
    return str(answer.location)


def test_a_large_report_is_offered_not_made(
    site: Site, filled: Filled, browser: Browser, everybody: Person
) -> None:
    page = browser(everybody).get("/team/report.xlsx?sort=name")
    assert page.content_type.startswith("text/html")
    assert "120 rows" in page.text
    assert 'action="/team/report/files?sort=name"' in page.text
    assert not (site.settings.data / "exports").exists(), filled


@pytest.mark.usefixtures("filled")
def test_the_page_waits_for_the_worker_and_then_offers_the_file(
    browser: Browser, everybody: Person, run_jobs: Callable[[], None]
) -> None:
    visitor = browser(everybody)
    address = request_file(visitor, "?sort=name&course=course-1")
    waiting = visitor.get(address)
    assert waiting.headers["Refresh"] == "5"
    assert "Your file is being made" in waiting.text
    assert visitor.get(f"{address}/download").status_code == 404
    run_jobs()
    ready = visitor.get(address)
    assert "Refresh" not in ready.headers
    assert "Your file is ready" in ready.text
    answer = visitor.get(f"{address}/download")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=completion-")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.get_data())).get_sheet_by_index(0)
    names = [row[0] for row in rows.to_python()[1:]]
    plain = visitor.get("/team/report?sort=name&course=course-1").text
    assert f"Showing {len(names)} of {len(names)} rows" in plain


def test_the_file_has_a_random_name_and_belongs_to_one_person(
    site: Site, filled: Filled, browser: Browser, everybody: Person, run_jobs: Callable[[], None]
) -> None:
    address = request_file(browser(everybody))
    run_jobs()
    (path,) = (site.settings.data / "exports").iterdir()
    assert len(path.stem) == 32
    assert path.parent.stat().st_mode & 0o077 == 0
    other = browser(manager_of(site, *filled.teams))
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/download").status_code == 404
    learner = browser(make_person(site, "Lea Learner"))
    assert learner.get(f"{address}/download").status_code == 403


@pytest.mark.usefixtures("filled")
def test_a_file_goes_after_a_day(
    site: Site,
    browser: Browser,
    everybody: Person,
    run_jobs: Callable[[], None],
    clock: FrozenClock,
) -> None:
    visitor = browser(everybody)
    address = request_file(visitor)
    run_jobs()
    clock.advance(hours=25)
    browser(everybody)
    again = browser(everybody)
    assert again.get(f"{address}/download").status_code == 404, "even before it is removed"
    (Path(site.settings.data) / "exports" / "left-by-a-crash.draft").touch()
    jobs.remove_old_files(site)
    assert list((site.settings.data / "exports").iterdir()) == []
    with site.reading() as ctx:
        assert ctx.session.scalars(select(ReportFile)).all() == []


def test_a_file_of_today_stays(
    site: Site, filled: Filled, browser: Browser, everybody: Person, run_jobs: Callable[[], None]
) -> None:
    address = request_file(browser(everybody))
    run_jobs()
    jobs.remove_old_files(site)
    assert browser(everybody).get(f"{address}/download").status_code == 200, filled


def test_the_file_has_what_its_owner_may_see_when_it_is_made(
    site: Site, filled: Filled, browser: Browser, run_jobs: Callable[[], None]
) -> None:
    """The team that was asked for is no longer theirs."""
    person = manager_of(site, *filled.teams[:2])
    address = request_file(browser(person), f"?team={filled.codes[0]}")

    def limit(ctx: Context) -> None:
        user = ctx.session.get_one(User, person.id)
        grants = [grant for grant in person.actor.grants if grant.team_id == filled.teams[1]]
        people.update_person(ctx, user, people.PersonDraft(user.name, user.email, grants))

    site.perform(limit, actor=SYSTEM)
    run_jobs()
    assert "Your file is being made" in browser(person).get(address).text


def test_nothing_is_made_for_somebody_disabled(
    site: Site, filled: Filled, browser: Browser, everybody: Person, run_jobs: Callable[[], None]
) -> None:
    request_file(browser(everybody))

    def disable(ctx: Context) -> None:
        people.disable_person(ctx, ctx.session.get_one(User, everybody.id))

    make_person(site, "Ada Administrator", grants=["administrator"])  # type: ignore[list-item]
    site.perform(disable, actor=SYSTEM)
    run_jobs()
    assert not list((site.settings.data / "exports").glob("*.xlsx")), filled


def test_a_job_that_runs_twice_makes_one_file(
    site: Site, filled: Filled, browser: Browser, everybody: Person, run_jobs: Callable[[], None]
) -> None:
    request_file(browser(everybody))
    run_jobs()
    (path,) = (site.settings.data / "exports").iterdir()
    before = path.stat().st_mtime_ns
    jobs.make_file(site, 1)
    assert path.stat().st_mtime_ns == before, filled


def test_the_page_gives_up_after_an_hour(
    filled: Filled, browser: Browser, everybody: Person, clock: FrozenClock
) -> None:
    visitor = browser(everybody)
    address = request_file(visitor)
    clock.advance(minutes=61)
    page = visitor.get(address)
    assert "The file could not be made" in page.text
    assert "Refresh" not in page.headers, filled
