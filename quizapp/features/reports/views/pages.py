"""Pages to look at: the overview, the completion report, a person."""

from typing import Any

import flask
from flask import render_template

from quizapp.domain.access.permissions import Permission
from quizapp.features.reports.queries import asking, counts, orders, overview, person
from quizapp.features.reports.queries.objectives import FEWEST_PEOPLE
from quizapp.features.reports.queries.rows import Report
from quizapp.features.reports.queries.scope import get_choices
from quizapp.features.reports.queries.selects import Cut
from quizapp.features.reports.queries.wording import STATES
from quizapp.features.reports.views import bp
from quizapp.web import request
from quizapp.web.guard import requires


@bp.get("/team", endpoint="overview")
@requires(Permission.REPORT_READ)
def show_overview() -> Any:
    ctx = request.context()
    choices = get_choices(ctx)
    team = flask.request.args.get("team", "")
    page = overview.get_overview(ctx, choices, choices.scope(team))
    return render_template(
        "reports/overview.html", page=page, team=team, choices=choices, fewest=FEWEST_PEOPLE
    )


@bp.get("/team/report")
@requires(Permission.REPORT_READ)
def completion() -> Any:
    ctx = request.context()
    choices = get_choices(ctx)
    values = flask.request.args
    report = Report(ctx, choices, asking.read(choices, values))
    total = report.count(counts.list_figures(ctx, report.asked.scope))
    return render_template(
        "reports/completion.html",
        asked=report.asked,
        kept=asking.kept(values),
        page=report.page(_cut(values, report.order), total),
        choices=choices,
        states=STATES,
        now=ctx.now,
    )


@bp.get("/team/people/<code:code>", endpoint="person")
@requires(Permission.REPORT_READ)
def show_person(code: str) -> Any:
    ctx = request.context()
    page = person.get_person(ctx, get_choices(ctx), code)
    return render_template("reports/person.html", page=page)


def _cut(values: Any, order: orders.Order) -> Cut:
    """The piece of the report an address asks for: the first, or one beside a token's place."""
    if values.get("before"):
        return Cut(place=orders.read_token(values["before"], order), is_backward=True)
    if values.get("after"):
        return Cut(place=orders.read_token(values["after"], order))
    return Cut()
