"""The fields with which an author writes a question that is answered by a number."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.question_types import quantities, typed_form
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.numeric.content import (
    INPUTS,
    MAX_UNITS,
    Content,
    NumericAnswer,
    Tolerance,
    Unit,
    UnitInput,
)
from quizapp.question_types.rows_form import Rows, add_error
from quizapp.question_types.typed import MAX_ANSWERS
from quizapp.question_types.typed_form import (
    RIGHT,
    AnswerForm,
    AnswersForm,
    ShareSelect,
    TooManyAnswers,
    share_of,
)

EXACT, ABSOLUTE, PERCENT, FIGURES, AS_ALL = "exact", "absolute", "percent", "figures", ""
TOLERANCES = (
    SelectChoice(EXACT, _("Exactly")),
    SelectChoice(ABSOLUTE, _("Plus or minus")),
    SelectChoice(PERCENT, _("Plus or minus percent")),
    SelectChoice(FIGURES, _("To significant figures")),
)
_UNIT = re.compile(r"(?P<name>[^\s=][^=]{0,19}?)\s*(?:=\s*(?P<factor>[^=]{1,60}))?")


def tolerance_field(*more: SelectChoice) -> SelectField:
    choices = (*more, *TOLERANCES)
    known = [choice.value for choice in choices]
    return SelectField(
        _("Tolerance"),
        [AnyOf(known, message=_("Choose one of the tolerances"))],
        choices=choices,
        default=known[0],
        validate_choice=False,
    )


class NumberForm(AnswerForm):
    """A number and how exactly it has to be met."""

    value = StringField(_("Number"), [at_most(quantities.LONGEST)])
    tolerance = tolerance_field(SelectChoice(AS_ALL, _("As for all answers")))
    by = StringField(_("How much"), [at_most(quantities.LONGEST)])


class AuthoringForm(AnswersForm):
    """Numbers with what they earn, the tolerance of all of them, and units."""

    answers = FieldList(FormField(NumberForm))
    tolerance = tolerance_field()
    by = StringField(_("How much"), [at_most(quantities.LONGEST)])
    units = TextAreaField(
        _("Units"),
        [at_most(1000)],
        filters=[one_kind_of_newline],
        description=_(
            "One in each line, that of the answers first: mm. The others with what one of them is:"
            " cm = 10. A unit that is wrong here counts 0."
        ),
    )
    unit_input = SelectField(
        _("The unit"),
        [AnyOf([how.value for how in UnitInput], message=_("Choose from the list"))],
        choices=[SelectChoice(how.value, _(text)) for how, text in INPUTS.items()],
        default=UnitInput.SHOWN.value,
        validate_choice=False,
    )
    unit_penalty = ShareSelect(
        _("Taken off for a missing or wrong unit"), (_("All points"), _("Nothing"))
    )

    lists: ClassVar[Mapping[str, Rows]] = {
        "answers": Rows(
            NumberForm,
            {**typed_form.BLANK, "value": "", "tolerance": AS_ALL, "by": ""},
            MAX_ANSWERS,
            written=("value", "rationale"),
            first="value",
            too_many=TooManyAnswers,
        )
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        rows = []
        for answer in content.answers:
            how, much = _how(answer.tolerance) if answer.tolerance else (AS_ALL, "")
            rows.append(
                {
                    "value": quantities.plain(answer.value),
                    "share": str(answer.share),
                    "rationale": answer.rationale,
                    "harm": str(answer.harm or ""),
                    "tolerance": how,
                    "by": much,
                }
            )
        how, much = _how(content.tolerance)
        return {
            "answers": rows,
            "tolerance": how,
            "by": much,
            "units": "\n".join(_line_of(unit) for unit in content.units),
            "unit_input": content.unit_input.value,
            "unit_penalty": str(content.unit_penalty),
        }

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {"answers": cls.blank_rows(), "unit_penalty": RIGHT}

    def document(self) -> dict[str, Any]:
        return {
            "answers": [
                {
                    **self.common(row),
                    "value": _exact(row["value"]) or "",
                    "tolerance": _tolerance(row["tolerance"], row["by"]),
                }
                for row in self.kept_rows()
            ],
            "tolerance": _tolerance(self.tolerance.data, self.by.data) or {},
            "units": [{"name": name, "factor": factor} for name, factor in self._units()],
            "unit_input": self.unit_input.data or UnitInput.SHOWN,
            "unit_penalty": share_of(self.unit_penalty.data),
        }

    def sketch(self) -> Content:
        document = self.document()
        numbers = [
            NumericAnswer.model_construct(
                **{
                    **answer,
                    "value": Decimal(answer["value"] or 0),
                    "tolerance": _sketched(answer["tolerance"]),
                }
            )
            for answer in document["answers"]
        ]
        how = document["unit_input"]
        penalty = document["unit_penalty"]
        return Content.model_construct(
            answers=tuple(numbers),
            tolerance=_sketched(document["tolerance"]) or Tolerance(),
            units=tuple(
                Unit.model_construct(name=name, factor=Decimal(factor or 0))
                for name, factor in self._units()
            ),
            unit_input=UnitInput(how) if how in set(UnitInput) else UnitInput.SHOWN,
            unit_penalty=Fraction(1) if penalty is None else penalty,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        forms = [self.answers[place].form for place in self.kept()]
        for form in forms:
            is_right &= _check_number(form.value)
        for form in (self, *forms):
            is_right &= _check_amount(form.tolerance.data, form.by)
        for name, factor in self._units():
            if not name or factor is None:
                text = _("Write each unit like this: cm = 10")
                add_error(self.units, text)
                return False
        if len(self._units()) > MAX_UNITS:
            add_error(self.units, _("Use at most %(count)s units", count=MAX_UNITS))
            return False
        return is_right

    def _units(self) -> list[tuple[str, str | None]]:
        """Each line's unit and factor; None where the line cannot be read."""
        found: list[tuple[str, str | None]] = []
        for line in (self.units.data or "").splitlines():
            if not line.strip():
                continue
            unit = _UNIT.fullmatch(line.strip())
            factor = unit and (_exact(unit["factor"]) if unit["factor"] else "1")
            is_readable = unit and factor and not factor.startswith("-")
            found.append((unit["name"] if unit else "", factor if is_readable else None))
        return found

    def place_of(self, path: Path) -> str:
        name = str(path[0]) if path else ""
        is_own = name in {"tolerance", "units", "unit_input", "unit_penalty"}
        return str(self._fields[name].id) if is_own else super().place_of(path)


def _line_of(unit: Unit) -> str:
    is_base = unit.factor == 1
    return unit.name if is_base else f"{unit.name} = {quantities.plain(unit.factor)}"


def _how(tolerance: Tolerance) -> tuple[str, str]:
    if tolerance.absolute is not None:
        return ABSOLUTE, quantities.plain(tolerance.absolute)
    if tolerance.percent is not None:
        return PERCENT, quantities.plain(tolerance.percent)
    if tolerance.figures is not None:
        return FIGURES, str(tolerance.figures)
    return EXACT, ""


def _exact(text: str | None) -> str | None:
    """A number as typed, in the form of files; None if it is none."""
    found = quantities.read(text or "")
    return quantities.exact(found.number) if found.number is not None and not found.rest else None


def _tolerance(how: str, much: str | None) -> dict[str, Any] | None:
    if how == EXACT:
        return {}
    return {how: _exact(much)} if how in {ABSOLUTE, PERCENT, FIGURES} else None


def _sketched(document: dict[str, Any] | None) -> Tolerance | None:
    """What is written so far; an amount that cannot be read yet is none."""
    if document is None:
        return None
    try:
        return Tolerance.model_validate(document)
    except ValueError:
        return Tolerance()


def _check_number(field: Any) -> bool:
    text = (field.data or "").strip()
    found = quantities.read(text)
    if not text or _exact(text) is not None:
        return True
    add_error(
        field, _(found.advice) if found.advice else _("Write one number of at most 25 digits")
    )
    return False


def _check_amount(how: str, field: Any) -> bool:
    """Whether a tolerance has the amount it needs."""
    if how not in {ABSOLUTE, PERCENT, FIGURES}:
        return True
    amount = _exact(field.data)
    try:
        Tolerance.model_validate({how: amount})
    except ValueError:
        amount = None
    if amount is not None:
        return True
    text = {
        FIGURES: _("Write how many figures: 1 to 15"),
        PERCENT: _("Write how many percent: 0 to 100"),
    }
    add_error(field, text.get(how, _("Write how much more or less is accepted")))
    return False
