"""Taking a quiz: a page of questions, saving it, checking, handing in."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.timing import Moment, attempt_clock
from quizapp.features.attempts.commands import leaving, reading, saving, submitting
from quizapp.features.attempts.commands.saving import Outcome
from quizapp.features.attempts.queries import (
    adjustments,
    checking,
    fragments,
    published,
    showing,
    taking,
    unread,
)
from quizapp.features.attempts.queries.fragments import Fragments, Frame
from quizapp.features.attempts.queries.showing import Refused, TakingPage
from quizapp.features.attempts.queries.taking import Address, Head, Place
from quizapp.features.attempts.views import bp, files, unsaved
from quizapp.features.attempts.views.unsaved import Posted, address_of
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires
from quizapp.web.receiving import takes_files
from quizapp.web.refilling import refill
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
        return unsaved.time_up(head)
    breaks = adjustments.get_breaks(ctx, head.id, head.allowance)
    if breaks.is_running:
        return redirect(f"{address_of('break', head)}?question={question}", 303)
    stands = taking.standing(ctx, head, question)
    if question not in stands:
        _say_where(question, stands.first)
        return redirect(address_of("question", head, question=stands.first), 303)
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
    posted = _read(place, question, fields)
    if _wants_json():
        for refusal in posted.unread.values():
            raise refusal
    may_be_left = taking.may_be_left(request.context(), place)
    saves = posted.saves
    advice = reading.list_advice(request.context(), place, saves) if _wants_json() else {}
    request.end_reading()
    unit = saving.unit_of(place, saves, request.received_at(), may_be_left=may_be_left)
    try:
        outcomes = request.site().answers.write(unit)
    except (saving.AttemptClosed, saving.QuestionLeft, saving.OnBreak) as refusal:
        if _wants_json():
            raise
        return unsaved.too_late(place, posted, refusal)
    if _wants_json():
        return _reply(outcomes, advice)
    return _after(place, posted, outcomes, may_be_left=may_be_left)


def _after(place: Place, posted: Posted, outcomes: Sequence[Outcome], *, may_be_left: bool) -> Any:
    """What follows a page that was sent without a script: the way on, or what stands in it."""
    question, fields = posted.question, posted.fields
    if not all(outcome.is_saved for outcome in outcomes):
        return unsaved.conflict(place, posted, outcomes)
    if posted.is_refused:
        return _refused(place, posted)
    onwards = str(question) if item.stays(fields) else "next"
    target = fields.get("goto", [onwards])[0]
    try:
        _leave(place, question, target, may_be_left=may_be_left)
    except leaving.NotSure as refusal:
        return _not_sure(place, question, refusal)
    return redirect(_goto(place, question, target), 303)


def _read(place: Place, question: int, fields: dict[str, list[str]]) -> Posted:
    """The answers of a posted page with the files it sent, and what of it cannot be taken."""
    slots = _slots(request.context(), place, question, fields)
    refused = []
    if flask.request.files:
        # What is closed is told when the answers are saved, with all that came too late.
        with suppress(saving.AttemptClosed, saving.QuestionLeft):
            refused = files.store_sent(place, slots, fields)
    saves, others = reading.read_page(request.context(), place, slots, fields)
    return Posted(question, fields, saves, others, refused)


def _refused(place: Place, posted: Posted) -> Any:
    """The page again with what was not taken; all the rest of it is saved."""
    ctx = request.context()
    head = taking.get_head(ctx, place.address)
    late = unsaved.why_late(ctx, head, posted.question)
    if late is not None:
        return unsaved.too_late(place, posted, late)
    page = showing.get_page(ctx, head, posted.question)
    found = {
        view.number: unread.unread_view(
            ctx, head, view, posted.fields, text_of(posted.unread[view.number])
        )
        for view in page.questions
        if view.number in posted.unread
    }
    controls = [name for one in found.values() for name in one.controls]

    def shown(untaken: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, list[str]]]:
        views = [
            found[view.number].told(untaken) if view.number in found else view
            for view in page.questions
        ]
        markup = _shown(ctx, replace(page, questions=views), [*posted.files])
        return refill(markup, posted.fields, partial(unread.is_under, names=controls))

    markup, untaken = shown({})
    return (shown(untaken)[0] if untaken else markup), 422


def _not_sure(place: Place, question: int, refusal: leaving.NotSure) -> Any:
    """The page again: it is saved, and closes once it is said how sure one is."""
    ctx = request.context()
    page = showing.get_page(ctx, taking.get_head(ctx, place.address), question)
    told = Refused(text_of(refusal))
    views = [
        replace(view, refused=told) if view.number in refusal.numbers else view
        for view in page.questions
    ]
    return _shown(ctx, replace(page, questions=views), []), 422


def _leave(place: Place, question: int, target: str, *, may_be_left: bool) -> None:
    """Close the page where going on means no way back, or where its answers were asked for."""
    if not may_be_left:
        return
    ctx = request.context()
    page = taking.page_of(ctx, place, question)
    definition = published.definition(ctx, place.quiz_version_id)
    goes_on = target == "next" and page.chain is not None and page.last < place.item_count
    if goes_on or (target == "explain" and taking.explains_at_once(definition)):
        # A repeated post may find the attempt handed in: the way on leads to its result.
        with suppress(saving.AttemptClosed):
            request.perform(leaving.leave, place, range(page.first, page.last + 1))


@bp.get(f"{ATTEMPT}/check")
@requires(Permission.ATTEMPT_ANSWER)
def check(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if not head.is_open:
        return redirect(_result(head), 303)
    if _is_over(head):
        return unsaved.time_up(head)
    if adjustments.get_breaks(ctx, head.id, head.allowance).is_running:
        return redirect(address_of("break", head), 303)
    return render_template(
        "attempts/check.html",
        page=checking.get_check_page(ctx, head),
        seconds_left=_seconds_left(head),
        hand_in=address_of("submit", head),
    )


@bp.post(f"{ATTEMPT}/submit")
@requires(Permission.ATTEMPT_ANSWER)
def submit(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    if head.is_open and not _is_over(head) and checking.get_check_page(ctx, head).unsure_count:
        return redirect(address_of("check", head), 303)
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
    return _shown(ctx, showing.get_page(ctx, head, question), notices or [], tone)


def _shown(ctx: Context, page: TakingPage, notices: Sequence[str], tone: str = "bad") -> str:
    page = files.linked(page)
    head = page.head
    breaks = adjustments.get_breaks(ctx, head.id, head.allowance)
    frame = Frame(
        theme=ctx.actor.theme,
        person=ctx.actor.code,
        token=request.csrf_token(),
        here=address_of("question", head, question=page.first),
        hand_in=address_of("submit", head),
        seconds_left=str(_seconds_left(head) or 0),
        finish=_clock(head.end.due_at) if head.end.due_at else "",
        operations=[new_operation() for _ in page.questions],
        keeps_drafts=ctx.settings.keep_drafts_in_browser,
        offers_break=breaks.left > 0,
    )
    if notices or any(view.refused for view in page.questions):
        return fragments.plain(partial(_render, notices=notices, tone=tone), page, frame)
    return _fragments().page(page, frame)


def _render(template: str, values: dict[str, Any], **more: Any) -> str:
    return render_template(template, **values, **more)


def _fragments() -> Fragments:
    """One memory for the whole application."""
    found: Fragments = request.application().extensions.setdefault("fragments", Fragments(_render))
    return found


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


def _goto(place: Place, question: int, target: str) -> str:
    """Where to go after a save: another question, the check page, or out."""
    if target == "leave":
        return url_for("progress.course", course=place.address.course)
    if target.isascii() and target.isdigit() and 1 <= int(target) <= place.item_count:
        return address_of("question", place, question=int(target))
    if target == "check":
        return address_of("check", place)
    if target == "break":
        return f"{address_of('break', place)}?question={question}"
    page = taking.page_of(request.context(), place, question)
    if target == "explain":
        return address_of("question", place, question=page.first)
    is_last = page.last == place.item_count
    return (
        address_of("check", place)
        if is_last
        else address_of("question", place, question=page.last + 1)
    )


def _clock(moment: datetime | None) -> str:
    assert moment is not None  # noqa: S101 - asked only where there is a limit
    zone = request.site().settings.zone
    return f"{moment.astimezone(zone):%H:%M}"


def _result(head: Head) -> str:
    return address_of("result", head)


def _seconds_left(head: Head) -> int | None:
    if head.end.due_at is None:
        return None
    return max(0, int((head.end.due_at - request.received_at()).total_seconds()))


def _is_over(head: Head) -> bool:
    """Past the deadline as shown: nobody begins to type in the seconds of grace."""
    return attempt_clock(request.received_at(), head.end) is not Moment.IN_TIME


def _wants_json() -> bool:
    return bool(flask.request.wants_json)  # type: ignore[attr-defined]
