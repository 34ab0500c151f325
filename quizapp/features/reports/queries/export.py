"""The completion report as a table for files: exactly the rows and cells the page shows.

Written for a hundred thousand rows: whatever repeats is worked out once.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from quizapp.domain.errors import N_
from quizapp.features.reports.queries import rows
from quizapp.features.reports.queries.rows import Report
from quizapp.features.reports.queries.wording import MISSED, NONE_MISSED, STATES, state_of
from quizapp.features.teams.models import Membership
from quizapp.formats.tables import Cell, Column, Kind

Say = Callable[..., str]
"""Translates a marked text and fills in its values."""

COLUMNS = (
    (N_("Person"), Kind.TEXT, 24),
    (N_("Email"), Kind.TEXT, 28),
    (N_("Teams"), Kind.TEXT, 20),
    (N_("Course"), Kind.TEXT, 32),
    (N_("Status"), Kind.TEXT, 16),
    (N_("Progress"), Kind.PERCENT, 10),
    (N_("Best score"), Kind.PERCENT, 10),
    (N_("Safety-critical"), Kind.TEXT, 16),
    (N_("Started"), Kind.DATE, 12),
    (N_("Last change"), Kind.DATE, 12),
    (N_("Completed"), Kind.DATE, 12),
)


def sheet_name(say: Say) -> str:
    return say(N_("Completion report"))


def columns(say: Say) -> list[Column]:
    return [Column(say(title), kind, width) for title, kind, width in COLUMNS]


def table(report: Report, say: Say) -> Iterator[tuple[Cell, ...]]:
    """A row of cells for each row of the report; days are those of the organization's zone."""
    choices, scope = report.choices, report.asked.scope
    titles = {number: course.title for number, course in choices.course_of.items()}
    teams = {
        user_id: ", ".join(names)
        for user_id, names in rows.team_names(
            report.ctx, choices, scope.covers(Membership.user_id)
        ).items()
    }
    words = _Words(say)
    day = Days(report.ctx.settings.zone)
    for batch in report.batches():
        for (
            _code, name, email, user_id, course_id, state, done, total, score, missed,
            started, changed, completed,
        ) in batch:  # fmt: skip
            yield (
                name,
                email,
                teams.get(user_id, ""),
                titles[course_id],
                words.state(state, missed),
                100 * done // total / 100 if total else 0.0,
                None if score is None else int(score * 100 + 1e-9) / 100,
                words.missed(missed) if missed else None if score is None else words.none_missed,
                day(started),
                day(changed),
                day(completed) if completed is not None else None,
            )


class _Words:
    """What is said of a row; there are only a few such sentences."""

    def __init__(self, say: Say) -> None:
        names = {state: say(words) for state, words in STATES.items()}
        self.state = cache(lambda stored, missed: names[state_of(stored, missed)])
        self.missed = cache(lambda missed: say(MISSED, count=missed))
        self.none_missed = say(NONE_MISSED)


class Days:
    """The day it was in a zone, from moments as drivers give them: text in UTC, or a datetime.

    For each day in UTC the change of the local day is worked out once.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._changes: dict[str | date, tuple[Any, date, date]] = {}

    def __call__(self, moment: str | datetime) -> date:
        if isinstance(moment, str):
            key: str | date = moment[:10]
            now: Any = moment[11:]
        else:
            key, now = moment.date(), moment.time()
        found = self._changes.get(key)
        if found is None:
            found = self._changes[key] = self._change(key)
        change, before, after = found
        return before if now < change else after

    def _change(self, key: str | date) -> tuple[Any, date, date]:
        """The time in UTC at which a new local day begins, the day before it and that after."""
        day = date.fromisoformat(key) if isinstance(key, str) else key
        first = datetime.combine(day, time(), UTC).astimezone(self._zone).date()
        last = datetime.combine(day, time.max, UTC).astimezone(self._zone).date()
        start = datetime.combine(last, time(), self._zone).astimezone(UTC)
        change = time() if first == last else start.time()
        return change.isoformat() if isinstance(key, str) else change, first, last
