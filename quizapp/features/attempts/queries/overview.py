"""A course's quizzes as its instructors follow them: who took them, how it went, what they ask."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import Conflict, NotFound
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import (
    CLOSED,
    NOT_PASSED,
    NOT_SAFE,
    OPEN,
    PASSED,
    PENDING,
    Attempt,
)
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.questions.models import LIVE as QUESTION_LIVE
from quizapp.features.questions.models import Question, Stimulus
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import LIVE, Quiz, QuizVersion
from quizapp.features.quizzes.queries import Pool
from quizapp.formats.bank_files import models as files
from quizapp.formats.bank_files.models import Mode
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of

PAGE_SIZE = 25
BANDS = 10
VOIDED = "voided"
"""Stands for the verdict of attempts that count for nothing."""
TINY = 1e-9
"""What a stored share may be away from the exact one."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The attempts at a quiz in numbers; `outcomes` add up to `finished`."""

    finished: int = 0
    open: int = 0
    people: int = 0
    passed: int = 0
    not_passed: int = 0
    not_safe: int = 0
    pending: int = 0
    median: float | None = None


@dataclass(frozen=True, slots=True)
class QuizRow:
    """A quiz in the list."""

    quiz: Quiz
    course: Course
    definition: Definition
    size: int
    tally: Tally

    @property
    def is_live(self) -> bool:
        return self.quiz.state == LIVE

    @property
    def is_graded(self) -> bool:
        return self.definition.mode is Mode.GRADED


def list_quiz_rows(ctx: Context) -> list[QuizRow]:
    """Every quiz of the actor's courses, retired ones last, in a fixed number of statements."""
    rows = ctx.session.execute(
        select(Quiz, QuizVersion, Course)
        .join(QuizVersion, QuizVersion.id == Quiz.version_id)
        .join(Course, Course.id == Quiz.course_id)
        .where(course_queries.visible_courses(ctx, Permission.QUIZ_READ))
        .order_by(Course.position, Course.title, Course.id, Quiz.state, Quiz.title)
    ).all()
    tallies = _tallies(ctx, [quiz.id for quiz, _version, _course in rows])
    sizes = _case_sizes(ctx, {course.id for _quiz, _version, course in rows})
    found = []
    for quiz, version, course in rows:
        definition = quiz_queries.definition_of(version)
        size = quiz_queries.item_count(definition, sizes)
        found.append(QuizRow(quiz, course, definition, size, tallies.get(quiz.id, Tally())))
    return found


def _case_sizes(ctx: Context, course_ids: Iterable[int]) -> dict[str, int]:
    """How many live questions each case has; its code is unique in the whole bank."""
    rows = ctx.session.execute(
        select(Stimulus.code, func.count())
        .join(Question, Question.stimulus_id == Stimulus.id)
        .where(Question.course_id.in_(course_ids), Question.state == QUESTION_LIVE)
        .group_by(Stimulus.code)
    )
    return dict(rows.all())


def _tallies(ctx: Context, quiz_ids: Sequence[int]) -> dict[int, Tally]:
    """The numbers of several quizzes in two statements."""
    rows = ctx.session.execute(
        select(
            Attempt.quiz_id,
            _count(Attempt.state == CLOSED).label("finished"),
            _count(Attempt.state == OPEN).label("open"),
            func.count(Attempt.user_id.distinct()).label("people"),
            _count(Attempt.verdict == PASSED).label("passed"),
            _count(Attempt.verdict == NOT_PASSED).label("not_passed"),
            _count(Attempt.verdict == NOT_SAFE).label("not_safe"),
            _count(Attempt.verdict == PENDING).label("pending"),
        )
        .where(Attempt.quiz_id.in_(quiz_ids), Attempt.voided_at.is_(None))
        .group_by(Attempt.quiz_id)
    ).all()
    medians = _medians(ctx, quiz_ids)
    return {
        row.quiz_id: Tally(
            row.finished,
            row.open,
            row.people,
            row.passed,
            row.not_passed,
            row.not_safe,
            row.pending,
            medians.get(row.quiz_id),
        )
        for row in rows
    }


def _medians(ctx: Context, quiz_ids: Sequence[int]) -> dict[int, float]:
    """The middle score of each quiz: of two middle ones their mean."""
    ranked = (
        select(
            Attempt.quiz_id,
            Attempt.score,
            func.row_number()
            .over(partition_by=Attempt.quiz_id, order_by=(Attempt.score, Attempt.id))
            .label("place"),
            func.count().over(partition_by=Attempt.quiz_id).label("total"),
        )
        .where(Attempt.quiz_id.in_(quiz_ids), *_marked())
        .subquery()
    )
    place, total = ranked.c.place, ranked.c.total
    rows = ctx.session.execute(
        select(ranked.c.quiz_id, func.avg(ranked.c.score))
        .where(place * 2 >= total, place * 2 <= total + 2)
        .group_by(ranked.c.quiz_id)
    )
    return {quiz_id: float(score) for quiz_id, score in rows}


def _marked() -> tuple[ColumnElement[bool], ...]:
    """Finished attempts that count and whose score is final."""
    is_final = Attempt.verdict != PENDING, Attempt.score.is_not(None)
    return Attempt.state == CLOSED, Attempt.voided_at.is_(None), *is_final


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw of a quiz, and how many live questions fit it at this moment."""

    draw: files.Draw
    fitting: int


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A part of a quiz: its fixed questions and its draws."""

    section: files.Section
    draws: Sequence[DrawRow]


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """Which attempts to list; empty means any."""

    verdict: str = ""
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt in the list, without its answers."""

    attempt: Attempt
    name: str
    code: str

    @property
    def minutes(self) -> int | None:
        if self.attempt.submitted_at is None:
            return None
        return round((self.attempt.submitted_at - self.attempt.started_at).total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class QuizPage:
    """A quiz with everything its page shows beside the attempts."""

    row: QuizRow
    versions: Sequence[QuizVersion]
    sections: Sequence[SectionRow]
    bands: Sequence[int]
    objectives: dict[str, str]
    hazards: dict[str, str]
    can_be_filled: bool


def get_quiz_page(ctx: Context, course_slug: str, quiz_slug: str) -> QuizPage:
    """A quiz of one of the actor's courses; raises NotFound."""
    found = ctx.session.execute(
        select(Quiz, Course)
        .join(Course, Course.id == Quiz.course_id)
        .where(
            Course.slug == course_slug,
            Quiz.slug == quiz_slug,
            Quiz.version_id.is_not(None),
            course_queries.visible_courses(ctx, Permission.QUIZ_READ),
        )
    ).first()
    if found is None:
        raise NotFound
    quiz, course = found
    if not policy.may(ctx.actor, Permission.ATTEMPT_READ, Belonging(course_id=course.id)):
        raise NotFound
    definition = quiz_queries.definition_of(quiz_queries.get_version(ctx, quiz.version_id))
    pool = quiz_queries.load_pool(ctx, course.id)
    size = quiz_queries.item_count(definition, {code: len(ids) for code, ids in pool.cases.items()})
    sections = _sections(pool, definition)
    tally = _tallies(ctx, [quiz.id]).get(quiz.id, Tally())
    return QuizPage(
        row=QuizRow(quiz, course, definition, size, tally),
        versions=quiz_queries.list_versions(ctx, quiz),
        sections=sections,
        bands=_bands(ctx, quiz.id),
        objectives={c: o.text for c, o in course_queries.list_objectives(ctx, course.id).items()},
        hazards={c: h.title for c, h in course_queries.list_hazards(ctx, course.id).items()},
        can_be_filled=can_be_filled(pool, definition),
    )


def can_be_filled(pool: Pool, definition: Definition) -> bool:
    """Whether an attempt could start with these live questions."""
    try:
        quiz_queries.plan_attempt(pool, definition, random.Random(0))  # noqa: S311 - a trial draw
    except Conflict:
        return False
    return True


def _sections(pool: Pool, definition: Definition) -> list[SectionRow]:
    fixed = {code for section in definition.sections for code in section.items}
    taken = {pool.by_code[code] for code in fixed if code in pool.by_code}
    free = [candidate for candidate in pool.candidates if candidate.question_id not in taken]
    return [
        SectionRow(
            section,
            [
                DrawRow(draw, sum(draw.rule().fits(candidate) for candidate in free))
                for draw in section.draws
            ],
        )
        for section in definition.sections
    ]


def _bands(ctx: Context, quiz_id: int) -> list[int]:
    """How many finished attempts scored 0 to 9, 10 to 19 … 90 to 100 percent."""
    edges = [number / BANDS - TINY for number in range(1, BANDS)]
    lower, upper = [-TINY, *edges], [*edges, 2.0]
    row = ctx.session.execute(
        select(
            *(
                _count((Attempt.score >= low) & (Attempt.score < high))
                for low, high in zip(lower, upper, strict=True)
            )
        ).where(Attempt.quiz_id == quiz_id, *_marked())
    ).one()
    return list(row)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def list_attempts(ctx: Context, quiz: Quiz, wanted: AttemptFilter) -> tuple[list[AttemptRow], Page]:
    """One page of a quiz's attempts, the newest first."""
    asked = _filtered(quiz, wanted)
    count = ctx.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    page = page_of(wanted.page, count, PAGE_SIZE)
    rows = ctx.session.execute(
        asked.with_only_columns(Attempt, User.name, User.code)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    return [AttemptRow(*row) for row in rows], page


def _filtered(quiz: Quiz, wanted: AttemptFilter) -> Select[Any]:
    asked = (
        select(Attempt.id).join(User, User.id == Attempt.user_id).where(Attempt.quiz_id == quiz.id)
    )
    if wanted.verdict == OPEN:
        asked = asked.where(Attempt.state == OPEN)
    elif wanted.verdict == VOIDED:
        asked = asked.where(Attempt.voided_at.is_not(None))
    elif wanted.verdict:
        asked = asked.where(Attempt.verdict == wanted.verdict, Attempt.voided_at.is_(None))
    if wanted.text:
        asked = asked.where(account_queries.matches(wanted.text))
    return asked
