"""The worker with its real queue: what is handed over is run, and the night's tidying."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from huey import Huey
from sqlalchemy import select, text

from quizapp import worker
from quizapp.features.accounts.models import UserSession
from quizapp.infrastructure import jobs
from quizapp.infrastructure.jobs import DONE, JobRow
from quizapp.infrastructure.site import Site
from quizapp.worker import HueyQueue
from tests.factories import attempts
from tests.factories.accounts import make_person, sign_in
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setitem(worker.FUNCTIONS, "test.note", lambda _site, word: found.append(word))
    return found


def work_through(huey: Huey) -> int:
    """Run everything in the queue, as the worker's threads do; how much it was."""
    count: int = huey.pending_count()
    for _ in range(count):
        huey.execute(huey.dequeue())
    return count


@pytest.fixture
def huey(site: Site) -> Iterator[Huey]:
    """The worker's side of the queue, with everything it runs."""
    made = worker.make_huey(site.settings)
    worker.schedule(made, site)
    yield made
    made.storage.close()


@pytest.fixture
def queue(site: Site) -> Iterator[HueyQueue]:
    """The site's side of the queue."""
    made = site.queue = HueyQueue(site.settings)
    yield made
    inner = made._huey  # noqa: SLF001 - processes keep it open as long as they live
    assert inner is not None
    inner.storage.close()


@pytest.mark.usefixtures("queue")
def test_what_is_handed_over_is_run_by_the_worker(site: Site, huey: Huey, words: list[str]) -> None:
    for word in ("one", "two"):
        site.perform(jobs.enqueue, "test.note", word=word)
    assert words == []

    assert work_through(huey) == 2

    assert words == ["one", "two"]
    with site.reading() as ctx:
        assert set(ctx.session.scalars(select(JobRow.state))) == {DONE}


def test_the_minutes_work_is_scheduled(
    site: Site, clinic: Clinic, clock: FrozenClock, huey: Huey
) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(hours=1)
    tasks = {type(task).__name__: task for task in huey._registry.periodic_tasks}  # noqa: SLF001

    assert set(tasks) == {"every_minute", "every_night"}
    huey.execute(tasks["every_minute"])
    huey.execute(tasks["every_night"])

    with site.reading() as ctx:
        assert ctx.session.get_one(type(attempt), attempt.id).state == "closed"


def test_the_night_forgets_what_no_longer_matters(
    site: Site, clock: FrozenClock, caplog: pytest.LogCaptureFixture, words: list[str]
) -> None:
    sign_in(site, make_person(site))
    site.perform(jobs.enqueue, "test.note", word="one")
    worker.sweep(site)
    clock.advance(days=40)
    with caplog.at_level(logging.INFO, "quizapp.worker"):
        worker.tidy(site)
    with site.reading() as ctx:
        assert ctx.session.scalars(select(UserSession)).all() == []
        assert ctx.session.scalars(select(JobRow)).all() == []
    assert words == ["one"]
    assert "audit log: 2 events, head " in caplog.text


def test_the_night_keeps_what_still_matters(site: Site, clock: FrozenClock) -> None:
    sign_in(site, make_person(site))
    clock.advance(hours=11)
    worker.tidy(site)
    with site.reading() as ctx:
        assert len(ctx.session.scalars(select(UserSession)).all()) == 1


def test_the_night_tells_of_a_broken_audit_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    make_person(site)
    on = "" if site.database.is_sqlite else " ON audit_events"
    with site.database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER audit_events_refuse_update{on}"))
        connection.execute(text("UPDATE audit_events SET action = 'nothing.done'"))
    worker.tidy(site)
    assert "audit log: event 1 was altered" in caplog.text


def test_jobs_are_kept_for_a_month() -> None:
    assert timedelta(days=30) == worker.KEEP_FINISHED


def test_the_queues_own_function_does_no_work() -> None:
    with pytest.raises(NotImplementedError):
        worker._elsewhere(1)  # noqa: SLF001 - only its name is passed on
