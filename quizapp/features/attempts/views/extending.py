"""Giving one person more: minutes in an attempt that runs, an attempt beyond the cap."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, Invalid
from quizapp.features.attempts.commands import extending
from quizapp.features.attempts.forms import ExtraAttemptForm, MinutesForm
from quizapp.features.attempts.queries import sittings
from quizapp.features.attempts.queries.sittings import Sitting, Tries
from quizapp.features.attempts.views import bp
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

PERSON = "/teach/quizzes/<slug:course>/<slug:quiz>/<slug:person>"


@bp.route(f"{PERSON}/attempt-<int:number>/time", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_ADJUST)
def give_minutes(course: str, quiz: str, person: str, number: int) -> Any:
    names = (course, quiz, person, number)
    sitting = sittings.get_sitting(request.context(), *names)
    form = MinutesForm()
    if not form.is_submitted():
        form.seen.data = _told(sitting)
    if not form.validate_on_submit():
        return _time_page(sitting, form), 422 if form.errors else 200
    try:
        attempt = request.perform(
            extending.give_minutes,
            sitting.attempt.id,
            form.minutes.data,
            form.reason.data,
            _moment(form.seen.data),
        )
    except Invalid as refusal:
        form.show(refusal)
        return _time_page(sitting, form), 422
    except Conflict as refusal:
        fresh = sittings.get_sitting(request.context(), *names)
        form.seen.data = _told(fresh)
        return _time_page(fresh, form, text_of(refusal)), 409
    flash(
        ngettext(
            "%(name)s has %(num)s minute more, until %(time)s.",
            "%(name)s has %(num)s minutes more, until %(time)s.",
            form.minutes.data,
            name=sitting.user.name,
            time=_clock(attempt.due_at),
        ),
        "ok",
    )
    return redirect(url_for("attempts.quiz_details", course=course, quiz=quiz), 303)


@bp.route(f"{PERSON}/extra-attempt", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_ADJUST)
def give_attempt(course: str, quiz: str, person: str) -> Any:
    tries = sittings.get_tries(request.context(), course, quiz, person)
    form = ExtraAttemptForm()
    if not form.validate_on_submit():
        return _attempt_page(tries, form), 422 if form.errors else 200
    try:
        request.perform(extending.give_attempt, tries.quiz, tries.user, form.reason.data)
    except Invalid as refusal:
        form.show(refusal)
        return _attempt_page(tries, form), 422
    except Conflict as refusal:
        fresh = sittings.get_tries(request.context(), course, quiz, person)
        return _attempt_page(fresh, form, text_of(refusal)), 409
    flash(_("%(name)s can start one more attempt.", name=tries.user.name), "ok")
    return redirect(url_for("attempts.quiz_details", course=course, quiz=quiz), 303)


def _time_page(sitting: Sitting, form: MinutesForm, notice: str = "") -> str:
    return render_template("attempts/give_minutes.html", sitting=sitting, form=form, notice=notice)


def _attempt_page(tries: Tries, form: ExtraAttemptForm, notice: str = "") -> str:
    return render_template("attempts/give_attempt.html", tries=tries, form=form, notice=notice)


def _told(sitting: Sitting) -> str:
    due_at = sitting.attempt.due_at
    return due_at.isoformat() if due_at else ""


def _moment(text: str | None) -> datetime | None:
    """The end a form showed; None, which is never the end of a timed attempt, for anything else."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _clock(moment: datetime | None) -> str:
    assert moment is not None  # noqa: S101 - it has just been moved
    return f"{moment.astimezone(request.site().settings.zone):%H:%M}"
