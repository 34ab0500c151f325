"""Addresses of styles, scripts, fonts and icons, with a fingerprint so browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, send_from_directory
from werkzeug.wrappers import Response

from quizapp.web.guard import public

STATIC = Path(__file__).parent / "static"
YEAR_SECONDS = 365 * 24 * 3600


@cache
def fingerprint() -> str:
    """One for all files: styles name fonts and modules name modules by relative address."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def asset(name: str) -> str:
    """The address of a file; it stays the same as long as the process runs."""
    return f"/static/{fingerprint()}/{name}"


@public
def serve(version: str, name: str) -> Response:
    """Any version gets the current file; only the current one may be kept by browsers."""
    response = send_from_directory(STATIC, name, max_age=0)
    if version == fingerprint():
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


def install(app: Flask) -> None:
    app.add_url_rule("/static/<version>/<path:name>", "static", serve)
    app.jinja_env.globals["asset"] = asset
