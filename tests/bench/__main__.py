"""What pages and saves cost, each beside bare Flask in the same run."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import exam, floors, inside, kills, postgres, reports
from tests.bench.load import Call, in_turn
from tests.bench.measure import Result, Target, compare, measure
from tests.bench.processes import descendants, free_port, resident_megabytes, running
from tests.bench.stage import COURSE, Saves, add_learners, environment, prepared

BUDGETS = {
    "question page": {"sqlite": 6.0, "postgresql": 9.0},
    "answer save": {"sqlite": 6.0, "postgresql": 8.5},
}
DRILL_SECONDS = 30
LOAD = "load"
LESSON = f"/courses/{COURSE}/mechanisms/local-twitch-response"


def main() -> None:
    options = _options()
    document: dict[str, Any] = {"load_average": os.getloadavg()[0], "engines": {}}
    is_sound = True
    for engine in options.engine.split(","):
        found: dict[str, Any] = {}
        if options.only != LOAD:
            with _database(engine) as (address, pid), tempfile.TemporaryDirectory() as folder:
                found = _measure(engine, Path(folder), address, pid, options)
        if not options.only:
            found["completion report"] = _reports(engine, options.people)
        if options.only in {None, LOAD}:
            found["load drill"] = _exam(engine, options)
            is_sound &= exam.is_sound(found["load drill"])
        if not (options.only or options.no_drill):
            tally = kills.drill(engine, DRILL_SECONDS)
            found["kill drill"] = tally.document()
            say(f"\n{tally.line()}")
        document["engines"][engine] = found
    if options.json:
        print(json.dumps(document, indent=2))
    sys.exit(not is_sound)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one document on standard output")
    parser.add_argument("--engine", default="sqlite,postgresql")
    parser.add_argument("--people", default="500,5000,50000")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument(
        "--only", help="kinds to measure, such as 'answer save,question page'; or 'load'"
    )
    parser.add_argument("--candidates", type=int, default=300, help="people of the load drill")
    parser.add_argument("--think", type=float, default=3, help="seconds before each answer")
    parser.add_argument("--no-drill", action="store_true", help="leave the kill drill out")
    return parser.parse_args()


@contextmanager
def _database(engine: str) -> Iterator[tuple[str | None, int]]:
    if engine == "sqlite":
        yield None, 0
        return
    with postgres.server() as (address, pid):
        yield address, pid


def _measure(
    engine: str, folder: Path, address: str | None, pid: int, options: argparse.Namespace
) -> dict[str, Any]:
    say(f"\n{engine}: CPU per request through the server (web and database processes)")
    found: dict[str, Any] = {}
    with prepared(folder, address) as site:
        readers = add_learners(site, 16)
        handers = add_learners(site, max(60, options.requests // 10))
        bare_port, port = free_port(), free_port()
        command = [sys.executable, "-m", "quizapp", "serve", "--web-only"]
        with (
            running(
                [sys.executable, "-m", "tests.bench.bare", str(bare_port)], bare_port, "/", {}
            ) as bare,
            running(command, port, "/healthz", environment(site, port)) as server,
        ):
            target = Target(port, (server.pid, *((pid,) if pid else ())))
            saves = Saves(site, readers)
            hand_ins = iter(handers * 2)
            kinds = {
                "lesson page": (
                    in_turn([Call("GET", LESSON, None, r.headers) for r in readers]),
                    300,
                ),
                "question page": (
                    in_turn(
                        [Call("GET", f"{r.base}/question-6", None, r.headers) for r in readers]
                    ),
                    options.requests,
                ),
                "answer save": (saves.call, options.requests),
            }
            if options.only:
                kinds = {name: kinds[name] for name in options.only.split(",")}
            results = compare(Target(bare_port, (bare.pid,)), target, kinds)
            if not options.only:
                results["hand-in"] = _hand_in(target, hand_ins, len(handers))
            found["through the server"] = _table(engine, results)
            found["memory_mb"] = round(resident_megabytes(descendants(server.pid)))
            say(f"memory of the web server: {found['memory_mb']} MB")
    if engine != "sqlite" or options.only:
        return found
    with tempfile.TemporaryDirectory() as second, prepared(Path(second), None) as site:
        if engine == "sqlite":
            found["in process"] = inside.measure(site, say)
            found["save in the database"] = floors.measure_sqlite(site, say)
    return found


def _reports(engine: str, sizes: str) -> dict[str, Any]:
    """A database of its own for each size."""
    found: dict[str, Any] = {}
    for size in sizes.split(","):
        with _database(engine) as (address, _pid):
            found[size] = reports.measure(int(size), address, say)
    return found


def _exam(engine: str, options: argparse.Namespace) -> dict[str, Any]:
    say(f"\n{engine}: load drill")
    with _database(engine) as (address, pid):
        return exam.measure(exam.Exam(options.candidates, options.think), address, pid, say)


def _hand_in(target: Target, handers: Any, count: int) -> Result:
    def call(_number: int) -> Call:
        learner = next(handers)
        headers = (*learner.headers, ("Content-Type", "application/x-www-form-urlencoded"))
        body = f"csrf_token={learner.token}".encode()
        return Call("POST", f"{learner.base}/submit", body, headers, 303)

    return measure("hand-in", target, call, count)


def _table(engine: str, results: dict[str, Result]) -> dict[str, Any]:
    """Print and return what each kind cost, with its ratio to bare Flask and its budget."""
    bare = results["bare"].median
    rows = {}
    say(f"{'':16}{'us':>8}{'range':>16}{'x bare':>9}{'goal':>7}{'p50':>8}{'p95':>8}{'p99':>8} ms")
    for name, result in results.items():
        low, high = min(result.microseconds), max(result.microseconds)
        goal = BUDGETS.get(name, {}).get(engine)
        outcome = result.latency
        rows[name] = {
            "cpu_us": round(result.median),
            "range_us": [round(low), round(high)],
            "ratio_to_bare": round(result.median / bare, 2),
            "goal": goal,
            "p50_ms": round(outcome.median, 2),
            "p95_ms": round(outcome.percentile(0.95), 2),
            "p99_ms": round(outcome.percentile(0.99), 2),
            "errors": outcome.errors[:5],
        }
        say(
            f"{name:16}{result.median:8.0f}{low:8.0f}-{high:<7.0f}{result.median / bare:8.1f}"
            f"{goal or '':>8}{outcome.median:8.1f}{outcome.percentile(0.95):8.1f}"
            f"{outcome.percentile(0.99):8.1f}"
            + (f"  {len(outcome.errors)} ERRORS {outcome.errors[0]}" if outcome.errors else "")
        )
    return rows


def say(text: str) -> None:
    """Figures for people go to standard error: standard output is for the document."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
