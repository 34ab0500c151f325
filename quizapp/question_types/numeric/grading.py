"""Showing, reading and marking a question that is answered by a number."""

import random
from dataclasses import dataclass
from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types import base, quantities, typed
from quizapp.question_types.base import Fields, ItemText, Malformed, Mark, Presentation
from quizapp.question_types.numeric.content import (
    Content,
    Response,
    Tolerance,
    UnitInput,
    spread,
    unit_name,
)
from quizapp.question_types.typed import OTHER, Feedback, Foreseen, Judged

NUMBER_ALONE = N_("Write the number alone, without anything behind it.")
NUMBER_AND_LIST = N_("Write the number alone and choose the unit from the list.")
NUMBER_MISSING = N_("Write the number as well.")
UNIT_NOT_CHOSEN = N_("Choose the unit as well.")
UNIT_NOT_TYPED = N_("Write the unit after the number.")
WRONG_UNIT = N_("The unit is not right.")
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Quantity:
    """What an answer says: a number in the first unit, or advice why it says none.

    `has_unit` is false where a unit is asked for and missing or wrong; the number then stands as
    if it were in the first unit.
    """

    number: Fraction | None = None
    has_unit: bool = True
    advice: str = ""


def present(_content: Content, _rng: random.Random) -> Presentation:
    return {}


def read(content: Content, _presentation: Presentation, fields: Fields, prefix: str) -> Response:
    number = typed.text_of(fields, prefix, quantities.LONGEST)
    place = base.one_value(fields, f"{prefix}-unit")
    if not place:
        return Response(number=number)
    places = {str(n): unit.name for n, unit in enumerate(content.units, 1)}
    if content.unit_input is not UnitInput.CHOOSE or place not in places:
        raise Malformed
    return Response(number=number, unit=places[place])


def quantity(content: Content, response: Response) -> Quantity:
    """The number of an answer in the first unit."""
    if not response.number:
        return Quantity(advice=NUMBER_MISSING if response.unit else "")
    found = quantities.read(response.number)
    if found.number is None:
        return Quantity(advice=found.advice)
    unit, chosen = unit_name(found.rest), unit_name(response.unit)
    if not content.asks_for_unit:
        factor = content.factor_of(unit) if unit else Fraction(1)
        return Quantity(found.number * factor) if factor else Quantity(advice=NUMBER_ALONE)
    if content.unit_input is UnitInput.TYPED:
        return _measured(content, found.number, unit, UNIT_NOT_TYPED)
    if unit not in {"", chosen, f"{chosen}."}:
        return Quantity(advice=NUMBER_AND_LIST)
    return _measured(content, found.number, chosen, UNIT_NOT_CHOSEN)


def _measured(content: Content, number: Fraction, unit: str, missing: str) -> Quantity:
    factor = content.factor_of(unit)
    if not factor:
        return Quantity(number, has_unit=False, advice="" if unit else missing)
    return Quantity(number * factor)


def judge(content: Content, response: Response) -> Judged:
    """The first answer that fits, and what it earns.

    A missing or wrong unit takes off the author's share, not below 0. A unit of the list is worked
    in: 30 cm is never 30 mm with a slip.
    """
    found = quantity(content, response)
    place = content.place_of(found.number) if found.number is not None else None
    if place is None:
        return Judged(None, Fraction(0))
    share = content.answers[place].share
    return Judged(
        place, share if found.has_unit else max(Fraction(0), share - content.unit_penalty)
    )


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """The share of the answer that was given; a strict (safety-critical) one is all or nothing."""
    judged = judge(content, response)
    answer = content.answers[judged.place] if judged.place is not None else None
    return typed.mark(answer, judged.share, is_strict=is_strict)


def advise(content: Content, response: Response) -> str:
    """Why an answer cannot be marked as it is; says nothing of whether it is right."""
    return quantity(content, response).advice


def key(content: Content) -> Response:
    """The first answer that earns everything, in the first unit."""
    answer = next((answer for answer in content.answers if answer.share == 1), None)
    if answer is None:
        return Response()
    number = quantities.plain(answer.value)
    if not content.asks_for_unit:
        return Response(number=number)
    if content.unit_input is UnitInput.CHOOSE:
        return Response(number=number, unit=content.base_unit)
    return Response(number=f"{number} {content.base_unit}")


def tally(content: Content, response: Response) -> list[str]:
    """The answer's place in the list (from 1), `other` or `unreadable`; `no-unit` beside it."""
    if response.is_empty:
        return []
    found = quantity(content, response)
    if found.number is None:
        return [UNREADABLE]
    place = content.place_of(found.number)
    lines = [OTHER if place is None else str(place + 1)]
    return lines if found.has_unit else [*lines, "no-unit"]


def item_text(content: Content) -> ItemText:
    return ItemText(texts=tuple(answer.words for answer in content.answers))


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit to choose; `value` is its place on the page."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A field for a number: the unit stands beside it, is chosen from `units`, or is typed."""

    text: str
    suffix: str
    units: list[UnitView]
    is_unit_typed: bool
    longest: int
    advice: str


def answer_view(content: Content, _presentation: Presentation, response: Response) -> AnswerView:
    how = content.unit_input if content.units else UnitInput.SHOWN
    return AnswerView(
        text=response.number,
        suffix=content.base_unit if how is UnitInput.SHOWN else "",
        units=[
            UnitView(str(place), unit.name, unit.name == response.unit)
            for place, unit in enumerate(content.units, 1)
            if how is UnitInput.CHOOSE
        ],
        is_unit_typed=how is UnitInput.TYPED,
        longest=quantities.LONGEST,
        advice=advise(content, response),
    )


def feedback_view(content: Content, _presentation: Presentation, response: Response) -> Feedback:
    found = quantity(content, response)
    advice = found.advice or ("" if found.has_unit else WRONG_UNIT)
    return typed.feedback(
        content.answers,
        [_foreseen(content, place) for place in range(len(content.answers))],
        describe(content, response),
        judge(content, response),
        advice,
    )


def _foreseen(content: Content, place: int) -> Foreseen:
    answer = content.answers[place]
    tolerance = content.tolerance_of(answer) if answer.share else Tolerance()
    unit = content.base_unit
    around = spread(tolerance)
    if tolerance.percent is not None:
        text = f"{answer.words} {unit}".strip() + f" {around}"
    else:
        text = " ".join(filter(None, (answer.words, around, unit)))
    return typed.foreseen(answer, text, tolerance.figures or 0)


def describe(content: Content, response: Response) -> str:
    """The answer as it was typed, with its unit."""
    suffix = "" if content.asks_for_unit else content.base_unit
    found = quantities.read(response.number)
    unit = response.unit or (suffix if found.number is not None else "")
    return response.number if found.rest else f"{response.number} {unit}".strip()
