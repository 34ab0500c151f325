"""What a learner says about a question, and the answer to it."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from quizapp.features.grading.commands.reporting import LONGEST, LONGEST_ANSWER, SHORTEST
from quizapp.web.forms import Form, at_most, strip


class ReportForm(Form):
    """A problem with a question, in the learner's words."""

    text = TextAreaField(
        _("What is wrong with this question?"),
        [
            DataRequired(_("Say what is wrong")),
            Length(
                min=SHORTEST,
                message=_("Use at least %(count)s characters.", count=SHORTEST),
            ),
            at_most(LONGEST),
        ],
        filters=[strip],
        description=_("For example: two answers are right, a word is unclear, a source says more."),
    )


class AnswerForm(Form):
    """The answer to a report, or to every open one of its question."""

    answer = TextAreaField(
        _("Your answer"),
        [DataRequired(_("Write an answer")), at_most(LONGEST_ANSWER)],
        filters=[strip],
        description=_("The learner reads it with your name."),
    )
    is_for_all = BooleanField()
