"""Background work on attempts."""

import logging

from sqlalchemy import select

from quizapp.features.attempts.commands.submitting import submit_attempt
from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.infrastructure.site import Site

log = logging.getLogger(__name__)
BATCH = 200


def close_overdue(site: Site) -> int:
    """Hand in attempts whose time and grace are over, with what was saved; says how many."""
    closed = 0
    while True:
        with site.reading() as ctx:
            overdue = list(
                ctx.session.scalars(
                    select(Attempt.id)
                    .where(Attempt.state == OPEN, Attempt.hard_at < ctx.now)
                    .order_by(Attempt.hard_at)
                    .limit(BATCH)
                )
            )
        for attempt_id in overdue:
            site.perform(submit_attempt, attempt_id)
        closed += len(overdue)
        if len(overdue) < BATCH:
            return closed
