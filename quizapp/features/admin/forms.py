"""The forms of the administrator's pages: shapes only; what is right is checked by commands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.domain.access.roles import Role
from quizapp.features.accounts.models import User
from quizapp.features.admin.commands.people import (
    NoCourse,
    NoRole,
    NoTeam,
    PersonEntry,
    RoleChoice,
)
from quizapp.features.admin.queries.history import EventFilter
from quizapp.features.admin.queries.people import STATUSES, Choices, PeopleFilter
from quizapp.features.admin.queries.wording import ACTIONS, ROLES
from quizapp.web.forms import Form, at_most, email_format, needed, strip

MAX_NAME, MAX_EMAIL, MAX_SEARCH = 120, 254, 120
MAX_NUMBER, MAX_DIGITS = 2**31 - 1, 18
ALL, SOME = "all", "some"
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


class ChecksField(SelectMultipleField):
    """Several of a list of check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(Form):
    """Name, address, roles with their limits, teams."""

    name = StringField(_("Full name"), [needed(_("Enter a name")), at_most(MAX_NAME)], [strip])
    email = EmailField(
        _("Email"),
        [needed(_("Enter an email address")), at_most(MAX_EMAIL), email_format()],
        [strip],
    )
    roles = ChecksField(
        _("Roles"), choices=[SelectChoice(name, _(words)) for name, words in ROLES.items()]
    )
    course_reach = RadioField(
        _("Which courses?"),
        choices=[SelectChoice(ALL, _("All courses")), SelectChoice(SOME, _("Only these"))],
        default=SOME,
        validate_choice=False,
    )
    courses = ChecksField(_("Courses of the instructor"))
    team_reach = RadioField(
        _("Which teams?"),
        choices=[SelectChoice(ALL, _("All teams")), SelectChoice(SOME, _("Only these"))],
        default=SOME,
        validate_choice=False,
    )
    managed = ChecksField(_("Teams of the manager"))
    teams = ChecksField(_("Member of teams"))

    @property
    def has_roles(self) -> bool:
        """Whether roles can be chosen; on one's own page they cannot."""
        return "roles" in self

    def validate_roles(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_(NoRole.message))

    def validate_courses(self, field: Any) -> None:
        is_asked = Role.INSTRUCTOR in (self.roles.data or ()) and self.course_reach.data != ALL
        if is_asked and not field.data:
            raise ValidationError(_(NoCourse.message))

    def validate_managed(self, field: Any) -> None:
        is_asked = Role.MANAGER in (self.roles.data or ()) and self.team_reach.data != ALL
        if is_asked and not field.data:
            raise ValidationError(_(NoTeam.message))


def person_form(choices: Choices, **data: Any) -> PersonForm:
    """The form with the courses and teams there are."""
    form = PersonForm(data=data)
    teams = [SelectChoice(team.code, team.name) for team in choices.teams]
    form.courses.choices = [SelectChoice(course.slug, course.title) for course in choices.courses]
    form.managed.choices = teams
    form.teams.choices = teams
    return form


def change_form(
    choices: Choices, user: User, team_codes: Sequence[str], *, is_own: bool
) -> PersonForm:
    """The form filled with what a person has now; their own roles are left out."""
    form = person_form(
        choices, name=user.name, email=user.email, teams=team_codes, **_limits(choices, user)
    )
    if is_own:
        for name in ("roles", "course_reach", "courses", "team_reach", "managed"):
            del form[name]
    return form


def _limits(choices: Choices, user: User) -> dict[str, Any]:
    courses = {grant.course_id for grant in user.grants if grant.role == Role.INSTRUCTOR}
    teams = {grant.team_id for grant in user.grants if grant.role == Role.MANAGER}
    return {
        "roles": [grant.role for grant in user.grants],
        "course_reach": ALL if None in courses else SOME,
        "courses": [course.slug for course in choices.courses if course.id in courses],
        "team_reach": ALL if None in teams else SOME,
        "managed": [team.code for team in choices.teams if team.id in teams],
    }


def read_entry(form: PersonForm) -> PersonEntry:
    """What was entered; limits count only for the roles they belong to."""
    roles = None
    if form.has_roles:
        roles = RoleChoice(
            form.roles.data or (),
            None if form.course_reach.data == ALL else form.courses.data or (),
            None if form.team_reach.data == ALL else form.managed.data or (),
        )
    return PersonEntry(form.name.data or "", form.email.data or "", roles, form.teams.data or ())


def read_people_filter(values: Mapping[str, str]) -> PeopleFilter:
    """A filter from the address; what makes no sense there is left out."""
    role, status = values.get("role", ""), values.get("status", "")
    return PeopleFilter(
        search=values.get("q", "").strip()[:MAX_SEARCH],
        role=role if role in ROLES else "",
        team=values.get("team", "")[:MAX_SEARCH],
        status=status if status in STATUSES else "",
        sort=values.get("sort", "name"),
        page=read_number(values.get("page")) or 1,
    )


def read_number(text: str | None) -> int | None:
    """A whole number from an address, or None; never more than a column holds."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > MAX_DIGITS:
        return None
    return min(int(text), MAX_NUMBER)


class DayField(DateField):
    """A day, with a remedy when it cannot be read."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a day such as 2026-11-20")) from error


class EventFilterForm(Form):
    """Whose acts, of which kind, on which days."""

    person = StringField(_("Name or email"), [at_most(MAX_SEARCH)], [strip])
    action = StringField(_("What happened"))
    first = DayField(_("From day"), [Optional()], name="from")
    last = DayField(_("To day"), [Optional()], name="to")

    def validate_first(self, field: Any) -> None:
        _demand_near(field.data)

    def validate_last(self, field: Any) -> None:
        _demand_near(field.data)
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("Choose a day that is not before the first day"))

    def read(self) -> EventFilter:
        action = self.action.data or ""
        return EventFilter(
            person=self.person.data or "",
            action=action if action in ACTIONS else "",
            first=self.first.data,
            last=self.last.data,
        )


def _demand_near(day: date | None) -> None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Enter a day in this century, such as 2026-11-20"))
