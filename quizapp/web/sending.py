"""Sending files that people gave: saved by the browser, never opened as a page of this site."""

from pathlib import Path

import flask
from werkzeug.wrappers import Response

SANDBOX = "default-src 'none'; sandbox"


def attachment(path: Path, name: str, media_type: str) -> Response:
    """A file under a name, as what it was checked to be."""
    response = flask.send_file(
        path,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
        last_modified=None,
        max_age=None,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
