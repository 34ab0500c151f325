"""The kill drill: kill -9 of web processes and of PostgreSQL's, under load.

Every answer that was acknowledged must be there afterwards.
"""

import http.client
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from quizapp.features.attempts.models import Attempt, JournalEntry, Response
from quizapp.infrastructure.site import Site
from tests.bench import postgres
from tests.bench.processes import descendants, free_port, running
from tests.bench.stage import Learner, add_learners, environment, prepared, versions_of
from tests.bench.tally import Tally

LEARNERS = 12
BETWEEN_KILLS = (1.0, 8.0)
PATIENCE_SECONDS = 60


@dataclass(slots=True)
class Ledger:
    """What somebody was told: the operations that were acknowledged, the newest answers."""

    operations: list[str] = field(default_factory=list)
    newest: dict[int, tuple[int, str]] = field(default_factory=dict)
    retries: int = 0
    trouble: list[str] = field(default_factory=list)


class Candidate:
    """Answers in turn, each until it is acknowledged: the same operation, again and again."""

    def __init__(self, port: int, learner: Learner, versions: list[int]) -> None:
        self.learner = learner
        self.ledger = Ledger()
        self._port = port
        self._versions = versions
        self._seen = [0] * len(versions)
        self._connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)

    def answer_until(self, end: float) -> None:
        turn = 0
        while time.monotonic() < end:
            self._answer(1 + turn % len(self._versions), turn)
            turn += 1

    def _answer(self, slot: int, turn: int) -> None:
        operation = secrets.token_hex(8)
        seen = self._seen[slot - 1]
        value = str(1 + turn // len(self._versions) % 2)
        body = (
            f"csrf_token={self.learner.token}&only={slot}&s{slot}-seen={seen}&s{slot}-op={operation}"
            f"&s{slot}-version={self._versions[slot - 1]}&s{slot}-r1={value}"
        )
        reply = self._send_until_answered(slot, body.encode())
        if reply is None:
            return
        revision = reply["slots"][str(slot)]["revision"]
        self._seen[slot - 1] = revision
        self.ledger.operations.append(operation)
        self.ledger.newest[slot] = (revision, operation)

    def _send_until_answered(self, slot: int, body: bytes) -> dict[str, Any] | None:
        headers = {
            **dict(self.learner.headers),
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        path = f"{self.learner.base}/question-{(slot - 1) // 5 * 5 + 1}"
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                self._connection.request("POST", path, body, headers)
                response = self._connection.getresponse()
                text = response.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self._connection = self._connect()
                self.ledger.retries += 1
                time.sleep(0.02)
                continue
            if response.status == http.HTTPStatus.OK:
                return json.loads(text)  # type: ignore[no-any-return]
            if response.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
                self.ledger.trouble.append(f"{response.status} {text[:200]!r}")
                return None
            self.ledger.retries += 1
            time.sleep(0.05)
        self.ledger.trouble.append("no answer within a minute")
        return None


def drill(engine: str, seconds: float) -> Tally:
    """Load and kills for a while; what was acknowledged beside what is there."""
    with (
        database(engine) as (address, postmaster),
        tempfile.TemporaryDirectory() as folder,
        prepared(Path(folder), address) as site,
    ):
        port = free_port()
        command = [sys.executable, "-m", "quizapp", "serve"]
        learners = add_learners(site, LEARNERS)
        candidates = [Candidate(port, one, versions_of(site, one)) for one in learners]
        with running(command, port, "/healthz", environment(site, port), is_quiet=True) as server:
            end = time.monotonic() + seconds
            threads = [threading.Thread(target=one.answer_until, args=[end]) for one in candidates]
            for thread in threads:
                thread.start()
            kills = kill_until(end, [server.pid, *([postmaster] if postmaster else [])])
            for thread in threads:
                thread.join()
        return compare(site, candidates, Tally("kills", engine, rounds=kills))


@contextmanager
def database(engine: str) -> Iterator[tuple[str | None, int]]:
    """The address of an empty database and the process that PostgreSQL's others belong to."""
    if engine == "sqlite":
        yield None, 0
        return
    with postgres.server() as found:
        yield found


def kill_until(end: float, parents: list[int]) -> int:
    """SIGKILL to a process at random moments; what started it starts it again.

    A killed process of PostgreSQL ends all its connections, and it recovers from its log.
    """
    kills = 0
    while time.monotonic() < end:
        time.sleep(min(random.uniform(*BETWEEN_KILLS), max(0, end - time.monotonic())))  # noqa: S311
        parent = random.choice(parents)  # noqa: S311 - moments of a drill
        victims = [pid for pid in descendants(parent) if pid != parent and is_ours(pid)]
        if victims:
            with suppress(ProcessLookupError):
                os.kill(random.choice(victims), signal.SIGKILL)  # noqa: S311
                kills += 1
    return kills


def is_ours(pid: int) -> bool:
    """Not the multiprocessing helpers, which hold nothing."""
    try:
        return "resource_tracker" not in (Path("/proc") / str(pid) / "cmdline").read_text()
    except OSError:
        return False


def compare(site: Site, candidates: list[Candidate], tally: Tally) -> Tally:
    """The ledgers beside the journal and the answers that count."""
    told = [name for one in candidates for name in one.ledger.operations]
    with site.reading() as ctx:
        saved = set(
            ctx.session.scalars(select(JournalEntry.op_id).where(JournalEntry.outcome == "saved"))
        )
        twice = ctx.session.execute(
            select(JournalEntry.attempt_id, JournalEntry.slot, JournalEntry.revision)
            .where(JournalEntry.outcome == "saved")
            .group_by(JournalEntry.attempt_id, JournalEntry.slot, JournalEntry.revision)
            .having(func.count() > 1)
        ).all()
        answers = select(Attempt.user_id, Response.slot, Response.revision).join(
            Attempt, Attempt.id == Response.attempt_id
        )
        there = {(row.user_id, row.slot): row.revision for row in ctx.session.execute(answers)}
    behind = [
        (one.learner.user_id, slot)
        for one in candidates
        for slot, (revision, _) in one.ledger.newest.items()
        if there.get((one.learner.user_id, slot), 0) < revision
    ]
    tally.acknowledged = len(told)
    tally.missing = sum(name not in saved for name in told) + len(behind)
    tally.doubled = len(twice)
    tally.refused = sum(one.ledger.retries for one in candidates)
    for one in candidates:
        for text in one.ledger.trouble:
            tally.complain(text)
    return tally
