"""Scores released when the quiz closes: nothing a learner sees tells earlier how it ended."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.features.progress.models import Completion
from quizapp.infrastructure.jobs import JobRow
from quizapp.infrastructure.site import Site
from tests.factories import attempts, progress
from tests.factories.adjustments import give_minutes
from tests.factories.attempts import KEYS, WARM_UP
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE, BankFolder, sync
from tests.integration.progress.test_pages import browser, stands, words

RunJobs = Callable[[], None]
CLOSES = START + timedelta(hours=2)
TOLD = CLOSES + timedelta(seconds=31)
"""A second after the grace of those who answered to the end."""
RESULT = f"/courses/{COURSE}/quizzes/final-check/attempt-1/result"
PAGES = ["/", "/courses", f"/courses/{COURSE}", f"/courses/{COURSE}/quizzes/final-check"]


@pytest.fixture(params=[CLOSES.isoformat(), f"{CLOSES:%Y-%m-%dT%H:%M:%S}"], ids=["zone", "none"])
def clinic(clinic: Clinic, site: Site, tmp_path: Path, request: pytest.FixtureRequest) -> Clinic:
    """The clinic, where the score of the final check is released when it closes."""
    bank = BankFolder(tmp_path)
    plan = "{score: after_close, answers: after_close, rationale: after_close}"
    closing = f"window:\n  closes: {request.param}\nfeedback: {plan}\n"
    bank.replace("quizzes/final-check.yaml", "attempts: 3\n", f"attempts: 3\n{closing}")
    sync(site, bank.root)
    return clinic


def sit_everything(site: Site, person: Any, keys: dict[int, Any]) -> None:
    for slug in ("clean-needles", "safe-depth"):
        progress.complete_lesson(site, person, slug)
    attempts.submit(site, person, attempts.start(site, person, WARM_UP).id)
    final = attempts.start(site, person)
    head = attempts.head_of(site, person)
    for slot, answer in keys.items():
        attempts.save(site, head, attempts.make_save(slot, answer))
    attempts.submit(site, person, final.id)


def test_pass_and_failure_look_the_same_until_the_release(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    wrong = {1: {"r1": {"choice": "b"}}}
    sit_everything(site, clinic.lea, KEYS)
    sit_everything(site, clinic.leo, wrong)
    run_jobs()
    passed, failed = browser(app, clinic.lea), browser(app, clinic.leo)
    for address in PAGES:
        assert words(passed, address).replace("Lea", "Leo") == words(failed, address), address
    assert stands(site, clinic)[0] == "in_progress"

    clock.now = CLOSES + timedelta(seconds=30)
    run_jobs()
    assert stands(site, clinic)[0] == "in_progress"
    clock.now = TOLD
    run_jobs()
    passed.sign_in(clinic.lea)
    failed.sign_in(clinic.leo)
    assert stands(site, clinic) == ("complete", 4)
    with site.reading() as ctx:
        (done,) = ctx.session.scalars(select(Completion))
    assert (done.user_id, done.completed_at) == (clinic.lea.id, TOLD)
    for address in PAGES[2:]:
        assert words(passed, address).replace("Lea", "Leo") != words(failed, address), address


def test_nothing_is_released_while_somebody_may_still_answer(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    clock.now = CLOSES - timedelta(minutes=10)
    late = attempts.start(site, clinic.leo)
    give_minutes(site, late.id, 30, clinic.instructor)
    sit_everything(site, clinic.lea, KEYS)
    lea = browser(app, clinic.lea)
    clock.now = TOLD
    run_jobs()
    assert "Every safety-critical question was right" not in words(lea, RESULT)
    assert stands(site, clinic)[0] == "in_progress"
    clock.now = CLOSES + timedelta(minutes=30, seconds=31)
    run_jobs()
    lea.sign_in(clinic.lea)
    assert "Every safety-critical question was right" in words(lea, RESULT)
    assert stands(site, clinic)[0] == "complete"


def test_the_release_is_awaited_once(site: Site, clinic: Clinic) -> None:
    sit_everything(site, clinic.lea, KEYS)
    progress.reopen_lesson(site, clinic.lea, "safe-depth")
    with site.reading() as ctx:
        waiting = ctx.session.scalars(
            select(JobRow.run_at).where(JobRow.name == "progress.refresh_enrollment")
        ).all()
    assert waiting == [TOLD]
