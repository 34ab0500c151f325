"""Enrolling several people at once."""

from collections.abc import Sequence

from sqlalchemy import select

from quizapp.domain.errors import N_, Invalid, NotFound
from quizapp.features.courses.commands import enroll
from quizapp.features.courses.models import Course, Enrollment
from quizapp.features.reports.queries import enrolment
from quizapp.infrastructure.context import Context


class NobodyChosen(Invalid):
    """Not one box was ticked."""

    message = N_("Choose at least one person.")


def enroll_people(ctx: Context, course_id: int, codes: Sequence[str]) -> int:
    """Enroll all of them, or nobody if one cannot be; says how many were not enrolled before."""
    if not codes:
        raise NobodyChosen(field="people")
    people = enrolment.find_people(ctx, course_id, codes)
    if len(people) != len(set(codes)):
        raise NotFound
    course = ctx.session.get_one(Course, course_id)
    present = set(
        ctx.session.scalars(
            select(Enrollment.user_id).where(
                Enrollment.course_id == course_id,
                Enrollment.user_id.in_([user.id for user in people]),
            )
        )
    )
    new = [user for user in people if user.id not in present]
    for user in new:
        enroll(ctx, course, user)
    return len(new)
