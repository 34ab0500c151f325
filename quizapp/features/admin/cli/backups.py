"""quizapp backup and restore."""

import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, note, one_document

MIB = 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@json_option
@click.pass_obj
@one_document
def backup(installation: Any, file: Path, force: bool, as_json: bool) -> None:  # noqa: FBT001
    """Write the whole installation to FILE (.tar.gz); the server may go on running."""
    from quizapp.infrastructure import backup as backups

    site = installation.ready_site
    target = file.absolute()
    if target.exists() and not force:
        raise backups.FileExists(path=file)
    try:
        made = backups.make(site.settings, site.database, target, site.clock(), version("quizapp"))
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"No backup was written: {error}") from error
    size = target.stat().st_size
    emit(
        {"file": str(target), "bytes": size, **made.to_dict()},
        as_json=as_json,
        lines=[f"{target}: {size / MIB:.1f} MiB, {len(made.files)} files, checked."],
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the data that is here now.")
@json_option
@click.pass_obj
@one_document
def restore(installation: Any, file: Path, force: bool, as_json: bool) -> None:  # noqa: FBT001
    """Bring a backup back; stop the server first."""
    from quizapp.infrastructure import backup as backups
    from quizapp.infrastructure import migrations

    try:
        done = backups.restore(installation.settings, file, force=force)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"Nothing was restored: {error}") from error
    emit(
        done.to_dict(),
        as_json=as_json,
        lines=[f"Restored the backup of {done.created_at}: {len(done.files)} files."],
    )
    if done.revision != migrations.head():
        note("The backup is of an older version. Now run: quizapp upgrade")
