"""The fault drill: the database fails somewhere in a start, a save or a hand-in.

At a random statement, flush or commit; with SQLite also a full disk, with PostgreSQL a cut line.
What failed leaves nothing behind, the same again succeeds, and once more changes nothing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave
from quizapp.features.attempts.queries.taking import Head
from tests.bench import truth
from tests.bench.rounds import Round, play
from tests.bench.tally import Tally
from tests.factories import attempts
from tests.factories.attempts import KEYS, make_save
from tests.factories.faults import (
    FailingUnit,
    disk_with_room_for,
    failing_at,
    files_no_longer_than,
    log_size,
)
from tests.integration.admin.watching import everything

FAULTS = 8
"""Tried before the act may succeed."""
MOST_PAGES, MOST_BYTES = 3, 60_000
POINTS = {"start": 40, "save": 9, "write": 12, "hand in": 60}
"""The acts of a sitting in order, and about as many statements as each has."""
SAVED = (1, 2)
"""The places answered by `save`; `write` answers the others."""


def drill(engine: str, seconds: float, seed: int) -> Tally:
    """Rounds of faults until the time is over."""
    tally = Tally("faults", engine)

    def one(game: Round) -> None:
        for name in POINTS:
            Trial(game, tally, name).run()

    tally.rounds = play(engine, seconds, seed, one)
    return tally


@dataclass
class Trial:
    """One act of a sitting: several faults, then the act itself, then once more."""

    game: Round
    tally: Tally
    name: str

    def run(self) -> None:
        act = self._act()
        before = everything(self.game.site)
        for _ in range(FAULTS):
            if self._survives(act, before):
                break
        else:
            act(0)
        self.tally.acknowledged += 1
        after = everything(self.game.site)
        self.tally.missing += after == before
        act(0)
        self.tally.doubled += everything(self.game.site) != after
        with self.game.site.reading() as ctx:
            truth.check_starts(ctx, self.tally)
            truth.check_results(ctx, self.tally)

    def _survives(self, act: Callable[[int], Any], before: Any) -> bool:
        """Whether the act was done in spite of the fault; if not, nothing may have changed."""
        number, fault, words = self._fault()
        try:
            with fault:
                act(number)
        except Exception as error:  # noqa: BLE001 - any refusal will do; what counts is what is left
            self.tally.refused += 1
            if everything(self.game.site) != before:
                self.tally.missing += 1
                self.tally.complain(f"{self.name}, {words}: half of it is there ({error})")
            return False
        return True

    def _fault(self) -> tuple[int, AbstractContextManager[Any], str]:
        """The number for the act, what goes wrong around it, and that in words."""
        site, chance = self.game.site, self.game.chance
        point = chance.randint(1, POINTS[self.name])
        kind = chance.choice(["statement", "statement", *self._kinds()])
        if kind == "pages":
            room = chance.randint(0, MOST_PAGES)
            return 0, disk_with_room_for(site, room), f"room for {room} pages"
        if kind == "file":
            size = log_size(site) + chance.randint(0, MOST_BYTES)
            return 0, files_no_longer_than(size), f"files up to {size} bytes"
        at = point if self.name == "write" else 0
        return at, failing_at(site, point, cuts_line=kind == "line"), f"{kind} {point}"

    def _kinds(self) -> list[str]:
        if not self.game.site.settings.is_sqlite:
            return ["line"]
        return ["file"] if self.name == "write" else ["file", "pages"]

    def _act(self) -> Callable[[int], Any]:
        """The act, ready to be tried; the writer's fails at a statement by number."""
        site, person = self.game.site, self.game.clinic.lea
        if self.name == "start":
            return lambda _: attempts.start(site, person)
        head = attempts.head_of(site, person)
        if self.name == "hand in":
            return lambda _: attempts.submit(site, person, head.id)
        if self.name == "save":
            saves = [make_save(slot) for slot in SAVED]
            return lambda _: attempts.save(site, head, *saves)
        written = [make_save(slot) for slot in sorted(set(KEYS) - set(SAVED))]
        return lambda number: self._write(head, written, number)

    def _write(self, head: Head, saves: list[AnswerSave], number: int) -> Any:
        site = self.game.site
        unit = saving.unit_of(head, saves, site.clock(), may_be_left=False)
        return site.answers.write(FailingUnit(unit, number))
