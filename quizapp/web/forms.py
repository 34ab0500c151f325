"""What all forms share: how refusals are shown at their field, where one may be sent afterwards."""

from typing import Any
from urllib.parse import urlsplit

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Length, Regexp

from quizapp.domain.errors import Invalid
from quizapp.web import errors


class Form(FlaskForm):
    """A form whose CSRF token the guard has checked already."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Only what a form sent: a JSON document would come unchecked."""
            return None if flask.request.is_json else super().wrap_formdata(form, formdata)

    def show(self, refusal: Invalid) -> None:
        """Put a refusal beside the field it names, or above the form."""
        text = errors.text_of(refusal)
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def strip(value: str | None) -> str | None:
    return value.strip() if value else value


def needed(text: Any) -> InputRequired:
    return InputRequired(text)


def at_most(count: int) -> Length:
    return Length(max=count, message=_lazy_at_most(count))


def _lazy_at_most(count: int) -> Any:
    return lazy_gettext("Use at most %(count)s characters.", count=count)


def email_format() -> Regexp:
    return Regexp(
        r"^\s*[^\s@]+@[^\s@]+\s*$",
        message=lazy_gettext("Enter an email address in the right format, like name@example.org"),
    )


def local_path(target: str | None, fallback: str = "/") -> str:
    """A path on this site to go on to; anything that could lead elsewhere becomes the fallback."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith("//")
        or any(character in target for character in "\\\r\n\t\0")
        or any(ord(character) < 32 or ord(character) == 127 for character in target)  # noqa: PLR2004
    ):
        return fallback
    try:
        parts = urlsplit(target)
    except ValueError:
        return fallback
    return fallback if parts.scheme or parts.netloc else target


def unsaved(text: str = "") -> str:
    """The sentence above a form that was not saved."""
    return text or _("Nothing was saved yet. Correct the marked fields and save again.")
