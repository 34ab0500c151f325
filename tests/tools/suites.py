"""Runs the suites that need no browser side by side, two processes for two cores, with coverage.

python -m tests.tools.suites: prints each suite's output when it ends; exits 1 if one failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

INTEGRATION = Path("tests/integration")
FIRST = ("attempts", "grading", "reports", "home")
"""As much work as all the others together."""


def folders() -> tuple[list[str], list[str]]:
    there = sorted(path for path in INTEGRATION.iterdir() if (path / "__init__.py").is_file())
    first = [str(path) for path in there if path.name in FIRST]
    return first, [str(path) for path in there if path.name not in FIRST]


def start(paths: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "coverage", "run", "--parallel-mode", "-m", "pytest", "-q"]
    return subprocess.Popen(
        [*command, "-p", "no:cacheprovider", *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main() -> None:
    begun = time.monotonic()
    first, second = folders()
    running = [start(first), start(["tests/unit", "tests/architecture", *second])]
    outputs = [process.communicate()[0] for process in reversed(running)]
    for output in outputs:
        print(output)
    print(f"{time.monotonic() - begun:.0f} s on {os.cpu_count()} cores")
    sys.exit(any(process.returncode for process in running))


if __name__ == "__main__":
    main()
