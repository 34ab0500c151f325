"""Sixty people in four teams, each in two of six courses; and managers to look at them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html  # type: ignore[import-untyped]
from sqlalchemy import event

from quizapp.domain.access.roles import Grant, Role
from quizapp.infrastructure.site import Site, open_site
from quizapp.subscriptions import SUBSCRIPTIONS
from tests.bench.data import Filled, fill
from tests.factories.accounts import Person, make_person
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.engines import Engine, make_settings


@dataclass(frozen=True)
class Crowd:
    """A site with what was filled in."""

    site: Site
    filled: Filled


@pytest.fixture
def filled(site: Site) -> Filled:
    return fill(site, people=60, teams=4, courses=6, seed=7)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowd(request: pytest.FixtureRequest, fast_folder: Path) -> Iterator[Crowd]:
    """The same people once for all tests of a module, which only look at them."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    folder = fast_folder / f"crowd-{request.module.__name__}-{request.param}"
    folder.mkdir()
    address = engine.copy("empty", folder)
    site = open_site(make_settings(folder, database_url=address), SUBSCRIPTIONS)
    site.clock = FrozenClock()
    yield Crowd(site, fill(site, people=60, teams=4, courses=6, seed=7))
    site.database.dispose()
    engine.discard(address)


@pytest.fixture
def everybody(site: Site) -> Person:
    """A manager without a limit."""
    return make_person(site, "Bea Boss", grants=[Role.MANAGER])


@pytest.fixture
def browser(app: Flask) -> Callable[[Person], Visitor]:
    """A browser of somebody's own."""

    def open_browser(person: Person) -> Visitor:
        client = app.test_client()
        assert isinstance(client, Visitor)
        client.sign_in(person)
        return client

    return open_browser


def manager_of(site: Site, *team_ids: int, name: str = "Max Manager") -> Person:
    grants = [Grant(Role.MANAGER, team_id=number) for number in team_ids]
    mark = "-".join(str(number) for number in team_ids)
    return make_person(site, name, grants=grants, email=f"manager-{mark}@example.org")


def rows_of(page: str, section: str = "") -> list[list[str]]:
    """The cells of the first table (of a section), row by row, as one sees them."""
    tree = without_bars(page)
    inside = f"//section[@aria-labelledby='{section}']" if section else ""
    return [
        [words_of(cell) for cell in row.xpath("th|td")]
        for row in tree.xpath(f"({inside}//table)[1]/tbody/tr")
    ]


def without_bars(page: str) -> Any:
    """The page without what browsers show that cannot draw a progress bar."""
    tree = html.fromstring(page)
    for bar in tree.xpath("//progress"):
        bar.text = None
    return tree


def words_of(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def links_of(page: str, words: str) -> list[str]:
    """Where the links with these words lead."""
    found = html.fromstring(page).xpath("//a[normalize-space()=$words]/@href", words=words)
    return [str(address) for address in found]


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SELECT pg_catalog")):
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)
