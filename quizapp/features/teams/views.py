"""Teams: the list, making and renaming one, who belongs to it."""

from typing import Any

import flask
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Invalid
from quizapp.features.teams import commands, queries
from quizapp.features.teams.forms import TeamForm
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

bp = Blueprint("teams", __name__, template_folder="templates")
MAX_SEARCH = 120
MAX_PAGE = 100_000


@bp.get("/admin/teams")
@requires(Permission.TEAM_MANAGE)
def teams() -> Any:
    return render_template("teams/teams.html", rows=queries.list_teams(request.context()))


@bp.route("/admin/teams/new", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def new_team() -> Any:
    form = TeamForm()
    if form.validate_on_submit():
        try:
            made = request.perform(commands.create_team, form.name.data)
        except Invalid as refusal:
            form.show(refusal)
        else:
            flash(_("The team %(name)s was made. Now add people.", name=made.name), "ok")
            return redirect(url_for("teams.team", code=made.code), 303)
    return render_template("teams/new_team.html", form=form), 422 if form.errors else 200


@bp.get("/admin/teams/<slug:code>")
@requires(Permission.TEAM_MANAGE)
def team(code: str) -> Any:
    return _page(code)


@bp.route("/admin/teams/<slug:code>/rename", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def rename_team(code: str) -> Any:
    found = queries.get_team(request.context(), code)
    form = TeamForm(name=found.name)
    if form.validate_on_submit():
        try:
            request.perform(commands.rename_team, found, form.name.data)
        except Invalid as refusal:
            form.show(refusal)
        else:
            flash(_("The team is now called %(name)s.", name=form.name.data), "ok")
            return redirect(url_for("teams.team", code=code), 303)
    page = render_template("teams/rename_team.html", form=form, team=found)
    return page, 422 if form.errors else 200


@bp.post("/admin/teams/<slug:code>/members")
@requires(Permission.TEAM_MANAGE)
def add_people(code: str) -> Any:
    found = queries.get_team(request.context(), code)
    try:
        count = request.perform(commands.add_people, found, request.fields().getlist("people"))
    except Invalid as refusal:
        return _page(code, text_of(refusal)), 422
    flash(ngettext("%(num)s person was added.", "%(num)s people were added.", count), "ok")
    return redirect(url_for("teams.team", code=code), 303)


@bp.route("/admin/teams/<slug:code>/members/<slug:person>/remove", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def remove_person(code: str, person: str) -> Any:
    ctx = request.context()
    found, user = queries.get_team(ctx, code), queries.get_member(ctx, code, person)
    if flask.request.method == "GET":
        return render_template("teams/remove_person.html", team=found, user=user)
    request.perform(commands.remove_member, found, user)
    flash(_("%(name)s is no longer in %(team)s.", name=user.name, team=found.name), "ok")
    return redirect(url_for("teams.team", code=code), 303)


def _page(code: str, problem: str = "") -> str:
    ctx = request.context()
    found = queries.get_team(ctx, code)
    search = flask.request.values.get("q", "").strip()[:MAX_SEARCH]
    number = flask.request.args.get("page", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= len(str(MAX_PAGE))
    return render_template(
        "teams/team.html",
        team=found,
        members=queries.list_members_page(ctx, found, int(number) if is_number else 1),
        search=search,
        outsiders=queries.list_outsiders(ctx, found, search) if search else [],
        outsiders_shown=queries.OUTSIDERS_SHOWN,
        problem=problem,
    )
