"""The form to enrol people: its shape; whom one may enrol is checked by the command."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField

from quizapp.web.forms import Form, needed


class EnrolForm(Form):
    """A course and the codes of people."""

    course = HiddenField()
    people = SelectMultipleField(
        _("People"), [needed(_("Choose at least one person."))], validate_choice=False
    )
