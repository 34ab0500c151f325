"""Enrolling people, and publishing new versions of courses and lessons."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_, Conflict
from quizapp.features.accounts.models import User
from quizapp.features.courses import queries
from quizapp.features.courses.events import CourseChanged, Enrolled
from quizapp.features.courses.models import (
    LIVE,
    RETIRED,
    Course,
    CourseVersion,
    Enrollment,
    Hazard,
    Lesson,
    LessonVersion,
    Objective,
    Reference,
)
from quizapp.features.teams import queries as team_queries
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import Model


class CourseClosed(Conflict):
    """An archived course takes nobody new."""

    message = N_("This course is closed. Choose another one.")


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A course as its files have it; each list holds the columns of its rows."""

    slug: str
    title: str
    position: int
    outline: dict[str, Any]
    objectives: Sequence[dict[str, Any]]
    hazards: Sequence[dict[str, Any]]
    references: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """A lesson as its file has it."""

    slug: str
    title: str
    minutes: int
    body: str
    document: dict[str, Any]


def enroll(ctx: Context, course: Course, user: User) -> Enrollment:
    """Let somebody take part; a second time gives the enrollment there is."""
    policy.demand(
        ctx.actor,
        Permission.ENROLLMENT_CREATE,
        team_queries.belonging_of(ctx, user.id, course.id),
    )
    if course.state != LIVE:
        raise CourseClosed
    found = queries.find_enrollment(ctx, course.id, user.id)
    if found is not None:
        return found
    enrollment = Enrollment(
        user_id=user.id,
        course_id=course.id,
        enrolled_at=ctx.now,
        enrolled_by=ctx.actor.user_id,
    )
    ctx.session.add(enrollment)
    ctx.session.flush()
    audit.record(ctx, "enrollment.created", enrollment, user=user.id, course=course.id)
    ctx.publish(Enrolled(enrollment.id, user.id, course.id))
    return enrollment


def digest_of(document: Any) -> str:
    """A fingerprint that changes exactly when the document does."""
    return hashlib.sha256(
        json.dumps(document, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def save_course(ctx: Context, draft: CourseDraft) -> tuple[Course, bool]:
    """Create a course or give it a new version; says whether anything changed."""
    policy.demand(ctx.actor, Permission.COURSE_WRITE)
    course = ctx.session.scalar(select(Course).where(Course.slug == draft.slug))
    if course is None:
        course = Course(slug=draft.slug, title=draft.title, created_at=ctx.now)
        ctx.session.add(course)
        ctx.session.flush()
    course.title, course.position = draft.title, draft.position
    changed = _save_outline(ctx, course, draft.outline)
    changed |= _save_rows(ctx, Objective, course, draft.objectives)
    changed |= _save_rows(ctx, Hazard, course, draft.hazards)
    changed |= _save_rows(ctx, Reference, course, draft.references)
    if changed:
        audit.record(ctx, "course.changed", course, version=course.version)
    return course, changed


def announce_course(ctx: Context, course: Course) -> None:
    """Tell those who keep progress that steps may have changed; after lessons and quizzes."""
    ctx.publish(CourseChanged(course.id))


def _save_outline(ctx: Context, course: Course, outline: dict[str, Any]) -> bool:
    digest = digest_of(outline)
    if course.version:
        newest = ctx.session.get_one(CourseVersion, (course.id, course.version))
        if newest.digest == digest:
            return False
    course.version += 1
    ctx.session.add(
        CourseVersion(
            course_id=course.id,
            number=course.version,
            outline=outline,
            digest=digest,
            created_at=ctx.now,
        )
    )
    ctx.session.flush()
    return True


def _save_rows(
    ctx: Context, model: type[Model], course: Course, rows: Sequence[dict[str, Any]]
) -> bool:
    """Make a course's objectives, hazards or references just these, matched by code."""
    table: Any = model
    present = {
        row.code: row
        for row in ctx.session.scalars(select(table).where(table.course_id == course.id))
    }
    changed = False
    for values in rows:
        row = present.pop(values["code"], None)
        if row is None:
            ctx.session.add(table(course_id=course.id, **values))
            changed = True
            continue
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
                changed = True
    for row in present.values():
        ctx.session.delete(row)
        changed = True
    ctx.session.flush()
    return changed


def save_lesson(ctx: Context, course: Course, draft: LessonDraft) -> bool:
    """Create a lesson or give it a new version; says whether anything changed."""
    policy.demand(ctx.actor, Permission.COURSE_WRITE)
    lesson = ctx.session.scalar(
        select(Lesson).where(Lesson.course_id == course.id, Lesson.slug == draft.slug)
    )
    if lesson is None:
        lesson = Lesson(
            course_id=course.id, slug=draft.slug, title=draft.title, minutes=draft.minutes
        )
        ctx.session.add(lesson)
        ctx.session.flush()
    digest = digest_of([draft.title, draft.minutes, draft.body, draft.document])
    newest = ctx.session.get(LessonVersion, lesson.version_id) if lesson.version_id else None
    if newest is not None and newest.digest == digest and lesson.state == LIVE:
        return False
    lesson.title, lesson.minutes, lesson.state = draft.title, draft.minutes, LIVE
    last = ctx.session.scalar(
        select(func.max(LessonVersion.number)).where(LessonVersion.lesson_id == lesson.id)
    )
    version = LessonVersion(
        lesson_id=lesson.id,
        number=(last or 0) + 1,
        body=draft.body,
        document=draft.document,
        digest=digest,
        created_at=ctx.now,
    )
    ctx.session.add(version)
    ctx.session.flush()
    lesson.version_id = version.id
    audit.record(ctx, "lesson.published", lesson, version=version.number)
    return True


def retire_lesson(ctx: Context, lesson: Lesson) -> None:
    """Take a lesson out of its course; what people did with it stays on record."""
    policy.demand(ctx.actor, Permission.COURSE_WRITE)
    lesson = ctx.fresh(lesson)
    lesson.state = RETIRED
    audit.record(ctx, "lesson.retired", lesson)
