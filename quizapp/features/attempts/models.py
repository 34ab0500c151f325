"""Attempts, the answers that count now, and the journal of every answer that ever arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

OPEN, CLOSED = "open", "closed"
PASSED, NOT_PASSED, NOT_SAFE, PENDING, DONE = "passed", "not_passed", "not_safe", "pending", "done"
BY_LEARNER, BY_DEADLINE = "learner", "deadline"
SAVED, REFUSED = "saved", "refused"


class Attempt(Model):
    """One sitting of one person at one quiz version; times are fixed when it starts."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("user_id", "quiz_id", "number"),
        Index(
            "uq_attempts_open",
            "user_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempts_quiz_id_submitted_at", "quiz_id", "submitted_at"),
        Index("ix_attempts_state_hard_at", "state", "hard_at"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint(
            "verdict IN ('passed', 'not_passed', 'not_safe', 'pending', 'done')", name="verdict"
        ),
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="submitted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_versions.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=OPEN)
    item_count: Mapped[int]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    hard_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    points: Mapped[str | None]
    max_points: Mapped[str | None]
    score: Mapped[float | None]
    verdict: Mapped[str | None]
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    allowance: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The adjustment it runs with: factor, extra and break minutes; None without one.

    That of the start, or a kinder one agreed while it runs.
    """
    voided_at: Mapped[datetime | None]
    """A voided attempt stays readable and counts for nothing, not even as a try."""
    voiding: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Who voided it (`by`, an id) and why (`reason`)."""


class AttemptItem(Model):
    """A question's place in an attempt: its version and what was shown, and its mark at the end."""

    __tablename__ = "attempt_items"
    __table_args__ = (
        Index("ix_attempt_items_question_version_id", "question_version_id"),
        {"sqlite_with_rowid": False},
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    section: Mapped[int] = mapped_column(SmallInteger)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    stimulus_version_id: Mapped[int | None] = mapped_column(ForeignKey("stimulus_versions.id"))
    presentation: Mapped[str] = mapped_column(Text)
    hazard: Mapped[str | None]
    share: Mapped[str | None]
    harm: Mapped[str | None]
    awarded: Mapped[str | None]
    """The share a correction gives instead; `share` stays what the answer earned by the key."""
    is_void: Mapped[bool] = mapped_column(default=False, server_default=false())
    left_at: Mapped[datetime | None]
    """When its learner went on where there is no way back, or asked for the answer."""


class Response(Model):
    """The answer that counts now, at the revision the server gave it."""

    __tablename__ = "responses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    revision: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class JournalEntry(Model):
    """Something that arrived for a slot, saved or refused as stale. Only ever added."""

    __tablename__ = "answer_journal"
    __table_args__ = (
        UniqueConstraint("attempt_id", "op_id"),
        {"sqlite_with_rowid": False},
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str]
    outcome: Mapped[str]
    seen: Mapped[int]
    revision: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    is_flagged: Mapped[bool]
    received_at: Mapped[datetime]


class Accommodation(Model):
    """What was agreed for a person, for every timed attempt; a change ends one and adds another."""

    __tablename__ = "accommodations"
    __table_args__ = (
        Index(
            "uq_accommodations_present",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    factor: Mapped[str]
    """On the time limit, as an exact number such as 1.25."""
    extra_minutes: Mapped[int]
    break_minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TimeChange(Model):
    """Something that moved the end of a running attempt. Only ever added."""

    __tablename__ = "time_changes"
    __table_args__ = (
        Index("ix_time_changes_attempt_id", "attempt_id"),
        CheckConstraint(
            "kind IN ('adjustment', 'minutes', 'break_started', 'break_ended')", name="kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    kind: Mapped[str]
    seconds: Mapped[int]
    due_at: Mapped[datetime | None]
    """The end from then on."""
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class ExtraAttempt(Model):
    """One more try somebody was given beyond a quiz's cap. Only ever added."""

    __tablename__ = "extra_attempts"
    __table_args__ = (Index("ix_extra_attempts_user_id_quiz_id", "user_id", "quiz_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]


class Upload(Model):
    """A file somebody gave as an answer; its bytes lie in the data folder under their digest."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("attempt_id", "slot", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    slot: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    uploaded_at: Mapped[datetime]


class Receipt(Model):
    """What was handed in: a canonical document and its Ed25519 signature. Only ever added."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    document: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str]
    signature: Mapped[str]
    issued_at: Mapped[datetime]


class ItemMark(Model):
    """What one marker gave one answer by the rubric; a change replaces it by another row.

    Written by `grading`; here because results are read here.
    """

    __tablename__ = "item_marks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "slot"], ["attempt_items.attempt_id", "attempt_items.slot"]
        ),
        Index(
            "uq_item_marks_present",
            "attempt_id",
            "slot",
            "round",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        CheckConstraint("round IN ('first', 'second', 'moderation')", name="round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int]
    slot: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[str]
    marker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    """The version whose rubric was used."""
    levels: Mapped[dict[str, Any]] = mapped_column(Json)
    """The chosen level of each criterion, by part and criterion."""
    share: Mapped[str]
    comment: Mapped[str] = mapped_column(Text)
    marked_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Remarking(Model):
    """An answer put back to be marked anew; until `done_at` its former result stays in force."""

    __tablename__ = "remarkings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "slot"], ["attempt_items.attempt_id", "attempt_items.slot"]
        ),
        Index(
            "uq_remarkings_open",
            "attempt_id",
            "slot",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int]
    slot: Mapped[int] = mapped_column(SmallInteger)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    """The version whose rubric counts now."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
