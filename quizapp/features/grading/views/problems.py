"""Reported problems: the learner's form and reports, the instructors' inbox and answers."""

from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, Invalid
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.grading.commands import reporting
from quizapp.features.grading.forms.problems import AnswerForm, ReportForm
from quizapp.features.grading.models import REPORTED
from quizapp.features.grading.queries import problems as queries
from quizapp.features.grading.views import bp
from quizapp.features.grading.views.paging import page_number
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

QUESTION = "/courses/<slug:course>/quizzes/<slug:quiz>/attempt-<int:number>/question-<int:question>"
LONGEST_CODE = 80


@bp.route(f"{QUESTION}/problem", methods=["GET", "POST"])
@requires(Permission.PROBLEM_REPORT)
def report_problem(course: str, quiz: str, number: int, question: int) -> Any:
    place = queries.get_reportable(request.context(), Address(course, quiz, number), question)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            request.perform(reporting.report_problem, place, form.text.data)
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(text_of(refusal), "warn")
            return redirect(url_for(".own_problems"), 303)
        else:
            flash(_("Thank you. The answer will appear on your start page."), "ok")
            return redirect(url_for(".own_problems"), 303)
    page = render_template("grading/report_problem.html", place=place, form=form)
    return page, 422 if form.errors else 200


@bp.get("/problems")
@requires(Permission.PROBLEM_REPORT)
def own_problems() -> Any:
    rows, page = queries.list_own(request.context(), page_number())
    return render_template("grading/own_problems.html", rows=rows, page=page)


@bp.post("/problems/<code:problem>/seen")
@requires(Permission.PROBLEM_REPORT)
def note_seen(problem: str) -> Any:
    request.perform(reporting.note_seen, queries.get_own(request.context(), problem))
    return redirect(url_for(".own_problems"), 303)


@bp.get("/teach/problems")
@requires(Permission.PROBLEM_ANSWER)
def problems() -> Any:
    ctx = request.context()
    args = flask.request.args
    state = args.get("state", REPORTED)
    state = state if state in queries.STATES else ""
    question = args.get("question", "")[:LONGEST_CODE]
    if question:
        found = queries.get_question_reports(ctx, question, state, page_number())
        return render_template("grading/problems_of_question.html", found=found, state=state)
    groups, page = queries.list_groups(ctx, state, page_number())
    return render_template("grading/problems.html", groups=groups, page=page, state=state)


@bp.route("/teach/problems/<code:problem>", methods=["GET", "POST"])
@requires(Permission.PROBLEM_ANSWER)
def problem(problem: str) -> Any:
    page = queries.get_report_page(request.context(), problem)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            count = request.perform(
                reporting.answer_problem,
                page.row.report,
                form.answer.data,
                is_for_all=form.is_for_all.data,
            )
        except Conflict as refusal:
            flash(text_of(refusal), "warn")
            return redirect(url_for(".problem", problem=problem), 303)
        flash(
            ngettext(
                "The answer was sent to %(num)s learner.",
                "The answer was sent to %(num)s learners.",
                count,
            ),
            "ok",
        )
        return redirect(url_for(".problems"), 303)
    text = render_template("grading/problem.html", page=page, form=form)
    return text, 422 if form.errors else 200
