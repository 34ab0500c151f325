"""The audit log: a page of it, and all that is filtered as a file."""

from typing import Any

import flask
from flask import redirect, render_template, stream_with_context, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.features.admin import forms
from quizapp.features.admin.commands import operations
from quizapp.features.admin.queries import history
from quizapp.features.admin.queries.history import EventPage, EventRow
from quizapp.features.admin.queries.wording import GROUPS, Phrase
from quizapp.features.admin.views import bp
from quizapp.formats import tables
from quizapp.formats.tables import Cell, Column, Kind
from quizapp.web import request
from quizapp.web.guard import requires

FILTERS = ("person", "action", "from", "to")


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


@bp.get("/admin/audit-log.csv")
@requires(Permission.AUDIT_READ)
def export_audit_log() -> Any:
    form = forms.EventFilterForm(flask.request.args)
    if not form.validate():
        return redirect(url_for("admin.audit_log", **_filters()), 303)
    asked = form.read()
    request.perform(operations.note_export, asked)
    actor, site = request.actor(), request.site()
    rows = history.iter_events(lambda: site.reading(actor), asked)
    lines = tables.csv_text(_columns(), (_cells(row) for row in rows))
    response = flask.Response(stream_with_context(lines), mimetype="text/csv")
    name = f"audit-log-{request.received_at().astimezone(site.settings.zone):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _filters() -> dict[str, Any]:
    """The filter in the address, without the place in the list."""
    return {name: flask.request.args.get(name) or None for name in FILTERS}


def _columns() -> list[Column]:
    return [
        Column(_("Number"), Kind.NUMBER),
        Column(_("Time (UTC)")),
        Column(_("Who")),
        Column(_("Email")),
        Column(_("What happened")),
        Column(_("About")),
        Column(_("Details")),
        Column(_("Action code")),
        Column(_("Request")),
        Column(_("Hash")),
    ]


def _cells(row: EventRow) -> list[Cell]:
    return [
        row.number,
        row.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        _said(row.who) if row.who else "",
        row.who_email,
        _said(row.action),
        _said(row.subject) if row.subject else "",
        "; ".join(_said(detail) for detail in row.details),
        row.action_code,
        row.request_id,
        row.hash,
    ]


def _said(phrase: Phrase) -> str:
    return str(_(phrase.message, **phrase.values))
