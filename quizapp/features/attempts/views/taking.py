"""Taking a quiz: a page of questions, saving it, checking, handing in."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.timing import Moment, attempt_clock
from quizapp.features.attempts.commands import saving, submitting
from quizapp.features.attempts.commands.saving import AnswerSave, AttemptClosed, Outcome
from quizapp.features.attempts.queries import checking, fragments, taking
from quizapp.features.attempts.queries.fragments import Fragments, Frame
from quizapp.features.attempts.queries.taking import Address, Head, Place
from quizapp.features.attempts.views import bp
from quizapp.infrastructure.context import Context
from quizapp.question_types.base import Malformed
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires
from quizapp.web.templating import new_operation

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
    return _page(ctx, head, question)


@bp.post(f"{ATTEMPT}/question-<int:question>")
@requires(Permission.ATTEMPT_ANSWER)
def save_response(course: str, quiz: str, number: int, question: int) -> Any:
    ctx = request.context()
    place = taking.locate(ctx, Address(course, quiz, number))
    fields = flask.request.form.to_dict(flat=False)
    try:
        saves = saving.read_saves(ctx, place, _slots(ctx, place, question, fields), fields)
    except (saving.WrongItem, Malformed) as refusal:
        head = taking.get_head(ctx, place.address)
        if _wants_json() or not head.is_open:
            raise
        return _page(ctx, head, question, [text_of(refusal)]), 422
    request.end_reading()
    unit = saving.unit_of(place, saves, request.received_at())
    try:
        outcomes = request.site().answers.write(unit)
    except AttemptClosed:
        return _closed(place, saves)
    if _wants_json():
        return _reply(outcomes)
    if not all(outcome.is_saved for outcome in outcomes):
        return _conflict(place, saves, outcomes, fields)
    return redirect(_goto(place, question, fields.get("goto", ["next"])[0]), 303)


@bp.get(f"{ATTEMPT}/check")
@requires(Permission.ATTEMPT_ANSWER)
def check(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if not head.is_open:
        return redirect(_result(head), 303)
    if _is_over(head):
        return _time_up(head)
    return render_template(
        "attempts/check.html",
        page=checking.get_check_page(ctx, head),
        seconds_left=_seconds_left(head),
        hand_in=_to("submit", head),
    )


@bp.post(f"{ATTEMPT}/submit")
@requires(Permission.ATTEMPT_ANSWER)
def submit(course: str, quiz: str, number: int) -> Any:
    head = taking.get_head(request.context(), Address(course, quiz, number))
    attempt = request.perform(submitting.submit_attempt, head.id)
    if head.is_open and attempt.submitted_by == "deadline":
        flash(
            _(
                "Time was up at %(time)s. Your %(count)s saved answers were handed in.",
                time=_clock(attempt.due_at),
                count=head.answered_count,
            ),
            "warn",
        )
    return redirect(_result(head), 303)


def _slots(ctx: Context, place: Place, question: int, fields: dict[str, list[str]]) -> list[int]:
    """The questions a post is about: those of its page, or the single one a conflict settles."""
    first, last = taking.bounds(ctx, place, question)
    numbers = range(first, last + 1)
    only = fields.get("only", [""])[0]
    return [number for number in numbers if str(number) == only] if only else list(numbers)


def _page(ctx: Context, head: Head, question: int, problems: list[str] | None = None) -> str:
    page = taking.get_page(ctx, head, question)
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
    )
    if problems:
        return fragments.plain(partial(_render, problems=problems), page, frame)
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
            answer=taking.described(ctx, place, save.slot, save.answer) or _("No answer"),
        )
        for save in changed
    ]
    if fresh.is_open:
        return _time_up(fresh, lost), 409
    page = render_template("attempts/closed.html", head=fresh, lost=lost, result=_result(fresh))
    return page, 409


def _reply(outcomes: list[Outcome]) -> Any:
    """What a script needs to go on: the revisions, and which answers are not the newest."""
    stale = [outcome.slot for outcome in outcomes if not outcome.is_saved]
    body = {
        "slots": {
            str(outcome.slot): {"revision": outcome.revision, "saved": outcome.is_saved}
            for outcome in outcomes
        },
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
                mine=taking.described(ctx, head, save.slot, save.answer),
                theirs=taking.described(ctx, head, save.slot, outcome.answer),
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
    _first, last = taking.bounds(request.context(), place, question)
    return (
        _to("question", place, question=last + 1)
        if last < place.item_count
        else _to("check", place)
    )


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
