"""Questions, their versions, and the cases that several questions share."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.types import Json

DRAFT, LIVE, RETIRED = "draft", "live", "retired"
REPLACED = "replaced"
FILE, SITE = "file", "site"
OBJECTIVE, TAG, REFERENCE = "objective", "tag", "reference"


class Stimulus(Model):
    """A case: a text that several ordered questions share."""

    __tablename__ = "stimuli"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("stimulus_versions.id", use_alter=True, name="fk_stimuli_version_id")
    )


class StimulusVersion(Model):
    """A case's text at one time. Never changes."""

    __tablename__ = "stimulus_versions"
    __table_args__ = (UniqueConstraint("stimulus_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stimulus_id: Mapped[int] = mapped_column(ForeignKey("stimuli.id"))
    number: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    figure: Mapped[str | None] = mapped_column(Text)
    is_stepwise: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str]
    created_at: Mapped[datetime]


class Question(Model):
    """A question's identity: its code, where it lives, and which of its versions count now."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'live', 'retired')", name="state"),
        CheckConstraint("origin IN ('file', 'site')", name="origin"),
        Index("ix_questions_course_id_state", "course_id", "state"),
        Index("ix_questions_changed_at", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=DRAFT)
    stimulus_id: Mapped[int | None] = mapped_column(ForeignKey("stimuli.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    live_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("question_versions.id", use_alter=True, name="fk_questions_live_version_id")
    )
    draft_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("question_versions.id", use_alter=True, name="fk_questions_draft_version_id")
    )
    origin: Mapped[str] = mapped_column(default=SITE)
    file_path: Mapped[str | None]
    file_digest: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class QuestionVersion(Model):
    """What a question says. A draft may change; once published it never does."""

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("state IN ('draft', 'live', 'replaced')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    type: Mapped[str]
    stem: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    rationale: Mapped[str] = mapped_column(Text)
    figure: Mapped[str | None] = mapped_column(Text)
    level: Mapped[str]
    evidence: Mapped[str | None]
    hazard: Mapped[str | None]
    labels: Mapped[dict[str, list[str]]] = mapped_column(Json)
    digest: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class QuestionLabel(Model):
    """An objective, tag or reference of a version, for finding it; `labels` is the record."""

    __tablename__ = "question_labels"
    __table_args__ = (Index("ix_question_labels_kind_value", "kind", "value"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
