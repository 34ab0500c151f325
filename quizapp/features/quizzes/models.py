"""Quizzes and their versions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

LIVE, RETIRED = "live", "retired"


class Quiz(Model):
    """A quiz's identity; what it asks is in its newest version."""

    __tablename__ = "quizzes"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        CheckConstraint("state IN ('live', 'retired')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=LIVE)
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("quiz_versions.id", use_alter=True, name="fk_quizzes_version_id")
    )


class QuizVersion(Model):
    """What a quiz asks and how it is marked. Never changes; a new pass mark is a new version."""

    __tablename__ = "quiz_versions"
    __table_args__ = (
        UniqueConstraint("quiz_id", "number"),
        CheckConstraint("mode IN ('graded', 'practice', 'survey')", name="mode"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    number: Mapped[int]
    title: Mapped[str]
    mode: Mapped[str]
    pass_mark: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
