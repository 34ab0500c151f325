"""The attempt somebody is taking: its head, and everything one page of it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from quizapp.domain import pages
from quizapp.domain.errors import NotFound
from quizapp.domain.pages import Page
from quizapp.domain.timing import Deadline
from quizapp.features.attempts.models import OPEN, Attempt, AttemptItem, Response
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import (
    Kept,
    kept,
)
from quizapp.features.courses.models import Course
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Mode, Release
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Read

_place = Read(
    select(
        Attempt.id,
        Attempt.user_id,
        Attempt.course_id,
        Attempt.quiz_id,
        Attempt.quiz_version_id,
        Attempt.item_count,
        Attempt.started_at,
    )
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(Course, Course.id == Attempt.course_id)
    .where(
        Course.slug == bindparam("course"),
        Quiz.slug == bindparam("quiz"),
        Attempt.number == bindparam("number"),
        Attempt.user_id == bindparam("user"),
    )
)
_left = Read(
    select(AttemptItem.slot).where(
        AttemptItem.attempt_id == bindparam("attempt"), AttemptItem.left_at.is_not(None)
    )
)
_state_and_answers = Read(
    select(
        Attempt.state,
        Attempt.due_at,
        Attempt.hard_at,
        Attempt.allowance,
        Course.title.label("course_title"),
        Quiz.title.label("quiz_title"),
        Response.slot,
        Response.revision,
        Response.answer,
        Response.confidence,
        Response.is_flagged,
    )
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(Course, Course.id == Attempt.course_id)
    .outerjoin(Response, Response.attempt_id == Attempt.id)
    .where(Attempt.id == bindparam("attempt"))
)


@dataclass(frozen=True, slots=True)
class Address:
    """How people name an attempt of theirs."""

    course: str
    quiz: str
    number: int


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer that counts now in a slot."""

    revision: int
    answer: str
    confidence: int | None
    is_flagged: bool

    @property
    def is_answered(self) -> bool:
        return self.answer != "{}"


NOTHING = Saved(0, "{}", None, False)


@dataclass(frozen=True, slots=True)
class Place:
    """What never changes about an attempt that has started."""

    address: Address
    id: int
    user_id: int
    course_id: int
    quiz_id: int
    quiz_version_id: int
    item_count: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Head(Place):
    """An attempt's facts as they are now, with the answers that count."""

    course_title: str
    quiz_title: str
    is_open: bool
    end: Deadline
    allowance: Mapping[str, Any] | None
    answers: Mapping[int, Saved]

    def saved(self, slot: int) -> Saved:
        return self.answers.get(slot, NOTHING)

    @property
    def answered_count(self) -> int:
        return sum(saved.is_answered for saved in self.answers.values())


def locate(ctx: Context, address: Address) -> Place:
    """One's own attempt, open or not; another person's is not found."""
    memory: Kept[Place] = kept(ctx, "places")
    key = (ctx.actor.user_id, address)
    found = memory.get(key)
    if found is None:
        rows = ctx.rows(
            _place,
            course=address.course,
            quiz=address.quiz,
            number=address.number,
            user=ctx.actor.user_id,
        )
        if not rows:
            raise NotFound
        found = Place(address, *rows[0])
        memory.put(key, found)
    return found


def get_head(ctx: Context, address: Address) -> Head:
    """One's own attempt as it is now; one statement when its place is known."""
    place = locate(ctx, address)
    rows = ctx.rows(_state_and_answers, attempt=place.id)
    first = rows[0]
    return Head(
        address=address,
        id=place.id,
        user_id=place.user_id,
        course_id=place.course_id,
        quiz_id=place.quiz_id,
        quiz_version_id=place.quiz_version_id,
        item_count=place.item_count,
        started_at=place.started_at,
        course_title=first.course_title,
        quiz_title=first.quiz_title,
        is_open=first.state == OPEN,
        end=Deadline(first.due_at, first.hard_at),
        allowance=first.allowance,
        answers={
            row.slot: Saved(row.revision, row.answer, row.confidence, row.is_flagged)
            for row in rows
            if row.slot is not None
        },
    )


def page_of(ctx: Context, place: Place, number: int) -> Page:
    """The page of an attempt that has a question; raises NotFound past the last one."""
    if not 1 <= number <= place.item_count:
        raise NotFound
    layout = published.layout(ctx, place.id, place.quiz_version_id)
    return next(page for page in layout if number in page)


def explains_at_once(definition: Definition) -> bool:
    """Whether each question can be checked while practising."""
    return definition.mode is Mode.PRACTICE and definition.feedback.answers is Release.AT_ONCE


def may_be_left(ctx: Context, place: Place) -> bool:
    """Whether a question can be closed before the attempt is; never changes for an attempt."""
    layout = published.layout(ctx, place.id, place.quiz_version_id)
    definition = published.definition(ctx, place.quiz_version_id)
    return explains_at_once(definition) or any(page.chain is not None for page in layout)


def left_slots(ctx: Context, place: Place) -> frozenset[int]:
    """The questions that are closed although the attempt is open."""
    if not may_be_left(ctx, place):
        return frozenset()
    return frozenset(row.slot for row in ctx.rows(_left, attempt=place.id))


def standing(ctx: Context, place: Place, number: int) -> Page:
    """The page to show when a question is asked for: where there is no way back, another one."""
    page = page_of(ctx, place, number)
    if page.chain is None:
        return page
    left = left_slots(ctx, place)
    if page.first in left and explains_at_once(published.definition(ctx, place.quiz_version_id)):
        return page  # closed, and explained to whoever looks again
    layout = published.layout(ctx, place.id, place.quiz_version_id)
    return pages.open_page(layout, page, left)


def prefix_of(slot: int) -> str:
    """What the names of a question's fields start with."""
    return f"s{slot}"
