"""Large reports that were asked for: whose they are, where they lie."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from quizapp.config import Settings
from quizapp.domain.access.roles import Actor, Grant
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.reports.models import KEPT, ReportFile
from quizapp.infrastructure.context import Context


def get_file(ctx: Context, code: str) -> ReportFile:
    """One's own file of the last day; raises NotFound for any other."""
    found = ctx.session.scalar(
        select(ReportFile).where(
            ReportFile.code == code,
            ReportFile.user_id == ctx.actor.user_id,
            ReportFile.created_at > ctx.now - KEPT,
        )
    )
    if found is None:
        raise NotFound
    return found


def find_unmade(ctx: Context, file_id: int) -> tuple[ReportFile, Actor] | None:
    """A file still to be made, and its owner with what they may do now; None if that is over."""
    file = ctx.session.get(ReportFile, file_id)
    if file is None or file.ready_at is not None:
        return None
    owner = ctx.session.get_one(User, file.user_id, options=[selectinload(User.grants)])
    if not owner.is_active:
        return None
    grants = tuple(Grant(row.as_role, row.course_id, row.team_id) for row in owner.grants)
    return file, Actor(owner.id, owner.name, owner.email, owner.code, grants=grants)


def folder_of(settings: Settings) -> Path:
    return settings.data / "exports"


def path_of(settings: Settings, file: ReportFile) -> Path:
    return folder_of(settings) / f"{file.code}.xlsx"
