"""The list of questions with its filters."""

from dataclasses import dataclass
from typing import Any

import flask
from flask import render_template
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.features.questions import queries
from quizapp.features.questions.queries import SORTS, QuestionFilter, showing, surroundings, wording
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.features.questions.views import bp
from quizapp.question_types import registry
from quizapp.web import request
from quizapp.web.guard import requires

LONGEST_SEARCH = 200
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: the query value that removing it takes away, and its words."""

    name: str
    text: str


@bp.get("/teach/questions")
@requires(Permission.QUESTION_READ)
def list_questions() -> Any:
    ctx = request.context()
    courses = surroundings.list_courses(ctx, Permission.QUESTION_READ)
    wanted, chips = _wanted(courses)
    rows, page = queries.list_questions(ctx, wanted)
    return render_template(
        "questions/list_questions.html",
        rows=rows,
        page=page,
        wanted=wanted,
        chips=chips,
        courses={course.id: course for course in courses},
        counts=queries.count_by_state(ctx),
        headline=showing.headline,
        types=wording.type_labels(),
        levels=wording.LEVELS,
        states=wording.STATES,
        safeties=_safeties(),
    )


def _safeties() -> dict[str, str]:
    return {"critical": _("Safety-critical"), "other": _("Not safety-critical")}


def _wanted(courses: list[Surroundings]) -> tuple[QuestionFilter, list[Chip]]:
    """What the address asks for; values that mean nothing here are left out."""
    args = flask.request.args
    text = " ".join(args.get("q", "").split())[:LONGEST_SEARCH]
    chips = [Chip("q", _("“%(text)s”", text=text))] if text else []
    course_id = _course(courses, chips)
    objective = args.get("objective", "")
    for course in courses:
        slug, _slash, code = objective.partition("/")
        if course.slug == slug and code in course.objectives:
            chips.append(Chip("objective", f"{code}: {course.objectives[code]}"))
            course_id, objective = course.id, code
            break
    else:
        objective = ""
    kind = _known("type", wording.type_labels(), chips)
    state = _known("status", wording.STATES, chips)
    level = _known("level", wording.LEVELS, chips)
    safety = _known("safety", _safeties(), chips)
    sort = args.get("sort", "")
    number = args.get("page", "")
    wanted = QuestionFilter(
        text=text,
        course_id=course_id,
        objective=objective,
        type=kind if kind in registry.names() else "",
        state=state,
        level=level,
        hazard={"critical": "any", "other": "none"}.get(safety, ""),
        sort=sort if sort.removeprefix("-") in SORTS else "-changed",
        page=min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() else 1,
    )
    return wanted, chips


def _course(courses: list[Surroundings], chips: list[Chip]) -> int | None:
    asked = flask.request.args.get("course", "")
    for course in courses:
        if course.slug == asked:
            chips.append(Chip("course", course.title))
            return course.id
    return None


def _known(name: str, words: dict[str, str], chips: list[Chip]) -> str:
    value = flask.request.args.get(name, "")
    if value not in words:
        return ""
    chips.append(Chip(name, _(words[value])))
    return value
