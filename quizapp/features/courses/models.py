"""Courses and lessons as they are now, every version they ever had, and enrollments."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

LIVE, ARCHIVED, RETIRED = "live", "archived", "retired"


class Course(Model):
    """A course; what it says is in its newest version."""

    __tablename__ = "courses"
    __table_args__ = (CheckConstraint("state IN ('live', 'archived')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=LIVE)
    position: Mapped[int] = mapped_column(default=100)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class CourseVersion(Model):
    """A course's outline at one time: texts, modules and steps, completion rule. Never changes."""

    __tablename__ = "course_versions"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outline: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
    created_at: Mapped[datetime]


class Lesson(Model):
    """A lesson's place; what it says is in its newest version."""

    __tablename__ = "lessons"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    slug: Mapped[str]
    title: Mapped[str]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default=LIVE)
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("lesson_versions.id", use_alter=True, name="fk_lessons_version_id")
    )


class LessonVersion(Model):
    """A lesson's text with all it shows: figures, references, meanings, checks. Never changes."""

    __tablename__ = "lesson_versions"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
    created_at: Mapped[datetime]


class Objective(Model):
    """Something a learner can do after the course."""

    __tablename__ = "objectives"
    __table_args__ = (UniqueConstraint("course_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    code: Mapped[str]
    text: Mapped[str]
    lesson_slug: Mapped[str | None]
    position: Mapped[int]


class Hazard(Model):
    """A safety fact that must not be missed."""

    __tablename__ = "hazards"
    __table_args__ = (UniqueConstraint("course_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    code: Mapped[str]
    title: Mapped[str]
    why: Mapped[str] = mapped_column(Text)
    lesson_slug: Mapped[str | None]
    position: Mapped[int]


class Reference(Model):
    """A source that lessons and questions of a course cite."""

    __tablename__ = "course_references"
    __table_args__ = (UniqueConstraint("course_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    code: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None]


class Enrollment(Model):
    """Somebody taking part in a course."""

    __tablename__ = "enrollments"
    __table_args__ = (
        UniqueConstraint("user_id", "course_id"),
        Index("ix_enrollments_course_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
