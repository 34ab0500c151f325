"""Background work: asked for with the act, run after it, tried again, given up in the end."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from quizapp import worker
from quizapp.infrastructure import jobs
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import DONE, FAILED, MAX_TRIES, WAITING, JobRow
from quizapp.infrastructure.site import NoQueue, Site
from tests.factories.clock import FrozenClock

RunJobs = Callable[[], None]


@dataclass
class ListQueue:
    """Notes what is handed over, and whether the row could be seen by then."""

    site: Site
    numbers: list[int] = field(default_factory=list)
    was_committed: list[bool] = field(default_factory=list)

    def hand_over(self, job_id: int) -> None:
        self.numbers.append(job_id)
        with self.site.reading() as ctx:
            self.was_committed.append(ctx.session.get(JobRow, job_id) is not None)


class BrokenQueue:
    """A queue whose store is full."""

    def hand_over(self, job_id: int) -> None:
        raise sqlite3.OperationalError(f"database or disk is full: {job_id}")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A job that notes its word; the word `fail` makes it fail."""
    words: list[str] = []

    def note(_site: Site, word: str) -> None:
        words.append(word)
        if word == "fail":
            raise ConnectionError("nobody answers")

    monkeypatch.setitem(worker.FUNCTIONS, "test.note", note)
    return words


def ask(ctx: Context, *words: str) -> None:
    for word in words:
        jobs.enqueue(ctx, "test.note", word=word)


def rows(site: Site) -> list[JobRow]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(JobRow).order_by(JobRow.id)))


def test_a_job_is_handed_over_after_the_commit(site: Site) -> None:
    queue = site.queue = ListQueue(site)
    site.perform(ask, "one", "two")
    assert queue.numbers == [row.id for row in rows(site)]
    assert queue.was_committed == [True, True]


def test_a_rollback_takes_its_jobs_along(site: Site) -> None:
    queue = site.queue = ListQueue(site)

    def command(ctx: Context) -> None:
        ask(ctx, "one")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        site.perform(command)
    assert queue.numbers == []
    assert rows(site) == []


def test_a_broken_queue_does_not_undo_the_act(
    site: Site, done: list[str], run_jobs: RunJobs
) -> None:
    site.queue = BrokenQueue()
    site.perform(ask, "one")
    run_jobs()
    assert done == ["one"]


def test_without_a_queue_the_sweep_does_the_work(
    site: Site, done: list[str], run_jobs: RunJobs
) -> None:
    assert isinstance(site.queue, NoQueue)
    site.perform(ask, "one", "two")
    run_jobs()
    run_jobs()
    assert done == ["one", "two"]
    assert [(row.state, row.done_at) for row in rows(site)] == [(DONE, site.clock())] * 2


def test_a_job_handed_over_twice_runs_once(site: Site, done: list[str]) -> None:
    site.perform(ask, "one")
    (job,) = rows(site)
    worker.run_job(site, job.id)
    worker.run_job(site, job.id)
    worker.run_job(site, job.id + 1)
    assert done == ["one"]


def test_what_was_handed_over_is_left_alone_for_a_while(site: Site, clock: FrozenClock) -> None:
    site.perform(ask, "one")
    first = site.perform(jobs.claim_due)
    assert len(first) == 1
    assert site.perform(jobs.claim_due) == []
    clock.now += jobs.HANDED_OVER_FOR
    assert site.perform(jobs.claim_due) == first


def test_a_failed_job_is_tried_again_after_a_pause(
    site: Site, clock: FrozenClock, done: list[str], run_jobs: RunJobs
) -> None:
    site.perform(ask, "fail", "other")
    run_jobs()
    (failed, other) = rows(site)
    assert other.state == DONE
    assert (failed.state, failed.tries, failed.run_at - clock.now) == (
        WAITING,
        1,
        timedelta(seconds=30),
    )
    assert failed.problem == "ConnectionError: nobody answers"
    run_jobs()
    assert done == ["fail", "other"]


def test_pauses_double_until_it_is_given_up(
    site: Site, clock: FrozenClock, done: list[str], run_jobs: RunJobs
) -> None:
    site.perform(ask, "fail")
    pauses = []
    (job,) = rows(site)
    for _ in range(MAX_TRIES):
        run_jobs()
        (job,) = rows(site)
        pauses.append(int((job.run_at - clock.now).total_seconds()))
        clock.now = job.run_at
    run_jobs()
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3840]
    assert (job.state, len(done)) == (FAILED, MAX_TRIES)


def test_a_job_nobody_knows_is_kept_for_later(site: Site, run_jobs: RunJobs) -> None:
    site.perform(lambda ctx: jobs.enqueue(ctx, "from.the_future"))
    run_jobs()
    (job,) = rows(site)
    assert (job.state, job.tries, job.problem) == (WAITING, 1, "KeyError: 'from.the_future'")


def test_a_failure_that_comes_after_success_changes_nothing(site: Site) -> None:
    site.perform(ask, "one")
    (job,) = rows(site)
    site.perform(jobs.finish, job.id)
    site.perform(jobs.postpone, job.id, "too late")
    assert [(row.state, row.tries) for row in rows(site)] == [(DONE, 0)]


def test_finished_jobs_are_forgotten_and_failed_ones_kept(
    site: Site, clock: FrozenClock, done: list[str], run_jobs: RunJobs
) -> None:
    site.perform(ask, "one", "fail")
    run_jobs()
    site.perform(jobs.remove_finished, clock.now + timedelta(seconds=1))
    assert [row.arguments for row in rows(site)] == ['{"word": "fail"}']
    assert done == ["one", "fail"]


@pytest.mark.parametrize("count", [0, 3])
def test_a_sweep_takes_no_more_than_its_share(site: Site, count: int) -> None:
    site.perform(ask, *["one"] * 5)
    assert len(site.perform(jobs.claim_due, limit=count)) == count
