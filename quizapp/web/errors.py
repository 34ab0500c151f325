"""The one map from refusals and faults to responses: an HTML page, or problem+json for scripts."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flask
from flask import Flask, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from quizapp.domain.errors import (
    N_,
    AccessDenied,
    Conflict,
    Invalid,
    NotFound,
    Refusal,
    Unavailable,
)
from quizapp.infrastructure import audit, database
from quizapp.infrastructure.context import Context
from quizapp.web import request
from quizapp.web.guard import SignedOut, is_kept_over_sign_in, page_of_form

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (SignedOut, 401),
    (Invalid, 422),
    (AccessDenied, 403),
    (NotFound, 404),
    (Conflict, 409),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: what happened, whether work is safe, what to do."""

    title: str
    text: str


WORDS = {
    400: Words(
        N_("That request was not complete"),
        N_("Nothing was changed. Go back, reload the page and try again."),
    ),
    401: Words(
        N_("You were signed out"),
        N_("You were away for a while. Your saved answers are safe. Sign in to go on."),
    ),
    403: Words(
        N_("You do not have access to this page"),
        N_("It belongs to another role. If you need it, ask an administrator."),
    ),
    404: Words(
        N_("We cannot find that page"),
        N_(
            "It may have been moved or retired. If you typed the address, check it. "
            "Your progress is not affected."
        ),
    ),
    405: Words(
        N_("That does not work here"),
        N_("Nothing was changed. Go back and use the page's buttons."),
    ),
    409: Words(
        N_("This cannot be done now"), N_("Nothing was changed. Reload to see what is there.")
    ),
    413: Words(
        N_("That is too much to send at once"),
        N_("Nothing was changed. Shorten the text or send a smaller file."),
    ),
    422: Words(N_("Check what you entered"), N_("Nothing was changed. Go back and correct it.")),
    503: Words(
        N_("Not saved: the server is busy"),
        N_("Nothing was changed. What you typed is still on the page: go back and try again soon."),
    ),
    500: Words(
        N_("Something went wrong on our side"),
        N_("Your saved answers are safe. Try again in a minute."),
    ),
}


def status_of(refusal: Refusal) -> int:
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 422)


def text_of(refusal: Refusal) -> str:
    """The refusal's message in the reader's language."""
    written = request.application().jinja_env.filters["moment"]
    values = {
        name: written(value) if isinstance(value, datetime) else value
        for name, value in refusal.values.items()
    }
    return str(_(refusal.message, **values))


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(CSRFError, _on_stale_form)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Unavailable, _on_unavailable)
    app.register_error_handler(DBAPIError, _on_database_error)
    app.register_error_handler(Exception, _on_bug)


def _on_refusal(refusal: Refusal) -> Any:
    status = status_of(refusal)
    if isinstance(refusal, SignedOut) and not _is_json():
        if is_kept_over_sign_in():
            return request.application().extensions["sign_in_again"](page_of_form())
        return redirect(url_for("accounts.sign_in", next=page_of_form(), away=1), 303)
    own_words = refusal.message != type(refusal).message or type(refusal) not in {
        Invalid, AccessDenied, NotFound, Conflict, SignedOut,
    }  # fmt: skip
    if isinstance(refusal, AccessDenied) and request.actor().is_signed_in:
        request.perform(_note_denial, flask.request.endpoint, flask.request.method)
    return respond(status, text_of(refusal) if own_words else None, refusal.title)


def _note_denial(ctx: Context, endpoint: str | None, method: str) -> None:
    """The refused act was rolled back; that somebody tried it stays."""
    audit.record(ctx, "access.denied", "access", page=endpoint, method=method)


def _on_stale_form(_error: CSRFError) -> Any:
    return respond(
        400, _("The page was open too long, or cookies are off. Go back, reload it and send again.")
    )


def _on_http_error(error: HTTPException) -> Any:
    if error.response is not None:  # a redirect raised by the router
        return error.response
    if isinstance(error, SecurityError):  # under another host name no page has an address
        return flask.Response("This site is not known by that name.\n", 400, mimetype="text/plain")
    response = respond(error.code or 500)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _on_database_error(error: DBAPIError) -> Any:
    """What reads met: an absent or busy database is told as such, anything else is a fault."""
    if database.is_pause(error) or database.is_stop(error):
        return _on_unavailable(error)
    return _on_bug(error)


def _on_unavailable(error: Unavailable | DBAPIError) -> Any:
    log.warning("database unavailable, request %s: %s", request.request_id(), error)
    response = respond(503)
    response.headers["Retry-After"] = "2"
    return response


def _on_bug(error: Exception) -> Any:
    log.error("request %s failed", request.request_id(), exc_info=error)
    request.end_reading()
    if _is_json():
        return _problem(500, None)
    words = WORDS[500]
    # Plain template: the fault may be in the session, the database or the layout itself.
    page = (
        request.application()
        .jinja_env.get_template("errors/fault.html")
        .render(title=words.title, text=words.text, reference=request.request_id())
    )
    return flask.Response(page, 500)


def respond(status: int, text: str | None = None, title: str = "") -> Response:
    """The page or problem document for a status; `text` and `title` say more than usual words."""
    request.end_reading()
    if _is_json():
        return _problem(status, text, title)
    words = WORDS.get(status, WORDS[400 if status < 500 else 500])  # noqa: PLR2004
    page = render_template(
        "errors/refusal.html",
        title=_(title or words.title),
        text=text or _(words.text),
        status=status,
        reference=request.request_id(),
    )
    return flask.Response(page, status)


def _problem(status: int, text: str | None, title: str = "") -> Response:
    words = WORDS.get(status, WORDS[500])
    response = flask.jsonify(
        type="about:blank",
        title=_(title or words.title),
        status=status,
        detail=text or _(words.text),
        reference=request.request_id(),
    )
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _is_json() -> bool:
    return bool(getattr(flask.request, "wants_json", False)) or flask.request.path.startswith(
        "/api/"
    )
