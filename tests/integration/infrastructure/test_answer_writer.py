"""The answer writer: together where it can, each on its own where it must, durable at its word."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from quizapp.domain.errors import Unavailable
from quizapp.features.teams.models import Team
from quizapp.infrastructure import answer_writer
from quizapp.infrastructure.answer_writer import SqliteAnswerWriter
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Runner, to_column
from quizapp.infrastructure.site import Site
from quizapp.infrastructure.turn import WriteTurn
from tests.factories.crowd import at_once

ADD_TEAM = "INSERT INTO teams (code, name, created_at) VALUES (:code, :code, :at)"


@dataclass
class AddTeam:
    """A unit of work that is easy to look at: adds a team, then perhaps fails."""

    site: Site
    code: str
    failure: Exception | None = None

    def __call__(self, runner: Runner) -> str:
        values = {"code": self.code, "at": to_column(runner, self.site.clock())}
        assert runner.change(ADD_TEAM, values) == 1
        if self.failure is not None:
            raise self.failure
        return self.code

    def at_once(self, runner: Runner) -> str | None:  # noqa: ARG002 - judged step by step
        return None


@dataclass
class Broken:
    """A unit whose SQL no engine understands."""

    sql: str = "SELECT x FROM nowhere"

    def __call__(self, runner: Runner) -> Any:
        return runner.run(self.sql, {})

    def at_once(self, runner: Runner) -> Any:  # noqa: ARG002 - judged step by step
        return None


def teams(site: Site) -> set[str]:
    with site.reading() as ctx:
        return set(ctx.session.scalars(select(Team.code)))


def test_what_it_returned_is_there(site: Site) -> None:
    assert site.answers.write(AddTeam(site, "north")) == "north"
    assert teams(site) == {"north"}


def test_what_it_returned_is_in_the_file(sqlite_site: Site) -> None:
    sqlite_site.answers.write(AddTeam(sqlite_site, "north"))
    stranger = sqlite3.connect(sqlite_site.settings.data / "quizapp.sqlite3")
    assert stranger.execute("SELECT code FROM teams").fetchall() == [("north",)]
    assert stranger.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    stranger.close()


def test_its_connection_waits_for_the_disk(sqlite_site: Site) -> None:
    (level,) = sqlite_site.answers.write(Broken("PRAGMA synchronous"))
    assert level == 2  # FULL
    (keys,) = sqlite_site.answers.write(Broken("PRAGMA foreign_keys"))
    assert keys == 1


def test_a_crowd_is_served(site: Site) -> None:
    codes = [f"team-{number}" for number in range(32)]
    found = at_once([partial(site.answers.write, AddTeam(site, code)) for code in codes])
    assert found == codes
    assert teams(site) == set(codes)


def test_a_failing_unit_leaves_nothing_and_takes_nobody_along(site: Site) -> None:
    units = [
        AddTeam(site, f"team-{number}", ValueError(number) if number % 3 == 0 else None)
        for number in range(12)
    ]
    found = at_once([partial(site.answers.write, unit) for unit in units])
    failed = {number for number, reply in enumerate(found) if isinstance(reply, ValueError)}
    assert failed == {0, 3, 6, 9}
    assert teams(site) == {f"team-{number}" for number in range(12) if number % 3}


def test_a_broken_rule_of_the_database_takes_nobody_along(site: Site) -> None:
    site.answers.write(AddTeam(site, "north"))
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.UniqueViolation)):
        site.answers.write(AddTeam(site, "north"))
    site.answers.write(AddTeam(site, "south"))
    assert teams(site) == {"north", "south"}


def test_after_a_failure_commands_are_whole_again(site: Site) -> None:
    with pytest.raises(ValueError, match="no"):
        site.answers.write(AddTeam(site, "north", ValueError("no")))

    def command(ctx: Context) -> None:
        ctx.session.add(Team(code="south", name="South", created_at=ctx.now))
        ctx.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        site.perform(command)
    assert teams(site) == set()


@dataclass
class CountingTurn:
    """A turn that counts how often it was taken."""

    inner: WriteTurn
    count: int = 0
    closed: bool = field(default=False)

    @contextmanager
    def held(self) -> Iterator[None]:
        with self.inner.held():
            self.count += 1
            yield

    def close(self) -> None:
        self.inner.close()


def test_those_who_wait_are_saved_together(sqlite_site: Site) -> None:
    turn = sqlite_site.database.turn
    assert isinstance(turn, WriteTurn)
    counting = sqlite_site.database.turn = CountingTurn(turn)
    writer = sqlite_site.answers
    assert isinstance(writer, SqliteAnswerWriter)
    works = [partial(writer.write, AddTeam(sqlite_site, f"team-{number}")) for number in range(20)]
    threads = [threading.Thread(target=work) for work in works]
    pause = threading.Event()
    with turn.held():
        for thread in threads:
            thread.start()
        while writer._waiting.qsize() < 19:  # noqa: SLF001 - the first is taken out already
            pause.wait(0.001)
    for thread in threads:
        thread.join(10)
    assert len(teams(sqlite_site)) == 20
    assert counting.count == 1


def test_a_fault_of_the_database_is_told_to_all_and_passes(sqlite_site: Site) -> None:
    with pytest.raises(Unavailable, match="nowhere"):
        sqlite_site.answers.write(Broken())
    sqlite_site.answers.write(AddTeam(sqlite_site, "north"))
    assert teams(sqlite_site) == {"north"}


def test_a_full_disk_is_told_and_passes(sqlite_site: Site) -> None:
    sqlite_site.answers.write(Broken("PRAGMA max_page_count=1"))
    with pytest.raises(Unavailable, match="full"):
        sqlite_site.answers.write(AddTeam(sqlite_site, "n" * 200_000))
    sqlite_site.answers.write(AddTeam(sqlite_site, "south"))
    assert teams(sqlite_site) == {"south"}


def test_a_lock_file_that_cannot_be_opened_is_told_and_passes(sqlite_site: Site) -> None:
    sqlite_site.database.turn.close()
    lock = sqlite_site.settings.data / "write.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with pytest.raises(Unavailable):
        sqlite_site.answers.write(AddTeam(sqlite_site, "north"))
    lock.rmdir()
    sqlite_site.answers.write(AddTeam(sqlite_site, "south"))
    assert teams(sqlite_site) == {"south"}


def test_who_waits_too_long_is_told_so(sqlite_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(answer_writer, "PATIENCE_SECONDS", 0.01)
        with sqlite_site.database.turn.held(), pytest.raises(Unavailable, match="in time"):
            sqlite_site.answers.write(AddTeam(sqlite_site, "north"))
    sqlite_site.answers.write(AddTeam(sqlite_site, "south"))
    assert teams(sqlite_site) == {"north", "south"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_died_is_replaced(sqlite_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def die() -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(answer_writer, "PATIENCE_SECONDS", 0.2)
        patch.setattr(sqlite_site.database.turn, "held", die)
        with pytest.raises(Unavailable):
            sqlite_site.answers.write(AddTeam(sqlite_site, "north"))
    sqlite_site.answers.write(AddTeam(sqlite_site, "south"))
    assert teams(sqlite_site) == {"south"}


def test_a_cut_connection_is_told_and_replaced(postgres: Site) -> None:
    postgres.answers.write(AddTeam(postgres, "north"))
    with pytest.raises(Unavailable):
        postgres.answers.write(Broken("SELECT pg_terminate_backend(pg_backend_pid())"))
    postgres.answers.write(AddTeam(postgres, "south"))
    assert teams(postgres) == {"north", "south"}
