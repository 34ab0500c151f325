"""What the database part of a save costs, beside the raw driver doing one durable statement."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from quizapp.domain.access.roles import Actor
from quizapp.features.attempts.commands.saving import AnswerSave, SaveUnit
from quizapp.features.attempts.queries import taking
from quizapp.infrastructure.database import prepare_sqlite
from quizapp.infrastructure.site import Site
from tests.bench.stage import COURSE, ITEMS, QUIZ, add_learners

SAVES = 6000
WRITERS = 16
FLOOR = """
INSERT INTO responses (attempt_id, slot, revision, answer, confidence, is_flagged, saved_at)
VALUES (:attempt, :slot, :revision, '{"r1":{"choice":"b"}}', NULL, 0, '2026-01-01 00:00:00.000000')
ON CONFLICT (attempt_id, slot) DO UPDATE SET revision = excluded.revision
"""


def measure_sqlite(site: Site, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU of the raw upsert (autocommit, synchronous=FULL) and of our writer, journal included."""
    learners = add_learners(site, WRITERS)
    attempts = [_attempt_id(site, learner.user_id, learner.attempt) for learner in learners]
    floor = _floor(site, attempts[0])
    ours, per_second = _ours(site, list(zip(attempts, (x.user_id for x in learners), strict=True)))
    say(
        f"\nsave in the database: {ours:.0f} us CPU with the journal, {per_second:.0f} saves/s; "
        f"raw durable statement {floor:.0f} us; ratio {ours / floor:.2f} (goal <= 1)"
    )
    return {
        "cpu_us": round(ours),
        "floor_us": round(floor),
        "ratio_to_floor": round(ours / floor, 2),
        "saves_per_second": round(per_second),
    }


def _attempt_id(site: Site, user_id: int, number: int) -> int:
    with site.reading(Actor(user_id=user_id)) as ctx:
        return taking.get_head(ctx, taking.Address(COURSE, QUIZ, number)).id


def _floor(site: Site, attempt: int) -> float:
    path = str(site.database.engine.url.database)
    connection = sqlite3.connect(path, isolation_level=None)
    prepare_sqlite(connection)
    count = 1000
    begun = time.process_time()
    for number in range(count):
        # A revision that stays the same would not touch the disk at all.
        values = {"attempt": attempt, "slot": 1 + number % ITEMS, "revision": number}
        connection.execute(FLOOR, values)
    spent = time.process_time() - begun
    connection.execute("DELETE FROM responses WHERE attempt_id = ?", (attempt,))
    connection.close()
    return spent / count * 1e6


def _ours(site: Site, people: list[tuple[int, int]]) -> tuple[float, float]:
    now = site.clock()
    plan = AnswerSave(1, 0, "", '{"r1":{"choice":"b"}}', None, is_flagged=False)

    def work(attempt: int, user: int) -> None:
        for number in range(SAVES // WRITERS):
            answer = f'{{"r1":{{"choice":"{"abc"[number // ITEMS % 3]}"}}}}'
            save = replace(
                plan,
                slot=1 + number % ITEMS,
                seen=number // ITEMS,
                op_id=secrets.token_hex(8),
                answer=answer,
            )
            outcome = site.answers.write(SaveUnit(attempt, user, [save], now, may_be_left=False))[0]
            if not outcome.is_saved:
                raise AssertionError(outcome)

    threads = [threading.Thread(target=work, args=entry) for entry in people]
    begun, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    return (time.process_time() - cpu) / SAVES * 1e6, SAVES / seconds
