"""Background work on attempts."""

import logging

from sqlalchemy import select

from quizapp.features.attempts.commands import receipts, submitting, tidying
from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.infrastructure.site import Site

log = logging.getLogger(__name__)
BATCH = 200


def close_overdue(site: Site) -> int:
    """Hand in attempts whose time and grace are over, with what was saved; says how many.

    One that cannot be handed in is logged, and never keeps the others waiting.
    """
    closed = 0
    failed: set[int] = set()
    while True:
        with site.reading() as ctx:
            overdue = list(
                ctx.session.scalars(
                    select(Attempt.id)
                    .where(
                        Attempt.state == OPEN,
                        Attempt.hard_at < ctx.now,
                        Attempt.id.not_in(failed),
                    )
                    .order_by(Attempt.hard_at)
                    .limit(BATCH)
                )
            )
        for attempt_id in overdue:
            try:
                site.perform(submitting.close_overdue, attempt_id)
            except Exception:  # whatever is wrong with one attempt, the others are due
                log.exception("attempt %s is over and could not be handed in", attempt_id)
                failed.add(attempt_id)
            else:
                closed += 1
        if len(overdue) < BATCH:
            return closed


def issue_receipt(site: Site, attempt_id: int) -> None:
    """The receipt of a hand-in that found no usable signing keys."""
    site.perform(receipts.issue_late_receipt, attempt_id)


def remove_unused_files(site: Site) -> int:
    """Remove uploaded files that no answer ever named, once they are a day old; says how many."""
    site.perform(tidying.forget_unused)
    with site.reading() as ctx:
        count = tidying.remove_unused(ctx)
    if count:
        log.info("removed %s uploaded files that no answer names", count)
    return count
