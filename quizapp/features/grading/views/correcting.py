"""Correcting marks: choose, read who would change, confirm; the corrections made, and undoing."""

from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, Invalid, NotFound
from quizapp.features.grading.commands import correcting
from quizapp.features.grading.commands.correcting import DryRunChanged
from quizapp.features.grading.forms.correcting import CorrectionForm
from quizapp.features.grading.queries import corrections, dry_runs
from quizapp.features.grading.queries.deciding import Decision
from quizapp.features.grading.queries.dry_runs import Choices
from quizapp.features.grading.views import bp
from quizapp.features.grading.views.paging import page_number
from quizapp.features.grading.views.publishing import QUESTION
from quizapp.features.questions import queries as question_queries
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

CORRECT = Permission.ATTEMPT_CORRECT
LONGEST_CODE = 80
REFRESH_SECONDS = 5


@bp.get(f"{QUESTION}/correct")
@requires(CORRECT)
def correct(code: str) -> Any:
    choices = _choices(code)
    return _form_page(choices, CorrectionForm(choices=choices))


@bp.post(f"{QUESTION}/correct")
@requires(CORRECT)
def make_correction(code: str) -> Any:
    choices = _choices(code)
    form = CorrectionForm(choices=choices)
    step = request.fields().get("do", "check")
    if step == "change":
        return _form_page(choices, form)
    if not form.validate():
        return _form_page(choices, form), 422
    try:
        decision = _decision(choices, form)
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(choices, form), 422
    if step != "confirm":
        return _dry_run_page(choices, form, decision)
    return _confirm(choices, form, decision)


@bp.get("/teach/corrections")
@requires(CORRECT)
def list_corrections() -> Any:
    question = flask.request.args.get("question", "")[:LONGEST_CODE]
    rows, page = corrections.list_corrections(request.context(), page_number(), question)
    return render_template("grading/corrections.html", rows=rows, page=page, question=question)


@bp.get("/teach/corrections/<code:correction>")
@requires(CORRECT)
def correction(correction: str) -> Any:
    page = corrections.get_correction_page(request.context(), correction, page_number())
    answer = flask.make_response(render_template("grading/correction.html", page=page))
    if page.row.is_at_work:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@bp.route("/teach/corrections/<code:correction>/undo", methods=["GET", "POST"])
@requires(CORRECT)
def undo_correction(correction: str) -> Any:
    ctx = request.context()
    page = corrections.get_correction_page(ctx, correction, 1)
    here = url_for(".correction", correction=correction)
    if flask.request.method == "GET":
        return render_template("grading/undo_correction.html", page=page)
    try:
        request.perform(correcting.undo_correction, page.row.correction)
    except Conflict as refusal:
        flash(text_of(refusal), "warn")
    else:
        flash(_("The correction was undone. Every mark is as it was before."), "ok")
    return redirect(here, 303)


def _choices(code: str) -> Choices:
    ctx = request.context()
    found = dry_runs.find_choices(ctx, question_queries.get_question(ctx, code, CORRECT))
    if found is None:
        raise NotFound
    return found


def _decision(choices: Choices, form: CorrectionForm) -> Decision:
    return dry_runs.decide(
        choices,
        form.kind.data,
        version_id=form.version_id,
        accepted=form.answer,
        is_never_lower=form.is_never_lower.data,
    )


def _confirm(choices: Choices, form: CorrectionForm, decision: Decision) -> Any:
    dry_run = dry_runs.get_dry_run(request.context(), choices, decision)
    if dry_run.digest != form.digest.data:
        return _dry_run_page(choices, form, decision, DryRunChanged()), 409
    try:
        made = request.perform(
            correcting.correct_marks,
            choices.question,
            decision,
            form.reason.data,
            form.digest.data,
        )
    except Conflict as refusal:
        again = _choices(choices.question.code)
        return _dry_run_page(again, form, _decision(again, form), refusal), 409
    flash(_("The marks were corrected. You can undo it here."), "ok")
    return redirect(url_for(".correction", correction=made.code), 303)


def _form_page(choices: Choices, form: CorrectionForm) -> str:
    return render_template(
        "grading/correct.html", choices=choices, question=choices.question, form=form
    )


def _dry_run_page(
    choices: Choices, form: CorrectionForm, decision: Decision, refusal: Conflict | None = None
) -> str:
    dry_run = dry_runs.get_dry_run(request.context(), choices, decision)
    return render_template(
        "grading/dry_run.html",
        choices=choices,
        question=choices.question,
        form=form,
        dry_run=dry_run,
        problem=text_of(refusal) if refusal else "",
    )
