"""The entries of the top bar and the bars below it.

One appears only when its page exists and the reader may open it.
"""

from dataclasses import dataclass

from flask import Flask, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_
from quizapp.web import request


@dataclass(frozen=True, slots=True)
class Entry:
    """A place one can go to."""

    area: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class _Place:
    area: str
    label: str
    endpoint: str
    permission: Permission


MAIN = (
    _Place("home", N_("Home"), "home.start", Permission.ACCOUNT_MANAGE),
    _Place("courses", N_("Courses"), "progress.courses", Permission.COURSE_READ),
    _Place("teach", N_("Teach"), "questions.list_questions", Permission.QUESTION_READ),
    _Place("team", N_("Team"), "reports.overview", Permission.REPORT_READ),
    _Place("admin", N_("Admin"), "admin.people", Permission.PERSON_MANAGE),
)
BELOW = {
    "teach": (
        _Place("questions", N_("Questions"), "questions.list_questions", Permission.QUESTION_READ),
        _Place("quizzes", N_("Quizzes"), "attempts.quiz_overview", Permission.QUIZ_READ),
        _Place("grading", N_("Answers to mark"), "grading.grading_queue", Permission.ATTEMPT_MARK),
        _Place("problems", N_("Reported problems"), "grading.problems", Permission.PROBLEM_ANSWER),
        _Place(
            "corrections",
            N_("Corrections"),
            "grading.list_corrections",
            Permission.ATTEMPT_CORRECT,
        ),
    ),
    "team": (
        _Place("overview", N_("Overview"), "reports.overview", Permission.REPORT_READ),
        _Place("report", N_("Completion report"), "reports.completion", Permission.REPORT_READ),
        _Place("enrol", N_("Enrol people"), "reports.enrol", Permission.ENROLLMENT_CREATE),
    ),
    "admin": (
        _Place("users", N_("Users"), "admin.people", Permission.PERSON_MANAGE),
        _Place("teams", N_("Teams"), "teams.teams", Permission.TEAM_MANAGE),
        _Place("audit", N_("Audit log"), "admin.audit_log", Permission.AUDIT_READ),
        _Place("system", N_("Mail and jobs"), "admin.system", Permission.SETTINGS_READ),
    ),
}


def main_navigation() -> list[Entry]:
    return _entries(MAIN)


def sub_navigation(area: str) -> list[Entry]:
    return _entries(BELOW.get(area, ()))


def _entries(places: tuple[_Place, ...]) -> list[Entry]:
    return [
        Entry(place.area, _(place.label), url_for(place.endpoint))
        for place in places
        if place.endpoint in request.application().view_functions and request.may(place.permission)
    ]


def install(app: Flask) -> None:
    app.jinja_env.globals.update(main_navigation=main_navigation, sub_navigation=sub_navigation)
