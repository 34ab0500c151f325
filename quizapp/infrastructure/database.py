"""The database: base class of the tables, engines, and the transactions that everything runs in.

This module and `answer_writer` are the only ones that commit.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.quick_reads import PostgresReader, SqliteReader
from quizapp.infrastructure.turn import NoTurn, WriteTurn
from quizapp.infrastructure.types import UtcDateTime

if TYPE_CHECKING:
    from quizapp.infrastructure.runners import Rows

T = TypeVar("T")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
TRIES = 3
POSTGRESQL = {
    "options": "-c lock_timeout=5000 -c statement_timeout=15000 "
    "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
    "prepare_threshold": 0,
}
BUSY_STATES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock timeout
SQLITE_PAUSES = ("database is locked", "database table is locked")
SQLITE_STOPS = ("disk is full", "disk I/O error", "readonly database", "unable to open database")


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it so


class Turn(Protocol):
    """What orders the writers."""

    def held(self) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...


class Database:
    """One engine for all of a process, with a read session and a write transaction on it.

    `rows` is the quick way to run a single select on what is committed; `memory` holds what
    queries keep of what is committed and never changes.
    """

    def __init__(self, address: str, lock_file: Path) -> None:
        self.is_sqlite = address.startswith("sqlite")
        self.turn: Turn = WriteTurn(lock_file) if self.is_sqlite else NoTurn()
        self.engine = _sqlite_engine(address) if self.is_sqlite else _postgresql_engine(address)
        writing = self.engine.execution_options(is_writing=True)
        self.ready_engine = None if self.is_sqlite else _ready_engine(address)
        self.rows: Rows = (
            SqliteReader(self.engine.url.database or "")
            if self.ready_engine is None
            else PostgresReader(self.ready_engine)
        )
        self.memory: dict[str, Any] = {}
        self._read_session = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._write_session = sessionmaker(writing, expire_on_commit=False)

    def read_session(self) -> Session:
        """A session for reading; close it, which ends its transaction."""
        return self._read_session()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        session = self._read_session()
        try:
            with faults():
                yield session
        finally:
            session.close()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction: committed at the end, rolled back when anything is raised.

        Raises Unavailable when the database is busy, full or away.
        """
        with faults(), self.turn.held(), self._write_session() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close what is open; the database may be used again."""
        self.engine.dispose()
        if self.ready_engine is not None:
            self.ready_engine.dispose()
        self.turn.close()


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the driver says of a busy, full or absent database into Unavailable."""
    try:
        yield
    except DBAPIError as error:
        if is_pause(error) or is_stop(error):
            raise Unavailable(str(error.orig)) from error
        raise


def is_pause(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed in a moment."""
    if isinstance(error, OperationalError) and any(t in str(error.orig) for t in SQLITE_PAUSES):
        return True
    return getattr(error.orig, "sqlstate", None) in BUSY_STATES


def is_stop(error: DBAPIError) -> bool:
    """Whether the database is full, read-only or away."""
    return error.connection_invalidated or (
        isinstance(error, OperationalError)
        and (
            any(text in str(error.orig) for text in SQLITE_STOPS)
            or getattr(error.orig, "sqlstate", "") in {None, "53100", "57P01", "57P03", "57014"}
        )
    )


def one_at_a_time(session: Session, number: int) -> None:
    """Until this transaction ends, others with the same number wait here.

    For rules about several rows that no constraint can express. SQLite writes one at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def retrying(unit: Callable[[], T]) -> T:
    """Run a whole unit of work, again after a busy, deadlock or serialization error.

    Three tries with jitter; only for units that leave nothing behind when they fail.
    """
    for left in reversed(range(TRIES)):
        try:
            return unit()
        except Unavailable as error:
            cause = error.__cause__
            if left == 0 or not (isinstance(cause, DBAPIError) and is_pause(cause)):
                raise
            time.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def _sqlite_engine(address: str) -> Engine:
    engine = create_engine(
        address, pool_size=24, max_overflow=24, connect_args={"timeout": 5, "uri": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver's own transaction handling is off: BEGIN is written below.
        connection.isolation_level = None
        prepare_sqlite(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def prepare_sqlite(connection: Any) -> None:
    """What every SQLite connection of ours is set to, whichever driver object opened it."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql_engine(address: str) -> Engine:
    return create_engine(
        address, pool_size=16, max_overflow=8, pool_pre_ping=True, connect_args=POSTGRESQL
    )


def _ready_engine(address: str) -> Engine:
    """A second PostgreSQL pool, for single statements of quick reads and answer saves.

    Its connections need no BEGIN, ping or reset.
    """
    return create_engine(
        address,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=16,
        max_overflow=8,
        connect_args=POSTGRESQL,
    )
