"""Choosing and ordering the questions of an attempt: the same seed gives the same choice."""

import random
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from quizapp.domain.errors import N_, Conflict

K = TypeVar("K", bound=Hashable)


class DrawCannotBeFilled(Conflict):
    """Too few questions fit a draw."""

    message = N_("Too few questions fit this quiz's blueprint. Tell your instructor.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live question as a draw sees it."""

    question_id: int
    objectives: frozenset[str]
    level: str
    hazard: str | None
    tags: frozenset[str]
    type: str


@dataclass(frozen=True, slots=True)
class Draw:
    """How many questions of what kind: every filter given has to fit."""

    count: int
    objectives: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    safety: str = "any"

    def fits(self, candidate: Candidate) -> bool:
        return (
            (not self.objectives or not self.objectives.isdisjoint(candidate.objectives))
            and (not self.levels or candidate.level in self.levels)
            and (not self.hazards or candidate.hazard in self.hazards)
            and (not self.tags or not self.tags.isdisjoint(candidate.tags))
            and (not self.types or candidate.type in self.types)
            and (self.safety == "any" or (candidate.hazard is not None) == (self.safety == "only"))
        )


def fill(
    draws: Sequence[Draw],
    candidates: Iterable[Candidate],
    rng: random.Random,
    *,
    taken: frozenset[int] = frozenset(),
    seen: frozenset[int] = frozenset(),
    hazards: frozenset[str] = frozenset(),
) -> list[list[int]]:
    """Question ids for each draw, none twice, unseen ones first; raises DrawCannotBeFilled.

    Each of `hazards` that a draw can ask is asked, as far as there is room for all.

    A greedy choice could leave a later draw empty-handed although the pool suffices, so places
    are matched to questions by augmenting paths (Kuhn 1955, in the form of Berge's theorem). They
    pass questions on and never drop one, so what is reserved first is asked.
    """
    pool = [candidate for candidate in candidates if candidate.question_id not in taken]
    rng.shuffle(pool)
    places = [(number, place) for number, draw in enumerate(draws) for place in range(draw.count)]
    fitting = [[c.question_id for c in pool if draw.fits(c)] for draw in draws]
    unseen = [[n for n in numbers if n not in seen] for numbers in fitting]
    matching: _Matching[tuple[int, int]] = _Matching()
    for place, question_id in _reserved(draws, places, pool, rng, seen, hazards).items():
        matching.put(place, question_id)
    places = [place for place in places if not matching.has(place)]
    empty = [place for place in places if not matching.fill(place, lambda p: unseen[p[0]])]
    if not all(matching.fill(place, lambda p: fitting[p[0]]) for place in empty):
        raise DrawCannotBeFilled
    chosen: list[list[int]] = [[] for _ in draws]
    for question_id, (number, _) in matching.holder.items():
        chosen[number].append(question_id)
    for questions in chosen:
        questions.sort()
        rng.shuffle(questions)
    return chosen


def _reserved(
    draws: Sequence[Draw],
    places: Sequence[tuple[int, int]],
    pool: Sequence[Candidate],
    rng: random.Random,
    seen: frozenset[int],
    hazards: frozenset[str],
) -> dict[tuple[int, int], int]:
    """Places for questions about as many of these hazards as possible, unseen ones preferred."""
    order = sorted(hazards)
    rng.shuffle(order)
    unseen_first = sorted(pool, key=lambda candidate: candidate.question_id in seen)

    def places_for(hazard: str, *, is_new: bool) -> list[int]:
        fitting = [
            number
            for number, draw in enumerate(draws)
            if any(
                c.hazard == hazard and draw.fits(c) and not (is_new and c.question_id in seen)
                for c in pool
            )
        ]
        return [index for index, (number, _) in enumerate(places) if number in fitting]

    matching: _Matching[str] = _Matching()
    for is_new in (True, False):
        options = {hazard: places_for(hazard, is_new=is_new) for hazard in hazards}
        order = [hazard for hazard in order if not matching.fill(hazard, options.__getitem__)]
    return {
        places[index]: next(
            c.question_id
            for c in unseen_first
            if c.hazard == hazard and draws[places[index][0]].fits(c)
        )
        for index, hazard in matching.holder.items()
    }


class _Matching(Generic[K]):
    """Options given to places, one each."""

    def __init__(self) -> None:
        self.holder: dict[int, K] = {}
        self._held: dict[K, int] = {}

    def has(self, place: K) -> bool:
        return place in self._held

    def put(self, place: K, option: int) -> None:
        """Give an empty place an option that nobody has."""
        self.holder[option], self._held[place] = place, option

    def fill(self, start: K, options: Callable[[K], Sequence[int]]) -> bool:
        """Give a place an option, by the shortest chain of places that pass theirs on."""
        wanted_by: dict[int, K] = {}
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            for option in options(place):
                if option in wanted_by:
                    continue
                wanted_by[option] = place
                if option not in self.holder:
                    self._pass_on(start, option, wanted_by)
                    return True
                waiting.append(self.holder[option])
        return False

    def _pass_on(self, start: K, option: int, wanted_by: Mapping[int, K]) -> None:
        while True:
            place = wanted_by[option]
            before = self._held.get(place)
            self.holder[option], self._held[place] = place, option
            if before is None or place == start:
                return
            option = before


def shuffled_groups(groups: Sequence[Sequence[K]], rng: random.Random) -> list[K]:
    """The groups (a case's questions, or a single one) in random order, each kept together."""
    order = list(groups)
    rng.shuffle(order)
    return [member for group in order for member in group]
