"""A visitor with a browser of their own: keeps cookies and sends the token of its forms."""

import re
from typing import Any

import flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tests.factories.accounts import Person, sign_in

SECRET = "a secret of the session, forty letters ok"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor(FlaskClient):
    """The test client with a browser's habits."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Answers are read to their end, as browsers do; files are closed."""
        return super().open(*args, **{"buffered": True, **options})

    def sign_in(self, person: Person) -> None:
        """Start a session without the form, which other tests try out."""
        token = sign_in(self.application.extensions["quizapp"], person)
        with self.session_transaction() as session:
            session["csrf_token"] = SECRET
            session["_user_id"] = token
            session["_fresh"] = True

    def token(self) -> str:
        """A token as the forms of this visitor's pages carry it."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", SECRET)
        with self.application.test_request_context():
            flask.session["csrf_token"] = secret
            return str(generate_csrf())

    def send(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form as its page would, with the token."""
        return self.post(path, data={"csrf_token": self.token(), **(fields or {})}, **options)

    def fill(self, path: str, fields: dict[str, Any], to: str = "", **options: Any) -> TestResponse:
        """Open a page and send its form with the token found there."""
        page = self.get(path, **options).get_data(as_text=True)
        found = TOKEN.search(page)
        assert found is not None, f"{path} has no form"
        return self.post(to or path, data={"csrf_token": found.group(1), **fields}, **options)
