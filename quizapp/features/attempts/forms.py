"""The forms of adjustments, time and attempts that are given: shapes only."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, SelectChoice, SelectField, TextAreaField

from quizapp.features.attempts.commands import adjusting, extending
from quizapp.features.attempts.commands.adjusting import AdjustmentDraft
from quizapp.features.attempts.models import Accommodation
from quizapp.features.attempts.queries.adjustments import percent_of
from quizapp.web.forms import Form, at_most, needed, strip

MAX_DIGITS = 6


class WholeNumber(IntegerField):
    """A number without a fraction; nothing entered is zero."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = "".join(valuelist).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            self.data = None
            raise ValueError(_("Enter a whole number of minutes, such as 15"))
        self.data = int(text or 0)


def _reason(hint: Any, most: int) -> TextAreaField:
    return TextAreaField(
        _("Reason"), [needed(_("Say why")), at_most(most)], [strip], description=hint
    )


class AdjustmentForm(Form):
    """What was agreed for a person."""

    factor = SelectField(
        _("More time"),
        description=_("On the time limit of every timed quiz."),
        validate_choice=False,
    )
    extra_minutes = WholeNumber(
        _("Extra minutes"),
        default=0,
        description=_("On top, the same for every timed quiz. Up to 240."),
    )
    break_minutes = WholeNumber(
        _("Break minutes"),
        default=0,
        description=_("In each timed attempt, in one or several breaks. Up to 120."),
    )
    reason = _reason(
        _("Only those who may set adjustments see it. Leave medical details out."),
        adjusting.MAX_REASON,
    )
    seen = HiddenField(default="0")

    def read(self) -> AdjustmentDraft:
        return AdjustmentDraft(
            self.factor.data or "",
            self.extra_minutes.data or 0,
            self.break_minutes.data or 0,
            self.reason.data or "",
        )

    @property
    def seen_id(self) -> int:
        """The adjustment the page showed; -1, which no row has, for what is not a number."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else -1


def adjustment_form(present: Accommodation | None) -> AdjustmentForm:
    """The form as it stands: with what is in force."""
    form = AdjustmentForm(obj=present) if present else AdjustmentForm()
    form.factor.choices = [
        SelectChoice(factor, _factor_words(factor)) for factor in adjusting.FACTORS
    ]
    if not form.is_submitted():
        form.seen.data = str(present.id if present else 0)
    return form


def _factor_words(factor: str) -> Any:
    percent = percent_of(factor)
    return _("%(percent)s%% more time", percent=percent) if percent else _("As everybody")


class MinutesForm(Form):
    """More minutes for an attempt that runs; `seen` is the end the page showed."""

    minutes = WholeNumber(
        _("Minutes"),
        default=None,
        description=_("They move the end of this attempt only. 1 to 240."),
    )
    reason = _reason(
        _("It is kept with the attempt. Instructors of the course can read it."),
        extending.MAX_REASON,
    )
    seen = HiddenField()


class ExtraAttemptForm(Form):
    """One more attempt."""

    reason = _reason(
        _("It is kept on record. Instructors of the course can read it."), extending.MAX_REASON
    )
