"""The quick way to read: one select on a driver connection that is kept ready.

Each select sees what is committed when it runs; what has to be seen together is one select.
"""

import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.runners import Read, sqlite_moment


class SqliteReader:
    """A connection for each thread, opened when first needed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()

    def __call__(self, read: Read, values: Mapping[str, Any]) -> list[Any]:
        connection = self._connection()
        plain = {
            name: sqlite_moment(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        try:
            return read.from_sqlite(connection.execute(read.sqlite, plain).fetchall())
        except sqlite3.OperationalError as error:
            self._local.connection = None
            raise Unavailable(str(error)) from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._local.pid != os.getpid():
            connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=64)
            connection.execute("PRAGMA query_only=ON")
            connection.execute("PRAGMA busy_timeout=5000")
            connection.execute("PRAGMA cache_size=-8000")
            self._local.connection = connection
            self._local.pid = os.getpid()
        return connection


class PostgresReader:
    """Autocommit connections of a pool of its own; a broken one is replaced and asked again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, read: Read, values: Mapping[str, Any]) -> list[Any]:
        import psycopg

        try:
            found = self._ask(read, values)
        except psycopg.OperationalError:
            try:
                found = self._ask(read, values)
            except psycopg.OperationalError as error:
                raise Unavailable(str(error)) from error
        return read.from_postgresql(found)

    def _ask(self, read: Read, values: Mapping[str, Any]) -> list[Any]:
        with closing(self._engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            try:
                found: list[Any] = connection.execute(read.postgresql, values).fetchall()
            except Exception:
                pooled.invalidate()
                raise
        return found
