"""The record of one attempt: whose it is, who may open it, and the journal of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import OPEN, PENDING, Attempt, JournalEntry, Remarking
from quizapp.features.attempts.queries import checking, published
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.courses.models import Course
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Mode
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of
from quizapp.question_types import item

PAGE_SIZE = 100


class NotYetOpen(Conflict):
    """The journal of a graded attempt opens when it is handed in."""

    title = N_("Not yet")
    message = N_("This page opens when you have handed in.")


class MarkingIsBlind(Conflict):
    """Whoever may still mark an attempt does not see whose it is."""

    title = N_("Not yet")
    message = N_(
        "Some answers of this attempt still wait to be marked, and marking is blind. "
        "Its answers can be opened once they are marked."
    )


@dataclass(frozen=True, slots=True)
class Record:
    """An attempt with everything it belongs to."""

    attempt: Attempt
    quiz: Quiz
    course: Course
    person: User
    is_own: bool


def get_own(ctx: Context, address: Address) -> Record:
    """One's own attempt; raises NotFound for others'."""
    found = ctx.session.execute(
        _records().where(
            Course.slug == address.course,
            Quiz.slug == address.quiz,
            Attempt.number == address.number,
            Attempt.user_id == ctx.actor.user_id,
        )
    ).first()
    if found is None:
        raise NotFound
    attempt, quiz, course, user = found
    return Record(attempt, quiz, course, user, is_own=True)


def get_of_person(ctx: Context, address: Address, person: str) -> Record:
    """Somebody's attempt in a course of the actor's; raises NotFound for any other."""
    found = ctx.session.execute(
        _records().where(
            Course.slug == address.course,
            Quiz.slug == address.quiz,
            Attempt.number == address.number,
            User.code == person,
        )
    ).first()
    if found is None:
        raise NotFound
    attempt, quiz, course, user = found
    if not may_open(ctx, course.id):
        raise NotFound
    return Record(attempt, quiz, course, user, is_own=False)


def may_open(ctx: Context, course_id: int) -> bool:
    """Whether the actor reads attempts of a course as its instructor, not only one's own."""
    course = Belonging(course_id=course_id)
    return all(
        policy.may(ctx.actor, permission, course)
        for permission in (Permission.ATTEMPT_READ, Permission.QUIZ_READ)
    )


def _records() -> Select[Attempt, Quiz, Course, User]:
    return (
        select(Attempt, Quiz, Course, User)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Course, Course.id == Attempt.course_id)
        .join(User, User.id == Attempt.user_id)
    )


def is_blind(ctx: Context, attempt: Attempt) -> bool:
    """Whether people still mark answers of it, or mark one anew."""
    if attempt.verdict == PENDING:
        return True
    waiting = exists().where(Remarking.attempt_id == attempt.id, Remarking.done_at.is_(None))
    return bool(ctx.session.scalar(select(waiting)))


def demand_readable(ctx: Context, record: Record) -> None:
    """Raise NotYetOpen or MarkingIsBlind unless answers and marks may be opened now."""
    attempt = record.attempt
    if record.is_own:
        definition = published.definition(ctx, attempt.quiz_version_id)
        if attempt.state == OPEN and definition.mode is not Mode.PRACTICE:
            raise NotYetOpen
    elif is_blind(ctx, attempt):
        raise MarkingIsBlind


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived for a question, in words."""

    entry: JournalEntry
    words: str

    @property
    def is_saved(self) -> bool:
        return self.entry.outcome == "saved"


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of an attempt's journal, of all questions or of one."""

    record: Record
    arrivals: Sequence[Arrival]
    page: Page
    question: int | None
    stems: dict[int, str]


def get_journal(ctx: Context, record: Record, question: int | None, number: int) -> Journal:
    """Everything that arrived, in the order in which it did."""
    attempt = record.attempt
    slots = published.slots(ctx, attempt.id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    by_slot = {slot.number: questions[slot.version_id] for slot in slots}
    question = question if question in by_slot else None
    conditions: list[Any] = [JournalEntry.attempt_id == attempt.id]
    if question is not None:
        conditions.append(JournalEntry.slot == question)
    count = ctx.session.scalar(select(func.count()).select_from(JournalEntry).where(*conditions))
    page = page_of(number, count or 0, PAGE_SIZE)
    rows = ctx.session.scalars(
        select(JournalEntry)
        .where(*conditions)
        .order_by(JournalEntry.received_at, JournalEntry.slot, JournalEntry.entry)
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    return Journal(
        record,
        [
            Arrival(entry, item.describe(by_slot[entry.slot].item, item.load(entry.answer)))
            for entry in rows
        ],
        page,
        question,
        {slot: checking.shortened(asked.stem) for slot, asked in by_slot.items()},
    )
