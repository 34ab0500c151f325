"""Background work on progress."""

from sqlalchemy import select

from quizapp.features.courses.models import Enrollment
from quizapp.features.progress import commands
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site

SLICE = 50


def refresh_course(site: Site, course_id: int) -> None:
    """Work out everybody's progress anew, in slices short enough for others to write between."""
    last = 0
    while True:
        with site.reading() as ctx:
            ids = list(
                ctx.session.scalars(
                    select(Enrollment.id)
                    .where(Enrollment.course_id == course_id, Enrollment.id > last)
                    .order_by(Enrollment.id)
                    .limit(SLICE)
                )
            )
        if not ids:
            return
        site.perform(_refresh_all, ids)
        last = ids[-1]


def refresh_enrollment(site: Site, enrollment_id: int) -> None:
    """Work out one enrollment's progress anew: a score has been released."""
    site.perform(_refresh_all, [enrollment_id])


def _refresh_all(ctx: Context, enrollment_ids: list[int]) -> None:
    for enrollment_id in enrollment_ids:
        commands.refresh(ctx, ctx.session.get_one(Enrollment, enrollment_id))
