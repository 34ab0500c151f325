"""Reading courses, lessons and enrollments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.completion import Module, Rule, Step
from quizapp.domain.errors import NotFound
from quizapp.features.courses.models import (
    LIVE,
    Course,
    CourseVersion,
    Enrollment,
    Hazard,
    Lesson,
    LessonVersion,
    Objective,
    Reference,
)
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class ModuleText:
    """What an outline says about a module."""

    slug: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A course's texts, modules and rule as one version has them."""

    title: str
    summary: str
    audience: str
    notice: dict[str, str] | None
    review: dict[str, Any]
    modules: tuple[Module, ...]
    texts: dict[str, ModuleText]
    rule: Rule

    def module_of(self, kind: str, slug: str) -> Module | None:
        """The module that has a lesson or quiz as a step."""
        return next((m for m in self.modules if Step(kind, slug) in m.steps), None)

    def number_of(self, module: Module) -> int:
        return self.modules.index(module) + 1


def read_outline(document: dict[str, Any]) -> Outline:
    """An outline from its stored form."""
    modules = tuple(
        Module(
            module["id"],
            tuple(Step(step["kind"], step["slug"]) for step in module["steps"]),
            tuple(module["after"]),
        )
        for module in document["modules"]
    )
    texts = {
        module["id"]: ModuleText(module["id"], module["title"], module["summary"])
        for module in document["modules"]
    }
    rule = Rule(
        document["completion"]["lessons"] == "all",
        frozenset(document["completion"]["quizzes"]),
    )
    return Outline(
        title=document["title"],
        summary=document["summary"],
        audience=document["audience"],
        notice=document["notice"],
        review=document["review"],
        modules=modules,
        texts=texts,
        rule=rule,
    )


def get_course(ctx: Context, slug: str) -> Course:
    """A course the actor may see; raises NotFound otherwise."""
    found = ctx.session.scalar(select(Course).where(Course.slug == slug))
    if found is None or not policy.may(
        ctx.actor, Permission.COURSE_READ, Belonging(course_id=found.id)
    ):
        raise NotFound
    return found


def list_courses(ctx: Context, permission: Permission = Permission.COURSE_READ) -> list[Course]:
    """The live courses the actor may see, in their order."""
    return list(
        ctx.session.scalars(
            select(Course)
            .where(Course.state == LIVE, visible_courses(ctx, permission))
            .order_by(Course.position, Course.title)
        )
    )


def visible_courses(ctx: Context, permission: Permission) -> ColumnElement[bool]:
    """The policy's reach as a condition on courses."""
    span = policy.reach(ctx.actor, permission)
    return true() if span.everything else Course.id.in_(span.course_ids)


def get_outline(ctx: Context, course: Course) -> Outline:
    version = ctx.session.get_one(CourseVersion, (course.id, course.version))
    return read_outline(version.outline)


def outlines(ctx: Context, courses: Iterable[Course]) -> dict[int, Outline]:
    """The outlines of several courses, in one statement."""
    ids = [course.id for course in courses]
    rows = ctx.session.execute(
        select(CourseVersion.course_id, CourseVersion.outline)
        .join(
            Course,
            (Course.id == CourseVersion.course_id) & (Course.version == CourseVersion.number),
        )
        .where(Course.id.in_(ids))
    )
    return {course_id: read_outline(document) for course_id, document in rows}


def list_lessons(ctx: Context, course_id: int) -> dict[str, Lesson]:
    """A course's live lessons by slug."""
    found = ctx.session.scalars(
        select(Lesson).where(Lesson.course_id == course_id, Lesson.state == LIVE)
    )
    return {lesson.slug: lesson for lesson in found}


def get_lesson(ctx: Context, course: Course, slug: str) -> Lesson:
    found = ctx.session.scalar(
        select(Lesson).where(
            Lesson.course_id == course.id, Lesson.slug == slug, Lesson.state == LIVE
        )
    )
    if found is None or found.version_id is None:
        raise NotFound
    return found


def get_lesson_version(ctx: Context, lesson: Lesson) -> LessonVersion:
    return ctx.session.get_one(LessonVersion, lesson.version_id)


def list_objectives(ctx: Context, course_id: int) -> dict[str, Objective]:
    """A course's objectives by code, in order."""
    found = ctx.session.scalars(
        select(Objective).where(Objective.course_id == course_id).order_by(Objective.position)
    )
    return {objective.code: objective for objective in found}


def list_hazards(ctx: Context, course_id: int) -> dict[str, Hazard]:
    """A course's hazards by code, in order."""
    found = ctx.session.scalars(
        select(Hazard).where(Hazard.course_id == course_id).order_by(Hazard.position)
    )
    return {hazard.code: hazard for hazard in found}


def list_references(ctx: Context, course_id: int) -> dict[str, Reference]:
    """A course's references by code."""
    found = ctx.session.scalars(select(Reference).where(Reference.course_id == course_id))
    return {reference.code: reference for reference in found}


def find_enrollment(ctx: Context, course_id: int, user_id: int | None) -> Enrollment | None:
    if user_id is None:
        return None
    return ctx.session.scalar(
        select(Enrollment).where(Enrollment.course_id == course_id, Enrollment.user_id == user_id)
    )


def list_enrollments(ctx: Context, user_id: int | None) -> list[Enrollment]:
    """Somebody's enrollments, the newest first."""
    return list(
        ctx.session.scalars(
            select(Enrollment)
            .where(Enrollment.user_id == user_id)
            .order_by(Enrollment.enrolled_at.desc(), Enrollment.id.desc())
        )
    )
