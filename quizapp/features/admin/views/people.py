"""People: the list, inviting, changing, disabling, one-time links."""

from datetime import timedelta
from typing import Any

import flask
from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Invalid
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import User
from quizapp.features.admin import forms
from quizapp.features.admin.commands import people as commands
from quizapp.features.admin.commands.people import PasswordLink
from quizapp.features.admin.queries import history
from quizapp.features.admin.queries import people as queries
from quizapp.features.admin.queries.wording import ROLES
from quizapp.features.admin.views import bp
from quizapp.web import request
from quizapp.web.guard import requires

SHOWN_LINK = "one_time_link"
"""Where the session keeps a link from the click that made it to the page that shows it once."""


@bp.get("/admin/users")
@requires(Permission.PERSON_MANAGE)
def people() -> Any:
    asked = forms.read_people_filter(flask.request.args)
    now = request.received_at()
    return render_template(
        "admin/people.html",
        asked=asked,
        found=queries.list_people(request.context(), asked),
        role_names=ROLES,
        now=now,
        yesterday=now - timedelta(days=1),
    )


@bp.route("/admin/users/new", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE, fresh=True)
def new_person() -> Any:
    choices = queries.list_choices(request.context())
    form = forms.person_form(choices, roles=["learner"])
    if form.validate_on_submit():
        try:
            made = request.perform(commands.invite_person, forms.read_entry(form))
        except Invalid as refusal:
            form.show(refusal)
        else:
            return _show_link(made)
    page = render_template("admin/new_person.html", form=form, choices=choices)
    return page, 422 if form.errors else 200


@bp.route("/admin/users/<slug:code>", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE, fresh=True)
def person(code: str) -> Any:
    ctx = request.context()
    found, choices = queries.get_person_page(ctx, code), queries.list_choices(ctx)
    is_own = found.user.id == ctx.actor.user_id
    form = forms.change_form(choices, found.user, found.team_codes, is_own=is_own)
    if form.validate_on_submit():
        try:
            changed = request.perform(commands.change_person, code, forms.read_entry(form))
        except Invalid as refusal:
            form.show(refusal)
        else:
            flash(_("%(name)s was saved.", name=changed.name), "ok")
            return redirect(url_for("admin.person", code=code), 303)
    page = render_template(
        "admin/person.html",
        form=form,
        choices=choices,
        person=found,
        is_own=is_own,
        events=history.list_recent(request.context(), found.user),
    )
    return page, 422 if form.errors else 200


@bp.route("/admin/users/<slug:code>/disable", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE, fresh=True)
def disable_person(code: str) -> Any:
    user = _user(code)
    if flask.request.method == "GET":
        return render_template("admin/disable_person.html", user=user)
    request.perform(commands.disable_person, code)
    flash(_("%(name)s is shut out from now on.", name=user.name), "ok")
    return redirect(url_for("admin.person", code=code), 303)


@bp.post("/admin/users/<slug:code>/enable")
@requires(Permission.PERSON_MANAGE, fresh=True)
def enable_person(code: str) -> Any:
    user = _user(code)
    request.perform(commands.enable_person, code)
    flash(_("%(name)s can sign in again.", name=user.name), "ok")
    return redirect(url_for("admin.person", code=code), 303)


@bp.post("/admin/users/<slug:code>/link")
@requires(Permission.PERSON_MANAGE, fresh=True)
def make_link(code: str) -> Any:
    return _show_link(request.perform(commands.make_link, code))


@bp.get("/admin/users/<slug:code>/link")
@requires(Permission.PERSON_MANAGE, fresh=True)
def link(code: str) -> Any:
    """The link that was just made; it is known only here, and only once."""
    user = _user(code)
    owner, _gap, shown = session.pop(SHOWN_LINK, "").partition(" ")
    return render_template(
        "admin/link.html",
        user=user,
        address=shown if owner == code else "",
        is_invitation=user.password_hash is None,
        has_mail=request.site().settings.smtp_url is not None,
    )


def _show_link(made: PasswordLink) -> Any:
    code = made.person.code
    session[SHOWN_LINK] = f"{code} {made.address}"
    return redirect(url_for("admin.link", code=code), 303)


def _user(code: str) -> User:
    return account_queries.get_by_code(request.context(), code)
