"""An attempt explained on one page: rules, times, marks, corrections, verdict, receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from quizapp.domain.correcting import exact
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import (
    AttemptItem,
    ItemMark,
    Receipt,
    TimeChange,
)
from quizapp.features.attempts.queries import checking, published
from quizapp.features.attempts.queries.releasing import Released, Releases
from quizapp.features.courses import queries as course_queries
from quizapp.features.grading.models import Correction, CorrectionEffect
from quizapp.features.grading.queries.records import Record
from quizapp.features.quizzes.models import QuizVersion
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context

EVERYTHING = Released(score=True, answers=True, rationale=True)


@dataclass(frozen=True, slots=True)
class MarkLine:
    """The mark of one question, and who or what gave it."""

    number: int
    section: int
    stem: str
    hazard: str | None
    share: Fraction | None
    awarded: Fraction | None
    is_void: bool
    markers: Sequence[str]
    """Names of the people who marked it; empty where the key did."""
    is_manual: bool

    @property
    def counted(self) -> Fraction | None:
        return self.share if self.awarded is None else self.awarded

    @property
    def is_missed_hazard(self) -> bool:
        return self.hazard is not None and self.share is not None and self.share != 1


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Something that moved the end of the attempt."""

    change: TimeChange
    by: str | None


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction's effect on the attempt."""

    correction: Correction
    slot: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    maker: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the result of an attempt came about."""

    record: Record
    definition: Definition
    version: QuizVersion
    shown: Released
    marks: Sequence[MarkLine]
    times: Sequence[TimeLine]
    corrections: Sequence[CorrectionLine]
    hazards: Mapping[str, str]
    receipt: str | None
    voided_by: str | None
    asked_at: datetime

    @property
    def hazards_asked(self) -> list[str]:
        """The hazards that were asked about, in words."""
        codes = dict.fromkeys(mark.hazard for mark in self.marks if mark.hazard)
        return [self.hazards.get(code, code) for code in codes]

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        return self.record.attempt.reasons or ()

    @property
    def minutes(self) -> int | None:
        """Whole minutes taken; None while the attempt is open."""
        attempt = self.record.attempt
        if attempt.submitted_at is None:
            return None
        return max(1, round((attempt.submitted_at - attempt.started_at).total_seconds() / 60))


def get_explanation(ctx: Context, record: Record) -> Explanation:
    """In a fixed number of statements; learners see of it what the quiz shows them by now."""
    attempt = record.attempt
    definition = published.definition(ctx, attempt.quiz_version_id)
    hazards = course_queries.list_hazards(ctx, record.course.id)
    by = (attempt.voiding or {}).get("by")
    return Explanation(
        record=record,
        definition=definition,
        version=ctx.session.get_one(QuizVersion, attempt.quiz_version_id),
        shown=_shown(ctx, record, definition),
        marks=_marks(ctx, attempt.id),
        times=_times(ctx, attempt.id),
        corrections=_corrections(ctx, attempt.id),
        hazards={code: hazard.title for code, hazard in hazards.items()},
        receipt=ctx.session.scalar(select(Receipt.code).where(Receipt.attempt_id == attempt.id)),
        voided_by=ctx.session.scalar(select(User.name).where(User.id == (by or 0))),
        asked_at=ctx.now,
    )


def _shown(ctx: Context, record: Record, definition: Definition) -> Released:
    if not record.is_own:
        return EVERYTHING
    if record.attempt.submitted_at is None:
        return Released(score=False, answers=False, rationale=False)
    return Releases(ctx).of(definition, record.attempt.quiz_id)


def _marks(ctx: Context, attempt_id: int) -> list[MarkLine]:
    slots = published.slots(ctx, attempt_id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    markers = _markers(ctx, attempt_id)
    rows = ctx.session.execute(
        select(
            AttemptItem.slot,
            AttemptItem.question_version_id,
            AttemptItem.section,
            AttemptItem.hazard,
            AttemptItem.share,
            AttemptItem.awarded,
            AttemptItem.is_void,
        )
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.slot)
    )
    return [
        MarkLine(
            row.slot,
            row.section,
            checking.shortened(questions[row.question_version_id].stem),
            row.hazard,
            exact(row.share),
            exact(row.awarded),
            row.is_void,
            markers.get(row.slot, ()),
            any(
                not part.kind.is_automatic for part in questions[row.question_version_id].item.parts
            ),
        )
        for row in rows
    ]


def _markers(ctx: Context, attempt_id: int) -> dict[int, list[str]]:
    rows = ctx.session.execute(
        select(ItemMark.slot, User.name)
        .join(User, User.id == ItemMark.marker_id)
        .where(ItemMark.attempt_id == attempt_id, ItemMark.replaced_at.is_(None))
        .order_by(ItemMark.slot, ItemMark.id)
    )
    found: dict[int, list[str]] = {}
    for slot, name in rows:
        if name not in found.setdefault(slot, []):
            found[slot].append(name)
    return found


def _times(ctx: Context, attempt_id: int) -> list[TimeLine]:
    rows = ctx.session.execute(
        select(TimeChange, User.name)
        .outerjoin(User, User.id == TimeChange.by_id)
        .where(TimeChange.attempt_id == attempt_id)
        .order_by(TimeChange.id)
    )
    return [TimeLine(change, name) for change, name in rows]


def _corrections(ctx: Context, attempt_id: int) -> list[CorrectionLine]:
    maker = aliased(User)
    rows = ctx.session.execute(
        select(Correction, CorrectionEffect, maker.name)
        .join(CorrectionEffect, CorrectionEffect.correction_id == Correction.id)
        .join(maker, maker.id == Correction.made_by)
        .where(CorrectionEffect.attempt_id == attempt_id)
        .order_by(Correction.id, CorrectionEffect.slot)
    )
    return [
        CorrectionLine(correction, effect.slot, effect.before, effect.after, name)
        for correction, effect, name in rows
    ]
