"""Runs suites side by side, two processes for two cores.

python -m tests.tools.suites: what needs no browser, with coverage; with `e2e`: browser journeys.
Prints each process's output when it ends; exits 1 if one failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

INTEGRATION, BROWSER = Path("tests/integration"), Path("tests/e2e")
FIRST = ("attempts", "grading", "reports", "home")
PAGES = ("test_pages.py", "test_rows.py")
"""Of each suite: as much work as all the others together."""
PLAIN = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
MEASURED = ("-m", "coverage", "run", "--parallel-mode", *PLAIN)


def folders() -> tuple[list[str], list[str]]:
    """The paths of both processes for what needs no browser."""
    there = sorted(path for path in INTEGRATION.iterdir() if (path / "__init__.py").is_file())
    first = [str(path) for path in there if path.name in FIRST]
    rest = [str(path) for path in there if path.name not in FIRST]
    return first, ["tests/unit", "tests/architecture", *rest]


def journeys() -> tuple[list[str], list[str]]:
    """The paths of both processes for what needs one."""
    there = sorted(BROWSER.glob("test_*.py"))
    pages = [str(path) for path in there if path.name in PAGES]
    return pages, [str(path) for path in there if path.name not in PAGES]


def start(options: tuple[str, ...], paths: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, *options, *paths]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main() -> None:
    begun = time.monotonic()
    if sys.argv[1:] == ["e2e"]:
        running = [start(PLAIN, paths) for paths in journeys()]
    else:
        running = [start(MEASURED, paths) for paths in folders()]
    outputs = [process.communicate()[0] for process in reversed(running)]
    for output in outputs:
        print(output)
    print(f"{time.monotonic() - begun:.0f} s on {os.cpu_count()} cores")
    sys.exit(any(process.returncode for process in running))


if __name__ == "__main__":
    main()
