"""How far people are: lessons, checks, one row for each enrollment, and completions as facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

NOT_STARTED, IN_PROGRESS, NOT_PASSED, COMPLETE = (
    "not_started",
    "in_progress",
    "not_passed",
    "complete",
)


class LessonProgress(Model):
    """Somebody and a lesson: opened, perhaps completed."""

    __tablename__ = "lesson_progress"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    version_id: Mapped[int] = mapped_column(ForeignKey("lesson_versions.id"))


class CheckAnswer(Model):
    """The last answer to an inline knowledge check; never graded."""

    __tablename__ = "check_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    check_id: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]
    answered_at: Mapped[datetime]


class CourseProgress(Model):
    """Where an enrollment stands, written in the transaction that changes it; reports read this."""

    __tablename__ = "course_progress"
    __table_args__ = (
        CheckConstraint(
            "state IN ('not_started', 'in_progress', 'not_passed', 'complete')", name="state"
        ),
        Index("ix_course_progress_user_id", "user_id", "course_id"),
        Index("ix_course_progress_course_state", "course_id", "state", "sort_name", "user_id"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    sort_name: Mapped[str]
    state: Mapped[str]
    steps_done: Mapped[int]
    steps_total: Mapped[int]
    best_score: Mapped[float | None]
    hazards_missed: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class Completion(Model):
    """The fact that somebody completed a course; it stands alone, whatever changes later."""

    __tablename__ = "completions"
    __table_args__ = (Index("ix_completions_user_id", "user_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    completed_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
