"""The quick way to write answers, and the second of the two modules that commit.

On SQLite one thread of the process gathers the saves that wait, takes the writers' turn once and
commits them together, each in a savepoint of its own; a reply is given only after that commit. On
PostgreSQL each save is a transaction on a connection that is kept ready.
"""

import os
import queue
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, text

from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.database import Database, prepare_sqlite
from quizapp.infrastructure.types import SQLITE_FORMAT

T = TypeVar("T")
BATCH = 128
PATIENCE_SECONDS = 10


class Runner(Protocol):
    """Runs SQL with :named values on an open transaction, whichever driver is below."""

    is_sqlite: bool

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Execute; the first row, if there is one."""

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        """Execute; how many rows were changed."""


Unit = Callable[[Runner], T]


def to_column(runner: Runner, moment: datetime) -> Any:
    """A moment as the driver stores it."""
    return moment.astimezone(UTC).strftime(SQLITE_FORMAT) if runner.is_sqlite else moment


def from_column(value: Any) -> datetime | None:
    """A moment as the driver returned it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value  # type: ignore[no-any-return]


class SessionRunner:
    """The plain way: the statements on a SQLAlchemy connection's own transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        return self._connection.execute(text(sql), dict(values)).first()

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return self._connection.execute(text(sql), dict(values)).rowcount


class SqliteRunner:
    """The driver itself; it knows :named values and keeps its statements prepared."""

    is_sqlite = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        found: Sequence[Any] | None = self._connection.execute(sql, values).fetchone()
        return found

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return self._connection.execute(sql, values).rowcount


class PostgresRunner:
    """The driver itself, with :named values rewritten once per statement."""

    is_sqlite = False

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        found: Sequence[Any] | None = self._connection.execute(_percent(sql), values).fetchone()
        return found

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return int(self._connection.execute(_percent(sql), values).rowcount)


@cache
def _percent(sql: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql)


@dataclass(slots=True)
class _Waiting(Generic[T]):
    """A save on its way, and who waits for it."""

    unit: Unit[T]
    done: threading.Event = field(default_factory=threading.Event)
    result: T | None = None
    error: BaseException | None = None


class AnswerWriter(Protocol):
    """Runs a unit of answer saves in a transaction that is durable when this returns."""

    def write(self, unit: Unit[T]) -> T: ...


class SqliteAnswerWriter:
    """Group commit by one thread a process."""

    def __init__(self, database: Database, path: str) -> None:
        self._database = database
        self._path = path
        self._waiting: queue.SimpleQueue[_Waiting[Any]] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._pid = 0

    def write(self, unit: Unit[T]) -> T:
        if self._pid != os.getpid():
            self._start()
        job = _Waiting(unit)
        self._waiting.put(job)
        if not job.done.wait(PATIENCE_SECONDS):
            raise Unavailable("the answer writer did not get its turn in time")
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def _start(self) -> None:
        # A forked child has none of its parent's threads.
        with self._starting:
            if self._pid != os.getpid():
                self._waiting = queue.SimpleQueue()
                threading.Thread(target=self._loop, name="answer-writer", daemon=True).start()
                self._pid = os.getpid()

    def _loop(self) -> None:
        connection: sqlite3.Connection | None = None
        while True:
            first = self._waiting.get()
            jobs = [first]
            try:
                with self._database.turn.held():
                    connection = connection or self._connect()
                    jobs.extend(self._drain())
                    self._commit(connection, jobs)
            except sqlite3.Error as error:
                for job in jobs:
                    job.error = Unavailable(str(error))
                if connection is not None:
                    connection.close()
                    connection = None
            for job in jobs:
                job.done.set()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=64)
        prepare_sqlite(connection)
        return connection

    def _drain(self) -> list[_Waiting[Any]]:
        found: list[_Waiting[Any]] = []
        while len(found) < BATCH - 1:
            try:
                found.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return found

    def _commit(self, connection: sqlite3.Connection, jobs: list[_Waiting[Any]]) -> None:
        runner = SqliteRunner(connection)
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            connection.execute("SAVEPOINT save")
            try:
                job.result = job.unit(runner)
            except sqlite3.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - handed on to the thread that waits for it
                job.error = error
                connection.execute("ROLLBACK TO save")
            connection.execute("RELEASE save")
        connection.execute("COMMIT")


class PostgresAnswerWriter:
    """A transaction a save on a pooled driver connection; its statements stay prepared."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine

    def write(self, unit: Unit[T]) -> T:
        import psycopg

        with closing(self._engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            try:
                connection.autocommit = True
                result = unit(PostgresRunner(connection))
            except psycopg.OperationalError as error:
                pooled.invalidate()
                raise Unavailable(str(error)) from error
            connection.autocommit = False
            return result


def make(database: Database) -> AnswerWriter:
    if database.is_sqlite:
        return SqliteAnswerWriter(database, database.engine.url.database or "")
    return PostgresAnswerWriter(database)
