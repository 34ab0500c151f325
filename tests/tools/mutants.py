"""Mutation testing of the modules that judge time and answers: do their unit tests notice?

python -m tests.tools.mutants [--only timing,cloze] [--json]: prints the score of each module and
what survived, by file and line; exits with 1 if a module is under the goal.

The tests are loaded once. For each change a forked child gets the changed code under the functions
that are there already, and runs the tests until the first failure. A change of what happens while
a module loads has a process of its own. Too long counts as noticed.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import hypothesis
import pytest
from hypothesis import Phase

from tests.tools.mutating import Mutant, mutants_of, mutated

ROOT = Path(__file__).parents[2]
GOAL = 85
TYPES = "quizapp/question_types"
KINDS = frozenset(path.parent.name for path in (ROOT / TYPES).glob("*/grading.py"))
PYTEST = [
    "-x", "-o", "addopts=--import-mode=importlib --strict-markers -p no:terminal", "-W", "ignore",
    "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:terminal",
    "--hypothesis-seed=0", "--hypothesis-profile=mutants",
]  # fmt: skip
SLOWEST, TIMES = 10.0, 6
"""Seconds a change may take at least, and how many times what the tests take unchanged."""


@dataclass(frozen=True)
class Target:
    """A module, the files of its tests, and the question types whose samples say nothing of it."""

    name: str
    path: str
    tests: tuple[str, ...]
    others: frozenset[str] = frozenset()

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass
class Score:
    """What became of a module's mutants."""

    target: Target
    count: int = 0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def percent(self) -> float:
        return 100 * (self.count - len(self.survived)) / self.count if self.count else 100.0

    @property
    def is_enough(self) -> bool:
        return self.percent >= GOAL

    def document(self) -> dict[str, Any]:
        survived = [{"line": m.line, "change": m.words} for m in self.survived]
        return {
            "module": self.target.path,
            "mutants": self.count,
            "noticed_percent": round(self.percent, 1),
            "survived": survived,
        }


def targets() -> list[Target]:
    domain = ("marking", "timing", "hand_marking", "correcting")
    shared = ("accepting", "quantities", "spelling")
    lists = ("choices", "rubric")
    return [
        *(Target(n, f"quizapp/domain/{n}.py", (f"tests/unit/domain/test_{n}.py",)) for n in domain),
        *(Target(n, f"{TYPES}/{n}.py", (_test_of(n),)) for n in shared),
        *(Target(n, f"{TYPES}/{n}.py", (_test_of(n), _test_of("contract"))) for n in lists),
        *(_type_target(kind) for kind in sorted(KINDS)),
    ]


def _type_target(kind: str) -> Target:
    """A type's own tests, those of what types share, and the contract with its samples."""
    files = [_test_of(kind), _test_of("choices"), _test_of("contract"), _test_of("item")]
    there = tuple(path for path in files if (ROOT / path).exists())
    return Target(kind, f"{TYPES}/{kind}/grading.py", there, KINDS - {kind})


def _test_of(name: str) -> str:
    return f"tests/unit/question_types/test_{name}.py"


class Forking:
    """A pytest plugin: in the place of the tests, the tests once for every mutant."""

    def __init__(self, score: Score, workers: int) -> None:
        self.score = score
        self._workers = workers
        self._running: dict[int, tuple[Mutant, float]] = {}
        self._patience = SLOWEST

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Without samples of other types, which are told by their names; the quick ones first."""
        names = [f"[{name}" for name in self.score.target.others]
        items[:] = [one for one in items if not any(name in one.name for name in names)]
        items.sort(key=lambda one: hasattr(getattr(one, "obj", None), "hypothesis"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        begun = time.monotonic()
        pid = self._fork(session, lambda: None)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            raise pytest.UsageError("the tests fail without any change")
        self._patience = max(SLOWEST, TIMES * self._workers * (time.monotonic() - begun))
        source = (ROOT / self.score.target.path).read_text(encoding="utf-8")
        for mutant in mutants_of(source):
            self.score.count += 1
            while len(self._running) >= self._workers:
                self._wait()
            apply = _swapping(self.score.target, source, mutant)
            pid = self._alone(mutant) if apply is None else self._fork(session, apply)
            self._running[pid] = (mutant, time.monotonic())
        while self._running:
            self._wait()
        self.score.survived.sort(key=lambda one: (one.line, one.place, one.variant))
        return True

    def _fork(self, session: pytest.Session, apply: Callable[[], None]) -> int:
        pid = os.fork()
        if pid:
            return pid
        _be_silent()
        failed = 1
        try:
            apply()
            failed = _run(session)
        finally:
            os._exit(failed)

    def _alone(self, mutant: Mutant) -> int:
        arguments = [self.score.target.name, str(mutant.place), str(mutant.variant)]
        return os.spawnv(  # noqa: S606 - our own command
            os.P_NOWAIT,
            sys.executable,
            [sys.executable, "-m", "tests.tools.mutants", "--alone", *arguments],
        )

    def _wait(self) -> None:
        """Until one of the children has ended, by itself or because it takes too long."""
        for pid, (mutant, begun) in list(self._running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._running[pid]
                if status == 0:
                    self.score.survived.append(mutant)
                return
            if time.monotonic() - begun > self._patience:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def _run(session: pytest.Session) -> int:
    """Until the first failure, as the loop of pytest."""
    for place, item in enumerate(session.items):
        following = session.items[place + 1] if place + 1 < len(session.items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0


def _be_silent() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _swapping(target: Target, source: str, mutant: Mutant) -> Callable[[], None] | None:
    """What puts the changed code under the functions that are there; None if there are none."""
    module = importlib.import_module(target.module)
    if not mutant.is_inside or module.__file__ is None:
        return None
    before = _codes(compile(ast.parse(source), module.__file__, "exec"))
    after = _codes(compile(mutated(source, mutant), module.__file__, "exec"))
    swaps = [
        (function, after[name])
        for name, function in _functions(module)
        if name in after and after[name] != before[name]
    ]

    def apply() -> None:
        for function, code in swaps:
            function.__code__ = code

    return apply if swaps else None


def _codes(code: CodeType) -> dict[str, CodeType]:
    """The code of functions and methods by their qualified names."""
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[constant.co_qualname] = constant
            if constant.co_flags & 0x02 == 0:  # a class's body: not optimised as functions are
                found.update(_codes(constant))
    return found


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    for value in vars(module).values():
        yield from _unwrapped(module, value)
        if isinstance(value, type) and value.__module__ == module.__name__:
            for member in vars(value).values():
                yield from _unwrapped(module, member)


def _unwrapped(module: ModuleType, value: Any) -> Iterator[tuple[str, FunctionType]]:
    for name in ("fget", "__func__", "func", "__wrapped__"):
        value = getattr(value, name, value)
    if isinstance(value, FunctionType) and value.__module__ == module.__name__:
        yield value.__code__.co_qualname, value


class Changed(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Loads one module from a changed tree."""

    def __init__(self, target: Target, tree: ast.Module) -> None:
        self._target, self._tree = target, tree

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != self._target.module:
            return None
        return importlib.util.spec_from_file_location(name, ROOT / self._target.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, module.__file__ or "", "exec"), vars(module))  # noqa: S102


def run_alone(name: str, place: int, variant: int) -> int:
    """The tests of a module on one change of what happens while it loads."""
    target = _by_name()[name]
    source = (ROOT / target.path).read_text(encoding="utf-8")
    mutant = next(m for m in mutants_of(source) if (m.place, m.variant) == (place, variant))
    _be_silent()
    sys.meta_path.insert(0, Changed(target, mutated(source, mutant)))
    return int(pytest.main([*PYTEST, *target.tests]))


@cache
def _by_name() -> dict[str, Target]:
    return {target.name: target for target in targets()}


def measure(target: Target, workers: int) -> Score:
    """In a child, so that no module's tests meet those of another."""
    score = Score(target)
    plugin = Forking(score, workers)
    pytest.main([*PYTEST, *target.tests], plugins=[plugin])
    return score


def main() -> None:
    # An example that fails is enough: nobody reads the smallest one.
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        database=None,
        max_examples=40,
        phases=[Phase.explicit, Phase.generate],
    )
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutants", description=__doc__)
    parser.add_argument("--only", help="names such as timing,cloze")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="one document on standard output")
    parser.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        name, place, variant = options.alone
        sys.exit(run_alone(name, int(place), int(variant)))
    names = options.only.split(",") if options.only else list(_by_name())
    scores = []
    for name in names:
        score = measure(_by_name()[name], options.workers)
        scores.append(score)
        _say(f"{score.target.path}: {score.percent:.0f} % of {score.count} noticed")
        for mutant in score.survived:
            _say(f"  {score.target.path}:{mutant.line}: {mutant.words}")
    if options.json:
        print(json.dumps({"goal": GOAL, "modules": [one.document() for one in scores]}, indent=2))
    sys.exit(not all(score.is_enough and score.count for score in scores))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
