"""The completion report as CSV and XLSX: at once, or made by the worker where it is large."""

from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import flask
from flask import redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.reports.commands import files as commands
from quizapp.features.reports.queries import asking, counts, export, files
from quizapp.features.reports.queries.rows import Report
from quizapp.features.reports.queries.scope import get_choices
from quizapp.features.reports.views import bp
from quizapp.formats import tables
from quizapp.web import request
from quizapp.web.guard import requires

AT_ONCE = 20_000
"""So many rows of XLSX are written while somebody waits."""
IN_MEMORY = 1024 * 1024
REFRESH_SECONDS = 5
TOO_LATE = timedelta(hours=1)
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/team/report.csv")
@requires(Permission.REPORT_READ)
def export_csv() -> Any:
    """Complete in a file before the first byte goes out: an error never cuts it off unseen."""
    report, total = _report()
    target = _target()
    for piece in tables.csv_text(export.columns(_), export.table(report, _)):
        target.write(piece.encode())
    return _sent(target, "csv", total)


@bp.get("/team/report.xlsx")
@requires(Permission.REPORT_READ)
def export_xlsx() -> Any:
    report, total = _report()
    if total > AT_ONCE:
        return render_template(
            "reports/large.html", total=total, kept=asking.kept(flask.request.args)
        )
    target = _target()
    tables.write_xlsx(target, export.sheet_name(_), export.columns(_), export.table(report, _))
    return _sent(target, "xlsx", total)


@bp.post("/team/report/files")
@requires(Permission.REPORT_READ)
def request_file() -> Any:
    """The filter is in the address, as it is for the downloads."""
    total = _report()[1]
    file = request.perform(commands.request_file, asking.kept(flask.request.args), total)
    return redirect(url_for("reports.file", code=file.code), 303)


@bp.get("/team/report/files/<code:code>")
@requires(Permission.REPORT_READ)
def file(code: str) -> Any:
    ctx = request.context()
    found = files.get_file(ctx, code)
    is_late = found.ready_at is None and ctx.now - found.created_at > TOO_LATE
    page = flask.make_response(
        render_template("reports/file.html", file=found, is_late=is_late, now=ctx.now)
    )
    if found.ready_at is None and not is_late:
        page.headers["Refresh"] = str(REFRESH_SECONDS)
    return page


@bp.get("/team/report/files/<code:code>/download")
@requires(Permission.REPORT_READ)
def download(code: str) -> Any:
    ctx = request.context()
    found = files.get_file(ctx, code)
    path = files.path_of(ctx.settings, found)
    if found.ready_at is None or not path.exists():
        raise NotFound
    return _answer(path.resolve(), "xlsx")


def _report() -> tuple[Report, int]:
    """The report of the address, and how many rows it has."""
    ctx = request.context()
    choices = get_choices(ctx)
    report = Report(ctx, choices, asking.read(choices, flask.request.args))
    return report, report.count(counts.list_figures(ctx, report.asked.scope))


def _target() -> IO[bytes]:
    return SpooledTemporaryFile(IN_MEMORY)  # closed with the response


def _sent(target: IO[bytes], form: str, row_count: int) -> Any:
    request.perform(commands.record_export, form, row_count, asking.kept(flask.request.args))
    target.seek(0)
    return _answer(target, form)


def _answer(source: Any, form: str) -> Any:
    """The file with a plain ASCII name, which has the day."""
    day = request.received_at().astimezone(request.site().settings.zone)
    response = send_file(
        source,
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"completion-report-{day:%Y-%m-%d}.{form}",
        conditional=False,
        etag=False,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
