"""Routes that take files: more may be sent there, and only there, in a form of several parts."""

from collections.abc import Callable
from typing import Any, TypeVar

import flask
from werkzeug.datastructures import Headers
from werkzeug.formparser import FormDataParser, MultiPartParser

from quizapp.web import request

View = TypeVar("View", bound=Callable[..., Any])
MULTIPART = "multipart/form-data"
DRAINED = 4
"""A body up to so many times too large is read to its end: browsers show the answer only then."""
PORTION = 1024 * 1024


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let whoever may use a route send it files, so many bytes in all."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


class _RawParts(MultiPartParser):
    """Keeps the bytes of fields as they came: here each sign of the text stands for one byte."""

    def get_part_charset(self, headers: Headers) -> str:
        del headers
        return "latin-1"


class FileFormParser(FormDataParser):
    """Takes files as they are; every other field has to be UTF-8 text."""

    def _parse_multipart(
        self, stream: Any, mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Any:
        del mimetype
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("a form of several parts without a boundary")
        parser = _RawParts(
            stream_factory=self.stream_factory,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        raw, files = parser.parse(stream, boundary, content_length)
        pairs = [(name, request.text_of_bytes(value)) for name, value in raw.items(multi=True)]
        return stream, self.cls(pairs), files


def allow_files(view: Callable[..., Any]) -> None:
    """Before anything of this request is read: raise its limit where its route takes files."""
    most_bytes = getattr(view, "most_bytes", None)
    asked = flask.request
    if most_bytes is None or asked.mimetype != MULTIPART:
        return
    asked.max_content_length = most_bytes
    asked.form_data_parser_class = FileFormParser
    length = asked.content_length or 0
    if most_bytes < length <= most_bytes * DRAINED:
        left = length
        while left > 0:
            portion = asked.environ["wsgi.input"].read(min(PORTION, left))
            if not portion:
                break
            left -= len(portion)
