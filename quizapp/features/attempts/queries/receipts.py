"""Receipts as their owners keep them and as anybody may check them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from quizapp.features.attempts.models import Attempt, Receipt, Response
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.infrastructure import signing
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.signing import Check, Keyring, Signature

FORMAT = "quizapp receipt 1"
"""Tells a receipt from other documents that the same keys sign."""
EMPTY = "{}"
PENDING = "pending"
MAX_CODE = 60
GROUP, LENGTH = 4, 20


class Finding(StrEnum):
    """What a check of a receipt ends with."""

    GENUINE = "genuine"
    ALTERED = "altered"
    INCOMPLETE = "incomplete"
    """The text is no whole file of a receipt, so nothing can be said about one."""
    ANSWERS_DIFFER = "answers_differ"
    UNKNOWN_KEY = "unknown_key"
    NOT_FOUND = "not_found"


class Since(StrEnum):
    """What became of the result after it was attested."""

    NOTHING = "nothing"
    MARKED = "marked"
    CORRECTED = "corrected"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt's own words; its result only where its learner may know it by now."""

    code: str
    document: Mapping[str, Any]
    handed_in_at: datetime
    started_at: datetime
    due_at: datetime | None
    key_id: str
    signature: str
    shows_result: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to a code: what was found, and what the genuine receipt says."""

    code: str
    finding: Finding
    receipt: ReceiptView | None = None
    key_id: str = ""
    key_retired_at: datetime | None = None
    since: Since = Since.NOTHING
    voided_at: datetime | None = None
    verdict: str | None = None
    """The verdict now, where it may be known."""


def answers_of(ctx: Context, attempt_id: int) -> dict[int, str]:
    """The answers that count, as stored, by slot."""
    rows = ctx.session.execute(
        select(Response.slot, Response.answer).where(Response.attempt_id == attempt_id)
    )
    return {row.slot: row.answer for row in rows}


def digest_of(answers: Mapping[int, str]) -> str:
    """SHA-256 over the stored texts of all given answers."""
    given = {str(slot): text for slot, text in answers.items() if text != EMPTY}
    return hashlib.sha256(signing.canonical(given)).hexdigest()


def normalized(typed: str) -> str:
    """A code as it is stored, however it was typed: spaces, hyphens and case do not matter."""
    letters = "".join(letter for letter in typed[:MAX_CODE].upper() if letter.isalnum())
    return "-".join(letters[n : n + GROUP] for n in range(0, len(letters), GROUP))


def find_of(ctx: Context, attempt: Attempt) -> ReceiptView | None:
    """The receipt of an attempt; None of one from before there were any, or one still to come."""
    row = ctx.session.scalar(select(Receipt).where(Receipt.attempt_id == attempt.id))
    return None if row is None else _view(ctx, row, attempt)


def list_key_ids(ctx: Context) -> list[str]:
    """The keys that receipts name."""
    return list(ctx.session.scalars(select(Receipt.key_id).distinct()))


def verify(ctx: Context, typed: str) -> Verification:
    """Look at the receipt with a code: signature, key, stored answers, and the result since."""
    code = normalized(typed)
    found = ctx.session.execute(
        select(Receipt, Attempt)
        .join(Attempt, Attempt.id == Receipt.attempt_id)
        .where(Receipt.code == code)
    ).first()
    if found is None:
        return Verification(code, Finding.NOT_FOUND)
    row, attempt = found
    keyring = signing.read_keyring(ctx.settings) or Keyring(())
    check = keyring.check(row.document.encode(), Signature(row.key_id, row.signature))
    if check is Check.UNKNOWN_KEY:
        return Verification(code, Finding.UNKNOWN_KEY, key_id=row.key_id)
    if check is Check.ALTERED or not _says(row.document, code, row.key_id):
        return Verification(code, Finding.ALTERED, key_id=row.key_id)
    view = _view(ctx, row, attempt)
    if digest_of(answers_of(ctx, attempt.id)) != view.document["answers_sha256"]:
        return Verification(code, Finding.ANSWERS_DIFFER, key_id=row.key_id)
    key = keyring.find(row.key_id)
    return Verification(
        code,
        Finding.GENUINE,
        view,
        row.key_id,
        key.retired_moment if key else None,
        _since(view.document["result"], attempt),
        attempt.voided_at,
        attempt.verdict if view.shows_result else None,
    )


def check_document(ctx: Context, text: str) -> tuple[Finding, Mapping[str, Any] | None]:
    """Judge a pasted receipt by its signature alone, whatever our database says."""
    try:
        parcel = json.loads(text)
        document, key_id = parcel["document"], str(parcel["key"])
        signature = Signature(key_id, str(parcel["signature"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Finding.INCOMPLETE, None
    try:
        content = signing.canonical(document)
    except (ValueError, TypeError, RecursionError):
        return Finding.ALTERED, None
    keyring = signing.read_keyring(ctx.settings) or Keyring(())
    check = keyring.check(content, signature)
    if check is Check.UNKNOWN_KEY:
        return Finding.UNKNOWN_KEY, None
    if check is Check.ALTERED or not _says(content.decode(), None, key_id):
        return Finding.ALTERED, None
    return Finding.GENUINE, document


def parcel_of(ctx: Context, receipt: ReceiptView) -> dict[str, Any]:
    """What a learner keeps: the document, its signature, and the public key to check it with."""
    key = (signing.read_keyring(ctx.settings) or Keyring(())).find(receipt.key_id)
    return {
        "document": receipt.document,
        "key": receipt.key_id,
        "public_key": key.public if key else None,
        "signature": receipt.signature,
    }


def _says(document: str, code: str | None, key_id: str) -> bool:
    """Whether a signed text is a receipt at all, with this code and key."""
    found = json.loads(document)
    is_receipt = found.get("format") == FORMAT and found.get("key") == key_id
    return is_receipt and code in {None, found["code"]}


def _view(ctx: Context, row: Receipt, attempt: Attempt) -> ReceiptView:
    document = json.loads(row.document)
    due_at = document["due_at"]
    return ReceiptView(
        row.code,
        document,
        datetime.fromisoformat(document["handed_in_at"]),
        datetime.fromisoformat(document["started_at"]),
        datetime.fromisoformat(due_at) if due_at else None,
        row.key_id,
        row.signature,
        Releases(ctx).is_score_shown(attempt),
    )


def _since(result: Mapping[str, Any], attempt: Attempt) -> Since:
    if attempt.voided_at is not None:
        return Since.VOIDED
    now = {
        "verdict": attempt.verdict,
        "points": attempt.points,
        "max_points": attempt.max_points,
    }
    if now == dict(result):
        return Since.NOTHING
    return Since.MARKED if result["verdict"] == PENDING else Since.CORRECTED
