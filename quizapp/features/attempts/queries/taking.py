"""The attempt somebody is taking: its head, and everything one page of it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import bindparam, select

from quizapp.domain.errors import NotFound
from quizapp.domain.timing import Deadline
from quizapp.features.attempts.models import OPEN, Attempt, Response
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import (
    Kept,
    PublishedQuestion,
    PublishedStimulus,
    Slot,
    kept,
)
from quizapp.features.courses.models import Course
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Read
from quizapp.question_types import item
from quizapp.question_types.base import QuestionType
from quizapp.question_types.item import Answer

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
_state_and_answers = Read(
    select(
        Attempt.state,
        Attempt.due_at,
        Attempt.hard_at,
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
        answers={
            row.slot: Saved(row.revision, row.answer, row.confidence, row.is_flagged)
            for row in rows
            if row.slot is not None
        },
    )


@dataclass(frozen=True, slots=True)
class PartView:
    """A response field as its type's template shows it."""

    kind: QuestionType
    view: Any
    prefix: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as a learner sees it while answering: nothing here knows the key."""

    number: int
    prefix: str
    version_id: int
    stem_html: Markup
    figure_html: Markup
    parts: Sequence[PartView]
    saved: Saved
    is_marked_critical: bool
    stimulus: PublishedStimulus | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A question in the navigator."""

    number: int
    is_answered: bool
    is_flagged: bool
    is_here: bool
    is_critical: bool


@dataclass(frozen=True, slots=True)
class TakingPage:
    """One page of an attempt."""

    head: Head
    definition: Definition
    first: int
    last: int
    questions: Sequence[QuestionView]
    slots: Sequence[Slot]

    @property
    def cells(self) -> list[Cell]:
        """Every question of the attempt, for the navigator."""
        return [Cell(*state) for state in self.cell_states()]

    def cell_states(self) -> list[tuple[int, bool, bool, bool, bool]]:
        """The fields of each cell, in order."""
        marks = self.definition.mark_hazards
        answers, first, last = self.head.answers, self.first, self.last
        states = []
        for slot in self.slots:
            number = slot.number
            saved = answers.get(number, NOTHING)
            states.append(
                (
                    number,
                    saved.answer != "{}",
                    saved.is_flagged,
                    first <= number <= last,
                    marks and slot.hazard is not None,
                )
            )
        return states

    @property
    def previous(self) -> int | None:
        return self.first - 1 if self.first > 1 else None

    @property
    def next(self) -> int | None:
        return self.last + 1 if self.last < self.head.item_count else None


def page_bounds(definition: Definition, count: int, number: int) -> tuple[int, int]:
    """The first and last question of the page that shows a question."""
    size = definition.questions_per_page or count
    first = (number - 1) // size * size + 1
    return first, min(first + size - 1, count)


def bounds(ctx: Context, place: Place, number: int) -> tuple[int, int]:
    """The first and last question of a page of an attempt; raises NotFound past the last one."""
    if not 1 <= number <= place.item_count:
        raise NotFound
    definition = published.definition(ctx, place.quiz_version_id)
    return page_bounds(definition, place.item_count, number)


def get_page(ctx: Context, head: Head, number: int) -> TakingPage:
    """Everything the page with a question shows; raises NotFound past the last one."""
    first, last = bounds(ctx, head, number)
    definition = published.definition(ctx, head.quiz_version_id)
    slots = published.slots(ctx, head.id)
    here = slots[first - 1 : last]
    questions = published.questions(ctx, [slot.version_id for slot in here])
    stimuli = published.stimuli(ctx, [slot.stimulus_version_id for slot in here])
    return TakingPage(
        head=head,
        definition=definition,
        first=first,
        last=last,
        questions=[
            question_view(
                slot,
                questions[slot.version_id],
                head.saved(slot.number),
                stimuli.get(slot.stimulus_version_id or 0),
                shows_hazards=definition.mark_hazards,
            )
            for slot in here
        ],
        slots=slots,
    )


def question_view(
    slot: Slot,
    question: PublishedQuestion,
    saved: Saved,
    stimulus: PublishedStimulus | None,
    *,
    shows_hazards: bool,
) -> QuestionView:
    answer = item.load(saved.answer)
    prefix = prefix_of(slot.number)
    return QuestionView(
        number=slot.number,
        prefix=prefix,
        version_id=slot.version_id,
        stem_html=question.stem_html,
        figure_html=question.figure_html,
        parts=part_views(question, slot.presentation, answer, prefix),
        saved=saved,
        is_marked_critical=shows_hazards and slot.hazard is not None,
        stimulus=stimulus,
    )


def part_views(
    question: PublishedQuestion, presentation: Mapping[str, Any], answer: Answer, prefix: str
) -> list[PartView]:
    return [
        PartView(
            part.kind,
            part.kind.answer_view(
                part.content, presentation[part.name], item.response_of(part, answer)
            ),
            item.field_prefix(prefix, part),
        )
        for part in question.item.parts
    ]


def prefix_of(slot: int) -> str:
    """What the names of a question's fields start with."""
    return f"s{slot}"


def described(ctx: Context, head: Place, slot_number: int, answer: str) -> str:
    """A stored answer of a slot in words."""
    slot = published.slots(ctx, head.id)[slot_number - 1]
    question = published.questions(ctx, [slot.version_id])[slot.version_id]
    return item.describe(question.item, item.load(answer))
