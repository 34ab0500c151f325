"""Bringing the database to a revision, and asking which one it is at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from quizapp.infrastructure.database import Database, faults

FOLDER = Path(__file__).parent.parent.parent / "migrations"
LOCK = 7_201_943  # PostgreSQL's advisory lock: one migration at a time


class MigrationFailed(Exception):
    """A migration left rows that point nowhere; it was rolled back."""


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def current(database: Database) -> str:
    """The revision the database is at; empty for a new one."""
    with faults(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """Whether this version of the program has the revision among its migrations."""
    script = ScriptDirectory.from_config(configuration())
    return revision in {known.revision for known in script.walk_revisions()}


def is_pending(database: Database) -> bool:
    return current(database) != head()


def upgrade(database: Database, revision: str = "head") -> None:
    with _connection(database) as connection:
        command.upgrade(_config_for(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    with _connection(database) as connection:
        command.downgrade(_config_for(connection), revision)


def _config_for(connection: Connection) -> Config:
    config = configuration()
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """One transaction for all steps: an interrupted or failing migration leaves nothing behind."""
    engine = database.engine.execution_options(is_writing=True)
    with faults(), database.turn.held(), engine.connect() as connection:
        if database.is_sqlite:
            _set_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
                yield connection
                _demand_whole(connection)
        finally:
            if database.is_sqlite:
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    # SQLite ignores this inside a transaction, and a rebuilt table needs it off.
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - the connection is open
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _demand_whole(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise MigrationFailed(f"rows pointing nowhere after the migration: {broken[:5]}")
