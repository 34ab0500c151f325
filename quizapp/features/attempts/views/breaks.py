"""Breaks in an attempt, and how its time stands for the scripts of open pages."""

import json
from typing import Any

import flask
from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.timing import Moment, attempt_clock
from quizapp.features.attempts.commands import pausing
from quizapp.features.attempts.queries import adjustments, taking
from quizapp.features.attempts.queries.taking import Address, Head
from quizapp.features.attempts.views import bp
from quizapp.features.attempts.views.taking import ATTEMPT
from quizapp.web import request
from quizapp.web.guard import requires


@bp.get(f"{ATTEMPT}/break")
@requires(Permission.ATTEMPT_ANSWER)
def pause(course: str, quiz: str, number: int) -> Any:
    """The questions are hidden here; the clock stops only once the break has begun."""
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    breaks = adjustments.get_breaks(ctx, head.id, head.allowance)
    question = _question(head)
    is_in_time = attempt_clock(ctx.now, head.end) is Moment.IN_TIME
    if not (head.is_open and is_in_time and (breaks.is_running or breaks.left)):
        return redirect(_to("attempts.take", head, question=question), 303)
    seconds = (breaks.until - ctx.now).total_seconds() if breaks.until else breaks.left
    return render_template(
        "attempts/break.html", head=head, breaks=breaks, question=question, seconds=int(seconds)
    )


@bp.post(f"{ATTEMPT}/break")
@requires(Permission.ATTEMPT_ANSWER)
def start_break(course: str, quiz: str, number: int) -> Any:
    head = taking.get_head(request.context(), Address(course, quiz, number))
    request.perform(pausing.start_break, head.id)
    return redirect(_to("attempts.pause", head, question=_question(head)), 303)


@bp.post(f"{ATTEMPT}/break/end")
@requires(Permission.ATTEMPT_ANSWER)
def end_break(course: str, quiz: str, number: int) -> Any:
    head = taking.get_head(request.context(), Address(course, quiz, number))
    request.perform(pausing.end_break, head.id)
    return redirect(_to("attempts.take", head, question=_question(head)), 303)


@bp.get(f"{ATTEMPT}/time")
@requires(Permission.ATTEMPT_ANSWER)
def time_left(course: str, quiz: str, number: int) -> Any:
    """The end as it is now: somebody may have moved it since the page was opened."""
    ctx = request.context()
    head = taking.get_head(ctx, Address(course, quiz, number))
    due_at = head.end.due_at
    body: dict[str, Any] = {"is_open": head.is_open, "seconds_left": None}
    if due_at is not None:
        clock = f"{due_at.astimezone(ctx.settings.zone):%H:%M}"
        zone = ctx.settings.timezone
        body["seconds_left"] = max(0, int((due_at - ctx.now).total_seconds()))
        body["said"] = _("Your time was extended to %(time)s.", time=clock)
        body["finish"] = _("Finish by %(time)s (%(zone)s)", time=clock, zone=zone)
    return flask.Response(json.dumps(body), mimetype="application/json")


def _question(head: Head) -> int:
    """The question to go back to."""
    asked = flask.request.values.get("question", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6  # noqa: PLR2004
    return min(max(1, int(asked)), head.item_count) if is_number else 1


def _to(endpoint: str, head: Head, *, question: int) -> str:
    address = head.address
    return url_for(
        endpoint,
        course=address.course,
        quiz=address.quiz,
        number=address.number,
        question=question,
    )
