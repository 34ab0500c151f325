"""Background work: a row in the caller's transaction, run later by the worker, harmless twice."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import Model

log = logging.getLogger(__name__)

WAITING, DONE, FAILED = "waiting", "done", "failed"
MAX_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
HANDED_OVER_FOR = timedelta(minutes=2)
"""A job handed to the queue and not done after this long is handed over again."""


class JobRow(Model):
    """One piece of work: its function's name and arguments (ids, never objects)."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    arguments: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)


def enqueue(ctx: Context, name: str, **arguments: Any) -> None:
    """Ask for work to be done after this transaction commits (not at all if it does not)."""
    ctx.job_ids.append(_add(ctx, name, arguments, ctx.now).id)


def enqueue_at(ctx: Context, moment: datetime, name: str, **arguments: Any) -> None:
    """Ask for work to be done once a moment has come; asking again adds nothing."""
    same = select(JobRow.id).where(
        JobRow.state == WAITING,
        JobRow.run_at == moment,
        JobRow.name == name,
        JobRow.arguments == json.dumps(arguments, sort_keys=True),
    )
    if ctx.session.scalar(same.limit(1)) is None:
        _add(ctx, name, arguments, moment)


def _add(ctx: Context, name: str, arguments: dict[str, Any], run_at: datetime) -> JobRow:
    job = JobRow(
        name=name,
        arguments=json.dumps(arguments, sort_keys=True),
        state=WAITING,
        created_at=ctx.now,
        run_at=run_at,
    )
    ctx.session.add(job)
    ctx.session.flush()
    return job


def claim_due(ctx: Context, limit: int = 100) -> list[int]:
    """Jobs whose time has come and that nobody is working on, marked as handed over."""
    ids = list(
        ctx.session.scalars(
            select(JobRow.id)
            .where(JobRow.state == WAITING, JobRow.run_at <= ctx.now)
            .order_by(JobRow.run_at)
            .limit(limit)
        )
    )
    if ids:
        ctx.session.execute(
            update(JobRow).where(JobRow.id.in_(ids)).values(run_at=ctx.now + HANDED_OVER_FOR)
        )
    return ids


def find_waiting(ctx: Context, job_id: int) -> tuple[str, dict[str, Any]] | None:
    """Name and arguments of a job still to be done."""
    job = ctx.session.get(JobRow, job_id)
    if job is None or job.state != WAITING:
        return None
    return job.name, json.loads(job.arguments)


def finish(ctx: Context, job_id: int) -> None:
    ctx.session.execute(
        update(JobRow).where(JobRow.id == job_id).values(state=DONE, done_at=ctx.now, problem=None)
    )


def postpone(ctx: Context, job_id: int, problem: str) -> None:
    """After a failure: try again later, doubling the pause; give up after MAX_TRIES."""
    job = ctx.session.get(JobRow, job_id)
    if job is None or job.state != WAITING:
        return
    job.tries += 1
    job.problem = problem[:2000]
    job.run_at = ctx.now + FIRST_PAUSE * 2 ** (job.tries - 1)
    if job.tries >= MAX_TRIES:
        job.state = FAILED
        log.error("job %s (%s) failed for good: %s", job.id, job.name, problem)


def remove_finished(ctx: Context, before: datetime) -> None:
    """Forget jobs done before a moment; failed ones stay for the administrator to see."""
    ctx.session.execute(delete(JobRow).where(JobRow.state == DONE, JobRow.done_at < before))
