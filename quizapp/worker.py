"""The background worker (huey): job names, their functions, the schedule."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from huey import Huey, PostgresHuey, SqliteHuey, crontab

from quizapp.config import Settings
from quizapp.features.accounts import jobs as account_jobs
from quizapp.features.attempts import jobs as attempt_jobs
from quizapp.features.grading import jobs as grading_jobs
from quizapp.features.progress import jobs as progress_jobs
from quizapp.features.reports import jobs as report_jobs
from quizapp.infrastructure import audit, jobs, mail, server
from quizapp.infrastructure.site import Site

if TYPE_CHECKING:
    from quizapp.cli import Installation

log = logging.getLogger(__name__)
THREADS = 2
KEEP_FINISHED = timedelta(days=30)

FUNCTIONS: dict[str, Callable[..., None]] = {
    "accounts.send_reset": account_jobs.send_reset,
    "attempts.issue_receipt": attempt_jobs.issue_receipt,
    "grading.apply_correction": grading_jobs.apply_correction,
    "grading.undo_correction": grading_jobs.undo_correction,
    "mail.send": mail.send,
    "progress.refresh_course": progress_jobs.refresh_course,
    "progress.refresh_enrollment": progress_jobs.refresh_enrollment,
    "reports.check_counts": report_jobs.check_counts,
    "reports.make_file": report_jobs.make_file,
}


class HueyQueue:
    """Hands job numbers to huey; the rows in the database stay the record."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._huey: Huey | None = None
        self._task: Any = None

    def hand_over(self, job_id: int) -> None:
        if self._huey is None:
            self._huey = make_huey(self._settings)
            self._task = self._huey.task(name="run_job")(_elsewhere)
        self._task(job_id)


def _elsewhere(job_id: int) -> None:
    """The name huey passes on; the worker's own `run_job` does the work."""
    raise NotImplementedError(job_id)


def make_huey(settings: Settings) -> Huey:
    """SQLite in a file of its own (the app's file must not wait for it), or PostgreSQL."""
    if settings.is_sqlite:
        return SqliteHuey("quizapp", filename=str(settings.data / "jobs.sqlite3"), fsync=True)
    dsn = settings.database_address.replace("postgresql+psycopg://", "postgresql://")
    return PostgresHuey("quizapp", dsn=dsn)


def run_job(site: Site, job_id: int) -> None:
    """Run one job if it is still to be done; a failure is noted and tried again later."""
    with site.reading() as ctx:
        found = jobs.find_waiting(ctx, job_id)
    if found is None:
        return
    name, arguments = found
    try:
        FUNCTIONS[name](site, **arguments)
    except Exception as error:  # whatever a job raises, the row has to remember it
        log.exception("job %s (%s) failed", job_id, name)
        site.perform(jobs.postpone, job_id, f"{type(error).__name__}: {error}")
        return
    site.perform(jobs.finish, job_id)


def sweep(site: Site) -> None:
    """Run what a crash, or a time not yet come, left waiting."""
    for job_id in site.perform(jobs.claim_due):
        run_job(site, job_id)


def tidy(site: Site) -> None:
    """Once a day: forget what no longer matters, note the head of the audit log."""
    account_jobs.forget_old(site)
    site.perform(jobs.remove_finished, site.clock() - KEEP_FINISHED)
    with site.reading() as ctx:
        verification = audit.verify(ctx)
    log.info("audit log: %s events, head %s", verification.count, verification.head)
    for finding in verification.findings:
        log.error("audit log: event %s %s", finding.event_id, finding.problem)


def schedule(huey: Huey, site: Site) -> None:
    """What runs when: every function here is harmless to run twice."""

    @huey.task(name="run_job")
    def _run_job(job_id: int) -> None:
        run_job(site, job_id)

    @huey.periodic_task(crontab(), name="every_minute")
    def _every_minute() -> None:
        attempt_jobs.close_overdue(site)
        site.perform(mail.enqueue_waiting)
        sweep(site)

    @huey.periodic_task(crontab(hour="3", minute="10"), name="every_night")
    def _every_night() -> None:
        tidy(site)
        report_jobs.remove_old_files(site)
        attempt_jobs.remove_unused_files(site)
        report_jobs.check_counts(site)


@click.command()
@click.pass_obj
def worker(installation: "Installation") -> None:
    """Run only the background worker."""
    server.end_with_parent()
    site = installation.site
    huey = make_huey(site.settings)
    site.queue = HueyQueue(site.settings)
    schedule(huey, site)
    attempt_jobs.close_overdue(site)
    sweep(site)
    huey.create_consumer(workers=THREADS, worker_type="thread", periodic=True).run()
