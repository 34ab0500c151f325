"""What somebody did in all their courses, read at once: as many statements for one as for ten."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from quizapp.features.attempts.models import Attempt, AttemptItem, Response
from quizapp.features.attempts.queries import history
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Enrollment, Hazard, Lesson, Objective
from quizapp.features.courses.queries import Outline
from quizapp.features.progress.models import CourseProgress, LessonProgress
from quizapp.features.questions.models import OBJECTIVE, QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Mode
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context

CERTAIN = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A course somebody takes part in."""

    course: Course
    enrollment: Enrollment
    progress: CourseProgress


@dataclass(frozen=True, slots=True)
class Records:
    """Everything the page of a person is made of; maps are by id, texts by course id and code."""

    taken: list[Taken]
    outlines: dict[int, Outline]
    lessons_done: frozenset[tuple[int, str]]
    quizzes: dict[int, Quiz]
    definitions: dict[int, Definition]
    attempts: dict[int, list[Attempt]]
    counting: dict[int, Attempt]
    hazards: dict[tuple[int, str], Hazard]
    objectives: dict[tuple[int, str], Objective]

    def quiz_of(self, course_id: int, slug: str) -> Quiz | None:
        return next(
            (
                quiz
                for quiz in self.quizzes.values()
                if quiz.course_id == course_id and quiz.slug == slug
            ),
            None,
        )

    def is_graded(self, quiz_id: int) -> bool:
        return quiz_id in self.definitions and self.definitions[quiz_id].mode is Mode.GRADED


def get_records(ctx: Context, user_id: int) -> Records:
    taken = _list_taken(ctx, user_id)
    ids = [entry.course.id for entry in taken]
    quizzes = {
        quiz.id: quiz
        for quiz in ctx.session.scalars(
            select(Quiz).where(Quiz.course_id.in_(ids)).order_by(Quiz.id)
        )
    }
    definitions = quiz_queries.definitions(ctx, quizzes.values())
    attempts = _attempts(ctx, user_id, ids)
    counting = {
        quiz_id: found
        for quiz_id, definition in definitions.items()
        if (found := history.counting_attempt(attempts.get(quiz_id, ()), definition.counts))
    }
    return Records(
        taken=taken,
        outlines=course_queries.outlines(ctx, [entry.course for entry in taken]),
        lessons_done=_lessons_done(ctx, user_id, ids),
        quizzes=quizzes,
        definitions=definitions,
        attempts=attempts,
        counting=counting,
        hazards=_by_code(ctx, Hazard, ids),
        objectives=_by_code(ctx, Objective, ids),
    )


def list_marked(ctx: Context, attempt_ids: list[int]) -> list[tuple[int, list[str], Fraction]]:
    """Each marked item of some attempts: the attempt, its objectives, its share of the point."""
    rows = ctx.session.execute(
        select(AttemptItem.attempt_id, QuestionVersion.labels, AttemptItem.share)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(AttemptItem.attempt_id.in_(attempt_ids))
    )
    return [
        (attempt_id, labels.get(OBJECTIVE, []), Fraction(share))
        for attempt_id, labels, share in rows
        if share is not None
    ]


def list_certain_misses(ctx: Context, attempt_ids: list[int]) -> frozenset[tuple[int, str]]:
    """Attempt and hazard, where somebody was certain of a wrong answer to such a question."""
    rows = ctx.session.execute(
        select(AttemptItem.attempt_id, AttemptItem.hazard)
        .join(
            Response,
            (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot),
        )
        .where(
            AttemptItem.attempt_id.in_(attempt_ids),
            AttemptItem.hazard.is_not(None),
            AttemptItem.share.is_not(None),
            AttemptItem.share != "1",
            Response.confidence == CERTAIN,
        )
    )
    return frozenset((attempt_id, hazard) for attempt_id, hazard in rows if hazard)


def _list_taken(ctx: Context, user_id: int) -> list[Taken]:
    rows = ctx.session.execute(
        select(Course, Enrollment, CourseProgress)
        .join(Enrollment, Enrollment.course_id == Course.id)
        .join(CourseProgress, CourseProgress.enrollment_id == Enrollment.id)
        .where(Enrollment.user_id == user_id)
        .order_by(CourseProgress.changed_at.desc(), Course.id)
    )
    return [Taken(*row) for row in rows]


def _lessons_done(ctx: Context, user_id: int, course_ids: list[int]) -> frozenset[tuple[int, str]]:
    rows = ctx.session.execute(
        select(Lesson.course_id, Lesson.slug)
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(
            LessonProgress.user_id == user_id,
            LessonProgress.completed_at.is_not(None),
            Lesson.course_id.in_(course_ids),
        )
    )
    return frozenset((course_id, slug) for course_id, slug in rows)


def _attempts(ctx: Context, user_id: int, course_ids: list[int]) -> dict[int, list[Attempt]]:
    """By quiz, in order."""
    found: dict[int, list[Attempt]] = {}
    for attempt in ctx.session.scalars(
        select(Attempt)
        .where(
            Attempt.user_id == user_id,
            Attempt.course_id.in_(course_ids),
            Attempt.voided_at.is_(None),
        )
        .order_by(Attempt.quiz_id, Attempt.number)
    ):
        found.setdefault(attempt.quiz_id, []).append(attempt)
    return found


def _by_code(ctx: Context, model: Any, course_ids: list[int]) -> dict[tuple[int, str], Any]:
    rows = ctx.session.scalars(
        select(model).where(model.course_id.in_(course_ids)).order_by(model.position, model.id)
    )
    return {(row.course_id, row.code): row for row in rows}
