"""Marking by hand: the queue, a question's answers, one answer with its rubric. Nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, NotFound
from quizapp.domain.hand_marking import Round
from quizapp.features.attempts.models import ItemMark
from quizapp.features.attempts.queries import uploads
from quizapp.features.grading.commands import marking as commands
from quizapp.features.grading.commands import remarking as remarking_commands
from quizapp.features.grading.commands.marking import Marking, NotJudged
from quizapp.features.grading.queries import answers, marking, remarking
from quizapp.features.grading.queries.answers import Sheet
from quizapp.features.grading.queries.marking import Listed
from quizapp.features.grading.views import bp
from quizapp.features.questions.models import Question
from quizapp.features.questions.queries import wording
from quizapp.infrastructure.paging import page_of
from quizapp.web import request, sending
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

MARK = Permission.ATTEMPT_MARK
QUEUE = "/teach/grading"
ANSWER = f"{QUEUE}/<code:code>/answers/<slug:answer>"
PAGE_SIZE = 50
MAX_PAGE = 100_000
SHOWN = ("open", "marked", "all")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form of an answer shows: from a stored mark, or as it was sent."""

    levels: Mapping[str, Mapping[str, str]]
    comment: str = ""

    def level(self, part: str, criterion: str) -> str:
        return self.levels.get(part, {}).get(criterion, "")


@bp.get(QUEUE)
@requires(MARK)
def grading_queue() -> Any:
    rows = marking.list_queue(request.context())
    return render_template(
        "grading/grading_queue.html", rows=rows, to_mark=sum(row.to_mark for row in rows),
        labels=wording.type_labels(),
    )  # fmt: skip


@bp.get(f"{QUEUE}/<code:code>")
@requires(MARK)
def question_answers(code: str) -> Any:
    ctx = request.context()
    question = marking.get_question(ctx, code)
    found = marking.list_answers(ctx, question)
    asked = flask.request.args.get("show", SHOWN[0])
    shown = asked if asked in SHOWN else SHOWN[0]
    listed = [answer for answer in found if shown in {"all", _group(answer)}]
    page = page_of(_page_number(), len(listed), PAGE_SIZE)
    return render_template(
        "grading/question_answers.html",
        row=marking.get_row(ctx, question, found),
        answers=listed[page.offset : page.offset + page.size],
        page=page,
        shown=shown,
        next=marking.next_for(ctx, found),
        older=remarking.find_older(ctx, question),
        labels=wording.type_labels(),
    )


@bp.get(f"{QUEUE}/<code:code>/next")
@requires(MARK)
def next_answer(code: str) -> Any:
    ctx = request.context()
    question = marking.get_question(ctx, code)
    found = marking.next_for(ctx, marking.list_answers(ctx, question))
    return redirect(_to(code, found), 303)


@bp.get(ANSWER)
@requires(MARK)
def mark_answer(code: str, answer: str) -> Any:
    sheet = _sheet(code, answer)
    return _page(sheet, _entry_of(_shown_mark(sheet)))


@bp.post(ANSWER)
@requires(MARK)
def give_mark(code: str, answer: str) -> Any:
    sheet = _sheet(code, answer)
    sent = _marking(sheet)
    entry = Entry(sent.levels, sent.comment)
    try:
        request.perform(commands.give_mark, code, sheet.key, sent)
    except NotJudged as refusal:
        problems = {name: text_of(found) for name, found in refusal.problems.items()}
        return _page(sheet, entry, problems), 422
    except Conflict as refusal:
        return _page(_sheet(code, answer), entry, conflict=text_of(refusal)), 409
    ctx = request.context()
    found = marking.list_answers(ctx, marking.get_question(ctx, code))
    left = sum(listed.turn is not None for listed in found)
    flash(_told(left), "ok")
    goes_on = request.fields().get("go") == "next"
    return redirect(_to(code, marking.next_for(ctx, found, answer) if goes_on else None), 303)


@bp.get(f"{QUEUE}/<code:code>/again")
@requires(MARK)
def mark_again(code: str) -> Any:
    return _again_page(marking.get_question(request.context(), code))


@bp.post(f"{QUEUE}/<code:code>/again")
@requires(MARK)
def put_back(code: str) -> Any:
    question = marking.get_question(request.context(), code)
    try:
        count = request.perform(
            remarking_commands.put_back, question, _number(request.fields().get("version", ""))
        )
    except Conflict as refusal:
        return _again_page(question, text_of(refusal)), 409
    flash(
        ngettext(
            "%(num)s answer is back in the queue.", "%(num)s answers are back in the queue.", count
        ),
        "ok",
    )
    return redirect(_to(code, None), 303)


def _again_page(question: Question, conflict: str = "") -> str:
    ctx = request.context()
    question = marking.get_question(ctx, question.code)
    older = remarking.find_older(ctx, question)
    return render_template(
        "grading/mark_again.html", question=question, older=older, conflict=conflict
    )


@bp.get(f"{ANSWER}/files/<int:number>")
@requires(MARK)
def answer_file(code: str, answer: str, number: int) -> Any:
    """A file of an answer under a name that says nothing about its learner."""
    sheet = _sheet(code, answer)
    files = [file for view in sheet.views for file in view.files]
    if not 1 <= number <= len(files):
        raise NotFound
    ctx = request.context()
    stored = uploads.get_file(ctx, sheet.key.attempt_id, sheet.key.slot, files[number - 1].digest)
    name = f"{code}-{sheet.short}-{number}{stored.ending}"
    return sending.attachment(stored.path, name, stored.media_type)


def _told(left: int) -> str:
    if not left:
        return str(_("The mark is saved. No answer to this question is left for you."))
    text: str = ngettext(
        "The mark is saved. %(num)s answer to this question is left.",
        "The mark is saved. %(num)s answers to this question are left.",
        left,
    )
    return text


def _sheet(code: str, answer: str) -> Sheet:
    ctx = request.context()
    return answers.get_sheet(ctx, marking.get_question(ctx, code), answer)


def _shown_mark(sheet: Sheet) -> ItemMark | None:
    """What the form starts from: nothing where a new mark is to be given."""
    return sheet.changeable if sheet.turn is None else None


def _entry_of(mark: ItemMark | None) -> Entry:
    return Entry({}) if mark is None else Entry(mark.levels, mark.comment)


def _marking(sheet: Sheet) -> Marking:
    """The mark as the form sent it."""
    fields = request.fields()
    levels = {
        entry.name: {
            name.removeprefix(f"level-{entry.name}-"): fields[name]
            for name in fields
            if name.startswith(f"level-{entry.name}-")
        }
        for entry in sheet.judged
    }
    rounds = {step.value: step for step in Round}
    return Marking(
        round=rounds.get(fields.get("round", "")),
        rubric_version_id=_number(fields.get("rubric", "")),
        levels=levels,
        comment=fields.get("comment", "").replace("\r\n", "\n").strip(),
        replaces=_number(fields.get("replaces", "")),
    )


def _number(text: str) -> int:
    """The number of a row; -1, which no row has, for what is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004


def _page(
    sheet: Sheet, entry: Entry, problems: Mapping[str, str] | None = None, conflict: str = ""
) -> str:
    ctx = request.context()
    found = marking.list_answers(ctx, sheet.question)
    mine = next(listed for listed in found if listed.name == sheet.name)
    following = marking.next_for(ctx, found, sheet.name)
    return render_template(
        "grading/mark_answer.html",
        sheet=sheet,
        code=sheet.question.code,
        listed=mine,
        entry=entry,
        stored=_shown_mark(sheet),
        problems=problems or {},
        conflict=conflict,
        left=sum(listed.turn is not None for listed in found),
        following=following,
        points=_points,
        longest=commands.LONGEST_COMMENT,
    )


def _points(mark: ItemMark) -> Fraction:
    return Fraction(mark.share)


def _to(code: str, found: Listed | None) -> str:
    """The page of an answer; without one the question's list."""
    if found is None:
        return url_for("grading.question_answers", code=code)
    return url_for("grading.mark_answer", code=code, answer=found.name)


def _group(answer: Listed) -> str:
    return "open" if answer.waits else "marked"


def _page_number() -> int:
    text = flask.request.args.get("page", "")
    return min(int(text), MAX_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004
