"""The address a load balancer or a script asks whether this process can work."""

from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from quizapp.web import request
from quizapp.web.guard import public


@public
def healthz() -> Any:
    """`ok` when the database answers; says no more than that."""
    try:
        request.reading_session().execute(text("SELECT 1 FROM users LIMIT 1"))
    except SQLAlchemyError:
        return "not ok\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


def install(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", healthz)
