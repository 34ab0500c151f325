"""Marks by people: whose turn it is, and what one, two or three of them add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Round(StrEnum):
    """The places of marks on one answer; each is given by another person."""

    FIRST = "first"
    SECOND = "second"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a quiz has answers marked; `moderation_over` in percent points of the item."""

    is_double: bool = False
    moderation_over: Fraction = Fraction(20)


@dataclass(frozen=True, slots=True)
class Given:
    """A mark that counts now: its marker and the share of 1."""

    marker_id: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either the round that is still to be marked, or the final share."""

    needs: Round | None
    share: Fraction | None

    @property
    def is_final(self) -> bool:
        return self.needs is None


def outcome(given: Mapping[Round, Given], plan: Plan) -> Outcome:
    """A moderator decides; else two who are close enough count by their mean; else the one."""
    first, second = given.get(Round.FIRST), given.get(Round.SECOND)
    decided = given.get(Round.MODERATION)
    if decided is not None:
        return Outcome(None, decided.share)
    if first is None:
        return Outcome(Round.FIRST, None)
    if not plan.is_double:
        return Outcome(None, first.share)
    if second is None:
        return Outcome(Round.SECOND, None)
    if abs(first.share - second.share) * 100 > plan.moderation_over:
        return Outcome(Round.MODERATION, None)
    return Outcome(None, (first.share + second.share) / 2)


def turn_of(
    marker_id: int, given: Mapping[Round, Given], plan: Plan, others: frozenset[int]
) -> Round | None:
    """The round somebody may mark next; `others` are all who may mark in the course.

    The second marker is never the first. A moderator is neither of both, unless there is nobody
    else who could be: then each of the two may decide, having seen both marks.
    """
    needs = outcome(given, plan).needs
    markers = {mark.marker_id for mark in given.values()}
    if needs is Round.MODERATION and not others - markers:
        return needs
    return None if marker_id in markers else needs
