"""The record of an attempt: its page for instructors, the answer journal, explained, voided."""

from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, Invalid
from quizapp.features.attempts.commands import voiding
from quizapp.features.attempts.models import OPEN
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.grading.commands import reading
from quizapp.features.grading.forms.voiding import VoidForm
from quizapp.features.grading.queries import explaining, records
from quizapp.features.grading.queries.records import Record
from quizapp.features.grading.views import bp
from quizapp.features.grading.views.paging import page_number
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires

OWN = "/courses/<slug:course>/quizzes/<slug:quiz>/attempt-<int:number>"
OF_PERSON = "/teach/quizzes/<slug:course>/<slug:quiz>/<slug:person>/attempt-<int:number>"
MAX_DIGITS = 4


@bp.get(f"{OWN}/journal")
@requires(Permission.ATTEMPT_ANSWER)
def own_journal(course: str, quiz: str, number: int) -> Any:
    record = records.get_own(request.context(), Address(course, quiz, number))
    records.demand_readable(request.context(), record)
    return _journal_page(record)


@bp.get(f"{OWN}/explained")
@requires(Permission.ATTEMPT_ANSWER)
def own_explained(course: str, quiz: str, number: int) -> Any:
    ctx = request.context()
    record = records.get_own(ctx, Address(course, quiz, number))
    if record.attempt.state == OPEN:
        raise records.NotYetOpen
    return _explained_page(record)


@bp.get(OF_PERSON)
@requires(Permission.ATTEMPT_READ)
def attempt(course: str, quiz: str, person: str, number: int) -> Any:
    ctx = request.context()
    record = records.get_of_person(ctx, Address(course, quiz, number), person)
    return render_template(
        "grading/attempt.html",
        record=record,
        explanation=explaining.get_explanation(ctx, record),
        is_blind=records.is_blind(ctx, record.attempt),
    )


@bp.get(f"{OF_PERSON}/journal")
@requires(Permission.ATTEMPT_READ)
def journal(course: str, quiz: str, person: str, number: int) -> Any:
    return _journal_page(_opened(Address(course, quiz, number), person, "journal"))


@bp.get(f"{OF_PERSON}/explained")
@requires(Permission.ATTEMPT_READ)
def explained(course: str, quiz: str, person: str, number: int) -> Any:
    return _explained_page(_opened(Address(course, quiz, number), person, "explained"))


@bp.route(f"{OF_PERSON}/void", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_ADJUST)
def void_attempt(course: str, quiz: str, person: str, number: int) -> Any:
    record = records.get_of_person(request.context(), Address(course, quiz, number), person)
    form = VoidForm()
    if flask.request.method == "POST" and request.fields().get("do") == "undo":
        request.perform(voiding.restore_attempt, record.attempt)
        flash(_("The attempt counts again."), "ok")
        return redirect(_page_of(record), 303)
    if form.validate_on_submit():
        try:
            request.perform(voiding.void_attempt, record.attempt, form.reason.data)
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(text_of(refusal), "warn")
            return redirect(_page_of(record), 303)
        else:
            flash(_("The attempt was voided. It counts for nothing. You can undo it here."), "ok")
            return redirect(_page_of(record), 303)
    page = render_template("grading/void_attempt.html", record=record, form=form)
    return page, 422 if form.errors else 200


def _opened(address: Address, person: str, page: str) -> Record:
    """Somebody's attempt, after it was noted who opened it."""
    ctx = request.context()
    record = records.get_of_person(ctx, address, person)
    records.demand_readable(ctx, record)
    request.perform(reading.note_reading, record.attempt, page)
    return record


def _page_of(record: Record) -> str:
    return url_for(
        "grading.attempt",
        course=record.course.slug,
        quiz=record.quiz.slug,
        person=record.person.code,
        number=record.attempt.number,
    )


def _journal_page(record: Record) -> str:
    asked = flask.request.args.get("question", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= MAX_DIGITS
    return render_template(
        "grading/journal.html",
        record=record,
        journal=records.get_journal(
            request.context(), record, int(asked) if is_number else None, page_number()
        ),
    )


def _explained_page(record: Record) -> str:
    return render_template(
        "grading/explained.html",
        record=record,
        explanation=explaining.get_explanation(request.context(), record),
    )
