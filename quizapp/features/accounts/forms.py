"""The forms of sign-in and one's own account: shapes only; what is right is checked by commands."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo

from quizapp.infrastructure.passwords import MAX_LENGTH, MIN_LENGTH
from quizapp.web.forms import Form, at_most, email_format, needed, strip


class SignInForm(Form):
    """Email and password; `next` is the page one wanted."""

    email = EmailField(
        _("Work email"),
        [needed(_("Enter your email address")), at_most(254), email_format()],
        filters=[strip],
    )
    password = PasswordField(_("Password"), [needed(_("Enter your password")), at_most(MAX_LENGTH)])
    next = HiddenField()
    kept = HiddenField()
    """What a form had sent when its session was over: names and values, as JSON."""


class ConfirmForm(Form):
    """The password once more, before something sensitive."""

    password = PasswordField(_("Password"), [needed(_("Enter your password")), at_most(MAX_LENGTH)])
    next = HiddenField()


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = EmailField(
        _("Work email"),
        [needed(_("Enter your email address")), at_most(254), email_format()],
        filters=[strip],
    )


class NewPasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(
        _("New password"),
        [needed(_("Enter a new password"))],
        description=_(
            "At least %(count)s characters. A few unrelated words work well.", count=MIN_LENGTH
        ),
    )
    again = PasswordField(
        _("New password again"),
        [EqualTo("password", _("Type the same password twice"))],
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password before a new one."""

    current = PasswordField(_("Present password"), [needed(_("Enter your present password"))])


class NameForm(Form):
    """One's own name."""

    name = StringField(
        _("Full name"), [needed(_("Enter your name")), at_most(120)], filters=[strip]
    )
