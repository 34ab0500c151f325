"""How mail and background jobs are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import case, func, select

from quizapp.domain.errors import NotFound
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import DONE, FAILED, WAITING, JobRow
from quizapp.infrastructure.mail import OutgoingMail

SHOWN_FAILURES = 50
LATE_AFTER = timedelta(minutes=5)
"""The worker looks for due jobs every minute: one due for longer means that it does not run."""


@dataclass(frozen=True, slots=True)
class MailState:
    """Where mail goes, what waits, what went out."""

    server: str
    sender: str
    waiting: int
    oldest_waiting: datetime | None
    last_sent: datetime | None

    @property
    def is_set(self) -> bool:
        return bool(self.server)


@dataclass(frozen=True, slots=True)
class JobsState:
    """What waits, what failed, and when the worker last showed that it runs."""

    waiting: int
    late: int
    failed: int
    last_done: datetime | None
    failures: list[JobRow]
    retrying: list[JobRow]


def get_mail_state(ctx: Context) -> MailState:
    waiting = OutgoingMail.sent_at.is_(None)
    count, oldest, last = ctx.session.execute(
        select(
            func.count().filter(waiting),
            func.min(OutgoingMail.created_at).filter(waiting),
            func.max(OutgoingMail.sent_at),
        ).select_from(OutgoingMail)
    ).one()
    settings = ctx.settings
    return MailState(mail_server(settings.smtp_url), settings.mail_from, count, oldest, last)


def mail_server(address: str | None) -> str:
    """Host and port of the mail server, without the password in its address."""
    if not address:
        return ""
    parts = urlsplit(address)
    usual = 465 if parts.scheme == "smtps" else 25
    return f"{parts.hostname}:{parts.port or usual}"


def get_jobs_state(ctx: Context) -> JobsState:
    late = JobRow.run_at < ctx.now - LATE_AFTER
    counts = select(
        func.count().filter(JobRow.state == WAITING),
        func.count().filter(JobRow.state == WAITING, late),
        func.count().filter(JobRow.state == FAILED),
        func.max(case((JobRow.state == DONE, JobRow.done_at))),
    ).select_from(JobRow)
    waiting, overdue, failed, last = ctx.session.execute(counts).one()
    troubled = list(
        ctx.session.scalars(
            select(JobRow)
            .where(JobRow.state.in_((FAILED, WAITING)), JobRow.problem.is_not(None))
            .order_by(JobRow.state, JobRow.id.desc())
            .limit(SHOWN_FAILURES)
        )
    )
    return JobsState(
        waiting,
        overdue,
        failed,
        last,
        [job for job in troubled if job.state == FAILED],
        [job for job in troubled if job.state == WAITING],
    )


def get_failed_job(ctx: Context, number: int) -> JobRow:
    """A job that was given up; raises NotFound for any other."""
    job = ctx.session.get(JobRow, number)
    if job is None or job.state != FAILED:
        raise NotFound
    return job
