"""The quick way to write answers, and the second of the two modules that commit.

On SQLite one thread of the process gathers the saves that wait, takes the writers' turn once and
commits them together; a reply is given only after that commit. On PostgreSQL each save is a
transaction on a connection that is kept ready.
"""

import os
import queue
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Engine

from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.database import Database, prepare_sqlite
from quizapp.infrastructure.runners import PostgresRunner, Runner, SqliteRunner

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
BATCH = 128
PATIENCE_SECONDS = 10


class Unit(Protocol[T_co]):
    """Saves that belong together: whole, in one transaction, or (PostgreSQL) as one statement."""

    def __call__(self, runner: Runner) -> T_co:
        """Do it on an open transaction."""

    def at_once(self, runner: Runner) -> T_co | None:
        """Do it as a single statement, or do nothing and say None."""


@dataclass(slots=True)
class _Waiting(Generic[T]):
    """A save on its way, and who waits for it: the lock is held until it is done."""

    unit: Unit[T]
    pending: threading.Lock = field(default_factory=threading.Lock)
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
        self._thread: threading.Thread | None = None
        self._pid = 0

    def write(self, unit: Unit[T]) -> T:
        if not self._is_running():
            self._start()
        job = _Waiting(unit)
        job.pending.acquire()
        self._waiting.put(job)
        if not job.pending.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable("the answer writer did not get its turn in time")
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def _is_running(self) -> bool:
        # A forked child has none of its parent's threads.
        return self._pid == os.getpid() and self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        with self._starting:
            if not self._is_running():
                self._waiting = queue.SimpleQueue()
                self._thread = threading.Thread(
                    target=self._loop, name="answer-writer", daemon=True
                )
                self._thread.start()
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
            except (sqlite3.Error, OSError, Unavailable) as error:
                for job in jobs:
                    job.error = Unavailable(str(error))
                if connection is not None:
                    connection.close()
                    connection = None
            for job in jobs:
                job.pending.release()

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
        """Commit all together; when one is refused, once more with each held apart."""
        runner = SqliteRunner(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in jobs:
                job.result = job.unit(runner)
        except sqlite3.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - found again, and handed on, by the careful way
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._run_apart(connection, runner, job)
        connection.execute("COMMIT")

    def _run_apart(
        self, connection: sqlite3.Connection, runner: Runner, job: _Waiting[Any]
    ) -> None:
        """A refused save takes back its own changes and nobody else's."""
        connection.execute("SAVEPOINT save")
        try:
            job.result = job.unit(runner)
        except sqlite3.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - handed on to the thread that waits for it
            job.error = error
            connection.execute("ROLLBACK TO save")
        connection.execute("RELEASE save")


class PostgresAnswerWriter:
    """A save is one statement where it can be, else a transaction, on a connection kept ready."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, unit: Unit[T]) -> T:
        import psycopg

        try:
            with closing(self._engine.raw_connection()) as pooled:
                try:
                    return self._run(unit, pooled.driver_connection)
                except psycopg.OperationalError:
                    pooled.invalidate()
                    raise
        except psycopg.OperationalError as error:
            raise Unavailable(str(error)) from error

    def _run(self, unit: Unit[T], connection: Any) -> T:
        import psycopg

        runner = PostgresRunner(connection)
        try:
            result = unit.at_once(runner)
        except psycopg.errors.UniqueViolation:
            result = None  # somebody was faster: judge it step by step
        if result is None:
            with connection.transaction():
                result = unit(runner)
        return result


def make(database: Database) -> AnswerWriter:
    if database.ready_engine is None:
        return SqliteAnswerWriter(database, database.engine.url.database or "")
    return PostgresAnswerWriter(database.ready_engine)
