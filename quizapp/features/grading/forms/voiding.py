"""Why an attempt is to count for nothing."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from quizapp.features.attempts.commands.voiding import MAX_REASON
from quizapp.web.forms import Form, at_most, strip


class VoidForm(Form):
    """The reason, which the learner reads."""

    reason = TextAreaField(
        _("Why"),
        [DataRequired(_("Say why the attempt is voided")), at_most(MAX_REASON)],
        filters=[strip],
        description=_("The learner reads it."),
    )
