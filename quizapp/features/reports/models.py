"""Figures kept ready for managers, the files they asked for, and the indexes only reports need."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.features.accounts.models import RoleGrant
from quizapp.features.attempts.models import Attempt
from quizapp.features.progress.models import CourseProgress
from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

KEPT = timedelta(days=1)
"""How long the file of a large report can be fetched."""


class TeamCount(Model):
    """How many people who are in a team now stand in a state of a course."""

    __tablename__ = "team_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]


class CourseCount(Model):
    """How many people stand in a state of a course, whatever team they are in, or none."""

    __tablename__ = "course_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]


class ReportFile(Model):
    """A large report somebody asked for; the file itself is on disk, and goes after a day."""

    __tablename__ = "report_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(index=True)
    ready_at: Mapped[datetime | None]
    row_count: Mapped[int | None]


# One index for each order of the completion report, so that a page of it is read, never sorted.
# All end alike: rows that are equal are in the order of names, and no two have the same key.
_NAME, _PERSON, _COURSE = (
    CourseProgress.sort_name,
    CourseProgress.user_id,
    CourseProgress.course_id,
)
Index("ix_course_progress_by_name", _NAME, _PERSON, _COURSE)
Index("ix_course_progress_by_course", _COURSE, _NAME, _PERSON)
Index(
    "ix_course_progress_by_state",
    CourseProgress.state,
    _NAME,
    _PERSON,
    _COURSE,
    CourseProgress.hazards_missed,
)
Index("ix_course_progress_by_score", CourseProgress.best_score, _NAME, _PERSON, _COURSE)
Index("ix_course_progress_by_change", CourseProgress.changed_at, _NAME, _PERSON, _COURSE)
Index("ix_course_progress_by_end", CourseProgress.completed_at, _NAME, _PERSON, _COURSE)

Index("ix_role_grants_role", RoleGrant.role, RoleGrant.user_id)
Index(
    "ix_attempts_first",
    Attempt.submitted_at,
    Attempt.user_id,
    sqlite_where=text("number = 1"),
    postgresql_where=text("number = 1"),
)
