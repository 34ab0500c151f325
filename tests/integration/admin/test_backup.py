"""quizapp backup and restore: nothing is lost, and what is damaged or foreign is refused."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quizapp.infrastructure import archive, backup, migrations, postgres_tools
from quizapp.infrastructure.archive import DamagedArchive, NoRoom
from quizapp.infrastructure.backup import InUse, LeftOver, NotEmpty, WrongBackup
from quizapp.infrastructure.postgres_tools import ToolFailed, ToolMissing
from quizapp.infrastructure.site import Site, open_site
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.integration.admin.archives import PICTURE, files_below
from tests.integration.admin.conftest import Run
from tests.integration.admin.watching import everything
from tests.integration.engines import Engine, make_settings


@pytest.fixture
def elsewhere(engine: Engine, tmp_path: Path) -> Iterator[Site]:
    """Another installation of the same kind, with nothing in it."""
    data = tmp_path / "elsewhere"
    data.mkdir()
    address = engine.copy("empty", data)
    place = open_site(make_settings(data, database_url=address))
    if place.database.is_sqlite:
        backup.sqlite_path(place.database).unlink()
    else:
        migrations.downgrade(place.database, "base")
        with place.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
    place.database.dispose()
    yield place
    place.database.dispose()
    engine.discard(address)


def test_a_backup_says_what_it_holds(
    run: Run, site: Site, clinic: Clinic, uploads: Path, file: Path
) -> None:
    assert clinic.lea.id
    assert uploads.is_dir()
    document = run("backup", str(file), "--json").document
    database = "database.sqlite3" if site.database.is_sqlite else "database.dump"
    assert sorted(document["files"]) == [database, "uploads/ab/abcd.png"]
    assert document["files"]["uploads/ab/abcd.png"] == {
        "size": len(PICTURE),
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
    }
    assert document["revision"] == migrations.head()
    assert document["engine"] == ("sqlite" if site.database.is_sqlite else "postgresql")
    assert document["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == [file.name]


def test_what_was_backed_up_comes_back_elsewhere(
    site: Site, written: Path, elsewhere: Site
) -> None:
    done = backup.restore(elsewhere.settings, written, force=False)
    assert everything(elsewhere) == everything(site)
    assert done.revision == migrations.current(elsewhere.database)
    assert files_below(elsewhere.settings.data / "uploads") == {"ab/abcd.png": PICTURE}
    assert not list(elsewhere.settings.data.glob("*.before-restore"))
    assert not list(elsewhere.settings.data.glob(".quizapp-restore-*"))


def test_the_restored_site_can_be_used(written: Path, elsewhere: Site) -> None:
    backup.restore(elsewhere.settings, written, force=False)
    made = make_person(elsewhere, "Eva Else", email="eva@example.org")
    with pytest.raises(Exception, match="do not change"), elsewhere.writing() as ctx:
        ctx.session.connection().exec_driver_sql("DELETE FROM audit_events")
    assert made.id


def test_a_backup_under_load_is_one_moment(run: Run, site: Site, file: Path) -> None:
    stopping = threading.Event()

    def work() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            make_person(site, "Zed Load", email=f"zed{number}@example.org")

    writer = threading.Thread(target=work)
    writer.start()
    try:
        done = run("backup", str(file), "--json")
    finally:
        stopping.set()
        writer.join()
    assert done.code == 0
    assert done.document["files"]


def test_a_backup_does_not_replace_a_file_unasked(run: Run, site: Site, written: Path) -> None:
    make_person(site, "Eva Else", email="eva@example.org")
    before = written.read_bytes()
    done = run("backup", str(written))
    assert done.code == 1
    assert "exists already" in done.err
    assert written.read_bytes() == before
    assert run("backup", str(written), "--force").code == 0
    assert written.read_bytes() != before


def test_a_folder_that_is_not_there_is_said_so(run: Run, site: Site, tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "nowhere" / "x.tar.gz"))
    assert done.code == 1
    assert "No backup was written" in done.err
    assert site.settings is not None


def test_a_failed_backup_leaves_no_file(
    run: Run, site: Site, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_fill", fill_the_disk)
    done = run("backup", str(file))
    assert done.code == 1
    assert "No space left on device" in done.err
    assert list(file.parent.iterdir()) == [] or not file.exists()
    assert not list(file.parent.glob(".*"))
    assert site.settings is not None


def test_data_is_replaced_only_when_asked_to(site: Site, run: Run, written: Path) -> None:
    before = everything(site)
    site.database.dispose()
    done = run("restore", str(written))
    assert done.code == 1
    assert "Add --force" in done.err
    assert everything(site) == before
    (site.settings.data / "uploads" / "ab" / "abcd.png").unlink()
    make_person(site, "Eva Else", email="eva@example.org")
    site.database.dispose()
    done = run("restore", str(written), "--force")
    assert (done.code, done.err) == (0, "")
    assert "Restored the backup of 2026-03-02" in done.out
    assert everything(site) == before
    assert files_below(site.settings.data / "uploads") == {"ab/abcd.png": PICTURE}


def test_uploads_that_are_there_are_not_replaced_unasked(written: Path, elsewhere: Site) -> None:
    (elsewhere.settings.data / "uploads").mkdir()
    (elsewhere.settings.data / "uploads" / "mine.png").touch()
    with pytest.raises(NotEmpty):
        backup.restore(elsewhere.settings, written, force=False)


def test_nothing_is_replaced_under_somebody_s_feet(site: Site, written: Path) -> None:
    before = everything(site)
    with site.database.reading() as session:
        session.connection().exec_driver_sql("SELECT 1 FROM users")
        with pytest.raises(InUse):
            backup.restore(site.settings, written, force=True)
    assert everything(site) == before


def test_a_backup_of_the_other_engine_is_refused(written: Path, tmp_path: Path, site: Site) -> None:
    other = "postgresql+psycopg://x@127.0.0.1:9/x" if site.database.is_sqlite else None
    settings = make_settings(tmp_path / "other", database_url=other)
    with pytest.raises(WrongBackup):
        backup.restore(settings, written, force=True)


def test_a_refusal_is_a_document_too(run: Run, site: Site, file: Path) -> None:
    file.write_text("nothing")
    done = run("restore", str(file), "--json")
    assert done.code == 1
    assert done.document["problem"].startswith("This backup cannot be used: it is damaged")
    assert site.settings is not None


def test_a_failure_half_way_puts_everything_back(
    site: Site, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, files = everything(site), files_below(site.settings.data / "uploads")
    site.database.dispose()

    def break_down(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    name = "_check_sqlite" if site.database.is_sqlite else "_call"
    module = backup if site.database.is_sqlite else postgres_tools
    real, calls = getattr(module, name), []

    def sometimes(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            break_down()
        return real(*args)

    monkeypatch.setattr(module, name, sometimes)
    with pytest.raises(OSError, match="Input/output error"):
        backup.restore(site.settings, written, force=True)
    assert everything(site) == rows
    assert files_below(site.settings.data / "uploads") == files
    assert not list(site.settings.data.glob("*.before-restore"))


def test_what_an_interrupted_restore_left_is_not_overwritten(site: Site, written: Path) -> None:
    left = site.settings.data / "uploads.before-restore"
    left.mkdir()
    (left / "precious").touch()
    site.database.dispose()
    with pytest.raises(LeftOver, match="interrupted"):
        backup.restore(site.settings, written, force=True)
    assert (left / "precious").exists()


def test_an_older_backup_asks_for_an_upgrade(
    run: Run, site: Site, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.database.dispose()
    monkeypatch.setattr("quizapp.infrastructure.migrations.head", lambda: "9999")
    done = run("restore", str(written), "--force")
    assert done.code == 0
    assert "Now run: quizapp upgrade" in done.err


def test_a_damaged_database_is_not_backed_up(site: Site, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(DamagedArchive):
        backup._check_sqlite(broken)  # noqa: SLF001 - the check that every backup passes
    assert site.settings is not None


def test_a_database_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.commit()
    with pytest.raises(DamagedArchive):
        backup._check_sqlite(other)  # noqa: SLF001 - the check that every backup passes


def test_a_full_disk_is_said_before_anything_is_unpacked(
    written: Path, elsewhere: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)
    with pytest.raises(NoRoom):
        backup.restore(elsewhere.settings, written, force=False)


class TestPostgresTools:
    """PostgreSQL's programs: found, or their absence explained."""

    def test_their_absence_is_explained(
        self, run: Run, site: Site, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_tools, "_candidates", lambda *_args: iter(()))
        done = run("backup", str(file))
        if site.database.is_sqlite:
            assert done.code == 0
        else:
            assert done.code == 1
            assert "pg_dump of PostgreSQL" in done.err
            assert "was not found" in done.err

    def test_too_old_ones_do_not_count(
        self, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = tmp_path / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
        old.chmod(0o755)
        monkeypatch.setattr(postgres_tools, "_candidates", lambda *_args: iter([old]))
        if not site.database.is_sqlite:
            with pytest.raises(ToolMissing):
                postgres_tools.find(site.database, "pg_dump")

    def test_what_they_complain_about_is_passed_on(self, site: Site) -> None:
        if not site.database.is_sqlite:
            with pytest.raises(ToolFailed, match="psql failed"):
                postgres_tools.run(site.database, "psql", "--command=SELECT nonsense")

    def test_other_people_s_tables_count_as_data(self, site: Site, written: Path) -> None:
        if not site.database.is_sqlite:
            with pytest.raises(NotEmpty):
                backup.restore(
                    make_settings(
                        site.settings.data / "fresh", database_url=site.settings.database_url
                    ),
                    written,
                    force=False,
                )
