"""A load of keep-alive requests from threads of this process, which is not what is measured."""

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what to send, and which status is right."""

    method: str
    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    expected: int = 200


@dataclass(slots=True)
class Outcome:
    """How a load went: seconds of each request, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Milliseconds below which this share of the requests stayed."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        return 1000 * statistics.median(self.seconds)


def run(port: int, calls: Callable[[int], Call], count: int, threads: int) -> Outcome:
    """Send `count` requests, the n-th made by `calls(n)`, over one connection a thread."""
    outcome = Outcome()
    numbers = itertools.count()
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        seconds: list[float] = []
        errors: list[str] = []
        while True:
            with lock:
                number = next(numbers)
            if number >= count:
                break
            call = calls(number)
            begun = time.perf_counter()
            connection.request(call.method, call.path, call.body, dict(call.headers))
            response = connection.getresponse()
            text = response.read()
            seconds.append(time.perf_counter() - begun)
            if response.status != call.expected:
                errors.append(f"{call.method} {call.path}: {response.status} {text[:200]!r}")
        connection.close()
        with lock:
            outcome.seconds.extend(seconds)
            outcome.errors.extend(errors)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return outcome


def in_turn(calls: Sequence[Call]) -> Callable[[int], Call]:
    """The same few requests over and over."""
    return lambda number: calls[number % len(calls)]
