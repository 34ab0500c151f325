"""The race drill: 2 to 32 at once on the same attempts, whatever they want of them.

They start, save (each in one of the two ways), hand in, close what is overdue, correct marks and
take corrections back. What each was told is compared with the database, and the marks, once all
corrections are taken back, with the plain marks of the answers.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select

from quizapp.domain.errors import Refusal, Unavailable
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave, Outcome
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries.taking import Head
from quizapp.features.grading.models import ACCEPT, FULL_MARKS, VOID, Correction
from tests.bench import truth
from tests.bench.rounds import Round, play
from tests.bench.tally import Tally
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.attempts import KEYS, make_save
from tests.factories.crowd import at_once
from tests.integration.attempts.desk import WRONG
from tests.integration.grading import correcting

CROWD = (2, 32)
QUESTION = "nc-1"
MINUTES = 20
"""The time limit of the quiz."""
SITTINGS = 3
"""As many attempts as the quiz allows."""
WEIGHTS = {"save": 40, "hand_in": 1, "close": 2, "correct": 4, "undo": 2, "wait": 1}


def drill(engine: str, seconds: float, seed: int) -> Tally:
    """Rounds of races until the time is over."""
    tally = Tally("races", engine)

    def one(game: Round) -> None:
        for number in range(1, SITTINGS + 1):
            Race(game, tally, number).run()

    tally.rounds = play(engine, seconds, seed, one)
    return tally


@dataclass
class Race:
    """Two people, an attempt each, and a crowd around them."""

    game: Round
    tally: Tally
    number: int
    heads: list[Head] = field(default_factory=list)
    told: list[tuple[Head, AnswerSave, Outcome]] = field(default_factory=list)
    ended: list[Attempt] = field(default_factory=list)

    @property
    def people(self) -> tuple[Person, Person]:
        return self.game.clinic.lea, self.game.clinic.leo

    def run(self) -> None:
        crowd = self.game.chance.randint(*CROWD)
        self._start(crowd)
        works = [partial(self._act, self._plan()) for _ in range(crowd)]
        for reply in at_once(works):
            if isinstance(reply, Exception):
                self.tally.complain(f"{type(reply).__name__}: {reply}")
        self._finish()
        self._check()

    def _start(self, crowd: int) -> None:
        """Everybody starts for one of the two: one attempt each."""
        site, chance = self.game.site, self.game.chance
        starters = [*self.people, *(chance.choice(self.people) for _ in range(crowd - 2))]
        for reply in at_once([partial(attempts.start, site, person) for person in starters]):
            if isinstance(reply, Attempt):
                self.tally.acknowledged += 1
            else:
                self.tally.complain(f"a start: {reply!r}")
        with site.reading() as ctx:
            truth.check_starts(ctx, self.tally)
        self.heads = [attempts.head_of(site, one, number=self.number) for one in self.people]

    def _plan(self) -> list[Callable[[], Any]]:
        """What one of the crowd does, one after the other."""
        chance = self.game.chance
        chosen = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=chance.randint(1, 4))
        works: dict[str, Callable[[random.Random], Callable[[], Any]]] = {
            "save": self._saving,
            "hand_in": self._handing_in,
            "close": lambda _: partial(jobs.close_overdue, self.game.site),
            "correct": self._correcting,
            "undo": lambda _: self._undo,
            "wait": lambda _: partial(self.game.clock.advance, minutes=MINUTES / 2),
        }
        return [works[name](chance) for name in chosen]

    def _act(self, works: list[Callable[[], Any]]) -> None:
        for work in works:
            try:
                work()
            except (Refusal, Unavailable):
                self.tally.refused += 1

    def _saving(self, chance: random.Random) -> Callable[[], None]:
        """Two of the same operation now and then, and pages that are not the newest."""
        head = chance.choice(self.heads)
        slot = chance.choice(sorted(KEYS))
        answer = chance.choice([KEYS, WRONG])[slot]
        save = make_save(
            slot,
            answer,
            seen=min(chance.randrange(4), chance.randrange(4)),
            confidence=chance.randint(1, 3),
        )
        by_writer, twice = chance.random() < 0.5, chance.random() < 0.2
        return partial(self._save, head, save, by_writer=by_writer, twice=twice)

    def _save(self, head: Head, save: AnswerSave, *, by_writer: bool, twice: bool) -> None:
        site = self.game.site
        for _ in range(1 + twice):
            if by_writer:
                unit = saving.unit_of(head, [save], site.clock(), may_be_left=False)
                (outcome,) = site.answers.write(unit)
            else:
                (outcome,) = attempts.save(site, head, save)
            self.told.append((head, save, outcome))

    def _handing_in(self, chance: random.Random) -> Callable[[], None]:
        place = chance.randrange(len(self.heads))
        return lambda: self._hand_in(place)

    def _hand_in(self, place: int) -> None:
        person, head = self.people[place], self.heads[place]
        self.ended.append(attempts.submit(self.game.site, person, head.id))

    def _correcting(self, chance: random.Random) -> Callable[[], Any]:
        kind = chance.choice([ACCEPT, VOID, FULL_MARKS])
        instructor = self.game.clinic.instructor
        return partial(correcting.correct, self.game.site, instructor, QUESTION, kind)

    def _undo(self) -> None:
        for correction in self._in_force()[:1]:
            correcting.undo(self.game.site, self.game.clinic.instructor, correction)

    def _in_force(self) -> list[Correction]:
        """The latest first."""
        rows = select(Correction).where(Correction.undone_at.is_(None))
        with self.game.site.reading() as ctx:
            return list(ctx.session.scalars(rows.order_by(Correction.id.desc())))

    def _finish(self) -> None:
        for place in range(len(self.heads)):
            self._hand_in(place)

    def _check(self) -> None:
        site, tally = self.game.site, self.tally
        for head in self.heads:
            ends = [a for a in self.ended if a.id == head.id]
            tally.acknowledged += len(ends)
            if len({(a.submitted_at, a.submitted_by) for a in ends}) != 1:
                tally.complain(f"attempt {head.id} was handed in twice")
        with site.reading() as ctx:
            truth.check_results(ctx, tally)
            for head in self.heads:
                mine = [(save, outcome) for at, save, outcome in self.told if at.id == head.id]
                truth.check_saves(ctx, head.id, mine, tally)
                truth.check_journal(ctx, head.id, tally)
        while self._in_force():
            self._undo()
        with site.reading() as ctx:
            truth.check_results(ctx, tally)
            for head in self.heads:
                truth.check_marks(ctx, head.id, tally)
