"""Writes a migration that brings the newest revision to what the models say."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from quizapp.infrastructure import migrations
from quizapp.infrastructure.database import Database


def main(message: str) -> None:
    if not message:
        sys.exit('name it: make migration m="add teams"')
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.sqlite3", Path(folder) / "lock")
        migrations.upgrade(database)
        config = migrations.configuration()
        number = len(list((migrations.FOLDER / "versions").glob("*.py"))) + 1
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        database.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
