"""Rounds of load, bare Flask and the page in turn, and what they cost."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.load import Call, Outcome, run
from tests.bench.processes import cpu_seconds, descendants

ROUNDS = 3
THREADS = 16


@dataclass(frozen=True, slots=True)
class Target:
    """A port with the processes whose time counts (web server, database)."""

    port: int
    pids: tuple[int, ...]

    def cpu(self) -> float:
        return cpu_seconds([pid for root in self.pids for pid in descendants(root)])


@dataclass(slots=True)
class Result:
    """What one kind of request cost."""

    name: str
    microseconds: list[float] = field(default_factory=list)
    latency: Outcome = field(default_factory=Outcome)

    @property
    def median(self) -> float:
        return statistics.median(self.microseconds)


def measure(
    name: str,
    target: Target,
    calls: Callable[[int], Call],
    count: int,
    result: Result | None = None,
) -> Result:
    """One round: CPU microseconds a request, latencies and errors added to the result."""
    result = result or Result(name)
    before = target.cpu()
    outcome = run(target.port, calls, count, THREADS)
    result.microseconds.append((target.cpu() - before) / count * 1e6)
    result.latency.seconds += outcome.seconds
    result.latency.errors += outcome.errors
    return result


def compare(
    bare: Target, target: Target, kinds: dict[str, tuple[Callable[[int], Call], int]]
) -> dict[str, Result]:
    """Rounds of every kind, each beside bare Flask, alternating."""
    results = {name: Result(name) for name in ["bare", *kinds]}
    hello = Call("GET", "/")
    run(bare.port, lambda _: hello, 500, THREADS)
    for calls, count in kinds.values():
        run(target.port, calls, min(count, 200), THREADS)
    for _ in range(ROUNDS):
        for name, (calls, count) in kinds.items():
            measure("bare", bare, lambda _: hello, 3000, results["bare"])
            measure(name, target, calls, count, results[name])
    return results
