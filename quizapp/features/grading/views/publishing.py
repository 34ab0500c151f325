"""Publishing a question, retiring it and bringing it back: first what it touches, then the act."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.grading.commands import publishing as commands
from quizapp.features.grading.forms.publishing import PublishForm
from quizapp.features.grading.queries import publishing as queries
from quizapp.features.grading.queries.publishing import Effect, PublishPlan
from quizapp.features.grading.views import bp
from quizapp.features.questions import commands as question_commands
from quizapp.features.questions import queries as question_queries
from quizapp.features.questions.commands import DraftChanged, NotReady
from quizapp.features.questions.models import RETIRED, Question
from quizapp.infrastructure.context import Context
from quizapp.question_types import authoring
from quizapp.web import request
from quizapp.web.guard import requires

WRITE = Permission.QUESTION_WRITE
QUESTION = "/teach/questions/<code:code>"


@bp.get(f"{QUESTION}/publish")
@requires(WRITE)
def publish(code: str) -> Any:
    plan = queries.find_publish_plan(request.context(), _question(code))
    if plan is None:
        raise NotFound
    return _publish_page(plan, _form(plan, formdata=None, data={"digest": plan.draft.digest}))


@bp.post(f"{QUESTION}/publish")
@requires(WRITE)
def make_live(code: str) -> Any:
    question = _question(code)
    plan = queries.find_publish_plan(request.context(), question)
    if plan is None:
        flash(_("There is no draft left to publish. See the versions for who did it."), "warn")
        return redirect(url_for("questions.question", code=code), 303)
    form = _form(plan)
    if plan.problems or not form.validate():
        return _publish_page(plan, form), 422
    try:
        version = request.perform(
            commands.publish_reviewed, question, form.digest.data or "", form.note.data or ""
        )
    except (DraftChanged, NotReady):
        return _changed_meanwhile(code, form)
    flash(_("Version %(number)s is live. New attempts get it.", number=version.number), "ok")
    if plan.on_former_rubric:
        return redirect(url_for("grading.mark_again", code=code), 303)
    return redirect(url_for("questions.question", code=code), 303)


@bp.get(f"{QUESTION}/retire")
@requires(WRITE)
def retire(code: str) -> Any:
    return _confirm_page(code, queries.get_retirement, "grading/retire.html", is_retired=False)


@bp.post(f"{QUESTION}/retire")
@requires(WRITE)
def take_out(code: str) -> Any:
    question = _question(code)
    if question.state != RETIRED:
        request.perform(question_commands.retire_question, question)
        flash(_("%(code)s is retired. No new attempt gets it.", code=code), "ok")
    return redirect(url_for("questions.question", code=code), 303)


@bp.get(f"{QUESTION}/restore")
@requires(WRITE)
def restore(code: str) -> Any:
    return _confirm_page(code, queries.get_return, "grading/restore.html", is_retired=True)


@bp.post(f"{QUESTION}/restore")
@requires(WRITE)
def bring_back(code: str) -> Any:
    question = _question(code)
    if question.state == RETIRED:
        request.perform(question_commands.restore_question, question)
        flash(_("%(code)s is back.", code=code), "ok")
    return redirect(url_for("questions.question", code=code), 303)


def _question(code: str) -> Question:
    return question_queries.get_question(request.context(), code, WRITE)


def _form(plan: PublishPlan, **options: Any) -> PublishForm:
    return PublishForm(is_first=plan.live is None, **options)


def _changed_meanwhile(code: str, form: PublishForm) -> Any:
    """The page with the draft there is now; the note stays."""
    plan = queries.find_publish_plan(request.context(), _question(code))
    if plan is None:
        flash(_("There is no draft left to publish. See the versions for who did it."), "warn")
        return redirect(url_for("questions.question", code=code), 303)
    fresh = _form(plan, formdata=None, data={"note": form.note.data, "digest": plan.draft.digest})
    return _publish_page(plan, fresh, has_changed=True), 409


def _publish_page(plan: PublishPlan, form: PublishForm, *, has_changed: bool = False) -> str:
    part = question_queries.item_of(plan.draft).parts[0]
    return render_template(
        "grading/publish.html",
        plan=plan,
        question=plan.effect.question,
        form=form,
        part=authoring.form_of(part.kind, part.content),
        control_of=authoring.control_of,
        has_changed=has_changed,
    )


def _confirm_page(
    code: str, effect_of: Callable[[Context, Question], Effect], template: str, *, is_retired: bool
) -> str:
    question = _question(code)
    if (question.state == RETIRED) != is_retired:
        raise NotFound
    ctx = request.context()
    return render_template(
        template,
        question=question,
        effect=effect_of(ctx, question),
        attempts=queries.count_attempts(ctx, question),
    )
