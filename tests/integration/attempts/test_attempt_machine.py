"""Tabs, lost replies, a moving clock, edits and closing jobs against a transparent model."""

import pytest

from quizapp.infrastructure.site import Site
from tests.factories import machine
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock

RUNS, STEPS = 50, 50
"""2 x 2,500 steps on each engine; `make drill` goes on for longer."""


@pytest.mark.parametrize("by_writer", [False, True], ids=["plain", "writer"])
def test_no_sequence_of_events_loses_or_falsifies_an_answer(
    site: Site, clinic: Clinic, clock: FrozenClock, *, by_writer: bool
) -> None:
    found = machine.walk(site, clinic, clock, machine.Plan(by_writer, RUNS, STEPS))
    assert found.steps > RUNS
