"""Corrections of marks, and problems that learners report; marks by people are in `attempts`."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

ACCEPT, VOID, FULL_MARKS, NEW_KEY = "accept", "void", "full_marks", "new_key"
REPORTED, ANSWERED = "open", "answered"


class Correction(Model):
    """A decision about how answers to a question count, after attempts at it are finished."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_question_id", "question_id"),
        CheckConstraint("kind IN ('accept', 'void', 'full_marks', 'new_key')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    kind: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    """accept: the answer that counts as right too; new_key: the id of the version with it."""
    is_never_lower: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    """Fingerprint of the dry run that was confirmed."""
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]


class CorrectionEffect(Model):
    """What a correction changed in one attempt, before and after, so that it can be undone."""

    __tablename__ = "correction_effects"
    __table_args__ = (
        Index("ix_correction_effects_attempt_id", "attempt_id"),
        {"sqlite_with_rowid": False},
    )

    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class ProblemReport(Model):
    """What a learner says is wrong with a question, and the answer that came back."""

    __tablename__ = "problem_reports"
    __table_args__ = (
        Index("ix_problem_reports_course_id_state", "course_id", "state"),
        Index("ix_problem_reports_reporter_id", "reporter_id"),
        CheckConstraint("state IN ('open', 'answered')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    slot: Mapped[int] = mapped_column(SmallInteger)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default=REPORTED)
    text: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the reporter opened the answer."""
