"""Removing files that no answer ever named, a day after they came."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, select

from quizapp.features.attempts.models import JournalEntry, Upload
from quizapp.features.attempts.queries import uploads
from quizapp.infrastructure.context import Context

KEPT = timedelta(days=1)
GOING = ".going"


def forget_unused(ctx: Context) -> int:
    """Drop the rows of files that no entry of the journal names; how many."""
    named = (
        select(JournalEntry.entry)
        .where(
            JournalEntry.attempt_id == Upload.attempt_id,
            JournalEntry.slot == Upload.slot,
            func.instr(JournalEntry.answer, Upload.digest) > 0
            if ctx.settings.is_sqlite
            else func.strpos(JournalEntry.answer, Upload.digest) > 0,
        )
        .exists()
    )
    done = ctx.session.execute(
        delete(Upload)
        .where(Upload.uploaded_at < ctx.now - KEPT, ~named)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def remove_unused(ctx: Context) -> int:
    """Remove files without a row, and what never arrived whole; how many. Changes no row."""
    before = (ctx.now - KEPT).timestamp()
    removed = 0
    for path in _files(uploads.incoming_of(ctx.settings)):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    for folder in sorted(uploads.folder_of(ctx.settings).glob("??")):
        paths = _files(folder)
        known = _known(ctx, [path.stem for path in paths])
        for path in paths:
            if path.suffix == GOING:
                _finish(path, is_known=path.stem in known)
            elif path.name not in known and path.stat().st_mtime < before:
                removed += _remove(path, before)
    return removed


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _known(ctx: Context, digests: list[str]) -> set[str]:
    return set(ctx.session.scalars(select(Upload.digest).where(Upload.digest.in_(digests))))


def _remove(path: Path, before: float) -> bool:
    """Put it aside, look at its age once more, then remove it; whether it is gone.

    Somebody may be uploading the same file, and puts a younger one in its place: either before it
    goes aside, and then it comes back, or after that, and then the younger one is not touched.
    """
    aside = path.with_suffix(GOING)
    path.rename(aside)
    is_younger = aside.stat().st_mtime >= before
    _finish(aside, is_known=is_younger)
    return not is_younger


def _finish(aside: Path, *, is_known: bool) -> None:
    """Put back what is needed, unless it is there again; also what a killed job left aside."""
    place = aside.with_suffix("")
    if is_known and not place.exists():
        aside.rename(place)
    else:
        aside.unlink()
