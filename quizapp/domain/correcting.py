"""Correcting marks: what each kind of decision makes of the mark of one answer.

None of them takes a missed hazard back: `share`, which alone decides that, changes only where the
answer is judged by a corrected key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from quizapp.domain.marking import Verdict


@dataclass(frozen=True, slots=True)
class ItemState:
    """The mark of one answer: by the key, what is given instead, and whether it counts at all."""

    share: Fraction | None
    harm: str | None = None
    awarded: Fraction | None = None
    is_void: bool = False

    @property
    def counted(self) -> Fraction | None:
        """The share that counts where the item does."""
        return self.share if self.awarded is None else self.awarded

    def to_dict(self) -> dict[str, Any]:
        return {
            "share": text_of(self.share),
            "harm": self.harm,
            "awarded": text_of(self.awarded),
            "is_void": self.is_void,
        }


def state_of(
    share: str | None,
    harm: str | None,
    awarded: str | None,
    is_void: bool,  # noqa: FBT001 - a row
) -> ItemState:
    """A mark as rows hold it."""
    return ItemState(exact(share), harm, exact(awarded), is_void)


@lru_cache(maxsize=1024)
def exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def text_of(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


def void(state: ItemState) -> ItemState:
    """Count for no points; whether the answer was right stays known."""
    return replace(state, is_void=True)


def full_marks(state: ItemState) -> ItemState:
    """Give all points to whoever does not have them; whether the answer was right stays known."""
    return state if state.counted == 1 else replace(state, awarded=Fraction(1))


def judge_again(
    state: ItemState, share: Fraction | None, harm: str | None, *, is_never_lower: bool
) -> ItemState:
    """Judge by a corrected key; with `is_never_lower` nobody has fewer points than before.

    Points given earlier stay given where they are more. A share of None (a person has to mark the
    answer) changes nothing.
    """
    if share is None:
        return state
    before, awarded = state.counted, state.awarded
    if is_never_lower and before is not None and share < before:
        awarded = before
    if awarded is not None and awarded < share:
        awarded = None
    return replace(state, share=share, harm=harm, awarded=awarded)


CHANGEABLE = ("share", "harm", "awarded", "is_void")


def undone(now: ItemState, before: Mapping[str, Any], after: Mapping[str, Any]) -> ItemState:
    """What a correction changed is as it was before; the rest stays as it is now."""
    values = now.to_dict()
    for name in CHANGEABLE:
        if before[name] != after[name]:
            values[name] = before[name]
    return state_of(values["share"], values["harm"], values["awarded"], values["is_void"])


_RANK = {Verdict.NOT_SAFE: 0, Verdict.NOT_PASSED: 1, Verdict.PENDING: 2}


def is_lower(before: tuple[Verdict, Fraction], after: tuple[Verdict, Fraction]) -> bool:
    """Whether a result (verdict, share of the points) got worse in either respect."""
    ranks = [_RANK.get(verdict, 3) for verdict, _score in (before, after)]
    return ranks[1] < ranks[0] or after[1] < before[1]
