"""Scores that are never told: handing in is the step, and nothing says how it ended."""

from pathlib import Path

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE, BankFolder, sync
from tests.integration.progress.test_delayed_scores import PAGES, sit_everything
from tests.integration.progress.test_pages import browser, words


@pytest.fixture
def clinic(clinic: Clinic, site: Site, tmp_path: Path) -> Clinic:
    """The clinic, where nobody is told the score of the final check."""
    bank = BankFolder(tmp_path)
    plan = "feedback: {score: never, answers: never, rationale: never}\n"
    bank.replace("quizzes/final-check.yaml", "attempts: 3\n", f"attempts: 3\n{plan}")
    bank.replace("course.yaml", "quizzes: [final-check]", "quizzes: []")
    sync(site, bank.root)
    return clinic


def test_pass_and_failure_look_the_same(site: Site, app: Flask, clinic: Clinic) -> None:
    sit_everything(site, clinic.lea, KEYS)
    sit_everything(site, clinic.leo, {1: {"r1": {"choice": "b"}}})
    passed, failed = browser(app, clinic.lea), browser(app, clinic.leo)
    result = f"/courses/{COURSE}/quizzes/final-check/attempt-1/result"
    for address in (*PAGES, result):
        one, other = words(passed, address), words(failed, address)
        assert one.replace("Lea", "Leo").partition("Receipt")[0] == other.partition("Receipt")[0]
