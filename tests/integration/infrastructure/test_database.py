"""Transactions: whole or not at all, tried again when busy, honest when nothing can be saved."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from quizapp.domain.errors import Unavailable
from quizapp.features.accounts.models import User
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure import database as databases
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import Database
from quizapp.infrastructure.site import Site
from tests.factories import teams
from tests.factories.accounts import make_person
from tests.factories.crowd import at_once
from tests.factories.faults import every_connection


def names(site: Site) -> list[str]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(Team.name).order_by(Team.id)))


def test_what_is_written_is_seen_by_others(site: Site) -> None:
    teams.make_team(site, "North")
    assert names(site) == ["North"]


def test_a_failure_takes_everything_back(site: Site) -> None:
    def command(ctx: Context) -> None:
        ctx.session.add(Team(code="n", name="North", created_at=ctx.now))
        ctx.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        site.perform(command)
    assert names(site) == []


def test_readers_do_not_see_what_is_not_committed(site: Site) -> None:
    with site.writing() as ctx:
        ctx.session.add(Team(code="n", name="North", created_at=ctx.now))
        ctx.session.flush()
        assert names(site) == []
    assert names(site) == ["North"]


def test_rows_that_point_nowhere_are_refused(site: Site) -> None:
    def command(ctx: Context) -> None:
        ctx.session.add(Membership(team_id=99, user_id=99, joined_at=ctx.now))

    with pytest.raises(IntegrityError):
        site.perform(command)


def test_moments_come_back_exact_and_aware(site: Site) -> None:
    moment = datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)
    site.perform(lambda ctx: ctx.session.add(Team(code="n", name="North", created_at=moment)))
    with site.reading() as ctx:
        assert ctx.session.scalars(select(Team.created_at)).one() == moment


def test_a_moment_without_zone_is_refused(site: Site) -> None:
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - what is refused
    with pytest.raises(StatementError, match="time zone"):
        site.perform(lambda ctx: ctx.session.add(Team(code="n", name="North", created_at=naive)))


def test_only_reading_remembers_what_never_changes(site: Site) -> None:
    with site.reading() as reading, site.writing() as writing:
        assert reading.memory is not None
        assert writing.memory is None
        assert writing.quick is None


def test_writers_wait_for_each_other_and_none_is_lost(site: Site) -> None:
    results = at_once([partial(teams.make_team, site, f"Team {n}") for n in range(12)])
    assert not [found for found in results if isinstance(found, Exception)]
    assert len(names(site)) == 12


def fill(ctx: Context) -> None:
    for number in range(40):
        name = f"{number}" + "x" * 4000
        ctx.session.add(Team(code=f"t{number}", name=name, created_at=ctx.now))


def test_a_full_disk_is_told_and_reading_goes_on(sqlite_site: Site) -> None:
    teams.make_team(sqlite_site, "North")
    with every_connection(sqlite_site, "PRAGMA max_page_count=1"), pytest.raises(Unavailable):
        sqlite_site.perform(fill)
    assert names(sqlite_site) == ["North"]


def test_after_a_full_disk_writing_goes_on_by_itself(sqlite_site: Site) -> None:
    with every_connection(sqlite_site, "PRAGMA max_page_count=1"), pytest.raises(Unavailable):
        sqlite_site.perform(fill)
    with every_connection(sqlite_site, "PRAGMA max_page_count=100000"):
        sqlite_site.perform(fill)
    assert len(names(sqlite_site)) == 40


def test_a_read_only_database_is_told_and_reading_goes_on(sqlite_site: Site) -> None:
    teams.make_team(sqlite_site, "North")
    with every_connection(sqlite_site, "PRAGMA query_only=ON"):
        with pytest.raises(Unavailable):
            teams.make_team(sqlite_site, "South")
        assert names(sqlite_site) == ["North"]
    with every_connection(sqlite_site, "PRAGMA query_only=OFF"):
        teams.make_team(sqlite_site, "South")
    assert names(sqlite_site) == ["North", "South"]


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/missing/quizapp.sqlite3", tmp_path / "lock")
    with pytest.raises(Unavailable), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.dispose()


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    address = f"postgresql+psycopg://nobody@/none?host={tmp_path}"
    database = Database(address, tmp_path / "lock")
    with pytest.raises(Unavailable), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.dispose()


def test_a_busy_sqlite_file_is_tried_three_times(sqlite_site: Site) -> None:
    tries: list[int] = []
    stranger = sqlite3.connect(sqlite_site.settings.data / "quizapp.sqlite3", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with every_connection(sqlite_site, "PRAGMA busy_timeout=1"):
        event.listen(sqlite_site.database.engine, "checkout", lambda *_: tries.append(1))
        with pytest.raises(Unavailable, match="locked"):
            teams.make_team(sqlite_site, "North")
        assert len(tries) == databases.TRIES
        stranger.execute("COMMIT")
        teams.make_team(sqlite_site, "South")
    stranger.close()
    assert names(sqlite_site) == ["South"]


def test_a_row_locked_by_another_is_tried_three_times(postgres: Site) -> None:
    person = make_person(postgres)
    tries = []

    def command(ctx: Context) -> None:
        tries.append(ctx)
        ctx.session.execute(text("SET LOCAL lock_timeout = '5ms'"))
        ctx.session.get_one(User, person.id, with_for_update=True)

    with postgres.database.transaction() as session:
        session.get_one(User, person.id, with_for_update=True)
        with pytest.raises(Unavailable):
            postgres.perform(command)
    assert len(tries) == databases.TRIES
    postgres.perform(command)


def test_a_deadlock_ends_with_both_done(postgres: Site) -> None:
    one, two = make_person(postgres), make_person(postgres, "Leo Learner")
    both = threading.Barrier(2, timeout=10)
    meetings: list[int] = []

    def lock_both(first: int, second: int) -> Callable[[], None]:
        def command(ctx: Context) -> None:
            ctx.session.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
            ctx.session.get_one(User, first, with_for_update=True)
            if len(meetings) < 2:
                meetings.append(first)
                both.wait()
            ctx.session.get_one(User, second, with_for_update=True).theme = "dark"

        return lambda: postgres.perform(command)

    results = at_once([lock_both(one.id, two.id), lock_both(two.id, one.id)])
    assert results == [None, None]
    with postgres.reading() as ctx:
        dark = select(func.count()).select_from(User).where(User.theme == "dark")
        assert ctx.session.scalar(dark) == 2


def test_a_connection_that_was_cut_is_replaced(postgres: Site) -> None:
    teams.make_team(postgres, "North")
    with psycopg.connect(plain_url(postgres), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert names(postgres) == ["North"]


def test_a_connection_cut_in_the_middle_is_unavailable(postgres: Site) -> None:
    def command(ctx: Context) -> None:
        with psycopg.connect(plain_url(postgres), autocommit=True) as other:
            number = ctx.session.scalar(text("SELECT pg_backend_pid()"))
            other.execute("SELECT pg_terminate_backend(%s)", [number])
        ctx.session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        postgres.perform(command)
    teams.make_team(postgres, "North")
    assert names(postgres) == ["North"]


def plain_url(site: Site) -> str:
    return site.settings.database_address.replace("postgresql+psycopg", "postgresql")


def test_other_mistakes_are_no_pause(site: Site) -> None:
    def command(ctx: Context) -> None:
        ctx.session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere") as caught:
        site.perform(command)
    assert not isinstance(caught.value, Unavailable)


def test_a_unit_without_a_fault_runs_once() -> None:
    assert databases.retrying(lambda: 7) == 7


def test_a_read_session_writes_nothing(site: Site) -> None:
    session = site.database.read_session()
    session.add(Team(code="n", name="North", created_at=site.clock()))
    session.close()
    assert names(site) == []
