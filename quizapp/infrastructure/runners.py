"""Running SQL with :named values, plainly on a session's connection or on the driver itself.

The driver's way skips what SQLAlchemy does for each statement, which on the two hottest paths
(opening a question, saving an answer) is most of the work. Both ways run the same text.
"""

import json
import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import JSON, Boolean, Connection, Select, text
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.infrastructure.types import UtcDateTime


class Runner(Protocol):
    """Runs SQL with :named values, whichever driver is below."""

    is_sqlite: bool

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Execute; the first row, if there is one."""

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        """Execute; how many rows were changed."""


def to_column(runner: Runner, moment: datetime) -> Any:
    """A moment as the driver stores it."""
    return sqlite_moment(moment) if runner.is_sqlite else moment


def sqlite_moment(moment: datetime) -> str:
    """How SQLite columns hold a moment: UTC, always six digits of a second, sorts as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


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


class Read:
    """A select with named values, written once in Core and compiled once for each engine.

    `rows` gives named tuples with the same values as the plain way, `session.execute`.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        names = [column.key or "" for column in statement.selected_columns]
        self._row: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024
        self._times = [
            place
            for place, column in enumerate(statement.selected_columns)
            if isinstance(column.type, UtcDateTime)
        ]
        self._flags = [
            place
            for place, column in enumerate(statement.selected_columns)
            if isinstance(column.type, Boolean)
        ]
        self._documents = [
            place
            for place, column in enumerate(statement.selected_columns)
            if isinstance(column.type, JSON)
        ]
        self.sqlite = str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))
        self.postgresql = str(
            statement.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
        )

    def from_sqlite(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Rows of the driver with moments, truth values and documents as Python has them."""
        moments: dict[Any, datetime | None] = {None: None}
        return [self._row._make(self._converted(row, moments)) for row in rows]

    def from_postgresql(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        return [self._row._make(row) for row in rows]

    def _converted(self, row: Sequence[Any], moments: dict[Any, datetime | None]) -> list[Any]:
        values = list(row)
        for place in self._times:
            value = values[place]
            # The rows of a join repeat the same few moments.
            if value not in moments:
                moments[value] = from_column(value)
            values[place] = moments[value]
        for place in self._flags:
            if values[place] is not None:
                values[place] = bool(values[place])
        for place in self._documents:
            if values[place] is not None:
                values[place] = json.loads(values[place])
        return values


Rows = Callable[[Read, Mapping[str, Any]], list[Any]]
"""Runs a Read with its values."""
