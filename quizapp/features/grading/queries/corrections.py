"""Corrections that were made: the list of a course, and one with everything it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import aliased

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import Attempt
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.grading.models import ACCEPT, Correction, CorrectionEffect
from quizapp.features.grading.queries import dry_runs
from quizapp.features.grading.queries.deciding import Decision
from quizapp.features.grading.queries.dry_runs import Line
from quizapp.features.grading.queries.effects import effect_of
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of
from quizapp.question_types import item
from quizapp.question_types.item import Item

PAGE_SIZE = 25
READ = Permission.ATTEMPT_CORRECT


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction with the names around it."""

    correction: Correction
    question: Question
    course: Course
    maker: str
    undoer: str | None
    effects: int
    """Attempts it changed."""

    @property
    def is_at_work(self) -> bool:
        return bool(self.correction.details["state"] != "settled")


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """A correction with a page of what it changed."""

    row: CorrectionRow
    accepted: str
    numbers: Mapping[int, int]
    lines: Sequence[Line]
    page: Page
    later: str | None
    """The code of a later correction of the question, which has to be undone first."""


def list_corrections(
    ctx: Context, number: int, question: str = ""
) -> tuple[list[CorrectionRow], Page]:
    """Those of the actor's courses (or of one question), the newest first."""
    conditions = [course_queries.visible_courses(ctx, READ)]
    if question:
        conditions.append(Question.code == question)
    base = (
        select(Correction.id)
        .join(Question, Question.id == Correction.question_id)
        .join(Course, Course.id == Correction.course_id)
        .where(*conditions)
    )
    count = ctx.session.scalar(select(func.count()).select_from(base.subquery())) or 0
    page = page_of(number, count, PAGE_SIZE)
    return _rows(ctx, and_(true(), *conditions), page), page


def get_correction(ctx: Context, code: str) -> Correction:
    """One of a course of the actor's; raises NotFound."""
    found = ctx.session.scalar(select(Correction).where(Correction.code == code))
    if found is None or not policy.may(ctx.actor, READ, Belonging(course_id=found.course_id)):
        raise NotFound
    return found


def get_correction_page(ctx: Context, code: str, number: int) -> CorrectionPage:
    correction = get_correction(ctx, code)
    (row,) = _rows(ctx, Correction.id == correction.id, None)
    page = page_of(number, row.effects, PAGE_SIZE)
    stored = ctx.session.execute(
        select(CorrectionEffect, Attempt)
        .join(Attempt, Attempt.id == CorrectionEffect.attempt_id)
        .where(CorrectionEffect.correction_id == correction.id, _is_first_place())
        .order_by(CorrectionEffect.attempt_id)
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    effects = [effect_of(effect, attempt) for effect, attempt in stored]
    versions = _versions(ctx, correction)
    return CorrectionPage(
        row,
        accepted_words(correction, {v.id: item.from_body(v.body) for v in versions}),
        {version.id: version.number for version in versions},
        dry_runs.lines_of(ctx, effects),
        page,
        ctx.session.scalar(
            select(Correction.code)
            .where(
                Correction.question_id == correction.question_id,
                Correction.id > correction.id,
                Correction.undone_at.is_(None),
            )
            .order_by(Correction.id.desc())
            .limit(1)
        ),
    )


def _is_first_place() -> ColumnElement[bool]:
    """One effect for each attempt: the results in the others are the same."""
    other = aliased(CorrectionEffect)
    return ~exists().where(
        other.correction_id == CorrectionEffect.correction_id,
        other.attempt_id == CorrectionEffect.attempt_id,
        other.slot < CorrectionEffect.slot,
    )


def _versions(ctx: Context, correction: Correction) -> Sequence[QuestionVersion]:
    ids = {*correction.details["versions"], correction.details.get("key_version", 0)}
    return ctx.session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(ids)).order_by(QuestionVersion.number)
    ).all()


def accepted_words(correction: Correction, items: Mapping[int, Item]) -> str:
    """The accepted answer as people read it; empty for the other kinds."""
    if correction.kind != ACCEPT:
        return ""
    accepted = Decision.of(correction).accepted
    assert accepted is not None  # noqa: S101 - the kind has one
    for version_id in correction.details["versions"]:
        asked = items[version_id]
        if accepted.whole:
            return item.describe(asked, item.load(accepted.whole))
        part = next(part for part in asked.parts if part.name == accepted.part)
        return part.content.acceptable().get(accepted.answer, accepted.answer)
    return ""


def _rows(ctx: Context, condition: ColumnElement[bool], page: Page | None) -> list[CorrectionRow]:
    maker, undoer = aliased(User), aliased(User)
    effects = (
        select(func.count(CorrectionEffect.attempt_id.distinct()))
        .where(CorrectionEffect.correction_id == Correction.id)
        .correlate(Correction)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(Correction, Question, Course, maker.name, undoer.name, effects)
        .join(Question, Question.id == Correction.question_id)
        .join(Course, Course.id == Correction.course_id)
        .join(maker, maker.id == Correction.made_by)
        .outerjoin(undoer, undoer.id == Correction.undone_by)
        .where(condition)
        .order_by(Correction.id.desc())
        .limit(page.size if page else 1)
        .offset(page.offset if page else 0)
    )
    return [CorrectionRow(*row) for row in rows]
