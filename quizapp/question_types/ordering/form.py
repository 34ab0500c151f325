"""The fields with which an author writes steps in their right order."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.choices_form import harm_field, harm_of
from quizapp.question_types.ordering.content import (
    FEWEST_STEPS,
    LONGEST_RATIONALE,
    LONGEST_TEXT,
    MOST_STEPS,
    SCORINGS,
    Content,
    Scoring,
    Step,
)
from quizapp.question_types.rows_form import Rows, RowsForm, add_error, given_names

FIRST_ROWS = 4
CHOICES = [SelectChoice(scoring.value, _(text)) for scoring, text in SCORINGS.items()]
FEW_STEPS = Problem(
    "few-steps",
    N_("The question has fewer than three steps."),
    ("steps",),
    N_("Write what learners put in order."),
)
EMPTY_STEP = Problem(
    "empty-step", N_("A step has no text."), remedy=N_("Write it, or remove the step.")
)
_STEP = {"id": "", "text": "", "rationale": ""}


class StepForm(Form):
    """One step; `id` is its stable name and never seen."""

    id = HiddenField()
    text = TextAreaField(_("Step"), [at_most(LONGEST_TEXT)], filters=[one_kind_of_newline])
    rationale = TextAreaField(
        _("Why it comes here"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )


class AuthoringForm(RowsForm):
    """Steps in the right order. Rows with neither text nor reason are left out."""

    steps = FieldList(FormField(StepForm))
    harm = harm_field()
    scoring = SelectField(
        _("How a partly right order counts"),
        [AnyOf([choice.value for choice in CHOICES], message=_("Choose a way of scoring"))],
        choices=CHOICES,
        default=Scoring.ADJACENT_PAIRS.value,
        validate_choice=False,
        description=_("Safety-critical questions are always all or nothing."),
    )

    lists: ClassVar[Mapping[str, Rows]] = {
        "steps": Rows(StepForm, _STEP, MOST_STEPS, ("text", "rationale"))
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        steps = [
            {**step.model_dump(mode="json"), "id": name} for name, step in content.by_id.items()
        ]
        return {
            "steps": steps,
            "harm": str(content.harm or ""),
            "scoring": str(content.scoring),
        }

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {"steps": [dict(_STEP) for _row in range(FIRST_ROWS)]}

    def _steps(self) -> list[dict[str, Any]]:
        rows = self.kept_rows()
        names = given_names([row["id"] for row in rows], [row["text"] or "" for row in rows])
        return [
            {"id": name, "text": row["text"] or "", "rationale": row["rationale"] or ""}
            for name, row in zip(names, rows, strict=True)
        ]

    def document(self) -> dict[str, Any]:
        return {
            "steps": self._steps(),
            "harm": harm_of(self.harm.data),
            "scoring": self.scoring.data,
        }

    def sketch(self) -> Content:
        steps = tuple(
            Step.model_construct(
                **{
                    **step,
                    "text": step["text"].strip()[:LONGEST_TEXT] or "…",
                    "rationale": step["rationale"][:LONGEST_RATIONALE],
                }
            )
            for step in self._steps()
        )
        known = {choice.value for choice in CHOICES}
        scoring = self.scoring.data if self.scoring.data in known else Scoring.ADJACENT_PAIRS
        return Content.model_construct(
            steps=steps, harm=harm_of(self.harm.data), scoring=Scoring(scoring)
        )

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        kept = self.kept()
        for place in kept:
            field = self.steps[place].form.text
            if not (field.data or "").strip():
                add_error(field, _("Write the text of step %(number)s", number=place + 1))
                is_right = False
        if len(kept) < FEWEST_STEPS:
            target = self.steps[0].form.text if self.steps.entries else self.steps
            add_error(target, _("Write at least three steps"))
            is_right = False
        return is_right

    def place_of(self, path: Path) -> str:
        if path and path[0] in {"harm", "scoring"}:
            return str(self._fields[str(path[0])].id)
        return super().place_of(path)

    def problems(self) -> list[Problem]:
        steps = self._steps()
        if len(steps) < FEWEST_STEPS:
            return [FEW_STEPS]
        empty = [
            EMPTY_STEP.at("steps", number, "text")
            for number, step in enumerate(steps)
            if not step["text"].strip()
        ]
        return empty or super().problems()

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path)
        return _("Step %(number)s", number=found[1] + 1) if found else ""
