"""Flask-Login, told who is behind a session token; the token is all it keeps in the cookie."""

from typing import Any

from flask import g, session
from flask_login import LoginManager


class TokenLogin(LoginManager):
    """Flask-Login without what server-side session tokens make needless at each request."""

    def _load_user(self) -> None:
        # Where Flask-Login looks. If nobody can be looked up, the page that says so asks again.
        g._login_user = self.anonymous_user()
        token = session.get("_user_id")
        found = self._user_callback(token) if token is not None else None
        if found is not None:
            g._login_user = found

    def _update_remember_cookie(self, response: Any) -> Any:
        return response
