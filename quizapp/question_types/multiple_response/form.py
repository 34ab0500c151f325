"""The fields with which an author writes a question with several right options."""

from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.question_types.base import Scoring
from quizapp.question_types.choices_form import ChoicesForm
from quizapp.question_types.multiple_response.content import SCORINGS, Content

CHOICES = [SelectChoice(scoring.value, _(text)) for scoring, text in SCORINGS.items()]


class AuthoringForm(ChoicesForm):
    """Options with a mark for each right one, and how partly right answers count."""

    scoring = SelectField(
        _("How a partly right answer counts"),
        [AnyOf([choice.value for choice in CHOICES], message=_("Choose a way of scoring"))],
        choices=CHOICES,
        default=Scoring.RIGHT_MINUS_WRONG.value,
        validate_choice=False,
        description=_("Safety-critical questions are always all or nothing."),
    )
    say_how_many = BooleanField(
        _("Tell learners how many options to choose"),
        default=True,
        description=_("Otherwise they read: Choose all that apply."),
    )

    content_class = Content
    remedies: ClassVar = {"missing-key": _("Tick each right option.")}
