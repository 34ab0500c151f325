"""Files given as answers: where they lie in the data folder, and which one an answer names."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from quizapp.config import Settings
from quizapp.domain.errors import NotFound
from quizapp.features.attempts.models import Upload
from quizapp.infrastructure.context import Context
from quizapp.question_types.file_upload.content import StoredFile
from quizapp.question_types.file_upload.sniffing import ENDINGS, MEDIA_TYPES, Kind

FOLDER = "uploads"
"""In the data folder; backups take it along under this name."""
INCOMING = "uploads-incoming"
"""Beside it: what is still arriving."""


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A file that was stored for a place of an attempt."""

    path: Path
    name: str
    kind: Kind
    size: int

    @property
    def ending(self) -> str:
        """What its name should end with, by what is in it."""
        return ENDINGS[self.kind][0]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]

    @property
    def safe_name(self) -> str:
        """Its name, with the ending of its kind whatever it had."""
        _stem, dot, ending = self.name.rpartition(".")
        if dot and f".{ending.casefold()}" in ENDINGS[self.kind]:
            return self.name
        return f"{self.name}{self.ending}"


def folder_of(settings: Settings) -> Path:
    return settings.data / FOLDER


def incoming_of(settings: Settings) -> Path:
    return settings.data / INCOMING


def path_of(settings: Settings, digest: str) -> Path:
    """Where the bytes with a digest lie: in `uploads`, sorted by its first two letters."""
    return folder_of(settings) / digest[:2] / digest


def get_file(ctx: Context, attempt_id: int, slot: int, digest: str) -> StoredUpload:
    """A file of a place of an attempt; raises NotFound, also where its bytes are gone."""
    row = ctx.session.scalar(
        select(Upload).where(
            Upload.attempt_id == attempt_id, Upload.slot == slot, Upload.digest == digest
        )
    )
    if row is None:
        raise NotFound
    path = path_of(ctx.settings, row.digest)
    if not path.is_file():
        raise NotFound
    return StoredUpload(path, row.name, Kind(row.kind), row.size)


def stored_file(row: Upload) -> StoredFile:
    """How answers name a stored file."""
    return StoredFile(digest=row.digest, name=row.name, size=row.size, kind=Kind(row.kind))


def list_stored(ctx: Context, attempt_id: int, slot: int) -> set[StoredFile]:
    """Every file stored for a place of an attempt, as an answer may name it."""
    rows = ctx.session.scalars(
        select(Upload).where(Upload.attempt_id == attempt_id, Upload.slot == slot)
    )
    return {stored_file(row) for row in rows}
