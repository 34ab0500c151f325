"""What the forms of types with typed answers share: the rows of answers, and what each earns."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_, Invalid
from quizapp.question_types import typed
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.choices_form import LONGEST_RATIONALE, harm_field, harm_of
from quizapp.question_types.rows_form import RowsForm, add_error

FIRST_ROWS = 2
NO_ANSWERS = Problem(
    "no-answers",
    N_("The question has no answer."),
    ("answers",),
    N_("Write the right answer."),
)
EMPTY_ANSWER = N_("An answer is empty."), N_("Write it, or remove the answer.")
RIGHT, WRONG = "1", "0"
_PARTS = ("9/10", "4/5", "3/4", "2/3", "1/2", "1/3", "1/4", "1/5", "1/10")
SHARES = (_("All points: right"), _("Nothing: wrong"))
"""What the largest and the smallest share are called in a list of answers."""
REMEDIES = {"missing-key": _("Let the right answer earn all points.")}


class TooManyAnswers(Invalid):
    """More answers than the page lets one add: it never sends that."""

    message = N_("A question has at most %(count)s answers.")


class ShareSelect(SelectField):
    """A share of the points from a list; one that only files can say is kept."""

    choices: list[SelectChoice]

    def __init__(self, label: Any, ends: tuple[Any, Any] = SHARES, **options: Any) -> None:
        super().__init__(label, validate_choice=False, default=RIGHT, **options)
        self._known = {
            RIGHT: ends[0],
            **{part: typed.percent(Fraction(part)) for part in _PARTS},
            WRONG: ends[1],
        }

    def process(self, *arguments: Any, **options: Any) -> None:
        self.choices = [SelectChoice(value, label) for value, label in self._known.items()]
        super().process(*arguments, **options)
        share = share_of(self.data)
        if share is not None and str(share) not in self._known:
            self.choices.append(SelectChoice(str(share), typed.percent(share)))

    def pre_validate(self, form: Any) -> None:
        known = [choice.value for choice in self.choices]
        AnyOf(known, message=_("Choose one of the shares"))(form, self)


def share_of(value: Any) -> Fraction | None:
    """The share a field's value says; None where it says none."""
    try:
        return typed.share_of(value or "")
    except ValueError:
        return None


class AnswerForm(Form):
    """What every answer of a list has, beside the answer itself."""

    share = ShareSelect(_("Earns"))
    rationale = TextAreaField(
        _("Why it is right or wrong"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    harm = harm_field()


BLANK: Mapping[str, Any] = {"share": RIGHT, "rationale": "", "harm": ""}


class AnswersForm(RowsForm):
    """Answers in the author's order; the first that fits decides."""

    remedies = REMEDIES

    @classmethod
    def blank_rows(cls) -> list[dict[str, Any]]:
        """A right and a wrong answer to begin with."""
        blank = cls.lists["answers"].blank
        return [{**blank, "share": share} for share in (RIGHT, WRONG)[:FIRST_ROWS]]

    @property
    def written(self) -> str:
        """The field of a row that holds the answer itself."""
        return self.lists["answers"].first

    def common(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What a row says beside the answer itself, for the content."""
        share = share_of(row["share"])
        return {
            "share": Fraction(1) if share is None else share,
            "rationale": (row["rationale"] or "")[:LONGEST_RATIONALE],
            "harm": harm_of(row["harm"]),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        rows = self.rows()
        entries = self._fields["answers"].entries
        for place in self.kept():
            if not (rows[place][self.written] or "").strip():
                text = _("Write answer %(number)s", number=place + 1)
                add_error(entries[place].form[self.written], text)
                is_right = False
        if not self.kept():
            target = entries[0].form[self.written] if entries else self._fields["answers"]
            add_error(target, _("Write at least one answer"))
            is_right = False
        return is_right

    def field_at(self, name: str, path: Path) -> str:
        return super().field_at(name, path) if path else "rationale"

    def problems(self) -> list[Problem]:
        kept = self.kept_rows()
        if not kept:
            return [NO_ANSWERS]
        empty = [
            Problem(
                "empty-answer", EMPTY_ANSWER[0], ("answers", place, self.written), EMPTY_ANSWER[1]
            )
            for place, row in enumerate(kept)
            if not (row[self.written] or "").strip()
        ]
        return empty or super().problems()

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path)
        return _("Answer %(number)s", number=found[1] + 1) if found else ""
