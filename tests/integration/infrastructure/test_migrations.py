"""Every revision goes up, down and up again, whole or not at all, and ends where the models are."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from quizapp.infrastructure import migrations, tables
from quizapp.infrastructure.database import Database, Model
from quizapp.infrastructure.migrations import MigrationFailed
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic, make_clinic
from tests.factories.crowd import at_once
from tests.factories.progress import complete_course

INSERT_ONLY = {
    "0001": {
        "answer_journal",
        "audit_events",
        "completions",
        "course_versions",
        "lesson_versions",
        "quiz_versions",
        "stimulus_versions",
    },
    "0002": {"extra_attempts", "receipts", "time_changes"},
}
"""Tables that take rows and never give them up, by the revision that brings them."""
REVISIONS = [
    script.revision
    for script in ScriptDirectory.from_config(migrations.configuration()).walk_revisions()
][::-1]
is_blank = pytest.mark.parametrize("template", ["blank"])


def schema(database: Database) -> dict[str, Any]:
    """Columns, keys and indexes of every table."""
    looking = inspect(database.engine)
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in looking.get_columns(name)],
            sorted(str(index["name"]) for index in looking.get_indexes(name)),
            sorted(str(key["name"]) for key in looking.get_foreign_keys(name)),
            sorted(str(check["name"]) for check in looking.get_check_constraints(name)),
            sorted(str(rule["name"]) for rule in looking.get_unique_constraints(name)),
        )
        for name in looking.get_table_names()
    }


def counts(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
            for name in inspect(database.engine).get_table_names()
        }


def triggers(database: Database) -> set[str]:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.engine.connect() as connection:
        return set(connection.execute(text(asked)).scalars())


def expected_triggers(revision: str = "") -> set[str]:
    tables_then = [names for since, names in INSERT_ONLY.items() if since <= (revision or since)]
    guarded = {"question_versions"}.union(*tables_then)
    return {f"{table}_refuse_{act}" for table in guarded for act in ("update", "delete")}


@is_blank
def test_a_new_database_is_brought_to_the_newest_revision(site: Site) -> None:
    assert migrations.is_pending(site.database)
    migrations.upgrade(site.database)
    assert migrations.current(site.database) == migrations.head() == REVISIONS[-1]
    assert not migrations.is_pending(site.database)


def test_a_second_upgrade_changes_nothing(site: Site) -> None:
    before = schema(site.database)
    migrations.upgrade(site.database)
    assert schema(site.database) == before


def test_the_models_are_what_the_migrations_make(site: Site) -> None:
    tables.load_all()
    with site.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


@pytest.mark.parametrize("number", range(len(REVISIONS)), ids=REVISIONS)
def test_every_revision_goes_down_and_up_again_with_data(
    site: Site, clinic: Clinic, number: int
) -> None:
    complete_course(site, clinic.lea)
    shape, rows = schema(site.database), counts(site.database)
    migrations.downgrade(site.database, REVISIONS[number - 1] if number else "base")
    older = set(inspect(site.database.engine).get_table_names())
    migrations.upgrade(site.database)
    assert schema(site.database) == shape
    assert triggers(site.database) == expected_triggers()
    if number:
        found = counts(site.database)
        assert {name: found[name] for name in older} == {name: rows[name] for name in older}
    else:
        make_clinic(site)


@is_blank
@pytest.mark.parametrize("revision", REVISIONS)
def test_history_is_guarded_after_every_revision(site: Site, revision: str) -> None:
    migrations.upgrade(site.database, revision)
    assert triggers(site.database) == expected_triggers(revision)


@is_blank
def test_going_down_to_nothing_leaves_nothing(site: Site) -> None:
    migrations.upgrade(site.database)
    migrations.downgrade(site.database, "base")
    assert set(schema(site.database)) == {"alembic_version"}
    assert triggers(site.database) == set()


@is_blank
def test_a_migration_that_fails_leaves_nothing_behind(site: Site) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE responses (mine INTEGER)"))
    with pytest.raises(DBAPIError):
        migrations.upgrade(site.database)
    assert set(schema(site.database)) == {"responses"}
    assert migrations.current(site.database) == ""


@is_blank
def test_two_upgrades_at_once_are_one(site: Site) -> None:
    other = Database(site.settings.database_address, site.settings.data / "write.lock")
    results = at_once([partial(migrations.upgrade, each) for each in (site.database, other)])
    other.dispose()
    assert results == [None, None]
    assert not migrations.is_pending(site.database)


def test_foreign_keys_count_again_after_a_migration(site: Site) -> None:
    migrations.upgrade(site.database)
    with pytest.raises(DBAPIError), site.database.transaction() as session:
        session.execute(
            text("INSERT INTO memberships (team_id, user_id, joined_at) VALUES (7, 7, :now)"),
            {"now": "2026-03-02 09:00:00+00:00"},
        )


def test_rows_that_point_nowhere_stop_a_migration(sqlite_site: Site) -> None:
    with sqlite_site.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection_ = sqlite_site.database.engine.raw_connection()
    cursor = connection_.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("INSERT INTO memberships (team_id, user_id, joined_at) VALUES (7, 7, '2026')")
    connection_.close()
    with pytest.raises(MigrationFailed, match="memberships"):
        migrations.upgrade(sqlite_site.database)


def test_a_revision_of_this_version_is_known() -> None:
    assert migrations.is_known(REVISIONS[0])
    assert not migrations.is_known("from-the-future")


def test_the_revisions_are_files_in_order() -> None:
    files = sorted(path.name for path in Path(migrations.FOLDER, "versions").glob("*.py"))
    assert [name[:4] for name in files] == REVISIONS
