"""What a correction changes in an attempt: before and after, and in which order it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizapp.domain.marking import Verdict
from quizapp.features.attempts.models import Attempt
from quizapp.features.grading.models import CorrectionEffect


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision changes in one place of an attempt: the mark, and the result around it.

    The results are those of the whole attempt, with every place that changes.
    """

    attempt_id: int
    slot: int
    user_id: int
    number: int
    quiz_id: int
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_flip(self) -> bool:
        return bool(self.before["verdict"] != self.after["verdict"])

    @property
    def is_newly_unsafe(self) -> bool:
        return self.is_flip and self.after["verdict"] == Verdict.NOT_SAFE


def share_of(points: str, maximum: str) -> Fraction:
    """The share of the points that a result has."""
    return Fraction(points) / Fraction(maximum) if Fraction(maximum) else Fraction(0)


def score_of(result: Mapping[str, Any]) -> float:
    """The share of the points in a result that an effect keeps."""
    return float(share_of(result["points"], result["max_points"]))


def effect_of(row: CorrectionEffect, attempt: Attempt) -> Effect:
    """A stored effect."""
    return Effect(
        row.attempt_id,
        row.slot,
        attempt.user_id,
        attempt.number,
        attempt.quiz_id,
        row.before,
        row.after,
    )


def order_of(effects: Sequence[Effect]) -> list[Effect]:
    """Those who would become not safe, other changed verdicts, then changed points."""
    return sorted(
        effects,
        key=lambda effect: (
            not effect.is_newly_unsafe,
            not effect.is_flip,
            effect.attempt_id,
            effect.slot,
        ),
    )


def by_attempt(effects: Iterable[Effect]) -> list[Effect]:
    """One effect for each attempt, whose results are those of all of them."""
    found: dict[int, Effect] = {}
    for effect in effects:
        found.setdefault(effect.attempt_id, effect)
    return list(found.values())
