"""The completion report at sizes of a clinic, a hospital and a health service."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from quizapp.app import create_app
from quizapp.domain.access.roles import Grant, Role
from quizapp.features.accounts.commands import people
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench import bare, data
from tests.bench.inside import cost, environ
from tests.bench.stage import Learner, prepared, signed_in

COURSES = 5
TEAM_OF = 50
PAGES = {
    "report, first page": "/team/report",
    "report, one team": "/team/report?team={team}",
    "report, one course by score": "/team/report?course=course-1&sort=-score",
    "report, a name": "/team/report?q=novak",
    "team overview": "/team",
}
DATABASE_GOAL_MS = 2.0
CSV_GOAL_US = 6.0


@dataclass(slots=True)
class Spent:
    """Wall time inside the database driver, and statements."""

    seconds: float = 0.0
    statements: int = 0


def measure(size: int, address: str | None, say: Callable[[str], None]) -> dict[str, Any]:
    """Each page for so many people: CPU a call, ratio to bare Flask, time in the database."""
    hello = cost(bare.create_app().wsgi_app, environ("/", None))
    with TemporaryDirectory() as folder, prepared(Path(folder), address) as site:
        begun = time.monotonic()
        filled = data.fill(site, size, max(2, size // TEAM_OF), COURSES)
        seconds = time.monotonic() - begun
        rows = filled.enrollments
        say(f"\ncompletion report, {size} people, {rows} enrollments (filled in {seconds:.0f} s)")
        return _pages(site, filled.codes[0], rows, hello, say)


def _pages(
    site: Site, team: str, rows: int, hello: float, say: Callable[[str], None]
) -> dict[str, Any]:
    app = create_app(site)
    manager = signed_in(app, site, site.perform(_manager))
    found: dict[str, Any] = {}
    for name, path in PAGES.items():
        address, _mark, query = path.format(team=team).partition("?")
        ready = {**environ(address, manager), "QUERY_STRING": query}
        microseconds = cost(app.wsgi_app, ready, rounds=3, calls=10)
        with database_time(site.database.engine) as spent:
            cost(app.wsgi_app, ready, rounds=1, calls=10)
        found[name] = {
            "cpu_us": round(microseconds),
            "ratio_to_bare": round(microseconds / hello, 1),
            "database_ms": round(spent.seconds * 100, 2),
            "statements": spent.statements // 10,
            "goal_database_ms": DATABASE_GOAL_MS,
        }
        say(
            f"  {name:30}{microseconds:8.0f} us{microseconds / hello:7.1f} x bare"
            f"{spent.seconds * 100:8.2f} ms in the database (goal {DATABASE_GOAL_MS:g}),"
            f" {spent.statements // 10} statements"
        )
    found["CSV"] = _export(app, manager, rows, say)
    return found


def _export(
    app: Any, manager: Learner, rows: int, say: Callable[[str], None]
) -> dict[str, float | int]:
    ready = environ("/team/report.csv", manager)
    begun = time.process_time()
    cost(app.wsgi_app, ready, rounds=1, calls=1)
    each = (time.process_time() - begun) / rows * 1e6
    say(f"  {'CSV of everybody':30}{each:8.1f} us a row (goal {CSV_GOAL_US:g})")
    return {"us_per_row": round(each, 1), "rows": rows, "goal_us": CSV_GOAL_US}


@contextmanager
def database_time(engine: Engine) -> Iterator[Spent]:
    spent = Spent()

    def before(connection: Any, *_: Any) -> None:
        connection.info["begun"] = time.perf_counter()

    def after(connection: Any, *_: Any) -> None:
        spent.seconds += time.perf_counter() - connection.info["begun"]
        spent.statements += 1

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield spent
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def _manager(ctx: Context) -> int:
    draft = PersonDraft("Report reader", "report@example.org", [Grant(Role.MANAGER)])
    return people.create_person(ctx, draft).id
