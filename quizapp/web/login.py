"""Flask-Login, told who is behind a session token; the token is all it keeps in the cookie."""

from typing import Any

from flask import g, session
from flask_login import LoginManager


class TokenLogin(LoginManager):
    """Flask-Login without what server-side session tokens make needless at each request."""

    def _load_user(self) -> None:
        token = session.get("_user_id")
        found = self._user_callback(token) if token is not None else None
        g._login_user = found or self.anonymous_user()  # where Flask-Login looks

    def _update_remember_cookie(self, response: Any) -> Any:
        return response
