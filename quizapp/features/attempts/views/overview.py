"""How the quizzes of an instructor's courses go."""

from itertools import groupby
from typing import Any

import flask
from flask import render_template
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.features.attempts.models import OPEN
from quizapp.features.attempts.queries import overview
from quizapp.features.attempts.queries.overview import AttemptFilter
from quizapp.features.attempts.views import bp
from quizapp.features.questions.queries import wording
from quizapp.web import request
from quizapp.web.guard import requires

LONGEST_SEARCH = 200
LAST_PAGE = 1_000_000


@bp.get("/teach/quizzes")
@requires(Permission.QUIZ_READ)
def quiz_overview() -> Any:
    rows = overview.list_quiz_rows(request.context())
    courses = [list(group) for _id, group in groupby(rows, key=lambda row: row.course.id)]
    return render_template("attempts/quiz_overview.html", courses=courses)


@bp.get("/teach/quizzes/<slug:course>/<slug:quiz>")
@requires(Permission.QUIZ_READ)
def quiz_details(course: str, quiz: str) -> Any:
    ctx = request.context()
    page = overview.get_quiz_page(ctx, course, quiz)
    wanted = _wanted()
    attempts, pages = overview.list_attempts(ctx, page.row.quiz, wanted)
    return render_template(
        "attempts/quiz_details.html",
        page=page,
        wanted=wanted,
        attempts=attempts,
        pages=pages,
        verdicts=_verdicts(),
        may_adjust=request.may(Permission.ATTEMPT_ADJUST),
        levels=wording.LEVELS,
        types=wording.type_labels(),
    )


def _verdicts() -> dict[str, str]:
    return {
        "passed": _("Passed"),
        "not_passed": _("Not passed yet"),
        "not_safe": _("Not safe yet"),
        "pending": _("Waits to be marked"),
        "done": _("Done"),
        OPEN: _("Open now"),
        overview.VOIDED: _("Voided"),
    }


def _wanted() -> AttemptFilter:
    args = flask.request.args
    verdict = args.get("verdict", "")
    number = args.get("page", "")
    return AttemptFilter(
        verdict=verdict if verdict in _verdicts() else "",
        text=" ".join(args.get("q", "").split())[:LONGEST_SEARCH],
        page=min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() else 1,
    )
