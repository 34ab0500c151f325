"""What the types with typed answers share: the list of answers an author foresees, and feedback.

The first answer of the list that fits what was typed decides; each has its share of the points.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline
from quizapp.question_types.base import HARMS, Fields, Harm, HarmNote, Malformed, Mark, Problem
from quizapp.question_types.outline import Line

MAX_ANSWERS = 40
OTHER = "other"
"""The tally of an answer that the author has not listed."""

_SHARE = re.compile(r"[0-9]{1,4}(?:/[0-9]{1,4}|\.[0-9]{1,6})?")


def share_of(value: Any) -> Fraction:
    text = str(value).strip()
    if not _SHARE.fullmatch(text) or re.search("/0+$", text) or Fraction(text) > 1:
        raise ValueError("write a share between 0 and 1, such as 1/2 or 0.5")
    return Fraction(text)


Share = Annotated[Fraction, BeforeValidator(share_of)]
"""A share of the points, exactly: 1/3 or 0.5."""


class Listed(BaseModel):
    """An answer the author foresees: what it earns, why, and what acting on it would do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: Share = Field(
        Fraction(1), description="Share of the points: 1 is right, 1/2 is half, 0 is wrong"
    )
    rationale: str = Field("", max_length=4000, description="Why it is right or wrong")
    harm: Harm | None = Field(
        None, description="For an answer that is not right: what acting on it would do"
    )

    @property
    def words(self) -> str:
        """The answer as authors and learners read it."""
        raise NotImplementedError


def problems_of(answers: Sequence[Listed]) -> list[Problem]:
    """What is wrong with a list, whatever kind of answers it holds."""
    found = []
    if not any(answer.share == 1 for answer in answers):
        found.append(
            Problem(
                "missing-key",
                N_("No answer earns all points."),
                ("answers",),
                N_("Leave share out of the right answer."),
            )
        )
    for place, answer in enumerate(answers):
        path = ("answers", place)
        if not answer.rationale.strip():
            found.append(
                Problem(
                    "missing-rationale",
                    N_("An answer has no rationale."),
                    path,
                    N_("Say why it is right or wrong; learners read it after the quiz."),
                )
            )
        if answer.share == 1 and answer.harm is not None:
            found.append(
                Problem(
                    "harm-on-key",
                    N_("A right answer has a harm rating."),
                    (*path, "harm"),
                    N_("Rate the harm of wrong answers only."),
                )
            )
    return found


def never_reached(place: int) -> Problem:
    return Problem(
        "never-reached",
        N_("An answer further up takes all that this one would."),
        ("answers", place),
        N_("Move this answer up, or remove it."),
    )


def harms_of(answers: Sequence[Listed]) -> list[HarmNote]:
    return [HarmNote(answer.words, answer.harm) for answer in answers if answer.harm is not None]


def lines_of(place: int, answer: Listed) -> Iterator[Line]:
    """One answer in words, for comparing two texts."""
    number = str(place + 1)
    path = ("answer", number)
    yield Line((*path, "text"), N_("Answer %(number)s"), answer.words, {"number": number})
    label = N_("Answer %(number)s: earns")
    yield Line((*path, "share"), label, percent(answer.share), {"number": number})
    label = N_("Answer %(number)s: why")
    yield Line((*path, "rationale"), label, answer.rationale, {"number": number})
    label = N_("Answer %(number)s: acting on it is")
    harm = HARMS[answer.harm] if answer.harm else ""
    yield outline.word((*path, "harm"), label, harm, number=number)


def percent(share: Fraction) -> str:
    """As people read it: 100%, 33⅓% and so on."""
    whole, rest = divmod(share * 100, 1)
    part = {Fraction(1, 3): "⅓", Fraction(2, 3): "⅔", Fraction(1, 2): "½"}.get(rest)
    if rest and part is None:
        return f"{share.numerator}/{share.denominator}"
    return f"{whole or ('' if part else 0)}{part or ''}%"


def text_of(fields: Fields, name: str, longest: int) -> str:
    """What was typed into a field of one line, without control characters; raises Malformed."""
    text = base.one_value(fields, name)
    if len(text) > longest:
        raise Malformed
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text).strip()


def mark(answer: Listed | None, share: Fraction, *, is_strict: bool) -> Mark:
    """What was earned; the harm counts for whatever is not right."""
    if is_strict:
        share = Fraction(share == 1)
    return Mark(share, answer.harm if answer is not None and answer.share != 1 else None)


@dataclass(frozen=True, slots=True)
class Given:
    """What the learner typed, judged: `state` is right, partly or wrong."""

    text: str
    state: str
    earns: str
    rationale: str
    harm: Harm | None
    advice: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An answer of the author's list after release; `earns` is empty unless it is partly right.

    `figures` says to how many significant figures a number is compared; 0 for everything else.
    """

    text: str
    is_right: bool
    earns: str
    rationale: str
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was given, and the answers the author foresaw without the one that says the same."""

    given: Given | None
    foreseen: list[Foreseen]


@dataclass(frozen=True, slots=True)
class Judged:
    """Which answer of the list was given, if any, and what it earns."""

    place: int | None
    share: Fraction


def feedback(
    answers: Sequence[Listed],
    foreseen: Sequence[Foreseen],
    text: str,
    judged: Judged,
    advice: str = "",
) -> Feedback:
    """The feedback for a typed answer; an empty text is an answer not given."""
    if not text:
        return Feedback(None, list(foreseen))
    state = "right" if judged.share == 1 else "partly" if judged.share else "wrong"
    found = answers[judged.place] if judged.place is not None else None
    given = Given(
        text,
        state,
        percent(judged.share) if state == "partly" else "",
        found.rationale if found else "",
        mark(found, judged.share, is_strict=False).harm,
        advice,
    )
    rest = [
        replace(entry, rationale="") if place == judged.place else entry
        for place, entry in enumerate(foreseen)
        if place != judged.place or (entry.is_right and entry.text != text)
    ]
    return Feedback(given, rest)


def foreseen(answer: Listed, text: str, figures: int = 0) -> Foreseen:
    earns = percent(answer.share) if 0 < answer.share < 1 else ""
    return Foreseen(text, answer.share == 1, earns, answer.rationale, figures)
