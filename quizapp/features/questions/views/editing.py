"""The editor: a new question, a new text of one, its preview, and two authors at once."""

from dataclasses import dataclass
from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.features.questions import commands, queries
from quizapp.features.questions.commands import DraftChanged
from quizapp.features.questions.forms.editor import Editor
from quizapp.features.questions.forms.question import LONGEST_RATIONALE, LONGEST_STEM
from quizapp.features.questions.models import Question, QuestionVersion, StimulusVersion
from quizapp.features.questions.queries import comparing, showing, surroundings
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.features.questions.views import bp
from quizapp.features.questions.views.reading import QUESTION
from quizapp.infrastructure.context import Context
from quizapp.question_types import registry
from quizapp.question_types.base import HARMS, QuestionType
from quizapp.web import request
from quizapp.web.guard import requires

WRITE = Permission.QUESTION_WRITE
NEW = "/teach/questions/new"
OF_THE_PAGE = {"csrf_token", "do", "revision", "digest", "copy_of"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What an author writes on: a question there is, or one to be."""

    course: Surroundings
    kind: QuestionType
    question: Question | None = None
    shown: QuestionVersion | None = None
    stimulus: StimulusVersion | None = None

    @property
    def address(self) -> str:
        """Where the form goes; its preview is below it."""
        if self.question is None:
            return url_for("questions.create_question", **self.query)
        return url_for("questions.save", code=self.question.code)

    @property
    def preview_address(self) -> str:
        if self.question is None:
            return url_for("questions.preview_new", **self.query)
        return url_for("questions.preview", code=self.question.code)

    @property
    def query(self) -> dict[str, Any]:
        return {"course": self.course.slug, "type": self.kind.name}

    @property
    def revision(self) -> int:
        """That of the draft; 0 where there is none."""
        has_draft = self.question is not None and self.question.draft_version_id is not None
        return self.shown.revision if has_draft and self.shown is not None else 0


@bp.get(NEW)
@requires(WRITE)
def new_question() -> Any:
    args = flask.request.args
    if not args.get("course") or not args.get("type"):
        return render_template(
            "questions/choose.html",
            courses=surroundings.list_courses(request.context(), WRITE),
            kinds=registry.TYPES,
            course=args.get("course", ""),
            type=args.get("type", ""),
        )
    desk = _new_desk(request.context())
    return _editor_page(desk, Editor.for_new(desk.kind, desk.course))


@bp.post(NEW)
@requires(WRITE)
def create_question() -> Any:
    ctx = request.context()
    desk = _new_desk(ctx)
    editor = Editor.posted(desk.kind, desk.course, request.fields(), _source(ctx, desk))
    answer = _without_saving(desk, editor)
    if answer is not None:
        return answer
    question = request.perform(commands.create_question, desk.course.id, editor.draft())
    flash(_("Draft saved as %(code)s. Learners do not see it yet.", code=question.code), "ok")
    return _go_on(question.code)


@bp.post(f"{NEW}/preview")
@requires(WRITE)
def preview_new() -> Any:
    ctx = request.context()
    desk = _new_desk(ctx)
    return _fragment(desk, Editor.posted(desk.kind, desk.course, request.fields()))


@bp.get(f"{QUESTION}/edit")
@requires(WRITE)
def edit(code: str) -> Any:
    desk = _desk(request.context(), code)
    assert desk.shown is not None  # noqa: S101 - a question has a text
    return _editor_page(desk, Editor.of_version(desk.course, desk.shown, desk.revision))


@bp.post(f"{QUESTION}/edit")
@requires(WRITE)
def save(code: str) -> Any:
    desk = _desk(request.context(), code)
    editor = Editor.posted(desk.kind, desk.course, request.fields(), desk.shown)
    answer = _without_saving(desk, editor)
    if answer is not None:
        return answer
    draft = editor.draft()
    assert desk.shown is not None  # noqa: S101 - a question has a text
    if draft.digest() == desk.shown.digest:
        flash(_("Nothing was changed, so there is nothing new to save."), "")
        return _go_on(code)
    seen = request.fields().get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1  # noqa: PLR2004
    digest = request.fields().get("digest", "")
    try:
        request.perform(commands.save_draft, desk.question, draft, revision, digest)
    except DraftChanged:
        return _conflict_page(code, editor), 409
    flash(_("Draft saved. Learners see it when you publish it."), "ok")
    return _go_on(code)


@bp.post(f"{QUESTION}/edit/preview")
@requires(WRITE)
def preview(code: str) -> Any:
    desk = _desk(request.context(), code)
    return _fragment(desk, Editor.posted(desk.kind, desk.course, request.fields(), desk.shown))


def _desk(ctx: Context, code: str) -> Desk:
    question = queries.get_question(ctx, code, WRITE)
    shown = queries.get_shown_version(ctx, question)
    kind = registry.get(shown.type)
    course = surroundings.get_surroundings(ctx, question.course_id, WRITE)
    if kind.shows_figures:
        course = surroundings.with_figures(ctx, course)
    return Desk(course, kind, question, shown, queries.find_stimulus(ctx, question))


def _new_desk(ctx: Context) -> Desk:
    args = flask.request.args
    kind = registry.get(args.get("type", ""))
    course = surroundings.get_course(ctx, args.get("course", ""), WRITE)
    return Desk(surroundings.with_figures(ctx, course) if kind.shows_figures else course, kind)


def _source(ctx: Context, desk: Desk) -> QuestionVersion | None:
    """The question that a copy is made of: it gives its figure and the labels it has."""
    code = request.fields().get("copy_of", "")
    if not code:
        return None
    source = queries.get_question(ctx, code)
    return queries.get_shown_version(ctx, source) if source.course_id == desk.course.id else None


def _without_saving(desk: Desk, editor: Editor) -> Any:
    """The page again after one of its other buttons or with mistakes; None when it can be saved."""
    action = request.fields().get("do", "save")
    focus = editor.press(action)
    if focus is not None or action == "preview":
        return _editor_page(desk, editor, focus or "preview")
    if not editor.validate():
        return _editor_page(desk, editor), 422
    return None


def _go_on(code: str) -> Any:
    if request.fields().get("do") == "publish":
        return redirect(url_for("grading.publish", code=code), 303)
    return redirect(url_for("questions.edit", code=code), 303)


def _editor_page(desk: Desk, editor: Editor, focus: str = "") -> str:
    history = showing.get_history(request.context(), desk.question) if desk.question else None
    return render_template(
        "questions/edit.html",
        desk=desk,
        editor=editor,
        mistakes=editor.mistakes(),
        focus=focus,
        is_sent=flask.request.method == "POST",
        history=history,
        **_shown(desk, editor),
    )


def _fragment(desk: Desk, editor: Editor) -> str:
    return render_template("questions/_preview.html", desk=desk, **_shown(desk, editor))


def _shown(desk: Desk, editor: Editor) -> dict[str, Any]:
    figure = desk.shown.figure if desk.shown else None
    form = editor.form
    stem = (form.stem.data or "")[:LONGEST_STEM]
    rationale = (form.rationale.data or "")[:LONGEST_RATIONALE]
    return {
        "preview": showing.preview(editor.item(), stem, rationale, figure, desk.stimulus),
        "advice": editor.advice(),
        "harms": HARMS,
    }


def _conflict_page(code: str, editor: Editor) -> str:
    """Who saved when, their text beside one's own, and one's own kept for the next step."""
    ctx = request.context()
    desk = _desk(ctx, code)
    assert desk.question is not None  # noqa: S101 - it was just edited
    assert desk.shown is not None  # noqa: S101 - a question has a text
    return render_template(
        "questions/conflict.html",
        desk=desk,
        history=showing.get_history(ctx, desk.question),
        changes=comparing.changes(desk.shown, editor.draft(), desk.course, with_same=True),
        fields=[
            (name, value)
            for name, values in request.fields().to_dict(flat=False).items()
            if name not in OF_THE_PAGE
            for value in values
        ],
    )
