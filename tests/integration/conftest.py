"""A site of its own for every integration test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from quizapp import worker
from quizapp.app import create_app
from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests import conftest
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.engines import (
    Engine,
    PostgresqlEngine,
    SqliteEngine,
    opened,
    postgresql_server,
)

_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_engine(fast_folder: Path) -> SqliteEngine:
    return SqliteEngine(fast_folder / "sqlite")


@pytest.fixture(scope="session")
def postgresql_engine(fast_folder: Path) -> Iterator[PostgresqlEngine]:
    if conftest.POSTGRES_URL:
        engine = PostgresqlEngine(fast_folder / "templates", conftest.POSTGRES_URL)
        yield engine
        engine.close()
        return
    with postgresql_server(fast_folder) as url:
        engine = PostgresqlEngine(fast_folder / "templates", url)
        yield engine
        engine.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every test that uses it runs on both."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def data_folder(fast_folder: Path) -> Iterator[Path]:
    folder = fast_folder / f"data-{next(_numbers)}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def options() -> dict[str, Any]:
    """Settings that differ in a module's tests; override the fixture there."""
    return {}


@pytest.fixture
def template(request: pytest.FixtureRequest) -> str:
    """What the database holds: people and a course if the test asks for `clinic`; or `blank`."""
    return "clinic" if "clinic" in request.fixturenames else "empty"


@pytest.fixture
def site(
    engine: Engine,
    template: str,
    data_folder: Path,
    clock: FrozenClock,
    options: dict[str, Any],
) -> Iterator[Site]:
    """An installation with a database of its own."""
    with opened(engine, template, data_folder, clock, options) as site:
        yield site


@pytest.fixture
def sqlite_site(
    sqlite_engine: SqliteEngine, data_folder: Path, clock: FrozenClock
) -> Iterator[Site]:
    """One on SQLite alone, for what only SQLite does."""
    with opened(sqlite_engine, "empty", data_folder, clock, {}) as site:
        yield site


@pytest.fixture
def postgres(
    postgresql_engine: PostgresqlEngine, data_folder: Path, clock: FrozenClock
) -> Iterator[Site]:
    """One on PostgreSQL alone, for what only PostgreSQL does."""
    with opened(postgresql_engine, "empty", data_folder, clock, {}) as site:
        yield site


@pytest.fixture
def clinic(site: Site, engine: Engine) -> Clinic:  # noqa: ARG001 - its database has the clinic
    assert engine.clinic is not None
    return engine.clinic


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once(fast_folder: Path) -> Iterator[None]:
    folder = fast_folder / "jinja"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        cache = FileSystemBytecodeCache(str(folder))
        patch.setattr(flask.Flask, "jinja_options", {"bytecode_cache": cache})
        yield


@pytest.fixture
def app(site: Site) -> Flask:
    app = create_app(site)
    app.test_client_class = Visitor
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


@pytest.fixture
def client_as(app: Flask, clinic: Clinic) -> Callable[[Role], Visitor]:
    """A browser signed in as the clinic's person of a role."""

    def open_browser(role: Role) -> Visitor:
        client = app.test_client()
        assert isinstance(client, Visitor)
        client.sign_in(clinic.of_role(role))
        return client

    return open_browser


@pytest.fixture
def run_jobs(site: Site) -> Callable[[], None]:
    """Run every job that is due, as the worker would."""
    return lambda: worker.sweep(site)
