"""What an author writes for, and a learner gives to, a question that is answered by a number."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline, quantities, typed
from quizapp.question_types.base import HarmNote, Problem
from quizapp.question_types.outline import Line
from quizapp.question_types.quantities import Number
from quizapp.question_types.typed import MAX_ANSWERS, Listed, Share

MAX_UNITS = 12


class Tolerance(BaseModel):
    """How far from a value an answer may be: one of the three, or none for exactly.

    Absolute and percent include their bounds, as QTI's `equal` does with toleranceMode absolute and
    relative. With significant figures both numbers are rounded, halves away from zero.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    absolute: Number | None = Field(None, description="Up to this much more or less", ge=0)
    percent: Number | None = Field(None, description="Percent of the value", ge=0, le=100)
    figures: int | None = Field(None, description="Equal to so many figures", ge=1, le=15)

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        given = (self.absolute, self.percent, self.figures)
        if sum(value is not None for value in given) > 1:
            raise ValueError("give absolute, percent or figures, not several")
        return self

    @property
    def is_relative(self) -> bool:
        return self.percent is not None or self.figures is not None

    def accepts(self, value: Fraction, given: Fraction) -> bool:
        if self.figures is not None:
            return quantities.rounded(value, self.figures) == quantities.rounded(
                given, self.figures
            )
        return abs(given - value) <= self.reach(value)

    def reach(self, value: Fraction) -> Fraction:
        """How far from a value an accepted one may lie."""
        if self.absolute is not None:
            return Fraction(self.absolute)
        if self.percent is not None:
            return abs(value) * Fraction(self.percent) / 100
        if self.figures is not None and value:
            half = quantities.step(value, self.figures) / 2
            return half + abs(quantities.rounded(value, self.figures) - value)
        return Fraction(0)


class NumericAnswer(Listed):
    """A number the author foresees, in the first unit."""

    value: Number
    tolerance: Tolerance | None = Field(None, description="Instead of that of the question")

    @property
    def words(self) -> str:
        return quantities.shown(self.value)


class Unit(BaseModel):
    """A unit learners may use; `factor` turns its numbers into those of the first unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=20, pattern=r"^[^\s=]([^=\n]*[^\s=])?$")
    factor: Number = Field(
        1,
        ge=0,
        validate_default=True,
        description="How many of the first unit it is; 0 for a unit that is wrong here",
    )


class UnitInput(StrEnum):
    """How learners give the unit."""

    SHOWN = "shown"
    CHOOSE = "choose"
    TYPED = "typed"


class Content(base.Content):
    """Numbers with what they earn; the first that fits the answer decides."""

    answers: tuple[NumericAnswer, ...] = Field(min_length=1, max_length=MAX_ANSWERS)
    tolerance: Tolerance = Field(
        default_factory=Tolerance, description="How far from a value an answer may be"
    )
    units: tuple[Unit, ...] = Field((), max_length=MAX_UNITS, description="The first one counts 1")
    unit_input: UnitInput = Field(
        UnitInput.SHOWN,
        description="shown: beside the field; choose: from a list; typed: after the number",
    )
    unit_penalty: Share = Field(
        Fraction(1), description="Share taken off for a missing or wrong unit"
    )

    @property
    def base_unit(self) -> str:
        return self.units[0].name if self.units else ""

    @property
    def asks_for_unit(self) -> bool:
        return bool(self.units) and self.unit_input is not UnitInput.SHOWN

    def factor_of(self, unit: str) -> Fraction:
        """How many of the first unit a unit (as `unit_name` gives it) is; 0 if it is wrong here.

        One full stop behind it ends a sentence, unless a unit is listed with it.
        """
        known = {unit_name(listed.name): Fraction(listed.factor) for listed in self.units}
        return known.get(unit) or known.get(unit.removesuffix("."), Fraction(0))

    def tolerance_of(self, answer: NumericAnswer) -> Tolerance:
        return answer.tolerance or self.tolerance

    def place_of(self, number: Fraction) -> int | None:
        """The first answer that a number in the first unit fits."""
        for place, answer in enumerate(self.answers):
            if self.tolerance_of(answer).accepts(Fraction(answer.value), number):
                return place
        return None

    def outline(self) -> Iterable[Line]:
        for place, answer in enumerate(self.answers):
            yield from typed.lines_of(place, answer)
            number = str(place + 1)
            path, own = ("answer", number), answer.tolerance
            around, figures = spread(own), str(own.figures or "") if own else ""
            label = N_("Answer %(number)s: tolerance")
            yield Line((*path, "tolerance"), label, around, {"number": number})
            label = N_("Answer %(number)s: significant figures compared")
            yield Line((*path, "figures"), label, figures, {"number": number})
        yield Line(("tolerance",), N_("Tolerance"), spread(self.tolerance))
        figures = str(self.tolerance.figures or "")
        yield Line(("figures",), N_("Significant figures compared"), figures)
        units = "\n".join(f"{unit.name} = {quantities.shown(unit.factor)}" for unit in self.units)
        yield Line(("units",), N_("Units"), units)
        yield outline.word(("unit_input",), N_("How the unit is given"), INPUTS[self.unit_input])
        label = N_("Taken off for a missing or wrong unit")
        yield Line(("unit_penalty",), label, typed.percent(self.unit_penalty))

    accepts_text: ClassVar[bool] = True

    def accepting(self, answer: str) -> Self | None:
        found = quantities.read(answer)
        factor = self.factor_of(unit_name(found.rest)) if found.rest.strip() else Fraction(1)
        if found.number is None or not factor:
            return None
        value = found.number * factor
        written = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        try:
            listed = NumericAnswer.model_validate({"value": written})
        except ValidationError:
            return None
        return type(self)(**{**dict(self), "answers": (listed, *self.answers)[:MAX_ANSWERS]})

    def asked(self) -> Any:
        return [unit.model_dump(mode="json") for unit in self.units], self.unit_input

    def harms(self) -> list[HarmNote]:
        return typed.harms_of(self.answers)

    def problems(self) -> list[Problem]:
        return [
            *typed.problems_of(self.answers),
            *self._unreached(),
            *self._tolerances(),
            *self._units(),
        ]

    def _unreached(self) -> list[Problem]:
        found = []
        for place, answer in enumerate(self.answers):
            value = Fraction(answer.value)
            reach = self.tolerance_of(answer).reach(value)
            for earlier in self.answers[:place]:
                tolerance, other = self.tolerance_of(earlier), Fraction(earlier.value)
                takes_all = all(
                    tolerance.accepts(other, edge) for edge in (value - reach, value + reach)
                )
                if takes_all or (answer.share > earlier.share and tolerance.accepts(other, value)):
                    found.append(typed.never_reached(place))
                    break
        return found

    def _tolerances(self) -> list[Problem]:
        return [
            Problem(
                "tolerance-of-zero",
                N_("A tolerance in percent or in figures leaves no room around zero."),
                ("answers", place, "value"),
                N_("Give this answer an absolute tolerance."),
            )
            for place, answer in enumerate(self.answers)
            if not answer.value and self.tolerance_of(answer).is_relative
        ]

    def _units(self) -> list[Problem]:
        found = []
        names = [unit_name(unit.name) for unit in self.units]
        if len(set(names)) < len(names):
            found.append(
                Problem(
                    "duplicate-unit",
                    N_("A unit is listed twice."),
                    ("units",),
                    N_("Remove one of them."),
                )
            )
        if self.units and self.units[0].factor != 1:
            found.append(
                Problem(
                    "no-base-unit",
                    N_("The first unit has a factor."),
                    ("units",),
                    N_("Begin with the unit in which the answers are written; it counts 1."),
                )
            )
        if self.unit_input is not UnitInput.SHOWN and not self.units:
            found.append(
                Problem(
                    "no-units",
                    N_("Learners are asked for a unit, but none is listed."),
                    ("units",),
                    N_("List the units that learners may use."),
                )
            )
        return found


INPUTS = {
    UnitInput.SHOWN: N_("Stands beside the field"),
    UnitInput.CHOOSE: N_("Learners choose it from a list"),
    UnitInput.TYPED: N_("Learners type it after the number"),
}


def spread(tolerance: Tolerance | None) -> str:
    """A tolerance in signs; empty where there is none or it counts figures."""
    if tolerance is None:
        return ""
    if tolerance.absolute is not None:
        return f"± {quantities.shown(tolerance.absolute)}"
    return "" if tolerance.percent is None else f"± {quantities.shown(tolerance.percent)}%"


def unit_name(text: str) -> str:
    """What makes two spellings of a unit the same; upper and lower case differ (mg, Mg)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Response(base.Response):
    """What was typed, as it was typed, and the name of the unit chosen."""

    number: str = ""
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.number and not self.unit

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)
