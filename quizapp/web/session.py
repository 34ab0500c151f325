"""The signed cookie and the CSRF token, with the two caches that keep them cheap.

The cookie holds a random session token and the CSRF secret; what they mean is in the database.
"""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import csrf

T = TypeVar("T")
COOKIE_SECONDS = 60
TOKEN_SECONDS = 300
MAX_ENTRIES = 4096


class ShortMemory(Generic[T]):
    """Remembers a bounded number of values for a short time. Safe to lose, never a permission."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._values: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        found = self._values.get(key)
        return found[1] if found and found[0] > self._clock() else None

    def put(self, key: str, value: T) -> None:
        if len(self._values) >= MAX_ENTRIES:
            self._values = {}
        self._values[key] = (self._clock() + self._seconds, value)


class CachedCookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, verified once a minute instead of at each request."""

    def __init__(self) -> None:
        self._verified: ShortMemory[dict[str, Any]] = ShortMemory(COOKIE_SECONDS)
        self._serializer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """As Flask does it, but without working out a cookie that is not going to be set."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers["Vary"] = "Cookie"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        known = self._verified.get(value)
        if known is not None:
            return self.session_class(known)
        opened = super().open_session(app, request)
        # Only flat values: a list in the cached copy could be changed by the next request.
        if opened and all(isinstance(item, str | int | bool) for item in opened.values()):
            self._verified.put(value, dict(opened))
        return opened


class CachedTokens(csrf.CSRFProtect):
    """CSRF protection whose tokens are signed and checked once per session and five minutes."""

    def __init__(self) -> None:
        super().__init__()
        self._signed: ShortMemory[str] = ShortMemory(TOKEN_SECONDS)
        self._checked: ShortMemory[str] = ShortMemory(TOKEN_SECONDS)

    def token(self) -> str:
        """The token for this page; a session without a secret gets one."""
        secret = session.get("csrf_token", "")
        known = self._signed.get(secret)
        if known is None:
            known = csrf.generate_csrf()
            self._signed.put(session["csrf_token"], known)
        return known

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 - inherited
        """Raise CSRFError unless the request carries a token of this session."""
        sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
        known = self._checked.get(sent)
        if known is not None and known == session.get("csrf_token"):
            return
        super().protect(apply_exemptions)
        self._checked.put(sent, session["csrf_token"])


def install(app: Flask, *, is_https: bool) -> CachedTokens:
    """Set the cookie's name and flags: `__Host-` and Secure behind https, plain on local http."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-quizapp" if is_https else "quizapp",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks, in its own order
        WTF_CSRF_TIME_LIMIT=None,  # an exam page may stay open for hours
        WTF_CSRF_SSL_STRICT=False,  # pages of one-time links send no referrer; the token counts
    )
    app.session_interface = CachedCookieSessions()
    tokens = CachedTokens()
    tokens.init_app(app)
    app.before_request_funcs[None].clear()  # the guard calls `protect` itself
    app.jinja_env.globals["csrf_token"] = tokens.token
    app.template_context_processors[None] = [
        processor
        for processor in app.template_context_processors[None]
        if processor.__module__ != csrf.__name__
    ]
    return tokens
