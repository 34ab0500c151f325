"""The load drill: an exam with hundreds of candidates who think, on the real server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from quizapp.features.attempts.models import CLOSED, SAVED, Attempt, JournalEntry, Response
from quizapp.features.courses.models import Course, CourseVersion
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.load import Outcome
from tests.bench.processes import (
    cpu_seconds,
    descendants,
    free_port,
    resident_megabytes,
    running,
)
from tests.bench.stage import COURSE, ITEMS, QUIZ, add_candidates, environment, prepared

PER_PAGE = 5
START_SECONDS = 10
"""The burst of starts, before the time that is measured."""


@dataclass(frozen=True)
class Exam:
    """How many sit it, and how many seconds each thinks before an answer."""

    people: int = 300
    think: float = 3.0


def measure(
    exam: Exam, address: str | None, database_pid: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Latencies of each operation, saves a second, errors, and what became of the answers."""
    with TemporaryDirectory() as folder, prepared(Path(folder), address) as site:
        site.perform(_take_in)
        port = free_port()
        plan = _plan(site, exam, port)
        command = [sys.executable, "-m", "quizapp", "serve"]
        with running(command, port, "/healthz", environment(site, port)) as server:
            roots = [server.pid, *([database_pid] if database_pid else [])]
            before = _cpu(roots)
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.candidates"],
                input=json.dumps(plan),
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            spent = _cpu(roots) - before
            memory = resident_megabytes(descendants(server.pid))
        found = json.loads(done.stdout)
        document = {
            "people": exam.people,
            "think_seconds": exam.think,
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "memory_mb": round(memory),
            **_figures(found, spent),
            **_kept(site, found),
        }
    _tell(document, say)
    return document


def _take_in(ctx: Context) -> None:
    """Let the quiz be a step of the course: a module of its own, open from the beginning."""
    course = ctx.session.query(Course).filter_by(slug=COURSE).one()
    former = ctx.session.get_one(CourseVersion, (course.id, course.version))
    module = {
        "id": QUIZ,
        "title": "Exam",
        "summary": "",
        "after": [],
        "steps": [{"kind": "quiz", "slug": QUIZ}],
    }
    outline = {**former.outline, "modules": [*former.outline["modules"], module]}
    course.version += 1
    ctx.session.add(
        CourseVersion(
            course_id=course.id,
            number=course.version,
            outline=outline,
            digest=former.digest,
            created_at=ctx.now,
        )
    )


def _plan(site: Site, exam: Exam, port: int) -> dict[str, Any]:
    quiz = f"/courses/{COURSE}/quizzes/{QUIZ}"
    return {
        "port": port,
        "burst": START_SECONDS,
        "think": exam.think,
        "items": ITEMS,
        "per_page": PER_PAGE,
        "people": [
            {
                "user": one.user_id,
                "cookie": dict(one.headers)["Cookie"],
                "token": one.token,
                "start": f"{quiz}/start",
                "base": one.base,
            }
            for one in add_candidates(site, exam.people)
        ],
    }


def _cpu(roots: list[int]) -> float:
    return cpu_seconds([pid for root in roots for pid in descendants(root)])


def _figures(found: dict[str, Any], spent: float) -> dict[str, Any]:
    window = found["ended"] - found["began"]
    rows = {}
    for name, seconds in found["seconds"].items():
        outcome = Outcome(seconds)
        rows[name] = {
            "count": len(seconds),
            "p50_ms": round(outcome.median, 1),
            "p95_ms": round(outcome.percentile(0.95), 1),
            "p99_ms": round(outcome.percentile(0.99), 1),
            "max_ms": round(1000 * max(seconds), 1),
        }
    return {
        "operations": rows,
        "window_seconds": round(window, 1),
        "saves_per_second": round(len(found["saved"]) / window, 1),
        "cpu_seconds": round(spent, 1),
        "errors": len(found["errors"]),
        "first_errors": found["errors"][:5],
    }


def _kept(site: Site, found: dict[str, Any]) -> dict[str, int]:
    """Acknowledged answers and hand-ins beside the journal, the answers and the results."""
    with site.reading() as ctx:
        entries = ctx.session.execute(
            select(Attempt.user_id, JournalEntry.slot, JournalEntry.op_id, JournalEntry.revision)
            .join(Attempt, Attempt.id == JournalEntry.attempt_id)
            .where(JournalEntry.outcome == SAVED)
        )
        journal = {tuple(row) for row in entries}
        answers = ctx.session.execute(
            select(Attempt.user_id, Response.slot, Response.revision).join(
                Attempt, Attempt.id == Response.attempt_id
            )
        )
        newest = {(user, slot): revision for user, slot, revision in answers}
        closed = set(
            ctx.session.scalars(
                select(Attempt.user_id).where(Attempt.state == CLOSED, Attempt.verdict.is_not(None))
            )
        )
    saved = [tuple(one) for one in found["saved"]]
    present = sum(
        one in journal and newest.get((one[0], one[1]), 0) >= one[3] for one in saved
    ) + sum(user in closed for user in found["handed_in"])
    acknowledged = len(saved) + len(found["handed_in"])
    return {
        "acknowledged": acknowledged,
        "present": present,
        "missing": acknowledged - present,
    }


def is_sound(document: dict[str, Any]) -> bool:
    return not (document["errors"] or document["missing"]) and document["acknowledged"] > 0


def _tell(document: dict[str, Any], say: Callable[[str], None]) -> None:
    say(
        f"\nexam: {document['people']} candidates who think {document['think_seconds']:g} s, "
        f"{document['window_seconds']} s on {document['cores']} cores"
    )
    say(f"  {'':16}{'count':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'most':>9} ms")
    for name, row in document["operations"].items():
        say(
            f"  {name:16}{row['count']:8}{row['p50_ms']:9.1f}{row['p95_ms']:9.1f}"
            f"{row['p99_ms']:9.1f}{row['max_ms']:9.1f}"
        )
    say(
        f"  {document['saves_per_second']} saves a second, {document['cpu_seconds']} s of CPU, "
        f"{document['memory_mb']} MB, {document['errors']} errors; "
        f"{document['acknowledged']} acknowledged, {document['present']} present, "
        f"{document['missing']} missing"
    )
    for error in document["first_errors"]:
        say(f"  {error}")
