"""The audit log: who did what, as one chain of hashes that shows any later change."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import Model

GENESIS = "0" * 64
CHAIN_LOCK = 7_201_942  # any fixed number: PostgreSQL's advisory lock for the end of the chain


class AuditEvent(Model):
    """One act. Ids, not names, so that erasing a person does not break the chain."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    action: str
    subject: Any
    details: dict[str, Any]


def record(ctx: Context, action: str, subject: Any, **details: Any) -> None:
    """Note an act (`subject.past_participle`); it is written last in this transaction.

    `details` must be JSON values without secrets, answers or names of people.
    """
    ctx.audit_trail.append(_Entry(action, subject, details))


def append(ctx: Context) -> None:
    """Write what was recorded to the end of the chain. Called once, just before the commit."""
    if not ctx.audit_trail:
        return
    ctx.session.flush()
    if ctx.session.get_bind().dialect.name == "postgresql":
        ctx.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": CHAIN_LOCK})
    last = ctx.session.execute(
        select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    number, previous = (last.id, last.hash) if last else (0, GENESIS)
    rows = []
    for entry in ctx.audit_trail:
        number += 1
        row = _row(ctx, entry, number, previous)
        previous = row["hash"]
        rows.append(row)
    ctx.session.execute(insert(AuditEvent), rows)
    ctx.audit_trail.clear()


def _row(ctx: Context, entry: _Entry, number: int, previous: str) -> dict[str, Any]:
    subject = entry.subject
    row = {
        "id": number,
        "at": ctx.now,
        "actor_id": ctx.actor.user_id,
        "action": entry.action,
        "subject_type": subject if isinstance(subject, str) else subject.__tablename__,
        "subject_id": "" if isinstance(subject, str) else str(subject.id),
        "details": json.dumps(entry.details, sort_keys=True, ensure_ascii=False, default=str),
        "request_id": ctx.request_id,
        "previous_hash": previous,
    }
    return {**row, "hash": digest(row)}


def digest(row: dict[str, Any]) -> str:
    """SHA-256 over every column but the hash itself, in a fixed form."""
    fixed = {**row, "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(
        json.dumps(fixed, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the chain is broken."""

    event_id: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of walking the whole chain."""

    count: int
    head: str
    findings: list[Finding]


def verify(ctx: Context, expected_head: str | None = None) -> Verification:
    """Walk the chain; report altered, missing, inserted, reordered or cut-off events."""
    count, previous, seen_head = 0, GENESIS, expected_head in {None, GENESIS}
    findings: list[Finding] = []
    for row in _rows(ctx):
        count += 1
        if row["id"] != count:
            findings.append(Finding(row["id"], f"number {count} was expected"))
            count = row["id"]
        if row["previous_hash"] != previous:
            findings.append(Finding(row["id"], "does not follow the event before it"))
        stored = row.pop("hash")
        if digest(row) != stored:
            findings.append(Finding(row["id"], "was altered"))
        previous = stored
        seen_head = seen_head or stored == expected_head
    if not seen_head:
        findings.append(Finding(count, "the noted head of the chain is missing"))
    return Verification(count, previous, findings)


def _rows(ctx: Context) -> Iterator[dict[str, Any]]:
    columns = AuditEvent.__table__.columns
    result: Iterable[Any] = ctx.session.execute(
        select(*columns).order_by(columns.id).execution_options(yield_per=2000)
    )
    for row in result:
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
