"""Choosing and ordering the questions of an attempt: the same seed gives the same choice."""

import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

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
) -> list[list[int]]:
    """Question ids for each draw, none twice, unseen ones first; raises DrawCannotBeFilled.

    A greedy choice could leave a later draw empty-handed although the pool suffices, so places
    are matched to questions by augmenting paths (Kuhn 1955, in the form of Berge's theorem).
    """
    pool = [candidate for candidate in candidates if candidate.question_id not in taken]
    rng.shuffle(pool)
    pool.sort(key=lambda candidate: candidate.question_id in seen)
    places = [(number, place) for number, draw in enumerate(draws) for place in range(draw.count)]
    fitting = {
        number: [candidate.question_id for candidate in pool if draw.fits(candidate)]
        for number, draw in enumerate(draws)
    }
    matched = _match(places, {place: fitting[place[0]] for place in places})
    chosen: list[list[int]] = [[] for _ in draws]
    for question_id, (number, _) in matched.items():
        chosen[number].append(question_id)
    for questions in chosen:
        questions.sort()
        rng.shuffle(questions)
    return chosen


def _match(places: Sequence[K], options: Mapping[K, Sequence[int]]) -> dict[int, K]:
    """One option for each place, by option."""
    holder: dict[int, K] = {}

    def find(place: K, tried: set[int]) -> bool:
        for option in options[place]:
            if option in tried:
                continue
            tried.add(option)
            if option not in holder or find(holder[option], tried):
                holder[option] = place
                return True
        return False

    for place in places:
        if not find(place, set()):
            raise DrawCannotBeFilled
    return holder


def shuffled_groups(groups: Sequence[Sequence[K]], rng: random.Random) -> list[K]:
    """The groups (a case's questions, or a single one) in random order, each kept together."""
    order = list(groups)
    rng.shuffle(order)
    return [member for group in order for member in group]
