"""Receipts: one's own to keep and print, and the public page that checks them."""

import json
from typing import Any

import flask
from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_, Conflict, NotFound
from quizapp.features.attempts.models import OPEN
from quizapp.features.attempts.queries import receipts, results
from quizapp.features.attempts.queries.receipts import Finding, ReceiptView
from quizapp.features.attempts.views import bp
from quizapp.features.attempts.views.taking import ATTEMPT
from quizapp.features.courses import queries as course_queries
from quizapp.web import request
from quizapp.web.guard import public, requires


class ResultHeldBack(Conflict):
    """The signed document states the result, so it waits until the result may be known."""

    title = N_("Not yet")
    message = N_("This file states your result. You can download it when results are shown.")


@bp.get(f"{ATTEMPT}/receipt")
@requires(Permission.ATTEMPT_ANSWER)
def receipt(course: str, quiz: str, number: int) -> Any:
    found = _own(course, quiz, number)
    address = f"{request.site().settings.address}/verify/{found.code}"
    place = {"course": course, "quiz": quiz, "number": number}
    return render_template(
        "attempts/receipt.html", receipt=found, address=address, place=place, says=found.document
    )


@bp.get(f"{ATTEMPT}/receipt.json")
@requires(Permission.ATTEMPT_ANSWER)
def receipt_file(course: str, quiz: str, number: int) -> Any:
    found = _own(course, quiz, number)
    if not found.shows_result:
        raise ResultHeldBack
    parcel = receipts.parcel_of(request.context(), found)
    text = json.dumps(parcel, ensure_ascii=False, indent=1)
    response = flask.Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.code}.json"'
    return response


@bp.get("/verify")
@public
def verify_form() -> Any:
    typed = flask.request.args.get("code", "").strip()
    code = receipts.normalized(typed)
    if code:
        return redirect(url_for("attempts.verify", code=code), 303)
    return _unlisted("attempts/verify.html", found=None, typed=typed, file=None)


@bp.get("/verify/<code:code>")
@public
def verify(code: str) -> Any:
    normal = receipts.normalized(code)
    if normal != code:
        return redirect(url_for("attempts.verify", code=normal), 303)
    found = receipts.verify(request.context(), code)
    response = _unlisted("attempts/verify.html", found=found, typed=code, file=None)
    response.status_code = 404 if found.finding is Finding.NOT_FOUND else 200
    return response


@bp.post("/verify")
@public
def verify_file() -> Any:
    """Judge the text of a receipt file by its signature, whatever is in the database."""
    text = request.fields().get("file", "")
    finding, says = receipts.check_document(request.context(), text)
    return _unlisted("attempts/verify.html", found=None, typed="", file=(finding, says))


def _own(course: str, quiz: str, number: int) -> ReceiptView:
    """The receipt of one's own finished attempt; raises NotFound."""
    ctx = request.context()
    in_course = course_queries.get_course(ctx, course)
    attempt, _quiz = results.get_attempt(ctx, in_course, quiz, number)
    found = None if attempt.state == OPEN else receipts.find_of(ctx, attempt)
    if found is None:
        raise NotFound
    return found


def _unlisted(template: str, **values: Any) -> Response:
    """A page that search engines leave out: it names people."""
    response = make_response(render_template(template, **values))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
