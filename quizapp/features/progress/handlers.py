"""Keeping progress right when something below it changed."""

from sqlalchemy import select, update

from quizapp.features.accounts.events import PersonRenamed
from quizapp.features.attempts.events import AttemptGraded, AttemptStarted
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.events import CourseChanged, Enrolled
from quizapp.features.courses.models import Enrollment
from quizapp.features.progress import commands
from quizapp.features.progress.models import CourseProgress
from quizapp.infrastructure import jobs
from quizapp.infrastructure.context import Context


def on_enrolled(ctx: Context, event: Enrolled) -> None:
    commands.refresh(ctx, ctx.session.get_one(Enrollment, event.enrollment_id))


def on_attempt(ctx: Context, event: AttemptStarted | AttemptGraded) -> None:
    enrollment = course_queries.find_enrollment(ctx, event.course_id, event.user_id)
    if enrollment is not None:
        commands.refresh(ctx, enrollment)


def on_course_changed(ctx: Context, event: CourseChanged) -> None:
    """Steps may have come or gone: everybody's progress in the course is worked out anew."""
    taken = select(Enrollment.id).where(Enrollment.course_id == event.course_id).limit(1)
    if ctx.session.scalar(taken) is not None:
        jobs.enqueue(ctx, "progress.refresh_course", course_id=event.course_id)


def on_person_renamed(ctx: Context, event: PersonRenamed) -> None:
    ctx.session.execute(
        update(CourseProgress)
        .where(CourseProgress.user_id == event.user_id)
        .values(sort_name=event.sort_name)
    )
