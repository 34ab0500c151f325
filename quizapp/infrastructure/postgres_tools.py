"""PostgreSQL's own programs (pg_dump, pg_restore, psql): finding and running them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from quizapp.domain.errors import N_, Unavailable
from quizapp.infrastructure.database import Database

INSTALLED = Path("/usr/lib/postgresql")


class ToolMissing(Unavailable):
    """A program of PostgreSQL is not on this machine, or too old for the server."""


class ToolFailed(Unavailable):
    """A program of PostgreSQL reported an error; nothing was changed."""


def run(database: Database, name: str, *arguments: str) -> None:
    """Run one of the programs on the database; its password is in no argument others could see."""
    password = database.engine.url.password
    _call(
        [str(find(database, name)), *arguments, f"--dbname={_address(database)}"],
        {"PGPASSWORD": password} if password else {},
    )


def convert(database: Database, dump: Path, script: Path) -> None:
    """Turn a dump into the SQL that fills an empty database."""
    tool = str(find(database, "pg_restore"))
    _call([tool, "--no-owner", "--no-privileges", f"--file={script}", str(dump)], {})


def _call(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolFailed(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")


def find(database: Database, name: str) -> Path:
    """The first of PATH, the server's own folder and the usual places that is new enough."""
    needed = server_version(database)
    for path in _candidates(database, name):
        if path.is_file() and _version_of(path) >= needed:
            return path
    raise ToolMissing(
        N_(
            "%(name)s of PostgreSQL %(needed)s or newer was not found. Install the PostgreSQL "
            "client programs, or put their folder on PATH."
        )
        % {"name": name, "needed": needed}
    )


def server_version(database: Database) -> int:
    with database.reading() as session:
        return int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10000


def _candidates(database: Database, name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    folder = _server_folder(database)
    if folder:
        yield Path(folder) / name
    yield from sorted(INSTALLED.glob(f"*/bin/{name}"), reverse=True)


def _server_folder(database: Database) -> str:
    """Where a server on this machine has its programs, if it tells."""
    try:
        with database.reading() as session:
            asked = text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
            return session.execute(asked).scalar() or ""
    except DBAPIError:
        return ""


def _version_of(path: Path) -> int:
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [path, "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\b(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def _address(database: Database) -> str:
    """The database's address as libpq reads it, without the password."""
    url = database.engine.url.set(drivername="postgresql", password=None)
    return url.render_as_string()
