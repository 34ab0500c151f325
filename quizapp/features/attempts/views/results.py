"""The result of an attempt with its review."""

from collections.abc import Callable
from typing import Any

import flask
from flask import redirect, render_template, url_for

from quizapp.domain.access.permissions import Permission
from quizapp.features.attempts.queries import receipts, results, taking
from quizapp.features.attempts.queries.results import RIGHT, Result, Review
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.attempts.views import bp, files
from quizapp.features.attempts.views.taking import ATTEMPT
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Lesson
from quizapp.web import request
from quizapp.web.guard import requires

SHOWN: dict[str, Callable[[Review], bool]] = {
    "all": lambda _review: True,
    "wrong": lambda review: review.state != RIGHT,
    "safety": lambda review: review.hazard is not None,
    "flagged": lambda review: review.is_flagged,
}


@bp.get(f"{ATTEMPT}/result")
@requires(Permission.ATTEMPT_ANSWER)
def result(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    address = Address(course, quiz, number)
    head = taking.get_head(ctx, address)
    if head.is_open:
        return redirect(
            url_for("attempts.take", course=course, quiz=quiz, number=number, question=1), 303
        )
    found = results.get_result(ctx, address)
    shown = flask.request.args.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    return render_template(
        "attempts/result.html",
        result=found,
        reviews=files.linked_reviews(
            [review for review in found.ordered if SHOWN[shown](review)], address
        ),
        shown=shown,
        lessons=_lessons(found),
        read_again=_read_again(found),
        receipt=receipts.find_of(ctx, found.attempt),
    )


def _lessons(found: Result) -> dict[str, tuple[Lesson, str]]:
    """Each lesson by slug with its address."""
    ctx = request.context()
    outline = course_queries.get_outline(ctx, found.course)
    lessons = {}
    for slug, lesson in course_queries.list_lessons(ctx, found.course.id).items():
        module = outline.module_of("lesson", slug)
        if module is not None:
            address = url_for(
                "progress.lesson", course=found.course.slug, module=module.slug, lesson=slug
            )
            lessons[slug] = (lesson, address)
    return lessons


def _read_again(found: Result) -> str | None:
    """The one lesson to read before trying again: that of a missed hazard, else of a miss."""
    misses: list[Review] = [review for review in found.ordered if review.state != RIGHT]
    return next((slug for review in misses for slug in review.lesson_slugs), None)
