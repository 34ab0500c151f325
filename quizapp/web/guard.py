"""Every endpoint says who may use it; one that does not say stops the start."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask
from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import AccessDenied, Refusal
from quizapp.web import request
from quizapp.web.session import CachedTokens

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignedOut(Refusal):
    """The page needs somebody signed in, and nobody is (any more)."""


class UndeclaredEndpoint(Exception):
    """A route without @requires or @public."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Let in whoever holds the permission for anything; commands check the object at hand."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
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
            tokens.protect()
        if access == PUBLIC:
            return None
        if not request.actor().is_signed_in:
            return _ask_to_sign_in()
        if not policy.may(request.actor(), cast("Permission", access)):
            raise AccessDenied
        return None


def _ask_to_sign_in() -> Response:
    asked = flask.request
    if asked.method in UNSAFE or asked.wants_json:  # type: ignore[attr-defined]
        raise SignedOut
    target = asked.full_path if asked.query_string else asked.path
    return redirect(url_for("accounts.sign_in", next=None if target == "/" else target), 303)
