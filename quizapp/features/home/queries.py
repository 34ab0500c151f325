"""What the start page shows each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.models import CLOSED, Attempt
from quizapp.features.attempts.queries import history
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.grading.queries import problems
from quizapp.features.progress.models import COMPLETE, CourseProgress
from quizapp.features.progress.queries import outline, standing
from quizapp.features.progress.queries.outline import CoursePage
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure.context import Context

RECENT = 4


@dataclass(frozen=True, slots=True)
class QuizAttempt:
    """An attempt with the quiz and course it belongs to."""

    attempt: Attempt
    quiz: Quiz
    course: Course
    is_score_shown: bool


@dataclass(frozen=True, slots=True)
class StartPage:
    """Everything the start page shows."""

    first_name: str
    hour: int
    is_learner: bool
    current: CoursePage | None
    running: Sequence[QuizAttempt]
    recent: Sequence[QuizAttempt]
    others: Sequence[tuple[CourseProgress, Course]]
    open_courses: Sequence[Course]
    roles: frozenset[Role]
    answered_reports: int

    @property
    def greeting(self) -> str:
        """The time of day: morning, afternoon or evening."""
        if self.hour < 12:  # noqa: PLR2004 - noon
            return "morning"
        return "afternoon" if self.hour < 18 else "evening"  # noqa: PLR2004 - six o'clock


def get_start_page(ctx: Context) -> StartPage:
    progress = standing.list_own_progress(ctx)
    courses = {course.id: course for course in course_queries.list_courses(ctx)}
    known = [row for row in progress if row.course_id in courses]
    unfinished = [row for row in known if row.state != COMPLETE]
    current = next(iter(unfinished or known), None)
    taking = {row.course_id for row in known}
    return StartPage(
        first_name=(ctx.actor.name.split() or [""])[0],
        hour=local_hour(ctx, ctx.now),
        is_learner=ctx.actor.has_role(Role.LEARNER),
        current=outline.get_course_page(ctx, courses[current.course_id]) if current else None,
        running=_with_quizzes(ctx, history.find_running(ctx)),
        recent=_with_quizzes(ctx, _recent(ctx)),
        others=[(row, courses[row.course_id]) for row in known if row is not current],
        open_courses=[course for course in courses.values() if course.id not in taking],
        roles=frozenset(grant.role for grant in ctx.actor.grants),
        answered_reports=problems.count_unread(ctx) if known else 0,
    )


def local_hour(ctx: Context, moment: datetime) -> int:
    return moment.astimezone(ctx.settings.zone).hour


def _recent(ctx: Context) -> list[Attempt]:
    """One's latest finished attempts."""
    return list(
        ctx.session.scalars(
            select(Attempt)
            .where(Attempt.user_id == ctx.actor.user_id, Attempt.state == CLOSED)
            .order_by(Attempt.submitted_at.desc())
            .limit(RECENT)
        )
    )


def _with_quizzes(ctx: Context, attempts: Sequence[Attempt]) -> list[QuizAttempt]:
    ids = {attempt.quiz_id for attempt in attempts}
    rows = ctx.session.execute(
        select(Quiz, Course).join(Course, Course.id == Quiz.course_id).where(Quiz.id.in_(ids))
    )
    known = {quiz.id: (quiz, course) for quiz, course in rows}
    releases = Releases(ctx)
    return [
        QuizAttempt(attempt, *known[attempt.quiz_id], releases.is_score_shown(attempt))
        for attempt in attempts
    ]
