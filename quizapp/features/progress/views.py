"""The courses, a course's outline, its lessons, and where a quiz begins."""

from typing import Any

import flask
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.attempts.commands.starting import readiness
from quizapp.features.attempts.models import CLOSED, OPEN
from quizapp.features.attempts.queries import adjustments, history
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Lesson
from quizapp.features.progress import commands
from quizapp.features.progress.queries import outline, reading, standing
from quizapp.features.progress.queries.outline import StepView
from quizapp.features.progress.queries.reading import LessonPage
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.rendering import Renderer, Words
from quizapp.web import assets, request
from quizapp.web.guard import requires

bp = Blueprint("progress", __name__, template_folder="templates")


@bp.get("/courses")
@requires(Permission.COURSE_READ)
def courses() -> Any:
    ctx = request.context()
    found = course_queries.list_courses(ctx)
    return render_template(
        "progress/courses.html",
        courses=found,
        outlines=course_queries.outlines(ctx, found),
        progress={row.course_id: row for row in standing.list_own_progress(ctx)},
    )


@bp.get("/courses/<slug:course>")
@requires(Permission.COURSE_READ)
def course(course: str) -> Any:
    ctx = request.context()
    page = outline.get_course_page(ctx, course_queries.get_course(ctx, course))
    return render_template("progress/course.html", page=page, href=_step_address(page.course))


@bp.post("/courses/<slug:course>/start")
@requires(Permission.ENROLLMENT_CREATE)
def start_course(course: str) -> Any:
    found = course_queries.get_course(request.context(), course)
    request.perform(commands.start_course, found)
    flash(_("You take part in this course now. Your progress is kept."), "ok")
    return redirect(url_for("progress.course", course=course), 303)


@bp.get("/courses/<slug:course>/<slug:module>/<slug:lesson>")
@requires(Permission.COURSE_READ)
def lesson(course: str, module: str, lesson: str) -> Any:
    page = _lesson_page(course, module, lesson)
    rendered = _renderer(page).render(blocks.parse(page.version.body))
    known = {reference["id"]: reference for reference in page.version.document["references"]}
    return render_template(
        "progress/lesson.html",
        page=page,
        rendered=rendered,
        references=[known[name] for name in rendered.cited],
        checks=reading.list_checks(page),
        href=_step_address(page.course),
    )


@bp.post("/courses/<slug:course>/<slug:module>/<slug:lesson>/open")
@requires(Permission.LESSON_COMPLETE)
def open_lesson(course: str, module: str, lesson: str) -> Any:
    page = _lesson_page(course, module, lesson)
    request.perform(commands.open_lesson, page.course, page.lesson)
    return "", 204


@bp.post("/courses/<slug:course>/<slug:module>/<slug:lesson>/complete")
@requires(Permission.LESSON_COMPLETE)
def complete_lesson(course: str, module: str, lesson: str) -> Any:
    page = _lesson_page(course, module, lesson)
    if request.fields().get("undo"):
        request.perform(commands.reopen_lesson, page.course, page.lesson)
        flash(_("This lesson is no longer marked as complete."), "")
        return redirect(url_for(".lesson", course=course, module=module, lesson=lesson), 303)
    request.perform(commands.complete_lesson, page.course, page.lesson)
    if page.next is None or page.next.is_locked:
        flash(_("Lesson marked as complete."), "ok")
        return redirect(url_for(".course", course=course), 303)
    flash(_("Lesson marked as complete. Next: %(title)s.", title=page.next.title), "ok")
    return redirect(url_for(".course", course=course, _anchor=page.module.slug), 303)


@bp.post("/courses/<slug:course>/<slug:module>/<slug:lesson>/checks/<code:check>")
@requires(Permission.LESSON_COMPLETE)
def answer_check(course: str, module: str, lesson: str, check: str) -> Any:
    page = _lesson_page(course, module, lesson)
    choice = request.fields().get("choice", "")
    request.perform(commands.answer_check, page.course, page.lesson, check, choice[:10])
    if flask.request.wants_fragment:  # type: ignore[attr-defined]
        fresh = _lesson_page(course, module, lesson)
        return render_template(
            "progress/_check.html", page=fresh, check=reading.list_checks(fresh)[check]
        )
    back = url_for(".lesson", course=course, module=module, lesson=lesson, _anchor=check)
    return redirect(back, 303)


@bp.get("/courses/<slug:course>/quizzes/<slug:quiz>")
@requires(Permission.COURSE_READ)
def quiz_start(course: str, quiz: str) -> Any:
    ctx = request.context()
    page = outline.get_course_page(ctx, course_queries.get_course(ctx, course))
    found = quiz_queries.get_quiz(ctx, page.course, quiz)
    version = quiz_queries.get_version(ctx, found.version_id)
    definition = quiz_queries.definition_of(version)
    attempts = history.list_own(ctx, found.id)
    extra = adjustments.count_extra(ctx, found.id, ctx.actor.user_id)
    releases = Releases(ctx)
    closed = [attempt for attempt in reversed(attempts) if attempt.state == CLOSED]
    module = next(
        (m for m in page.modules if any(s.kind == "quiz" and s.slug == quiz for s in m.steps)),
        None,
    )
    return render_template(
        "progress/quiz_start.html",
        page=page,
        quiz=found,
        definition=definition,
        module=module,
        size=quiz_queries.item_count(definition, quiz_queries.case_sizes(ctx, page.course.id)),
        critical=quiz_queries.critical_count(ctx, page.course.id, definition),
        ready=readiness(definition, attempts, ctx.now, ctx.settings, extra),
        time=adjustments.own_time(ctx, definition),
        running=next((attempt for attempt in attempts if attempt.state == OPEN), None),
        closed=closed,
        shown={attempt.number for attempt in closed if releases.is_score_shown(attempt)},
        missed=standing.missed_hazards,
        carried=standing.carried_hazards,
        is_emptied=standing.is_emptied,
        hazards=course_queries.list_hazards(ctx, page.course.id),
        now=ctx.now,
        href=_step_address(page.course),
    )


@bp.post("/courses/<slug:course>/quizzes/<slug:quiz>/start")
@requires(Permission.ATTEMPT_ANSWER)
def start_quiz(course: str, quiz: str) -> Any:
    ctx = request.context()
    found = course_queries.get_course(ctx, course)
    attempt = request.perform(commands.start_quiz, found, quiz_queries.get_quiz(ctx, found, quiz))
    page = url_for("attempts.take", course=course, quiz=quiz, number=attempt.number, question=1)
    return redirect(page, 303)


def _lesson_page(course: str, module: str, lesson: str) -> LessonPage:
    """A lesson under its module's address; another module's address is not found."""
    ctx = request.context()
    found = course_queries.get_course(ctx, course)
    page_lesson: Lesson = course_queries.get_lesson(ctx, found, lesson)
    inside = course_queries.get_outline(ctx, found).module_of("lesson", lesson)
    if inside is None or inside.slug != module:
        raise NotFound
    return reading.get_lesson_page(ctx, found, page_lesson)


def _step_address(found: Course) -> Any:
    """A function for templates: the address of a step of this course."""

    def address(module: str, step: StepView | Any) -> str:
        if step.kind == "quiz":
            return url_for("progress.quiz_start", course=found.slug, quiz=step.slug)
        return url_for("progress.lesson", course=found.slug, module=module, lesson=step.slug)

    return address


def _renderer(page: LessonPage) -> Renderer:
    document = page.version.document
    levels = {
        "strong": _("Strong"),
        "moderate": _("Moderate"),
        "limited": _("Limited"),
        "conflicting": _("Conflicting"),
        "theory": _("Theory"),
    }
    words = Words(
        evidence=_("Evidence:"),
        levels=levels,
        reference=_("Reference %(number)s"),
        figure=_("Figure %(number)s."),
        scrolls=_("Figure %(number)s, scrolls sideways on small screens"),
        description=_("Text description of figure %(number)s"),
    )
    return Renderer(document["figures"], document["meanings"], assets.asset("icons.svg"), words)
