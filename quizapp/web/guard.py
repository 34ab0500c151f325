"""Every endpoint says who may use it; one that does not say stops the start."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

import flask
from flask import Flask, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import AccessDenied, Refusal
from quizapp.web import receiving, request
from quizapp.web.session import CachedTokens

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FRESH = timedelta(minutes=15)
FRESH_FORM = timedelta(minutes=30)
"""A form opened with a fresh sign-in may take this long after it to be filled in and sent."""


class SignedOut(Refusal):
    """The page needs somebody signed in, and nobody is (any more)."""


class UndeclaredEndpoint(Exception):
    """A route without @requires or @public."""


def requires(
    permission: Permission, *, fresh: bool = False, kept: bool = False
) -> Callable[[View], View]:
    """Let in whoever holds the permission for anything; commands check the object at hand.

    `fresh` asks for the password once more when the sign-in is older than 15 minutes. `kept` takes
    what was sent along when one has to sign in again, so that nothing typed is lost.
    """

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.is_fresh_demanded = fresh  # type: ignore[attr-defined]
        view.is_kept = kept  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Let in everybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    return getattr(app.view_functions[endpoint], "access", None)


def demand_declarations(app: Flask) -> None:
    """Raise UndeclaredEndpoint naming each route that does not say who may use it."""
    undeclared = [name for name in app.view_functions if access_of(app, name) is None]
    if undeclared:
        raise UndeclaredEndpoint(f"mark with @requires or @public: {', '.join(undeclared)}")


def install(app: Flask, tokens: CachedTokens) -> None:
    """Check the CSRF token, then who is asking, before any view runs."""

    @app.before_request
    def _check() -> Response | None:
        asked = flask.request
        if asked.endpoint is None:
            return None
        if asked.query_string:
            request.demand_text(asked.query_string)
        access = access_of(app, asked.endpoint)
        if asked.method in UNSAFE:
            _allow_files(access)
            tokens.protect()
        if access == PUBLIC:
            return None
        if not request.actor().is_signed_in:
            return _ask_to_sign_in()
        if not policy.may(request.actor(), cast("Permission", access)):
            raise AccessDenied
        return _ask_to_confirm(app.view_functions[asked.endpoint])


def _allow_files(access: Permission | str | None) -> None:
    """Before the token is looked for in what was sent: how much that may be, for whom."""
    if access != PUBLIC and policy.may(request.actor(), cast("Permission", access)):
        receiving.allow_files(request.application().view_functions[str(flask.request.endpoint)])


def _ask_to_sign_in() -> Response:
    asked = flask.request
    if asked.method in UNSAFE or asked.wants_json:  # type: ignore[attr-defined]
        raise SignedOut
    target = _asked_page()
    return redirect(url_for("accounts.sign_in", next=None if target == "/" else target), 303)


def is_kept_over_sign_in() -> bool:
    """Whether what this form sent is shown again after a new sign-in."""
    view = request.application().view_functions.get(flask.request.endpoint or "")
    return getattr(view, "is_kept", False)


def _ask_to_confirm(view: Callable[..., Any]) -> Response | None:
    """Send people whose sign-in is too old for the view to type their password; others go on.

    It happens before anything is looked up, so it says nothing about what exists.
    """
    if not getattr(view, "is_fresh_demanded", False):
        return None
    is_form = flask.request.method in UNSAFE
    age = request.received_at().timestamp() - request.actor().signed_in_at
    if age <= (FRESH_FORM if is_form else FRESH).total_seconds():
        return None
    if is_form:
        flash(_("Nothing was changed, because you signed in a while ago."), "warn")
    target = page_of_form() if is_form else _asked_page()
    return redirect(url_for("accounts.confirm", next=target), 303)


def _asked_page() -> str:
    asked = flask.request
    return asked.full_path if asked.query_string else asked.path


def page_of_form() -> str:
    """The page a form was on: forms post to the address they are shown at, or below it."""
    pages = request.application().create_url_adapter(flask.request)
    path = flask.request.path
    while path != "/" and pages is not None and not pages.test(path, "GET"):
        path = path.rpartition("/")[0] or "/"
    return path
