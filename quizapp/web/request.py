"""This request's context: its session, actor and moment, and the way to run its one command."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar, cast
from urllib.parse import unquote_to_bytes

import flask
from flask import current_app, g
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.formparser import FormDataParser

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.access.roles import ANONYMOUS, Actor
from quizapp.domain.errors import N_, Invalid
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.web.edge import RECEIVED, REQUEST_ID

T = TypeVar("T")


class NotUtf8(Invalid):
    """Bytes arrived that are not UTF-8 text; a guess at them could change an answer."""

    message = N_("Part of what was sent is not readable text. Nothing was changed.")


class StrictFormParser(FormDataParser):
    """Refuses forms whose bytes are not UTF-8, where the default would replace them."""

    def _parse_urlencoded(self, stream: Any, *args: Any, **options: Any) -> Any:
        raw = stream.read()
        demand_text(raw)
        return super()._parse_urlencoded(BytesIO(raw), *args, **options)

    def _parse_multipart(self, stream: Any, *args: Any, **options: Any) -> Any:
        # Only routes of `receiving` take files: what is no text here is no text of a field either.
        raw = stream.read()
        demand_text(raw.replace(b"%", b""))
        return super()._parse_multipart(BytesIO(raw), *args, **options)


def demand_text(raw: bytes) -> None:
    """Raise NotUtf8 unless percent-encoded bytes are UTF-8 without NUL (which no column holds)."""
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise NotUtf8 from error
    if "\0" in text:
        raise NotUtf8


def text_of_bytes(value: str) -> str:
    """The text of a form's field whose every sign stands for a byte; raises NotUtf8."""
    try:
        text = value.encode("latin-1").decode()
    except UnicodeDecodeError as error:
        raise NotUtf8 from error
    if "\0" in text:
        raise NotUtf8
    return text


class Request(flask.Request):
    """A request that knows when it arrived and takes only well-formed text."""

    form_data_parser_class = StrictFormParser

    def __init__(self, environ: dict[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(environ, *args, **options)
        # Views tell two things apart, shown or sent; the body of the answer is left out later.
        self.method = "GET" if self.method == "HEAD" else self.method

    @property
    def wants_json(self) -> bool:
        """Scripts ask for JSON; people get pages."""
        asked = self.environ.get("HTTP_ACCEPT")
        return asked == "application/json" or self.accept_mimetypes.best == "application/json"

    @property
    def wants_fragment(self) -> bool:
        """A script asks for a part of a page to put in its place."""
        return self.headers.get("X-Requested-With") == "fragment"


def application() -> flask.Flask:
    return current_app


def site() -> Site:
    return cast("Site", current_app.extensions["quizapp"])


def actor() -> Actor:
    """Who is asking: the signed-in person's actor, or ANONYMOUS."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = g.actor = getattr(current_user, "actor", ANONYMOUS)
    return found


def received_at() -> datetime:
    """When this request entered, before it waited for anything."""
    return cast("datetime", flask.request.environ[RECEIVED])


def request_id() -> str:
    """The number of this request, as its response and the logs have it."""
    return cast("str", flask.request.environ[REQUEST_ID])


def reading_session() -> Any:
    """The session of this request's read transaction, opened when first needed."""
    if "reading" not in g:
        g.reading = site().database.read_session()
    return g.reading


def context() -> Context:
    """The context to read with; `perform` is the way to write."""
    return site().context(reading_session, actor(), now=received_at(), request_id=request_id())


def end_reading() -> None:
    """End the read transaction; the next read begins a new one that sees what was written."""
    session = g.pop("reading", None)
    if session is not None:
        session.close()


def perform(command: Callable[..., T], *args: Any, **options: Any) -> T:
    """Run this request's command in its write transaction; what it raises was rolled back."""
    asking = actor()
    end_reading()
    return site().perform(
        command,
        *args,
        actor=asking,
        moment={"now": received_at(), "request_id": request_id()},
        **options,
    )


def may(permission: str, belonging: Belonging | None = None) -> bool:
    """For templates: whether to show a link or button."""
    return policy.may(actor(), Permission(permission), belonging)


def csrf_token() -> str:
    """The token that forms of this page carry."""
    token: Any = current_app.jinja_env.globals["csrf_token"]
    return str(token())


def fields() -> ImmutableMultiDict[str, str]:
    """The posted form."""
    return flask.request.form
