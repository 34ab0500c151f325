"""One answer as its marker sees it: what was asked and answered, the rubric, and no name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.domain.hand_marking import Given, Outcome, Plan, Round, outcome, turn_of
from quizapp.features.attempts.models import (
    CLOSED,
    Attempt,
    AttemptItem,
    ItemMark,
    Remarking,
    Response,
)
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import PublishedQuestion, PublishedStimulus
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.grading.queries.blind import AnswerKey, Names, short
from quizapp.features.grading.queries.marking import markers_of, plan_of
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context
from quizapp.question_types import item, rubric
from quizapp.question_types.base import QuestionType
from quizapp.question_types.item import Answer, Part
from quizapp.question_types.rubric import CriterionView, MarkedByHand


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """A part of an answer that a person marks; `content` has the rubric that counts now."""

    part: Part
    content: MarkedByHand

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def criteria(self) -> tuple[CriterionView, ...]:
        return rubric.table(self.content.rubric)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an answer for markers: what was given, and how it is judged if a person does."""

    name: str
    kind: QuestionType
    text: str
    files: Sequence[Any]
    judged: JudgedPart | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer with everything that decides about its mark."""

    key: AnswerKey
    name: str
    question: Question
    course_id: int
    asked: PublishedQuestion
    stimulus: PublishedStimulus | None
    rubric_version_id: int
    answer: Answer
    judged: Sequence[JudgedPart]
    marks: Mapping[Round, ItemMark]
    plan: Plan
    remarking: Remarking | None
    waits: bool
    turn: Round | None
    marker_id: int

    @property
    def short(self) -> str:
        return short(self.name)

    @property
    def given(self) -> dict[Round, Given]:
        return given_of(self.marks)

    @property
    def outcome(self) -> Outcome:
        return outcome(self.given, self.plan)

    @property
    def own(self) -> ItemMark | None:
        """The mark this marker gave."""
        return next((m for m in self.marks.values() if m.marker_id == self.marker_id), None)

    @property
    def changeable(self) -> ItemMark | None:
        """The mark this marker may replace now.

        One's own until a moderator has decided; a final one also by somebody who gave none of
        the others. A moderator's own mark first.
        """
        decided = self.marks.get(Round.MODERATION)
        own = decided if decided and decided.marker_id == self.marker_id else self.own
        if decided is not None and own is not decided:
            own = None
        if own is not None or self.waits or self.turn is not None:
            return own
        if self.own is not None:
            return None
        return decided or (self.marks.get(Round.FIRST) if len(self.marks) == 1 else None)

    @property
    def shown_marks(self) -> list[ItemMark]:
        """Both marks, for who decides between them; all of them, once this marker may change none.

        Before that nothing, so that nobody judges by the mark of another.
        """
        if not self.waits and self.changeable is None:
            return [self.marks[step] for step in Round if step in self.marks]
        is_deciding = self.turn is Round.MODERATION or (
            self.changeable is not None and self.changeable.round == Round.MODERATION
        )
        if not is_deciding:
            return []
        return [self.marks[step] for step in (Round.FIRST, Round.SECOND) if step in self.marks]

    @property
    def views(self) -> list[PartView]:
        judged = {entry.name: entry for entry in self.judged}
        return [
            _view(part, item.response_of(part, self.answer), judged.get(part.name))
            for part in self.asked.item.parts
        ]


def given_of(marks: Mapping[Round, ItemMark]) -> dict[Round, Given]:
    return {step: Given(mark.marker_id, Fraction(mark.share)) for step, mark in marks.items()}


def get_sheet(ctx: Context, question: Question, name: str) -> Sheet:
    """An answer to a question by its blind name; raises NotFound."""
    return read_sheet(ctx, question.code, Names(ctx.settings).key_of(name))


def read_sheet(ctx: Context, code: str, key: AnswerKey) -> Sheet:
    """An answer of a finished attempt in a course of the actor, but not the actor's own."""
    row = ctx.session.execute(
        select(Attempt, AttemptItem, Question, Response.answer)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Course, Course.id == Attempt.course_id)
        .join(
            Response,
            (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot),
        )
        .where(
            course_queries.visible_courses(ctx, Permission.ATTEMPT_MARK),
            Question.code == code,
            Attempt.id == key.attempt_id,
            AttemptItem.slot == key.slot,
            Attempt.state == CLOSED,
            quiz_queries.is_marked(Attempt.quiz_version_id),
            Attempt.voided_at.is_(None),
            Attempt.user_id != (ctx.actor.user_id or 0),
        )
    ).first()
    if row is None:
        raise NotFound
    return _sheet(ctx, key, *row)


def _sheet(
    ctx: Context, key: AnswerKey, attempt: Attempt, place: AttemptItem, question: Question, raw: str
) -> Sheet:
    remarking = ctx.session.scalar(
        select(Remarking).where(
            Remarking.attempt_id == key.attempt_id,
            Remarking.slot == key.slot,
            Remarking.done_at.is_(None),
        )
    )
    marks = present_marks(ctx, key)
    version_id = _rubric_version(place, remarking, marks)
    questions = published.questions(ctx, [place.question_version_id, version_id])
    stimuli = published.stimuli(ctx, [place.stimulus_version_id])
    asked, answer = questions[place.question_version_id], item.load(raw)
    judged = _judged(asked, questions[version_id], answer)
    if not judged:
        raise NotFound
    plan = plan_of(published.definition(ctx, attempt.quiz_version_id))
    waits = remarking is not None or place.share is None
    me = ctx.actor.user_id or 0
    others = markers_of(ctx, [attempt.course_id])[attempt.course_id]
    return Sheet(
        key=key,
        name=Names(ctx.settings).name_of(key),
        question=question,
        course_id=attempt.course_id,
        asked=asked,
        stimulus=stimuli.get(place.stimulus_version_id or 0),
        rubric_version_id=version_id,
        answer=answer,
        judged=judged,
        marks=marks,
        plan=plan,
        remarking=remarking,
        waits=waits,
        turn=turn_of(me, given_of(marks), plan, others) if waits else None,
        marker_id=me,
    )


def present_marks(ctx: Context, key: AnswerKey) -> dict[Round, ItemMark]:
    """The marks that count now."""
    found = ctx.session.scalars(
        select(ItemMark).where(
            ItemMark.attempt_id == key.attempt_id,
            ItemMark.slot == key.slot,
            ItemMark.replaced_at.is_(None),
        )
    )
    return {Round(mark.round): mark for mark in found}


def _rubric_version(
    place: AttemptItem, remarking: Remarking | None, marks: Mapping[Round, ItemMark]
) -> int:
    if remarking is not None:
        return remarking.question_version_id
    used = [mark.question_version_id for mark in marks.values()]
    return used[0] if used else place.question_version_id


def _judged(
    asked: PublishedQuestion, newest: PublishedQuestion, answer: Answer
) -> list[JudgedPart]:
    contents = {part.name: part.content for part in newest.item.parts}
    found = []
    for part in item.waiting_parts(asked.item, answer):
        content = contents.get(part.name, part.content)
        if isinstance(content, MarkedByHand):
            found.append(JudgedPart(part, content))
    return found


def _view(part: Part, response: Any, judged: JudgedPart | None) -> PartView:
    """Files go by their number and kind: their names could name a person."""
    files = response.files if part.kind.takes_files else ()
    text = "" if files else part.kind.describe(part.content, response)
    return PartView(part.name, part.kind, text, files, judged)
