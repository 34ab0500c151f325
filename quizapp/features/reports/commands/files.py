"""Noting downloads, and asking for reports too large to wait for."""

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, select, update

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import AccessDenied
from quizapp.features.reports.models import KEPT, ReportFile
from quizapp.infrastructure import audit, jobs
from quizapp.infrastructure.context import Context


def record_export(ctx: Context, form: str, row_count: int, asked: Mapping[str, str]) -> None:
    """Somebody takes rows of the report away; what they searched for may be a name, so it stays."""
    _demand(ctx)
    audit.record(ctx, "report.exported", "report", **_described(form, row_count, asked))


def request_file(ctx: Context, asked: Mapping[str, str], row_count: int) -> ReportFile:
    """Have the worker make the XLSX file of a filter."""
    _demand(ctx)
    file = ReportFile(
        code=secrets.token_hex(16),
        user_id=ctx.actor.user_id,
        asked=dict(asked),
        created_at=ctx.now,
    )
    ctx.session.add(file)
    ctx.session.flush()
    audit.record(ctx, "report.exported", file, **_described("xlsx", row_count, asked))
    jobs.enqueue(ctx, "reports.make_file", file_id=file.id)
    return file


def note_ready(ctx: Context, file_id: int, row_count: int) -> None:
    ctx.session.execute(
        update(ReportFile)
        .where(ReportFile.id == file_id)
        .values(ready_at=ctx.now, row_count=row_count)
    )


def forget_old(ctx: Context) -> set[str]:
    """Drop the records of files older than a day; gives the codes of those that stay."""
    ctx.session.execute(delete(ReportFile).where(ReportFile.created_at <= ctx.now - KEPT))
    return set(ctx.session.scalars(select(ReportFile.code)))


def _demand(ctx: Context) -> None:
    if not policy.may(ctx.actor, Permission.REPORT_READ):
        raise AccessDenied


def _described(form: str, row_count: int, asked: Mapping[str, str]) -> dict[str, object]:
    filters = {name: value for name, value in asked.items() if name != "q"}
    return {"format": form, "rows": row_count, "filter": filters, "searched": "q" in asked}
