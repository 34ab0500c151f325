"""Writing the whole installation to one file, and bringing it back.

The signing keys are in it, so that receipts can be checked after a restore. The secret key stays
out: after a restore with another one everybody signs in again.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text

from quizapp.config import ConfigurationError, Settings
from quizapp.domain.errors import N_, Conflict
from quizapp.infrastructure import archive, migrations, postgres_tools, signing
from quizapp.infrastructure.archive import DamagedArchive, Manifest
from quizapp.infrastructure.database import Database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASE = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}
UPLOADS = "uploads"
HUEY_TABLES = "huey_*"
ASIDE = ".before-restore"
EMPTY_POSTGRESQL = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
      AND c.relname NOT LIKE 'huey\\_%' LOOP
    EXECUTE format('DROP %s IF EXISTS %s CASCADE',
      CASE found.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
      found.name);
  END LOOP;
  FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', found.name);
  END LOOP;
END $$;
"""
COUNT_POSTGRESQL = r"""
SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
  AND relkind IN ('r', 'v', 'm', 'p') AND relname NOT LIKE 'huey\_%'
"""
CHECK_POSTGRESQL = """
SELECT 1 / count(*) AS as_listed FROM public.alembic_version WHERE version_num = :'revision';
"""
"""Divides by nothing, and so undoes it all, if the revision is not the one that was listed."""


class FileExists(Conflict):
    """A backup never replaces another file unasked."""

    message = N_("%(path)s exists already. Choose another name, or add --force.")


class NotEmpty(Conflict):
    """A restore never replaces data unasked."""

    message = N_("There is data here already: %(what)s. Add --force to replace it with the backup.")


class InUse(Conflict):
    """Data cannot be replaced under a running server."""

    message = N_("The database is in use. Stop quizapp first, then restore again.")


class LeftOver(Conflict):
    """An interrupted restore left the former data aside."""

    message = N_(
        "%(path)s is left from a restore that was interrupted. It holds the data from before: "
        "look at it, then move it away."
    )


class WrongBackup(Conflict):
    """A sound backup that does not fit this installation."""

    message = N_("This backup does not fit here: %(why)s.")


def make(
    settings: Settings, database: Database, target: Path, now: datetime, version: str
) -> Manifest:
    """Write database and uploads to one file; people may go on working meanwhile."""
    engine = SQLITE if database.is_sqlite else POSTGRESQL
    with tempfile.TemporaryDirectory(prefix=".quizapp-backup-", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE[engine]
        revision = migrations.current(database)
        if database.is_sqlite:
            _copy_sqlite(sqlite_path(database), copy)
            revision = _check_sqlite(copy)
        else:
            dump = ("--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")
            postgres_tools.run(database, "pg_dump", *dump, f"--exclude-table={HUEY_TABLES}")
        sources = {copy.name: copy, **_signing_keys(settings), **_uploads(settings)}
        files = {name: archive.entry_of(path) for name, path in sources.items()}
        manifest = Manifest(version, revision, engine, now.isoformat(), files)
        archive.write(target, manifest, sources)
    return manifest


def sqlite_path(database: Database) -> Path:
    return Path(database.engine.url.database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own backup: one consistent moment, while others read and write."""
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        # A single file, whole without the -wal file that belongs to the original's mode.
        copy.execute("PRAGMA journal_mode=DELETE")


def _check_sqlite(path: Path) -> str:
    """Raise DamagedArchive unless the file is a whole database; its revision."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise DamagedArchive(why=f"its database is damaged ({found})")
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise DamagedArchive(why=f"its database cannot be read ({error})") from error


def _signing_keys(settings: Settings) -> dict[str, Path]:
    path = signing.path_of(settings)
    return {path.name: path} if path.exists() else {}


def _uploads(settings: Settings) -> dict[str, Path]:
    folder = settings.data / UPLOADS
    found = {
        path.relative_to(settings.data).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    for name in found:
        if not archive.is_safe(name):
            raise WrongBackup(why=f"the name of the file {name!r} would not be safe elsewhere")
    return found


def restore(settings: Settings, source: Path, *, force: bool) -> Manifest:
    """Replace database and uploads by what a backup holds; on any failure all stays as it was."""
    manifest = archive.read_manifest(source)
    engine = SQLITE if settings.is_sqlite else POSTGRESQL
    _demand_fit(manifest, engine)
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address, settings.data / "write.lock")
    try:
        if not force:
            _demand_empty(settings, database)
        with tempfile.TemporaryDirectory(prefix=".quizapp-restore-", dir=settings.data) as folder:
            archive.extract(source, Path(folder))
            _join_keys(settings, Path(folder), manifest)
            if database.is_sqlite:
                _restore_sqlite(settings, database, Path(folder), manifest)
            else:
                _restore_postgresql(settings, database, Path(folder), manifest)
    finally:
        database.dispose()
    return manifest


def _demand_fit(manifest: Manifest, engine: str) -> None:
    if manifest.engine != engine:
        raise WrongBackup(why=f"it is of {manifest.engine}, and this installation uses {engine}")
    if not migrations.is_known(manifest.revision):
        raise WrongBackup(
            why=f"its database is at revision {manifest.revision}, which this version of quizapp "
            f"(backup: {manifest.version}) does not know; install a newer version first"
        )
    allowed = {DATABASE[engine], signing.FILE}
    for name in manifest.files:
        if name not in allowed and not name.startswith(f"{UPLOADS}/"):
            raise DamagedArchive(why=f"{name} does not belong into a backup")
    if DATABASE[engine] not in manifest.files:
        raise DamagedArchive(why="it holds no database")


def _join_keys(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Put the keys of the backup and those that are here into one file beside what is unpacked."""
    copy, place = folder / signing.FILE, signing.path_of(settings)
    if copy.exists() or place.exists():
        made_at = datetime.fromisoformat(manifest.created_at)
        try:
            signing.merge(copy, place, copy, made_at)
        except ConfigurationError as error:
            raise DamagedArchive(why=str(error)) from error


def _demand_empty(settings: Settings, database: Database) -> None:
    uploads = settings.data / UPLOADS
    if uploads.is_dir() and any(uploads.iterdir()):
        raise NotEmpty(what=str(uploads))
    if database.is_sqlite:
        place = sqlite_path(database)
        if place.exists() and place.stat().st_size:
            raise NotEmpty(what=str(place))
    else:
        with database.reading() as session:
            if session.execute(text(COUNT_POSTGRESQL)).scalar_one():
                raise NotEmpty(what=f"the database {database.engine.url.database}")


def _restore_sqlite(
    settings: Settings, database: Database, folder: Path, manifest: Manifest
) -> None:
    copy, place = folder / DATABASE[SQLITE], sqlite_path(database)
    if _check_sqlite(copy) != manifest.revision:
        raise DamagedArchive(why="its database is of another revision than its list says")
    with database.turn.held():
        _demand_alone(place)
        leftovers = [(None, place.with_name(place.name + end)) for end in ("-wal", "-shm")]
        with _replaced([(copy, place), *leftovers, *_files(settings, folder)]):
            _check_sqlite(place)


def _files(settings: Settings, folder: Path) -> list[tuple[Path | None, Path]]:
    """What lies in the data folder beside the database, unpacked and where it belongs."""
    return [(folder / name, settings.data / name) for name in (UPLOADS, signing.FILE)]


def _restore_postgresql(
    settings: Settings, database: Database, folder: Path, manifest: Manifest
) -> None:
    """One transaction empties and fills the database: what was there stays until its commit."""
    _demand_nobody_else(database)
    steps = [folder / f"{name}.sql" for name in ("empty", "fill", "check")]
    steps[0].write_text(EMPTY_POSTGRESQL)
    postgres_tools.convert(database, folder / DATABASE[POSTGRESQL], steps[1])
    steps[2].write_text(CHECK_POSTGRESQL)
    with _replaced(_files(settings, folder)):
        postgres_tools.run(
            database, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
            f"--set=revision={manifest.revision}", "--single-transaction",
            *(f"--file={step}" for step in steps),
        )  # fmt: skip


def _demand_alone(place: Path) -> None:
    """Raise InUse if anybody has the SQLite database open: only one who is alone may leave WAL."""
    if not place.exists():
        return
    try:
        with closing(sqlite3.connect(place, timeout=2)) as database:
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise InUse from error
    except sqlite3.DatabaseError:
        return  # not a database at all, so nobody uses it
    if mode != "delete":
        raise InUse


def _demand_nobody_else(database: Database) -> None:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with database.reading() as session:
        if session.execute(asked).scalar_one():
            raise InUse


@contextmanager
def _replaced(pairs: Sequence[tuple[Path | None, Path]]) -> Iterator[None]:
    """Put new files in their places, the former ones aside; if anything fails, put them back."""
    left = [_aside(place) for _new, place in pairs if _aside(place).exists()]
    if left:
        raise LeftOver(path=left[0])
    done: list[Path] = []
    try:
        for new, place in pairs:
            if place.exists():
                place.rename(_aside(place))
            done.append(place)  # from here on, what is in this place is new
            if new is not None and new.exists():
                shutil.move(new, place)
        yield
    except BaseException:
        _put_back(done)
        raise
    for place in done:
        _remove(_aside(place))


def _put_back(places: Sequence[Path]) -> None:
    for place in reversed(places):
        _remove(place)
        if _aside(place).exists():
            _aside(place).rename(place)


def _aside(place: Path) -> Path:
    return place.with_name(place.name + ASIDE)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
