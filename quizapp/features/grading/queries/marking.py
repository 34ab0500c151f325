"""The queue of answers that wait for a person, by question; nothing here names a learner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import NotFound
from quizapp.domain.hand_marking import Given, Plan, Round, outcome, turn_of
from quizapp.features.accounts.models import ACTIVE, RoleGrant, User
from quizapp.features.attempts.models import (
    CLOSED,
    Attempt,
    AttemptItem,
    ItemMark,
    Remarking,
)
from quizapp.features.attempts.queries.checking import shortened
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.grading.queries.blind import AnswerKey, Names, place_for, short
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import QuizVersion
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.question_types import registry

MARK = Permission.ATTEMPT_MARK
SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in the queue, or one that is marked, as one marker sees it."""

    key: AnswerKey
    name: str
    question_id: int
    submitted_at: datetime | None
    given: Mapping[Round, Given]
    plan: Plan
    waits: bool
    is_remarked: bool
    turn: Round | None
    """What this marker may mark now."""
    is_mine: bool

    @property
    def short(self) -> str:
        return short(self.name)

    @property
    def is_final(self) -> bool:
        return not self.waits

    @property
    def needs(self) -> Round | None:
        return outcome(self.given, self.plan).needs


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A question in the queue."""

    question: Question
    course: Course
    stem: str
    type: str
    to_mark: int
    for_others: int
    marked: int
    oldest: datetime | None
    is_double: bool


def markers_of(ctx: Context, course_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Everybody who may mark answers of each course, whether signed in or not."""
    roles = [role.value for role in policy.POLICY[MARK] if role is not Role.SYSTEM]
    rows = ctx.session.execute(
        select(RoleGrant.user_id, RoleGrant.role, RoleGrant.course_id, RoleGrant.team_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(User.state == ACTIVE, RoleGrant.role.in_(roles))
    )
    grants: dict[int, list[Grant]] = {}
    for user_id, role, course_id, team_id in rows:
        grants.setdefault(user_id, []).append(Grant(Role(role), course_id, team_id))
    actors = [Actor(user_id=user_id, grants=tuple(held)) for user_id, held in grants.items()]
    return {
        course_id: frozenset(
            actor.user_id
            for actor in actors
            if actor.user_id is not None and policy.may(actor, MARK, Belonging(course_id=course_id))
        )
        for course_id in set(course_ids)
    }


def plan_of(definition: Definition) -> Plan:
    return Plan(definition.double_marking, Fraction(definition.moderation_over))


def list_queue(ctx: Context) -> list[QueueRow]:
    """The questions with answers that wait, those first where this marker can go on."""
    answers = _listed(ctx, _waits())
    by_question: dict[int, list[Listed]] = {}
    for answer in answers:
        by_question.setdefault(answer.question_id, []).append(answer)
    rows = [
        _row(question, course, stem, kind, by_question[question.id])
        for question, course, stem, kind in _questions(ctx, by_question)
    ]
    far = max((row.oldest for row in rows if row.oldest), default=ctx.now)
    return sorted(rows, key=lambda row: (not row.to_mark, row.oldest or far, row.question.code))


def list_answers(ctx: Context, question: Question) -> list[Listed]:
    """The answers to a question that wait or are marked, by their names."""
    present = (
        select(ItemMark.id)
        .where(
            ItemMark.attempt_id == AttemptItem.attempt_id,
            ItemMark.slot == AttemptItem.slot,
            ItemMark.replaced_at.is_(None),
        )
        .exists()
    )
    conditions = and_(QuestionVersion.question_id == question.id, or_(_waits(), present))
    return sorted(_listed(ctx, conditions), key=lambda answer: answer.name)


def get_row(ctx: Context, question: Question, answers: Sequence[Listed]) -> QueueRow:
    """The question with what `list_answers` found for it."""
    ((found, course, stem, kind),) = _questions(ctx, [question.id])
    return _row(found, course, stem, kind, answers)


def get_question(ctx: Context, code: str) -> Question:
    """A question whose answers people mark, in a course of the actor; raises NotFound."""
    found = ctx.session.scalar(
        select(Question)
        .join(Course, Course.id == Question.course_id)
        .where(Question.code == code, course_queries.visible_courses(ctx, MARK))
    )
    if found is None:
        raise NotFound
    return found


def next_for(ctx: Context, answers: Sequence[Listed], after: str | None = None) -> Listed | None:
    """The answer whose turn it is for this marker, going round from the one just marked."""
    open_ones = sorted(
        (answer for answer in answers if answer.turn is not None and answer.name != after),
        key=lambda answer: place_for(ctx.actor.user_id, answer.name),
    )
    if after is None:
        return open_ones[0] if open_ones else None
    here = place_for(ctx.actor.user_id, after)
    later = [a for a in open_ones if place_for(ctx.actor.user_id, a.name) > here]
    return next(iter(later or open_ones), None)


def _waits() -> ColumnElement[bool]:
    """No mark yet, or asked for anew; a void answer only where its hazard still depends on it."""
    pending = and_(
        AttemptItem.share.is_(None),
        or_(AttemptItem.is_void.is_(False), AttemptItem.hazard.is_not(None)),
    )
    return or_(pending, Remarking.id.is_not(None))


def _answers(ctx: Context, condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Answers of finished attempts at questions that people mark, but for one's own."""
    manual = [name for name in registry.names() if registry.get(name).is_manual]
    return (
        select(
            AttemptItem.attempt_id,
            AttemptItem.slot,
            Attempt.course_id,
            Attempt.quiz_version_id,
            Attempt.submitted_at,
            QuestionVersion.question_id,
            _waits().label("waits"),
            Remarking.id.label("remarking_id"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Course, Course.id == Attempt.course_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(
            Remarking,
            and_(
                Remarking.attempt_id == AttemptItem.attempt_id,
                Remarking.slot == AttemptItem.slot,
                Remarking.done_at.is_(None),
            ),
        )
        .where(
            course_queries.visible_courses(ctx, MARK),
            QuestionVersion.type.in_([*manual, SEVERAL]),
            Attempt.state == CLOSED,
            Attempt.voided_at.is_(None),
            Attempt.user_id != (ctx.actor.user_id or 0),
            quiz_queries.is_marked(Attempt.quiz_version_id),
            condition,
        )
    )


def _listed(ctx: Context, condition: ColumnElement[bool]) -> list[Listed]:
    """In a fixed number of statements."""
    asked = _answers(ctx, condition)
    rows = ctx.session.execute(asked).all()
    if not rows:
        return []
    given = _given(ctx, asked)
    plans = _plans(ctx, {row.quiz_version_id for row in rows})
    markers = markers_of(ctx, {row.course_id for row in rows})
    names = Names(ctx.settings)
    me = ctx.actor.user_id or 0
    found = []
    for row in rows:
        key = AnswerKey(row.attempt_id, row.slot)
        marks, plan = given.get(key, {}), plans[row.quiz_version_id]
        found.append(
            Listed(
                key=key,
                name=names.name_of(key),
                question_id=row.question_id,
                submitted_at=row.submitted_at,
                given=marks,
                plan=plan,
                waits=bool(row.waits),
                is_remarked=row.remarking_id is not None,
                turn=turn_of(me, marks, plan, markers[row.course_id]) if row.waits else None,
                is_mine=any(mark.marker_id == me for mark in marks.values()),
            )
        )
    return found


def _given(ctx: Context, asked: Select[*tuple[Any, ...]]) -> dict[AnswerKey, dict[Round, Given]]:
    """The marks that count now."""
    answers = asked.subquery()
    rows = ctx.session.execute(
        select(
            ItemMark.attempt_id, ItemMark.slot, ItemMark.round, ItemMark.marker_id, ItemMark.share
        )
        .join(
            answers,
            and_(answers.c.attempt_id == ItemMark.attempt_id, answers.c.slot == ItemMark.slot),
        )
        .where(ItemMark.replaced_at.is_(None))
    )
    found: dict[AnswerKey, dict[Round, Given]] = {}
    for attempt_id, slot, round_, marker_id, share in rows:
        marks = found.setdefault(AnswerKey(attempt_id, slot), {})
        marks[Round(round_)] = Given(marker_id, Fraction(share))
    return found


def _plans(ctx: Context, version_ids: Iterable[int]) -> dict[int, Plan]:
    rows = ctx.session.execute(
        select(QuizVersion.id, QuizVersion.definition).where(QuizVersion.id.in_(version_ids))
    )
    return {number: plan_of(Definition.model_validate(document)) for number, document in rows}


def _questions(ctx: Context, ids: Iterable[int]) -> list[tuple[Question, Course, str, str]]:
    shown = or_(
        QuestionVersion.id == Question.live_version_id,
        and_(Question.live_version_id.is_(None), QuestionVersion.id == Question.draft_version_id),
    )
    rows = ctx.session.execute(
        select(Question, Course, QuestionVersion.stem, QuestionVersion.type)
        .join(Course, Course.id == Question.course_id)
        .join(QuestionVersion, shown)
        .where(Question.id.in_(ids))
    )
    return [(question, course, shortened(stem), kind) for question, course, stem, kind in rows]


def _row(
    question: Question, course: Course, stem: str, kind: str, answers: Sequence[Listed]
) -> QueueRow:
    waiting = [answer for answer in answers if answer.waits]
    to_mark = sum(answer.turn is not None for answer in waiting)
    return QueueRow(
        question=question,
        course=course,
        stem=stem,
        type=kind,
        to_mark=to_mark,
        for_others=len(waiting) - to_mark,
        marked=len(answers) - len(waiting),
        oldest=min((a.submitted_at for a in waiting if a.submitted_at), default=None),
        is_double=any(answer.plan.is_double for answer in answers),
    )
