"""Candidates of an exam, in a process of their own so that their work is not the server's.

python -m tests.bench.candidates < plan.json > found.json

Each opens a page, thinks, saves an answer, thinks, saves the next; goes on to the next page; hands
in and reads the result. Nobody sends before the last reply is there, as people do.
"""

import http.client
import json
import random
import re
import secrets
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

HIDDEN = re.compile(r'name="s(\d+)-version" value="(\d+)"')
FORM = ("Content-Type", "application/x-www-form-urlencoded")
TIMEOUT = 60


@dataclass
class Found:
    """What all candidates saw together."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    saved: list[tuple[int, int, str, int]] = field(default_factory=list)
    """Person, question, operation and revision of every answer that was acknowledged."""
    handed_in: list[int] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0


class Candidate(threading.Thread):
    """One person with one connection."""

    def __init__(self, plan: dict[str, Any], one: dict[str, Any], found: Found, gate: Any) -> None:
        super().__init__()
        self._plan, self._one, self._found, self._gate = plan, one, found, gate
        self._chance = random.Random(one["user"])  # noqa: S311 - how long somebody thinks
        self._pace = plan["think"] * self._chance.uniform(0.5, 1.5)
        self._connection = http.client.HTTPConnection("127.0.0.1", plan["port"], timeout=TIMEOUT)

    def run(self) -> None:
        time.sleep(self._chance.uniform(0, self._plan["burst"]))
        form = f"csrf_token={self._one['token']}"
        self._ask("start", "POST", self._one["start"], form, expected=303)
        self._gate.wait()
        time.sleep(self._chance.uniform(0, self._plan["think"] * self._plan["per_page"]))
        for first in range(1, self._plan["items"] + 1, self._plan["per_page"]):
            path = f"{self._one['base']}/question-{first}"
            page = self._ask("question page", "GET", path)
            for slot, version in HIDDEN.findall(page or ""):
                self._think()
                self._save(path, int(slot), version)
        self._think()
        submit = f"{self._one['base']}/submit"
        if self._ask("hand-in", "POST", submit, form, expected=303) is not None:
            self._found.handed_in.append(self._one["user"])
        self._ask("result page", "GET", f"{self._one['base']}/result")
        self._connection.close()

    def _think(self) -> None:
        time.sleep(self._pace * self._chance.uniform(0.5, 1.5))

    def _save(self, path: str, slot: int, version: str) -> None:
        operation = secrets.token_hex(8)
        body = (
            f"csrf_token={self._one['token']}&only={slot}&s{slot}-version={version}"
            f"&s{slot}-seen=0&s{slot}-op={operation}&s{slot}-r1={self._chance.randint(1, 3)}"
        )
        reply = self._ask("answer save", "POST", path, body, accept="application/json")
        if reply:
            revision = json.loads(reply)["slots"][str(slot)]["revision"]
            self._found.saved.append((self._one["user"], slot, operation, revision))

    def _ask(self, name: str, method: str, path: str, body: str = "", **options: Any) -> str | None:
        """The text of a reply; None, and an error noted, if it is not the expected one."""
        headers = {"Cookie": self._one["cookie"], "Accept": options.get("accept", "text/html")}
        headers.update([FORM] if body else [])
        begun = time.perf_counter()
        try:
            self._connection.request(method, path, body.encode() or None, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._found.errors.append(f"{name}: {error!r}")
            return None
        self._found.seconds[name].append(time.perf_counter() - begun)
        if response.status != options.get("expected", 200):
            self._found.errors.append(f"{name}: {response.status} {text[:200]}")
            return None
        return text


def main() -> None:
    plan = json.load(sys.stdin)
    found = Found()

    def begin() -> None:
        found.began = time.monotonic()

    gate = threading.Barrier(len(plan["people"]), begin)
    candidates = [Candidate(plan, one, found, gate) for one in plan["people"]]
    for candidate in candidates:
        candidate.start()
    for candidate in candidates:
        candidate.join()
    found.ended = time.monotonic()
    json.dump(vars(found), sys.stdout)


if __name__ == "__main__":
    main()
