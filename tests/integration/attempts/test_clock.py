"""Only the server's clock counts, and it may be wrong, stepped, or in a zone that changes."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.infrastructure.site import Site
from tests.factories import attempts, quizzes
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.integration.attempts.desk import Desk

LIMIT = timedelta(minutes=20)
DAY = timedelta(hours=24)
ODD_MOMENTS = [
    datetime(2026, 3, 29, 0, 50, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 50, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 50, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 50, tzinfo=UTC),
]
"""Shortly before a zone's clocks go on or back, around a leap day, at the end of a year."""


@pytest.mark.parametrize("shift", [-DAY, DAY], ids=["behind", "ahead"])
def test_what_a_browser_believes_is_not_asked(
    site: Site, app: Flask, clinic: Clinic, shift: timedelta
) -> None:
    desk = Desk(site, app, clinic.lea)
    claimed = (site.clock() + shift).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"Date": claimed, "If-Modified-Since": claimed}
    answer = desk.post("question-1", desk.fields(1), headers=headers)
    assert answer.status_code == 303
    assert desk.head.saved(1).is_answered
    assert desk.head.end.due_at == site.clock() + LIMIT


@pytest.mark.parametrize("step", [-10, 10])
def test_a_stepped_clock_loses_nothing(
    site: Site, clinic: Clinic, clock: FrozenClock, step: int
) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, make_save())
    clock.advance(minutes=step)
    changed = make_save(answer={"r1": {"choice": "b"}}, seen=1)
    assert attempts.save(site, head, changed)[0].revision == 2
    assert attempts.head_of(site, clinic.lea).end == head.end


def test_a_clock_stepped_back_opens_nothing_that_was_closed(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    clock.advance(minutes=21)
    assert jobs.close_overdue(site) == 1
    clock.advance(minutes=-10)
    with pytest.raises(AttemptClosed):
        attempts.save(site, head, make_save())
    assert not attempts.head_of(site, clinic.lea).is_open


@pytest.mark.parametrize("moment", ODD_MOMENTS, ids=str)
@pytest.mark.parametrize("options", [{"timezone": "Europe/Vienna"}], ids=["Vienna"])
def test_twenty_minutes_are_twenty_minutes_whatever_the_calendar_does(
    site: Site, clinic: Clinic, clock: FrozenClock, moment: datetime
) -> None:
    clock.now = moment
    attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    assert head.end.due_at == moment + LIMIT
    clock.advance(minutes=20)
    assert attempts.save(site, head, make_save())[0].is_saved
    clock.advance(seconds=30, microseconds=1)
    with pytest.raises(AttemptClosed):
        attempts.save(site, head, make_save(answer={"r1": {"choice": "b"}}, seen=1))


@pytest.mark.parametrize("options", [{"timezone": "Europe/Vienna"}], ids=["Vienna"])
def test_a_window_closes_at_its_moment_in_the_night_clocks_go_back(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    closes = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    clock.now = closes - timedelta(minutes=5)
    slug = quizzes.make_quiz(site, time_limit_minutes=20, window={"closes": closes.isoformat()})
    attempts.start(site, clinic.lea, slug)
    assert attempts.head_of(site, clinic.lea, slug).end.due_at == closes
