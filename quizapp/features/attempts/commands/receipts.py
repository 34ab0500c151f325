"""Receipts: what was handed in, as a signed document that anybody can have checked."""

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from quizapp.config import ConfigurationError
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import CLOSED, Attempt, Receipt
from quizapp.features.attempts.queries.receipts import EMPTY, FORMAT, answers_of, digest_of
from quizapp.features.courses.models import Course
from quizapp.features.quizzes.models import Quiz, QuizVersion
from quizapp.infrastructure import jobs, signing
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Read

log = logging.getLogger(__name__)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No two of them look alike."""
GROUPS, GROUP = 5, 4
_insert = insert(Receipt)
_names = Read(
    select(
        User.name.label("person"),
        Course.title.label("course"),
        Quiz.title.label("quiz"),
        QuizVersion.number.label("version"),
    )
    .select_from(Attempt)
    .join(User, User.id == Attempt.user_id)
    .join(Course, Course.id == Attempt.course_id)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    .where(Attempt.id == bindparam("attempt"))
)


def issue_receipt(ctx: Context, attempt: Attempt, answers: Mapping[int, str]) -> None:
    """Sign what was handed in. Without usable keys the worker does it later: no hand-in fails."""
    try:
        keyring = signing.open_keyring(ctx.settings, ctx.now)
    except (ConfigurationError, OSError):
        log.exception("the receipt of attempt %s waits for usable signing keys", attempt.id)
        jobs.enqueue(ctx, "attempts.issue_receipt", attempt_id=attempt.id)
        return
    code = _new_code()
    document = signing.canonical(_document(ctx, attempt, answers, code, keyring.current.id))
    signature = keyring.sign(document)
    ctx.session.connection().execute(
        _insert,
        {
            "attempt_id": attempt.id,
            "code": code,
            "document": document.decode(),
            "key_id": signature.key_id,
            "signature": signature.text,
            "issued_at": ctx.now,
        },
    )


def issue_late_receipt(ctx: Context, attempt_id: int) -> None:
    """The receipt of a finished attempt that could not be signed at hand-in; once."""
    attempt = ctx.session.get(Attempt, attempt_id, with_for_update=True)
    if attempt is None or attempt.state != CLOSED:
        raise NotFound
    signing.open_keyring(ctx.settings, ctx.now)
    if ctx.session.scalar(select(Receipt.id).where(Receipt.attempt_id == attempt_id)) is None:
        issue_receipt(ctx, attempt, answers_of(ctx, attempt_id))


def _document(
    ctx: Context, attempt: Attempt, answers: Mapping[int, str], code: str, key_id: str
) -> dict[str, Any]:
    (names,) = ctx.rows(_names, attempt=attempt.id)
    return {
        "format": FORMAT,
        "issuer": {"name": ctx.settings.organisation, "address": ctx.settings.address},
        "code": code,
        "key": key_id,
        "person": names.person,
        "course": names.course,
        "quiz": names.quiz,
        "quiz_version": names.version,
        "attempt": attempt.number,
        "started_at": _moment(attempt.started_at),
        "due_at": _moment(attempt.due_at),
        "handed_in_at": _moment(attempt.submitted_at),
        "handed_in_by": attempt.submitted_by,
        "questions": attempt.item_count,
        "answered": sum(text != EMPTY for text in answers.values()),
        "answers_sha256": digest_of(answers),
        "result": {
            "verdict": attempt.verdict,
            "points": attempt.points,
            "max_points": attempt.max_points,
        },
    }


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _new_code() -> str:
    """Twenty letters, 99 bits: nobody guesses one."""
    letters = [secrets.choice(LETTERS) for _ in range(GROUPS * GROUP)]
    return "-".join("".join(letters[n : n + GROUP]) for n in range(0, len(letters), GROUP))
