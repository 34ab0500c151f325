"""What is asked before a question goes live."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Optional

from quizapp.web.forms import Form, at_most, strip

LONGEST_NOTE = 500


class PublishForm(Form):
    """Why this version; it may be left out for a first one. `digest` names the draft read."""

    note = TextAreaField(
        _("What changed, and why"),
        [at_most(LONGEST_NOTE)],
        filters=[strip],
        description=_("Other authors read it beside the version. Learners do not see it."),
    )
    digest = HiddenField()

    def __init__(self, *, is_first: bool, **options: Any) -> None:
        super().__init__(**options)
        rule = Optional() if is_first else DataRequired(_("Say what changed, and why"))
        self.note.validators = [rule, *self.note.validators]
        if is_first:
            self.note.label.text = _("A note for other authors")
