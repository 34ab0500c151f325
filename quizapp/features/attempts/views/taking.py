"""Taking a quiz: a page of questions, saving it, checking, handing in."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.timing import Moment, attempt_clock
from quizapp.features.attempts.commands import leaving, saving, submitting
from quizapp.features.attempts.commands.saving import AnswerSave, AttemptClosed, Outcome
from quizapp.features.attempts.queries import (
    adjustments,
    checking,
    fragments,
    published,
    showing,
    taking,
)
from quizapp.features.attempts.queries.fragments import Fragments, Frame
from quizapp.features.attempts.queries.taking import Address, Head, Place
from quizapp.features.attempts.views import bp, files
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Malformed
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires
from quizapp.web.receiving import takes_files
from quizapp.web.templating import new_operation

MOST_SENT = 64 * 1024 * 1024
"""In one form: a page may have several questions that take files."""
ATTEMPT = "/courses/<slug:course>/quizzes/<slug:quiz>/attempt-<int:number>"


@bp.get(f"{ATTEMPT}/question-<int:question>")
@requires(Permission.ATTEMPT_ANSWER)
def take(course: str, quiz: str, number: int, question: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if not head.is_open:
        return redirect(_result(head), 303)
    if _is_over(head):
        return _time_up(head)
    breaks = adjustments.get_breaks(ctx, head.id, head.allowance)
    if breaks.is_running:
        return redirect(f"{_to('break', head)}?question={question}", 303)
    stands = taking.standing(ctx, head, question)
    if question not in stands:
        _say_where(question, stands.first)
        return redirect(_to("question", head, question=stands.first), 303)
    may_be_left = taking.may_be_left(ctx, head)
    notices = [str(text) for text in flask.get_flashed_messages()] if may_be_left else []
    return _page(ctx, head, question, notices, tone="warn")


def _say_where(asked: int, stands: int) -> None:
    """Why another question is shown than was asked for."""
    if asked < stands:
        flash(_("There is no way back to question %(number)s.", number=asked), "warn")
    else:
        flash(_("Question %(number)s comes later. Go on from here.", number=asked), "warn")


@bp.post(f"{ATTEMPT}/question-<int:question>")
@takes_files(MOST_SENT)
@requires(Permission.ATTEMPT_ANSWER, kept=True)
def save_response(course: str, quiz: str, number: int, question: int) -> Any:
    place = taking.locate(request.context(), Address(course, quiz, number))
    fields = flask.request.form.to_dict(flat=False)
    try:
        saves, refused = _read(place, question, fields)
    except (saving.WrongItem, Malformed) as refusal:
        head = taking.get_head(request.context(), place.address)
        if _wants_json() or not head.is_open:
            raise
        return _page(request.context(), head, question, [text_of(refusal)]), 422
    may_be_left = taking.may_be_left(request.context(), place)
    advice = saving.list_advice(request.context(), place, saves) if _wants_json() else {}
    request.end_reading()
    unit = saving.unit_of(place, saves, request.received_at(), may_be_left=may_be_left)
    try:
        outcomes = request.site().answers.write(unit)
    except AttemptClosed:
        return _closed(place, saves)
    if _wants_json():
        return _reply(outcomes, advice)
    if not all(outcome.is_saved for outcome in outcomes):
        return _conflict(place, saves, outcomes, fields)
    if refused:
        head = taking.get_head(request.context(), place.address)
        return _page(request.context(), head, question, refused), 422
    onwards = str(question) if item.stays(fields) else "next"
    target = fields.get("goto", [onwards])[0]
    if may_be_left:
        _leave(place, question, target)
    return redirect(_goto(place, question, target), 303)


def _read(
    place: Place, question: int, fields: dict[str, list[str]]
) -> tuple[list[AnswerSave], list[str]]:
    """The answers of a posted page with the files it sent, and which of those were refused."""
    slots = _slots(request.context(), place, question, fields)
    refused = []
    if flask.request.files:
        # What is closed is told when the answers are saved, with all that came too late.
        with suppress(AttemptClosed, saving.QuestionLeft):
            refused = files.store_sent(place, slots, fields)
    return saving.read_saves(request.context(), place, slots, fields), refused


def _leave(place: Place, question: int, target: str) -> None:
    """Close the page where going on means no way back, or where its answers were asked for."""
    ctx = request.context()
    page = taking.page_of(ctx, place, question)
    definition = published.definition(ctx, place.quiz_version_id)
    goes_on = target == "next" and page.chain is not None and page.last < place.item_count
    if goes_on or (target == "explain" and taking.explains_at_once(definition)):
        request.perform(leaving.leave, place.id, range(page.first, page.last + 1))


@bp.get(f"{ATTEMPT}/check")
@requires(Permission.ATTEMPT_ANSWER)
def check(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if not head.is_open:
        return redirect(_result(head), 303)
    if _is_over(head):
        return _time_up(head)
    if adjustments.get_breaks(ctx, head.id, head.allowance).is_running:
        return redirect(_to("break", head), 303)
    return render_template(
        "attempts/check.html",
        page=checking.get_check_page(ctx, head),
        seconds_left=_seconds_left(head),
        hand_in=_to("submit", head),
    )


@bp.post(f"{ATTEMPT}/submit")
@requires(Permission.ATTEMPT_ANSWER)
def submit(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if head.is_open and not _is_over(head) and checking.get_check_page(ctx, head).unsure_count:
        return redirect(_to("check", head), 303)
    attempt = request.perform(submitting.submit_attempt, head.id)
    if head.is_open and _is_over(head):
        flash(
            ngettext(
                "Time was up at %(time)s. Your %(num)s saved answer was handed in.",
                "Time was up at %(time)s. Your %(num)s saved answers were handed in.",
                head.answered_count,
                time=_clock(attempt.due_at),
            ),
            "warn",
        )
    return redirect(_result(head), 303)


def _slots(ctx: Context, place: Place, question: int, fields: dict[str, list[str]]) -> list[int]:
    """The questions a post is about: those of its page, or the single one a conflict settles."""
    page = taking.page_of(ctx, place, question)
    left = taking.left_slots(ctx, place)
    numbers = [
        number
        for number in range(page.first, page.last + 1)
        if number not in left or f"{taking.prefix_of(number)}-version" in fields
    ]
    only = fields.get("only", [""])[0]
    return [number for number in numbers if str(number) == only] if only else numbers


def _page(
    ctx: Context, head: Head, question: int, notices: list[str] | None = None, tone: str = "bad"
) -> str:
    page = files.linked(showing.get_page(ctx, head, question))
    breaks = adjustments.get_breaks(ctx, head.id, head.allowance)
    frame = Frame(
        theme=ctx.actor.theme,
        person=ctx.actor.code,
        token=request.csrf_token(),
        here=_to("question", head, question=page.first),
        hand_in=_to("submit", head),
        seconds_left=str(_seconds_left(head) or 0),
        finish=_clock(head.end.due_at) if head.end.due_at else "",
        operations=[new_operation() for _ in page.questions],
        keeps_drafts=ctx.settings.keep_drafts_in_browser,
        offers_break=breaks.left > 0,
    )
    if notices:
        return fragments.plain(partial(_render, notices=notices, tone=tone), page, frame)
    return _fragments().page(page, frame)


def _render(template: str, values: dict[str, Any], **more: Any) -> str:
    return render_template(template, **values, **more)


def _fragments() -> Fragments:
    """One memory for the whole application."""
    found: Fragments = request.application().extensions.setdefault("fragments", Fragments(_render))
    return found


def _time_up(head: Head, lost: list[str] | None = None) -> str:
    return render_template(
        "attempts/time_up.html", head=head, hand_in=_to("submit", head), lost=lost or []
    )


def _closed(place: Place, saves: list[AnswerSave]) -> Any:
    """Too late: nothing was written; say so, show the way on, keep what was typed in sight."""
    if _wants_json():
        raise AttemptClosed
    ctx = request.context()
    fresh = taking.get_head(ctx, place.address)
    changed = [s for s in saves if s.answer != fresh.saved(s.slot).answer]
    lost = [
        _(
            "Question %(number)s: this answer came too late and was not saved: %(answer)s",
            number=save.slot,
            answer=showing.described(ctx, place, save.slot, save.answer) or _("No answer"),
        )
        for save in changed
    ]
    if fresh.is_open:
        return _time_up(fresh, lost), 409
    page = render_template("attempts/closed.html", head=fresh, lost=lost, result=_result(fresh))
    return page, 409


def _reply(outcomes: list[Outcome], advice: Mapping[int, Mapping[str, str]]) -> Any:
    """What a script needs to go on: revisions, advice on answers, and which are not the newest."""
    stale = [outcome.slot for outcome in outcomes if not outcome.is_saved]
    slots: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        slots[str(outcome.slot)] = {"revision": outcome.revision, "saved": outcome.is_saved}
        if outcome.is_saved and outcome.slot in advice:
            texts = {name: _(text) for name, text in advice[outcome.slot].items()}
            slots[str(outcome.slot)]["advice"] = texts
    body = {
        "slots": slots,
        "stale": stale,
        "saved_at": request.received_at().astimezone(request.site().settings.zone).isoformat(),
    }
    return flask.Response(json.dumps(body), 409 if stale else 200, mimetype="application/json")


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Two answers to one question, for the page that lets one choose."""

    slot: int
    prefix: str
    stem: str
    version_id: int
    revision: int
    mine: str
    theirs: str
    fields: list[tuple[str, str]]


def _conflict(
    place: Place, saves: list[AnswerSave], outcomes: list[Outcome], fields: dict[str, list[str]]
) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, place.address)
    conflicts = []
    for save, outcome in zip(saves, outcomes, strict=True):
        if outcome.is_saved:
            continue
        prefix = taking.prefix_of(save.slot)
        own = {f"{prefix}-version", f"{prefix}-seen", f"{prefix}-op"}
        stem, version_id = checking.stem_of(ctx, head, save.slot)
        conflicts.append(
            _Conflict(
                slot=save.slot,
                prefix=prefix,
                stem=stem,
                version_id=version_id,
                revision=outcome.revision,
                mine=showing.described(ctx, head, save.slot, save.answer),
                theirs=showing.described(ctx, head, save.slot, outcome.answer),
                fields=[
                    (name, value)
                    for name, values in fields.items()
                    if name.startswith(f"{prefix}-") and name not in own
                    for value in values
                ],
            )
        )
    here = _to("question", head, question=conflicts[0].slot)
    page = render_template("attempts/conflict.html", head=head, conflicts=conflicts, here=here)
    return page, 409


def _goto(place: Place, question: int, target: str) -> str:
    """Where to go after a save: another question, the check page, or out."""
    if target == "leave":
        return url_for("progress.course", course=place.address.course)
    if target.isascii() and target.isdigit() and 1 <= int(target) <= place.item_count:
        return _to("question", place, question=int(target))
    if target == "check":
        return _to("check", place)
    if target == "break":
        return f"{_to('break', place)}?question={question}"
    page = taking.page_of(request.context(), place, question)
    if target == "explain":
        return _to("question", place, question=page.first)
    is_last = page.last == place.item_count
    return _to("check", place) if is_last else _to("question", place, question=page.last + 1)


def _clock(moment: datetime | None) -> str:
    assert moment is not None  # noqa: S101 - asked only where there is a limit
    zone = request.site().settings.zone
    return f"{moment.astimezone(zone):%H:%M}"


def _to(view: str, place: Place, *, question: int | None = None) -> str:
    """The address of a page of this attempt; `url_for` would cost as much as the page itself."""
    address = place.address
    base = f"/courses/{address.course}/quizzes/{address.quiz}/attempt-{address.number}"
    return f"{base}/question-{question}" if question is not None else f"{base}/{view}"


def _result(head: Head) -> str:
    return _to("result", head)


def _seconds_left(head: Head) -> int | None:
    if head.end.due_at is None:
        return None
    return max(0, int((head.end.due_at - request.received_at()).total_seconds()))


def _is_over(head: Head) -> bool:
    """Past the deadline as shown: nobody begins to type in the seconds of grace."""
    return attempt_clock(request.received_at(), head.end) is not Moment.IN_TIME


def _wants_json() -> bool:
    return bool(flask.request.wants_json)  # type: ignore[attr-defined]
