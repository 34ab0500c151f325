"""A content line by line, so that two texts of a question can be compared part by part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizapp.domain.errors import N_

Path = tuple[str, ...]
_YES_NO = {True: N_("Yes"), False: N_("No")}


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a content in words.

    `path` names it in every text of the question, wherever it stands there. `label`, which takes
    `values`, is a text of the site, to be translated; so is `text` where `is_word`.
    """

    path: Path
    label: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_word: bool = False


def word(path: Path, label: str, text: str, **values: str) -> Line:
    """A line whose text is the site's own."""
    return Line(path, label, text, values, is_word=bool(text))


def yes_no(path: Path, label: str, value: bool, **values: str) -> Line:  # noqa: FBT001
    return word(path, label, _YES_NO[value], **values)


def of_document(document: Any, path: Path = ()) -> Iterator[Line]:
    """Every value of a document, named by the way to it: for what has no words of its own."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from of_document(value, (*path, str(name)))
    elif isinstance(document, list):
        for place, value in enumerate(document, 1):
            yield from of_document(value, (*path, str(place)))
    else:
        label = " ".join(path).replace("_", " ").capitalize()
        if isinstance(document, bool):
            yield yes_no(path, label, document)
        else:
            yield Line(path, label, "" if document is None else str(document))
