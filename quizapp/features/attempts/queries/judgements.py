"""How people marked the answers of an attempt, as its result tells: only what is in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from quizapp.domain.hand_marking import Round
from quizapp.features.attempts.models import ItemMark, Remarking
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import PublishedQuestion
from quizapp.infrastructure.context import Context
from quizapp.question_types import rubric
from quizapp.question_types.item import Part
from quizapp.question_types.rubric import Marked, MarkedByHand


@dataclass(frozen=True, slots=True)
class Judgement:
    """The marks that decided about an answer: one, or two whose mean counts."""

    marks: Sequence[ItemMark]
    question: PublishedQuestion
    """The version whose rubric was used."""
    is_anew: bool
    """Whether the answer waits to be marked once more."""

    @property
    def comments(self) -> list[str]:
        return [mark.comment for mark in self.marks if mark.comment]

    @property
    def is_mean(self) -> bool:
        """Whether two people chose different levels."""
        return len(self.marks) > 1 and self.marks[0].levels != self.marks[1].levels

    def told(self, part: Part, view: Any) -> Any:
        """The feedback view of a part with the rubric and the levels that were chosen."""
        contents = {own.name: own.content for own in self.question.item.parts}
        content = contents.get(part.name, part.content)
        if not isinstance(content, MarkedByHand):
            return view
        chosen = dict.fromkeys(
            Marked(criterion, level)
            for mark in self.marks
            for criterion, level in mark.levels.get(part.name, {}).items()
        )
        return replace(view, rubric=rubric.table(content.rubric), marked=tuple(chosen))


def list_judgements(
    ctx: Context, attempt_id: int, questions: Iterable[PublishedQuestion]
) -> dict[int, Judgement]:
    """The judgement of each answer that has one, by its place; asks only where people mark."""
    if not any(part.kind.is_manual for question in questions for part in question.item.parts):
        return {}
    rows = ctx.session.execute(
        select(ItemMark, Remarking.asked_at)
        .outerjoin(
            Remarking,
            and_(
                Remarking.attempt_id == ItemMark.attempt_id,
                Remarking.slot == ItemMark.slot,
                Remarking.done_at.is_(None),
            ),
        )
        .where(ItemMark.attempt_id == attempt_id)
        .order_by(ItemMark.id)
    )
    found: dict[int, dict[Round, ItemMark]] = {}
    anew = set()
    for mark, asked_at in rows:
        if _is_in_force(mark, asked_at):
            found.setdefault(mark.slot, {})[Round(mark.round)] = mark
        if asked_at is not None:
            anew.add(mark.slot)
    deciding = {slot: _deciding(marks) for slot, marks in found.items()}
    versions = published.questions(
        ctx, {marks[0].question_version_id for marks in deciding.values()}
    )
    return {
        slot: Judgement(marks, versions[marks[0].question_version_id], slot in anew)
        for slot, marks in deciding.items()
    }


def _is_in_force(mark: ItemMark, asked_at: datetime | None) -> bool:
    """While an answer is marked anew, what counted before somebody asked for that still counts."""
    if asked_at is None:
        return mark.replaced_at is None
    return mark.marked_at < asked_at and (mark.replaced_at is None or mark.replaced_at >= asked_at)


def _deciding(marks: dict[Round, ItemMark]) -> list[ItemMark]:
    if Round.MODERATION in marks:
        return [marks[Round.MODERATION]]
    return [marks[step] for step in (Round.FIRST, Round.SECOND) if step in marks]
