"""Ways in which a database can fail in the middle of something."""

import resource
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from quizapp.infrastructure.answer_writer import Unit
from quizapp.infrastructure.runners import Runner
from quizapp.infrastructure.site import Site


class Broken(Exception):
    """What the database says when its disk is gone."""


@contextmanager
def failing_at(site: Site, number: int, *, cuts_line: bool = False) -> Iterator[list[int]]:
    """The n-th statement or commit from now on fails; how many there were so far.

    With `cuts_line`, because the connection to the database server is gone.
    """
    seen = [0]

    def count(connection: Any, *_: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            if cuts_line:
                connection.connection.driver_connection.close()
            else:
                raise OperationalError("a statement", {}, Broken("the disk is gone"))

    engine = site.database.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", count)


@contextmanager
def every_connection(site: Site, *statements: str) -> Iterator[None]:
    """Run statements on whichever connection the engine hands out."""

    def prepare(connection: Any, *_: object) -> None:
        for statement in statements:
            connection.execute(statement)

    event.listen(site.database.engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(site.database.engine, "checkout", prepare)


@contextmanager
def disk_with_room_for(site: Site, pages: int) -> Iterator[None]:
    """SQLite's file may grow by so many pages."""
    with site.reading() as ctx:
        count = ctx.session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    try:
        with every_connection(site, f"PRAGMA max_page_count={count + pages}"):
            yield
    finally:
        site.database.engine.dispose()


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def log_size(site: Site) -> int:
    """Bytes of SQLite's write-ahead log, which every commit goes to."""
    path = Path(f"{site.database.engine.url.database}-wal")
    return path.stat().st_size if path.exists() else 0


@dataclass
class FailingUnit:
    """A unit of the answer writer whose n-th statement fails."""

    unit: Unit[Any]
    number: int
    seen: int = field(default=0, init=False)

    def __call__(self, runner: Runner) -> Any:
        return self.unit(_Counting(runner, self))

    def at_once(self, runner: Runner) -> Any:
        return self.unit.at_once(_Counting(runner, self))

    def count(self, *, is_sqlite: bool) -> None:
        self.seen += 1
        if self.seen == self.number:
            if is_sqlite:
                raise sqlite3.OperationalError("disk I/O error")
            import psycopg

            raise psycopg.OperationalError("the connection is gone")


class _Counting:
    """A runner that tells its unit of every statement."""

    def __init__(self, runner: Runner, owner: FailingUnit) -> None:
        self._runner, self._owner = runner, owner
        self.is_sqlite = runner.is_sqlite

    def run(self, sql: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
        self._owner.count(is_sqlite=self.is_sqlite)
        return self._runner.run(sql, values)

    def change(self, sql: str, values: Mapping[str, Any]) -> int:
        self._owner.count(is_sqlite=self.is_sqlite)
        return self._runner.change(sql, values)
