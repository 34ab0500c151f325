"""A question with its versions, what differs between two of them, and throwing a draft away."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.questions import commands, queries
from quizapp.features.questions.commands import DraftChanged
from quizapp.features.questions.forms.editor import advice_on
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.questions.queries import comparing, showing, surroundings, wording
from quizapp.features.questions.views import bp
from quizapp.infrastructure.context import Context
from quizapp.question_types import authoring
from quizapp.question_types.base import HARMS
from quizapp.web import request
from quizapp.web.guard import requires

QUESTION = "/teach/questions/<code:code>"


@bp.get(QUESTION)
@requires(Permission.QUESTION_READ)
def question(code: str) -> Any:
    ctx = request.context()
    found = queries.get_question(ctx, code)
    return _page(ctx, found, queries.get_shown_version(ctx, found), is_current=True)


@bp.get(f"{QUESTION}/versions/<int:number>")
@requires(Permission.QUESTION_READ)
def version(code: str, number: int) -> Any:
    ctx = request.context()
    found = queries.get_question(ctx, code)
    return _page(ctx, found, queries.get_version(ctx, found, number), is_current=False)


@bp.get(f"{QUESTION}/compare/<int:before>..<int:after>")
@requires(Permission.QUESTION_READ)
def compare(code: str, before: int, after: int) -> Any:
    ctx = request.context()
    found = queries.get_question(ctx, code)
    former = queries.get_version(ctx, found, before)
    latter = queries.get_version(ctx, found, after)
    course = surroundings.get_surroundings(ctx, found.course_id, Permission.QUESTION_READ)
    return render_template(
        "questions/compare.html",
        question=found,
        former=former,
        latter=latter,
        history=showing.get_history(ctx, found),
        changes=comparing.changes(former, latter, course),
    )


@bp.get(f"{QUESTION}/discard")
@requires(Permission.QUESTION_WRITE)
def confirm_discard(code: str) -> Any:
    ctx = request.context()
    found = queries.get_question(ctx, code, Permission.QUESTION_WRITE)
    if found.draft_version_id is None or found.live_version_id is None:
        raise NotFound
    return _discard_page(ctx, found)


@bp.post(f"{QUESTION}/discard")
@requires(Permission.QUESTION_WRITE)
def discard(code: str) -> Any:
    found = queries.get_question(request.context(), code, Permission.QUESTION_WRITE)
    try:
        request.perform(commands.discard_draft, found, request.fields().get("digest", ""))
    except DraftChanged:
        ctx = request.context()
        found = queries.get_question(ctx, code, Permission.QUESTION_WRITE)
        return _discard_page(ctx, found, has_changed=True), 409
    flash(_("The draft was thrown away. The live version stays as it is."), "ok")
    return redirect(url_for(".question", code=code), 303)


def _page(ctx: Context, found: Question, shown: QuestionVersion, *, is_current: bool) -> str:
    course = surroundings.get_surroundings(ctx, found.course_id, Permission.QUESTION_READ)
    stimulus = queries.find_stimulus(ctx, found)
    is_draft = shown.id == found.draft_version_id
    return render_template(
        "questions/question.html",
        question=found,
        shown=shown,
        is_current=is_current,
        is_draft=is_draft,
        course=course,
        preview=showing.preview_of(shown, stimulus),
        history=showing.get_history(ctx, found),
        advice=_advice(shown) if is_draft else [],
        levels=wording.LEVELS,
        harms=HARMS,
        types=wording.type_labels(),
    )


def _advice(shown: QuestionVersion) -> list[Any]:
    """What keeps a draft from going live, with the editor's fields to go to."""
    parts = queries.item_of(shown).parts
    form = authoring.form_of(parts[0].kind, parts[0].content)
    return [advice_on(problem, form) for problem in queries.problems_of(shown)]


def _discard_page(ctx: Context, found: Question, *, has_changed: bool = False) -> str:
    draft = queries.get_shown_version(ctx, found)
    history = showing.get_history(ctx, found)
    live = next(v for v in history.versions if v.id == found.live_version_id)
    course = surroundings.get_surroundings(ctx, found.course_id, Permission.QUESTION_READ)
    return render_template(
        "questions/discard.html",
        question=found,
        draft=draft,
        live=live,
        history=history,
        has_changed=has_changed,
        changes=comparing.changes(live, draft, course),
    )
