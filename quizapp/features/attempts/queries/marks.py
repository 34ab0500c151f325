"""The stored marks of attempts, and the hazards a person's attempts at a quiz leave open."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from quizapp.domain import marking
from quizapp.domain.correcting import exact
from quizapp.domain.marking import MarkedItem
from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem
from quizapp.features.quizzes.models import QuizVersion
from quizapp.formats.bank_files.models import Mode
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class Sitting:
    """A finished attempt with its marks: all of them, or those of its hazards."""

    attempt_id: int
    user_id: int
    quiz_id: int
    counts: bool
    """Whether hazards missed in it stay open: it is graded and not voided."""
    items: Sequence[MarkedItem]

    def left_open(self, before: frozenset[str]) -> frozenset[str]:
        return marking.left_open(before, self.items) if self.counts else before


def list_sittings(
    ctx: Context, attempt_ids: Collection[int], whole: Collection[int] = ()
) -> Iterator[list[Sitting]]:
    """All finished attempts of the people of these at their quizzes, in one statement.

    One list in order for each person and quiz. Of the attempts in `whole` with every item, of the
    others with those about hazards; one without any is left out.
    """
    rows = ctx.session.execute(
        select(
            Attempt.id,
            Attempt.user_id,
            Attempt.quiz_id,
            Attempt.voided_at,
            QuizVersion.mode,
            AttemptItem.slot,
            AttemptItem.section,
            AttemptItem.share,
            AttemptItem.hazard,
            AttemptItem.awarded,
            AttemptItem.is_void,
        )
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(
            Attempt.state == CLOSED,
            of_same_people(attempt_ids),
            or_(AttemptItem.hazard.is_not(None), Attempt.id.in_(list(whole))),
        )
        .order_by(Attempt.user_id, Attempt.quiz_id, Attempt.number, AttemptItem.slot)
    )
    sittings = [_sitting(list(group)) for _, group in groupby(rows, lambda row: row.id)]
    for _, together in groupby(sittings, lambda one: (one.user_id, one.quiz_id)):
        yield list(together)


def open_hazards(ctx: Context, attempts: Sequence[Attempt]) -> frozenset[str]:
    """The hazards missed in somebody's attempts at a quiz and not answered right since."""
    found: frozenset[str] = frozenset()
    for sittings in list_sittings(ctx, [attempt.id for attempt in attempts[:1]]):
        for sitting in sittings:
            found = sitting.left_open(found)
    return found


def of_same_people(attempt_ids: Collection[int]) -> ColumnElement[bool]:
    """Attempts of the people of these at their quizzes, found by an index."""
    given = aliased(Attempt)
    return tuple_(Attempt.user_id, Attempt.quiz_id).in_(
        select(given.user_id, given.quiz_id).where(given.id.in_(list(attempt_ids)))
    )


def from_these_on(attempt_ids: Collection[int]) -> ColumnElement[bool]:
    """These attempts and those after them, of the same people at the same quizzes."""
    given = aliased(Attempt)
    begun = (
        select(given.id)
        .where(
            given.id.in_(list(attempt_ids)),
            given.user_id == Attempt.user_id,
            given.quiz_id == Attempt.quiz_id,
            given.number <= Attempt.number,
        )
        .exists()
    )
    return and_(of_same_people(attempt_ids), begun)


def marked_item(row: Any) -> MarkedItem:
    """A stored mark as the rules of marking take it."""
    return MarkedItem(
        row.slot,
        row.section,
        exact(row.share),
        row.hazard,
        awarded=exact(row.awarded),
        is_void=row.is_void,
    )


def _sitting(rows: Sequence[Any]) -> Sitting:
    first = rows[0]
    return Sitting(
        attempt_id=first.id,
        user_id=first.user_id,
        quiz_id=first.quiz_id,
        counts=first.voided_at is None and first.mode == Mode.GRADED,
        items=tuple(marked_item(row) for row in rows),
    )
