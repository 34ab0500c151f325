"""Rounds of a drill: each with a clinic of its own in a fresh database, and its own chance."""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quizapp.infrastructure.site import Site
from tests.conftest import MEMORY
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.dice import dice
from tests.integration.engines import (
    Engine,
    PostgresqlEngine,
    SqliteEngine,
    opened,
    postgresql_server,
)


@dataclass(frozen=True)
class Round:
    """A clinic where nothing has happened yet."""

    site: Site
    clinic: Clinic
    clock: FrozenClock
    chance: random.Random


def play(engine: str, seconds: float, seed: int, one: Callable[[Round], None]) -> int:
    """Rounds until the time is over, at least one; how many."""
    number = 0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="quizapp-drill-", dir=_fast()) as name:
        folder = Path(name)
        with _databases(engine, folder) as databases:
            while number == 0 or time.monotonic() < end:
                number += 1
                clock = FrozenClock()
                data = folder / f"round-{number}"
                data.mkdir()
                with opened(databases, "clinic", data, clock, {}) as site:
                    if databases.clinic is None:
                        raise LookupError("the template has no clinic")
                    one(Round(site, databases.clinic, clock, dice(seed * 1_000_003 + number)))
    return number


def _fast() -> str | None:
    return str(MEMORY) if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None


@contextmanager
def _databases(engine: str, folder: Path) -> Iterator[Engine]:
    if engine == "sqlite":
        yield SqliteEngine(folder / "templates")
        return
    with postgresql_server(folder) as url:
        databases = PostgresqlEngine(folder / "templates", url)
        yield databases
        databases.close()
