"""The forms of the team pages: shapes only."""

from flask_babel import lazy_gettext as _
from wtforms import StringField

from quizapp.features.teams.commands import MAX_NAME
from quizapp.web.forms import Form, at_most, needed, strip


class TeamForm(Form):
    """A team's name."""

    name = StringField(
        _("Name"),
        [needed(_("Enter a name")), at_most(MAX_NAME)],
        [strip],
        description=_("For example a clinic or a year group."),
    )
