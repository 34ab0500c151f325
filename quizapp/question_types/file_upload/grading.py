"""Showing and reading files that were stored; their mark comes from a person.

`read` takes strings alone: who stores what a form sends under `<prefix>-upload` adds the token of
each stored file to the values of `<prefix>`, and makes sure that it was stored for this place.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from quizapp.domain.errors import N_
from quizapp.question_types import rubric
from quizapp.question_types.base import (
    WRONG,
    Fields,
    ItemText,
    Malformed,
    Mark,
    Presentation,
)
from quizapp.question_types.file_upload.content import Content, Response, StoredFile
from quizapp.question_types.file_upload.sniffing import ENDINGS, MEGABYTE, NAMES
from quizapp.question_types.rubric import CriterionView, Marked

UPLOAD = "upload"
"""What the name of the control that sends files ends with, after the prefix and a hyphen."""
KILOBYTE = 1000


class TooManyFiles(Malformed):
    """More files than the question takes."""

    message = N_("These are more files than the question takes. Take some away, then save.")


def present(_content: Content, _rng: random.Random) -> Presentation:
    return {}


def read(content: Content, _presentation: Presentation, fields: Fields, prefix: str) -> Response:
    files = tuple(_file(content, value) for value in fields.get(prefix, ()))
    if len({file.digest for file in files}) < len(files):
        raise Malformed
    if len(files) > content.max_files:
        raise TooManyFiles
    return Response(files=files)


def _file(content: Content, value: str) -> StoredFile:
    try:
        file = StoredFile.of_token(value)
    except ValueError as error:
        raise Malformed from error
    if file.kind not in content.kinds or file.size > content.max_megabytes * MEGABYTE:
        raise Malformed
    return file


def grade(_content: Content, response: Response, _is_strict: bool) -> Mark:  # noqa: FBT001
    """Nothing where no file was given; anything else waits for a person."""
    return WRONG if response.is_empty else Mark.pending()


def key(_content: Content) -> Response:
    return Response()


def tally(_content: Content, response: Response) -> list[str]:
    return [] if response.is_empty else ["answered"]


def item_text(_content: Content) -> ItemText:
    return ItemText()


def describe(_content: Content, response: Response) -> str:
    return "; ".join(file.name for file in response.files)


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as pages list it."""

    token: str
    digest: str
    name: str
    kind: str
    size: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The files given so far, and what else may be given. `links` are addresses by digest."""

    files: tuple[FileView, ...]
    kinds: tuple[str, ...]
    accept: str
    max_megabytes: int
    max_files: int
    links: Mapping[str, str] | None = None

    @property
    def room(self) -> int:
        return self.max_files - len(self.files)


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The files, the rubric, how they were judged by now, and the model answer if it is shown."""

    files: tuple[FileView, ...]
    rubric: tuple[CriterionView, ...]
    model_answer: str
    marked: tuple[Marked, ...] | None = None
    links: Mapping[str, str] | None = None


def answer_view(content: Content, _presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(
        files=_views(response),
        kinds=tuple(NAMES[kind] for kind in content.kinds),
        accept=",".join(ending for kind in content.kinds for ending in ENDINGS[kind]),
        max_megabytes=content.max_megabytes,
        max_files=content.max_files,
    )


def feedback_view(
    content: Content, _presentation: Presentation, response: Response
) -> FeedbackView:
    return FeedbackView(_views(response), rubric.table(content.rubric), content.released_answer)


def _views(response: Response) -> tuple[FileView, ...]:
    return tuple(file_view(file) for file in response.files)


def file_view(file: StoredFile) -> FileView:
    return FileView(file.token, file.digest, file.name, NAMES[file.kind], size_text(file.size))


def size_text(size: int) -> str:
    """Bytes as people read them, rounded up."""
    if size < MEGABYTE:
        return f"{-(-size // KILOBYTE)} KB"
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"
