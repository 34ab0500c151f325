"""What a file is, by what is in it: names and what a browser says prove nothing."""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from quizapp.domain.errors import N_, Invalid

HEAD_BYTES = 65_536
"""How much of a file's beginning `kind_of` should get; all of it where it is shorter."""
MEGABYTE = 1_000_000
LONGEST_NAME = 200
_LOCAL_FILE = b"PK\x03\x04"
_NAME_AT = 30
_BEFORE_NAME = slice(26, 28)


class Kind(StrEnum):
    """The kinds of files there are to choose from."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    TXT = "txt"


NAMES: Mapping[Kind, str] = {
    Kind.PDF: "PDF",
    Kind.PNG: "PNG",
    Kind.JPEG: "JPEG",
    Kind.DOCX: "DOCX",
    Kind.TXT: "TXT",
}
ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.DOCX: (".docx",),
    Kind.TXT: (".txt",),
}
MEDIA_TYPES: Mapping[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.TXT: "text/plain",
}
"""What to serve a kind as; a text is served as UTF-8."""
_BEGINNINGS: Mapping[bytes, Kind] = {
    b"%PDF-": Kind.PDF,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
)


class Limits(Protocol):
    """What a question takes."""

    @property
    def kinds(self) -> Sequence[Kind]: ...
    @property
    def max_megabytes(self) -> int: ...


class EmptyFile(Invalid):
    """Nothing in it."""

    message = N_("This file is empty. Choose another one.")


class FileTooLarge(Invalid):
    """More than the question takes."""

    message = N_("This file is larger than %(megabytes)s MB. Make it smaller, then upload it.")


class ProgramNotTaken(Invalid):
    """Something a computer would run, or a document that carries such a thing."""

    message = N_("This file is a program, whatever its name says. Upload one of these: %(kinds)s.")


class KindNotTaken(Invalid):
    """A file of a kind we know, which this question does not take."""

    message = N_("This file is of the kind %(kind)s. Upload one of these: %(kinds)s.")


class KindUnknown(Invalid):
    """A file of another kind, or a broken one."""

    message = N_(
        "This file is of no kind that is taken here, or it is damaged. Upload one of these:"
        " %(kinds)s."
    )


def kind_of(head: bytes, name: str) -> Kind | None:
    """The kind of a file by its beginning; the name counts only for plain text.

    A Word document is a ZIP archive with an entry in `word/` and no macros; a text is UTF-8
    without NUL, named .txt.
    """
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head.startswith(_LOCAL_FILE):
        is_word = any(entry.startswith(b"word/") for entry in _entries(head))
        return Kind.DOCX if is_word and not _is_program(head) else None
    if name.casefold().endswith(ENDINGS[Kind.TXT]) and not _is_program(head) and _is_text(head):
        return Kind.TXT
    return None


def check(content: Limits, data_size: int, head: bytes, name: str) -> Kind:
    """The kind of a file that may be stored; raises one of the refusals above."""
    if data_size <= 0:
        raise EmptyFile
    if data_size > content.max_megabytes * MEGABYTE:
        raise FileTooLarge(megabytes=content.max_megabytes)
    kinds = ", ".join(NAMES[kind] for kind in content.kinds)
    kind = kind_of(head, name)
    if kind is None:
        raise (ProgramNotTaken if _is_program(head) else KindUnknown)(kinds=kinds)
    if kind not in content.kinds:
        raise KindNotTaken(kind=NAMES[kind], kinds=kinds)
    return kind


def tidy_name(name: str) -> str:
    """A file's name without folders and signs that are not seen; its ending is kept."""
    last = re.split(r"[/\\]", name)[-1]
    text = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ").strip()
    stem, dot, ending = text.rpartition(".")
    if len(text) > LONGEST_NAME and stem and len(ending) < 10:  # noqa: PLR2004
        text = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
    text = text[:LONGEST_NAME].strip()
    return text if text.strip(".") else "file"


def _entries(head: bytes) -> Iterator[bytes]:
    """The names of a ZIP archive's entries, as far as its beginning shows them."""
    at = head.find(_LOCAL_FILE)
    while at >= 0:
        length = int.from_bytes(head[at:][_BEFORE_NAME], "little")
        yield head[at + _NAME_AT : at + _NAME_AT + length]
        at = head.find(_LOCAL_FILE, at + 1)


def _is_program(head: bytes) -> bool:
    if head.startswith(_LOCAL_FILE):
        return any(b"vbaProject" in entry for entry in _entries(head))
    return head.startswith(_PROGRAMS)


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8 without NUL; the last sign may be cut off."""
    if b"\0" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
