"""Drills: processes are killed, crowds race, databases fail; nothing acknowledged may be missing.

python -m tests.bench.drill --minutes 10 [--engine sqlite,postgresql] [--only kills,races]
    [--seed 1] [--json]

Each drill has its share of the time on each engine. Rounds of races, faults and histories are the
same again for the same seed (threads still take turns as they like). Exits with 1 if anything is
missing, doubled or in trouble.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Callable

from tests.bench import faults, histories, kills, races
from tests.bench.tally import Tally

Drill = Callable[[str, float, int], Tally]
DRILLS: dict[str, tuple[float, Drill]] = {
    "kills": (0.4, lambda engine, seconds, _seed: kills.drill(engine, seconds)),
    "races": (0.25, races.drill),
    "faults": (0.2, faults.drill),
    "histories": (0.15, histories.drill),
}


def main() -> None:
    options = _options()
    chosen = {name: DRILLS[name] for name in options.only.split(",")}
    engines = options.engine.split(",")
    whole = sum(share for share, _ in chosen.values()) * len(engines)
    say(f"seed {options.seed}")
    tallies = []
    for engine in engines:
        for share, drill in chosen.values():
            tally = drill(engine, options.minutes * 60 * share / whole, options.seed)
            say(tally.line())
            tallies.append(tally)
    if options.json:
        drills = [tally.document() for tally in tallies]
        print(json.dumps({"seed": options.seed, "drills": drills}, indent=2))
    sys.exit(not all(tally.is_sound for tally in tallies))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--engine", default="sqlite,postgresql")
    parser.add_argument("--only", default=",".join(DRILLS))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--json", action="store_true", help="one document on standard output")
    return parser.parse_args()


def say(text: str) -> None:
    """Figures for people go to standard error: standard output is for the document."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
