"""The audit log: a page of it, and all that is filtered as a file."""

from typing import Any

import flask
from flask import render_template, url_for

from quizapp.domain.access.permissions import Permission
from quizapp.features.admin import forms
from quizapp.features.admin.queries import history
from quizapp.features.admin.queries.history import EventPage
from quizapp.features.admin.queries.wording import GROUPS
from quizapp.features.admin.views import bp
from quizapp.web import request
from quizapp.web.guard import requires


@bp.get("/admin/audit-log")
@requires(Permission.AUDIT_READ)
def audit_log() -> Any:
    form = forms.EventFilterForm(flask.request.args)
    args = flask.request.args
    found = EventPage([], None, None)
    if form.validate():
        found = history.list_events(
            request.context(),
            form.read(),
            before=forms.read_number(args.get("before")),
            after=forms.read_number(args.get("after")),
        )
    page = render_template(
        "admin/audit_log.html",
        form=form,
        asked=form.read(),
        found=found,
        groups=GROUPS,
        download=url_for("admin.export_audit_log", **_filters()),
    )
    return page, 422 if form.errors else 200
