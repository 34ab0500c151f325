"""Files given as answers: received beside the database, checked, and put in their place for good.

The bytes are on the disk, under the name of their digest, before a row says so. An answer names a
file by its row; saving the answer is another step (`saving`).
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from sqlalchemy import func, select

from quizapp.config import Settings
from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid
from quizapp.features.attempts.commands.retiming import is_running, lock_attempt
from quizapp.features.attempts.commands.saving import AttemptClosed, QuestionLeft, WrongItem
from quizapp.features.attempts.models import AttemptItem, Upload
from quizapp.features.attempts.queries import published, uploads
from quizapp.features.attempts.queries.taking import Place
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.question_types.file_upload import sniffing
from quizapp.question_types.file_upload.content import MOST_MEGABYTES, StoredFile
from quizapp.question_types.file_upload.sniffing import HEAD_BYTES, MEGABYTE, FileTooLarge
from quizapp.question_types.item import Part

MOST_BYTES = MOST_MEGABYTES * MEGABYTE
MOST_STORED = 60
"""Files that may be stored for one answer, those taken away again among them."""
ROOM_BYTES = 256 * MEGABYTE
"""Left free on the disk: what is saved as text goes on when files are refused."""
PORTION = 1024 * 1024


class NoRoomForFiles(Conflict):
    """The disk is nearly full."""

    message = N_("There is no room for files on the server now. Tell your training lead.")


class NothingSent(Invalid):
    """A form without a file."""

    message = N_("No file was sent. Choose one, then upload it.")


class TooManyStored(Conflict):
    """Far more files than anybody needs were stored for one answer."""

    message = N_("Too many files were uploaded for this question. Use one of those you have.")


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it arrived: on the disk already, but not in its place."""

    path: Path
    digest: str
    size: int
    head: bytes


@contextmanager
def receiving(settings: Settings, stream: IO[bytes]) -> Iterator[Received]:
    """Write a file to the disk for a command to take; what is not taken is removed again."""
    folder = uploads.incoming_of(settings)
    path = folder / secrets.token_hex(12)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < ROOM_BYTES:
            raise NoRoomForFiles
        yield _written(path, stream)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            raise NoRoomForFiles from error
        raise
    finally:
        path.unlink(missing_ok=True)


def _written(path: Path, stream: IO[bytes]) -> Received:
    digest, size, head = sha256(), 0, b""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while portion := stream.read(PORTION):
            size += len(portion)
            if size > MOST_BYTES:
                raise FileTooLarge(megabytes=MOST_MEGABYTES)
            head += portion[: HEAD_BYTES - len(head)]
            digest.update(portion)
            file.write(portion)
        file.flush()
        os.fsync(file.fileno())
    return Received(path, digest.hexdigest(), size, head)


def find_part(ctx: Context, place: Place, slot: int, name: str) -> Part:
    """The part of a place that takes files; raises WrongItem for any other."""
    layout = published.slots(ctx, place.id)
    if not 1 <= slot <= len(layout):
        raise WrongItem
    version_id = layout[slot - 1].version_id
    question = published.questions(ctx, [version_id])[version_id]
    for part in question.item.parts:
        if part.name == name and part.kind.takes_files:
            return part
    raise WrongItem


def add_upload(
    ctx: Context, place: Place, slot: int, part_name: str, received: Received, name: str
) -> StoredFile:
    """Keep a file for a place of one's running attempt; the same one again is there once."""
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=place.user_id))
    attempt = lock_attempt(ctx, place.id)
    part = find_part(ctx, place, slot, part_name)
    if not is_running(ctx, attempt):
        raise AttemptClosed
    if ctx.session.get_one(AttemptItem, (place.id, slot)).left_at is not None:
        raise QuestionLeft
    tidy = sniffing.tidy_name(name)
    kind = sniffing.check(part.content, received.size, received.head, tidy)  # type: ignore[arg-type]
    row = _find(ctx, place.id, slot, received.digest)
    if row is None:
        _demand_few(ctx, place.id, slot)
        row = Upload(
            attempt_id=place.id,
            slot=slot,
            digest=received.digest,
            name=tidy,
            kind=str(kind),
            size=received.size,
            uploaded_at=ctx.now,
        )
        ctx.session.add(row)
        audit.record(
            ctx,
            "upload.stored",
            attempt,
            question=slot,
            kind_of_file=str(kind),
            bytes=received.size,
        )
    _put(ctx, received)
    ctx.session.flush()
    return uploads.stored_file(row)


def _find(ctx: Context, attempt_id: int, slot: int, digest: str) -> Upload | None:
    return ctx.session.scalar(
        select(Upload).where(
            Upload.attempt_id == attempt_id, Upload.slot == slot, Upload.digest == digest
        )
    )


def _demand_few(ctx: Context, attempt_id: int, slot: int) -> None:
    count = ctx.session.scalar(
        select(func.count())
        .select_from(Upload)
        .where(Upload.attempt_id == attempt_id, Upload.slot == slot)
    )
    if (count or 0) >= MOST_STORED:
        raise TooManyStored


def _put(ctx: Context, received: Received) -> None:
    """Give the bytes their place in one step; a second try of the command finds them there.

    An equal file is replaced by this younger one: a job about to remove it looks at its age.
    """
    place = uploads.path_of(ctx.settings, received.digest)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if received.path.exists():
        received.path.replace(place)
    moment = ctx.now.timestamp()
    os.utime(place, (moment, moment))
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
