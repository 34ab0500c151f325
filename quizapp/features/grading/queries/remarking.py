"""Finished answers whose rubric is not the one of the question's live version any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from quizapp.features.attempts.models import (
    CLOSED,
    Attempt,
    AttemptItem,
    ItemMark,
    Remarking,
)
from quizapp.features.attempts.queries import published
from quizapp.features.grading.queries.blind import AnswerKey
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context
from quizapp.question_types.item import Item
from quizapp.question_types.rubric import MarkedByHand, Rubric


@dataclass(frozen=True, slots=True)
class Older:
    """Answers on another rubric than the newest; `marked` of them have a result in force."""

    version_id: int
    keys: Sequence[AnswerKey]
    marked: int

    @property
    def count(self) -> int:
        return len(self.keys)


NOTHING = Older(0, (), 0)


def find_older(ctx: Context, question: Question) -> Older:
    """The answers that could be put on the live version's rubric."""
    if question.live_version_id is None:
        return NOTHING
    return _older(ctx, question, question.live_version_id)


def count_touched(ctx: Context, question: Question, draft: QuestionVersion) -> int:
    """How many finished answers publishing the draft would leave on another rubric."""
    return _older(ctx, question, draft.id).count


def _older(ctx: Context, question: Question, version_id: int) -> Older:
    rows = _rows(ctx, question)
    used = {row.version_id for row in rows}
    questions = published.questions(ctx, used | {version_id})
    newest = rubrics_of(questions[version_id].item)
    if not newest:
        return NOTHING
    stale = {number for number in used if _differs(rubrics_of(questions[number].item), newest)}
    keys = [AnswerKey(row.attempt_id, row.slot) for row in rows if row.version_id in stale]
    marked = sum(row.share is not None for row in rows if row.version_id in stale)
    return Older(version_id, tuple(keys), marked)


def rubrics_of(question: Item) -> dict[str, Rubric]:
    """The rubric of each part that people mark, by its name."""
    return {
        part.name: part.content.rubric
        for part in question.parts
        if isinstance(part.content, MarkedByHand)
    }


def _differs(before: dict[str, Rubric], after: dict[str, Rubric]) -> bool:
    """Whether the same parts have other rubrics; other parts cannot be put on the newest."""
    return before.keys() == after.keys() and before != after


def _rows(ctx: Context, question: Question) -> Sequence[Any]:
    """Finished answers that people mark, with the version whose rubric counts for each."""
    marks = (
        select(
            ItemMark.attempt_id,
            ItemMark.slot,
            func.min(ItemMark.question_version_id).label("version_id"),
        )
        .where(ItemMark.replaced_at.is_(None))
        .group_by(ItemMark.attempt_id, ItemMark.slot)
        .subquery()
    )
    version = func.coalesce(
        Remarking.question_version_id, marks.c.version_id, AttemptItem.question_version_id
    )
    return ctx.session.execute(
        select(
            AttemptItem.attempt_id, AttemptItem.slot, AttemptItem.share, version.label("version_id")
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(
            Remarking,
            and_(
                Remarking.attempt_id == AttemptItem.attempt_id,
                Remarking.slot == AttemptItem.slot,
                Remarking.done_at.is_(None),
            ),
        )
        .outerjoin(
            marks,
            and_(marks.c.attempt_id == AttemptItem.attempt_id, marks.c.slot == AttemptItem.slot),
        )
        .where(
            QuestionVersion.question_id == question.id,
            Attempt.state == CLOSED,
            Attempt.voided_at.is_(None),
            quiz_queries.is_marked(Attempt.quiz_version_id),
            or_(
                AttemptItem.share.is_(None),
                Remarking.id.is_not(None),
                marks.c.version_id.is_not(None),
            ),
        )
        .order_by(AttemptItem.attempt_id, AttemptItem.slot)
    ).all()
