"""Reading quizzes, and planning which questions an attempt gets."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from quizapp.domain import drawing
from quizapp.domain.drawing import Candidate
from quizapp.domain.errors import N_, Conflict, NotFound
from quizapp.domain.marking import Rules
from quizapp.features.courses.models import Course
from quizapp.features.questions.models import LIVE as QUESTION_LIVE
from quizapp.features.questions.models import Question, QuestionVersion, Stimulus
from quizapp.features.quizzes.models import LIVE, Quiz, QuizVersion
from quizapp.formats.bank_files import models as files
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context


class QuestionNotLive(Conflict):
    """A quiz asks for a question that is not live."""

    message = N_("The quiz asks for %(code)s, which is not live. Tell your instructor.")


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A question's place in an attempt about to start."""

    section: int
    version_id: int
    stimulus_version_id: int | None


@dataclass(frozen=True, slots=True)
class Pool:
    """The live questions of a course, as draws and fixed places see them."""

    candidates: list[Candidate]
    versions: dict[int, int]
    by_code: dict[str, int]
    cases: dict[str, list[int]]
    stimulus_versions: dict[int, int]
    hazards: dict[int, str | None]


def list_quizzes(ctx: Context, course_id: int) -> dict[str, Quiz]:
    """A course's live quizzes by slug."""
    found = ctx.session.scalars(select(Quiz).where(Quiz.course_id == course_id, Quiz.state == LIVE))
    return {quiz.slug: quiz for quiz in found}


def get_quiz(ctx: Context, course: Course, slug: str) -> Quiz:
    found = ctx.session.scalar(select(Quiz).where(Quiz.course_id == course.id, Quiz.slug == slug))
    if found is None or found.version_id is None:
        raise NotFound
    return found


def get_version(ctx: Context, version_id: int | None) -> QuizVersion:
    return ctx.session.get_one(QuizVersion, version_id)


def list_versions(ctx: Context, quiz: Quiz) -> list[QuizVersion]:
    """All versions, the newest first."""
    return list(
        ctx.session.scalars(
            select(QuizVersion)
            .where(QuizVersion.quiz_id == quiz.id)
            .order_by(QuizVersion.number.desc())
        )
    )


def definitions(ctx: Context, quizzes: Iterable[Quiz]) -> dict[int, Definition]:
    """The present definition of each quiz, by quiz id, in one statement."""
    rows = ctx.session.execute(
        select(QuizVersion.quiz_id, QuizVersion.definition)
        .join(Quiz, Quiz.version_id == QuizVersion.id)
        .where(Quiz.id.in_([quiz.id for quiz in quizzes]))
    )
    return {quiz_id: Definition.model_validate(definition) for quiz_id, definition in rows}


def definition_of(version: QuizVersion) -> Definition:
    return Definition.model_validate(version.definition)


def item_count(definition: Definition, cases: dict[str, int] | None = None) -> int:
    """How many questions an attempt gets; `cases` gives the size of each case named."""
    known = cases or {}
    return sum(
        sum(known.get(code, 1) for code in section.items)
        + sum(draw.count for draw in section.draws)
        for section in definition.sections
    )


def case_sizes(ctx: Context, course_id: int) -> dict[str, int]:
    """How many live questions each case of a course has."""
    rows = ctx.session.execute(
        select(Stimulus.code, func.count().label("size"))
        .join(Question, Question.stimulus_id == Stimulus.id)
        .where(Question.course_id == course_id, Question.state == QUESTION_LIVE)
        .group_by(Stimulus.code)
    )
    return {row.code: row.size for row in rows}


def critical_count(ctx: Context, course_id: int, definition: Definition) -> int | None:
    """How many safety-critical questions every attempt gets; None where chance decides."""
    pool = load_pool(ctx, course_id)
    hazards = {c.question_id: c.hazard for c in pool.candidates}
    count = 0
    for section in definition.sections:
        fixed = [q for group in _fixed_groups(pool, section) for q in group]
        count += sum(pool.hazards.get(question_id) is not None for question_id in fixed)
        for draw in section.draws:
            fitting = [
                hazards[c.question_id] is not None for c in pool.candidates if draw.rule().fits(c)
            ]
            if all(fitting):
                count += draw.count
            elif any(fitting):
                return None
    return count


def rules_of(definition: Definition) -> Rules:
    """What the verdict is judged by."""
    return Rules(
        pass_mark=Fraction(definition.pass_mark),
        is_graded=definition.mode is files.Mode.GRADED,
        is_survey=definition.mode is files.Mode.SURVEY,
        minimums={
            number: Fraction(section.minimum)
            for number, section in enumerate(definition.sections)
            if section.minimum is not None
        },
    )


def is_marked(version_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether answers to a quiz version are marked at all: nobody marks a survey."""
    surveys = select(QuizVersion.id).where(QuizVersion.mode == files.Mode.SURVEY)
    return version_id.not_in(surveys)


def load_pool(ctx: Context, course_id: int) -> Pool:
    """Every live question of a course, in one statement (and one for cases)."""
    rows = ctx.session.execute(
        select(
            Question.id,
            Question.code,
            Question.stimulus_id,
            QuestionVersion.id.label("version_id"),
            QuestionVersion.type,
            QuestionVersion.level,
            QuestionVersion.hazard,
            QuestionVersion.labels,
            Stimulus.code.label("case"),
            Stimulus.version_id.label("stimulus_version_id"),
        )
        .join(QuestionVersion, QuestionVersion.id == Question.live_version_id)
        .outerjoin(Stimulus, Stimulus.id == Question.stimulus_id)
        .where(Question.course_id == course_id, Question.state == QUESTION_LIVE)
        .order_by(Question.place, Question.code)
    )
    pool = Pool([], {}, {}, {}, {}, {})
    for row in rows:
        pool.versions[row.id] = row.version_id
        pool.by_code[row.code] = row.id
        pool.hazards[row.id] = row.hazard
        if row.case is not None:
            pool.cases.setdefault(row.case, []).append(row.id)
            pool.stimulus_versions[row.id] = row.stimulus_version_id
            continue
        labels = row.labels
        pool.candidates.append(
            Candidate(
                row.id,
                frozenset(labels.get("objective", ())),
                row.level,
                row.hazard,
                frozenset(labels.get("tag", ())),
                row.type,
            )
        )
    return pool


def plan_attempt(
    pool: Pool,
    definition: Definition,
    rng: random.Random,
    seen: frozenset[int] = frozenset(),
    open_hazards: frozenset[str] = frozenset(),
) -> list[PlannedItem]:
    """The questions of a new attempt in order; raises a Conflict when the pool does not suffice.

    Hazards missed before (`open_hazards`) are asked again, as far as the draws have room for them.
    """
    fixed = [_fixed_groups(pool, section) for section in definition.sections]
    taken = frozenset(q for groups in fixed for group in groups for q in group)
    draws = [
        (number, draw.rule())
        for number, section in enumerate(definition.sections)
        for draw in section.draws
    ]
    drawn = drawing.fill(
        [draw for _, draw in draws],
        pool.candidates,
        rng,
        taken=taken,
        seen=seen,
        hazards=open_hazards - {pool.hazards[question_id] for question_id in taken},
    )
    planned: list[PlannedItem] = []
    for number, groups in enumerate(fixed):
        single = [
            [question_id]
            for (section, _), questions in zip(draws, drawn, strict=True)
            if section == number
            for question_id in questions
        ]
        together: Sequence[Sequence[int]] = [*groups, *single]
        order = (
            drawing.shuffled_groups(together, rng)
            if definition.shuffle_questions
            else [member for group in together for member in group]
        )
        planned.extend(
            PlannedItem(number, pool.versions[q], pool.stimulus_versions.get(q)) for q in order
        )
    return planned


def _fixed_groups(pool: Pool, section: files.Section) -> list[list[int]]:
    groups = []
    for code in section.items:
        if code in pool.cases:
            groups.append(pool.cases[code])
        elif code in pool.by_code:
            groups.append([pool.by_code[code]])
        else:
            raise QuestionNotLive(code=code)
    return groups
