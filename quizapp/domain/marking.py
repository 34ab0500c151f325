"""Marks of an attempt: exact points, the total, and the verdict with its reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Verdict(StrEnum):
    """How an attempt ended. `done`: nothing was to be passed (practice, survey)."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NOT_SAFE = "not_safe"
    PENDING = "pending"
    DONE = "done"


class Ground(StrEnum):
    """Why an attempt is not passed."""

    HAZARD = "hazard"
    SCORE = "score"
    SECTION = "section"
    NOTHING = "nothing"
    """No question counts any more, so there is nothing to pass."""


@dataclass(frozen=True, slots=True)
class MarkedItem:
    """An item's share of its points (None while a person has to mark it), and its hazard.

    `share` is what the answer earned by the key and alone says whether a hazard was missed;
    `awarded` is what a correction gives instead; a void item counts for no points either way.
    """

    slot: int
    section: int
    share: Fraction | None
    hazard: str | None = None
    points: Fraction = Fraction(1)
    awarded: Fraction | None = None
    is_void: bool = False

    @property
    def counted(self) -> Fraction | None:
        """The share that counts; None while a person has to mark the answer."""
        return self.share if self.awarded is None else self.awarded

    @property
    def is_undecided(self) -> bool:
        """Whether a person has yet to mark it, and it counts."""
        return self.counted is None and not self.is_void


@dataclass(frozen=True, slots=True)
class Rules:
    """What a quiz version demands, in percent; `minimums` by section. Nobody marks a survey."""

    pass_mark: Fraction
    is_graded: bool = True
    is_survey: bool = False
    minimums: Mapping[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground, with the hazard or section it is about."""

    ground: Ground
    hazard: str | None = None
    section: int | None = None
    is_carried: bool = False
    """Whether the hazard was missed in an earlier attempt and not asked in this one."""


@dataclass(frozen=True, slots=True)
class Total:
    """Points, maximum and verdict of an attempt; exact."""

    points: Fraction
    max_points: Fraction
    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> Fraction:
        """Points as a share of the maximum."""
        return self.points / self.max_points if self.max_points else Fraction(0)


def total(
    items: Sequence[MarkedItem], rules: Rules, still_open: frozenset[str] = frozenset()
) -> Total:
    """Add up and judge. A missed hazard is never averaged away: any score ends as not safe.

    `still_open` are the hazards missed in earlier attempts: they have to be answered right in this.
    """
    points, maximum = _sums(items)
    if rules.is_survey:
        return Total(points, maximum, Verdict.DONE, ())
    if any(item.is_undecided for item in items):
        return Total(points, maximum, Verdict.PENDING, ())
    if not rules.is_graded:
        return Total(points, maximum, Verdict.DONE, ())
    hazards = _missed_hazards(items, still_open)
    reasons = (*hazards, *_low_scores(items, rules, points, maximum))
    if any(reason.ground is Ground.HAZARD for reason in reasons):
        verdict = Verdict.NOT_SAFE
    else:
        verdict = Verdict.NOT_PASSED if reasons else Verdict.PASSED
    return Total(points, maximum, verdict, reasons)


def _sums(items: Iterable[MarkedItem]) -> tuple[Fraction, Fraction]:
    """Points reached and points there were."""
    counting_items = [item for item in items if not item.is_void]
    reached = sum((item.points * (item.counted or 0) for item in counting_items), Fraction(0))
    return reached, sum((item.points for item in counting_items), Fraction(0))


def left_open(before: frozenset[str], items: Sequence[MarkedItem]) -> frozenset[str]:
    """The hazards open after an attempt: those missed in it, and before and not right in it.

    Neither a void item nor awarded marks take a miss back: only a right answer does. One that a
    person has yet to mark changes nothing.
    """
    wrong = {i.hazard for i in items if i.hazard and i.share != 1}
    missed = {i.hazard for i in items if i.hazard and i.share != 1 and not i.is_undecided}
    right = {i.hazard for i in items if i.hazard} - wrong
    return (before - right) | missed


def _missed_hazards(items: Sequence[MarkedItem], still_open: frozenset[str]) -> list[Reason]:
    asked = {item.hazard for item in items}
    return [
        Reason(Ground.HAZARD, hazard=hazard, is_carried=hazard not in asked)
        for hazard in sorted(left_open(still_open, items))
    ]


def _low_scores(
    items: Sequence[MarkedItem], rules: Rules, points: Fraction, maximum: Fraction
) -> list[Reason]:
    if not maximum:
        return [Reason(Ground.NOTHING)]
    found = []
    if points * 100 < rules.pass_mark * maximum:
        found.append(Reason(Ground.SCORE))
    for section, minimum in sorted(rules.minimums.items()):
        reached, possible = _sums(item for item in items if item.section == section)
        if reached * 100 < minimum * possible:
            found.append(Reason(Ground.SECTION, section=section))
    return found


def counting(scores: Sequence[tuple[Verdict, Fraction]], rule: str) -> int | None:
    """The place of the attempt that counts among finished ones in order: best, last or first.

    Best is by verdict before score: a pass counts more than a higher score that was not safe.
    """
    if not scores:
        return None
    if rule == "first":
        return 0
    if rule == "last":
        return len(scores) - 1
    places = range(len(scores))
    return max(places, key=lambda place: (scores[place][0] in _GOOD, scores[place][1], place))


_GOOD = frozenset({Verdict.PASSED, Verdict.DONE})
