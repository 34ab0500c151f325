"""The rows of the completion report: one for each person and course, a page at a time, or all.

Two ways lead to a page. Where few rows fit, they are gathered and sorted. Where many do, an index
is walked in the order asked for, rank after rank, until the page is full. Both give the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from quizapp.features.progress.models import NOT_PASSED
from quizapp.features.reports.models import CourseCount
from quizapp.features.reports.queries import orders, selects
from quizapp.features.reports.queries.counts import Figures
from quizapp.features.reports.queries.orders import Order, Place
from quizapp.features.reports.queries.scope import Choices
from quizapp.features.reports.queries.selects import PAGE, Cut, Filter
from quizapp.features.reports.queries.wording import NOT_SAFE, state_of
from quizapp.features.teams.models import Membership
from quizapp.infrastructure.context import Context

BATCH = 2000
FEW = 500
"""Rows that are sorted as quickly as looked for."""
WALK_COST = 3
"""How many rows are passed by in an index while one is gathered and sorted."""


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """A person and a course, as page and files show them."""

    code: str
    name: str
    email: str
    teams: tuple[str, ...]
    course: str
    course_slug: str
    state: str
    percent: int
    best_score: float | None
    hazards_missed: int
    started_at: datetime
    changed_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the report, how many there are in all, and the tokens to go on with."""

    rows: list[CompletionRow]
    total: int
    before: str | None
    after: str | None


@dataclass
class Report:
    """The rows that fit a filter, in its order."""

    ctx: Context
    choices: Choices
    asked: Filter
    special: Order | None = None

    @cached_property
    def order(self) -> Order:
        """That of the filter, unless a special one was given."""
        courses = [course.id for course in self.choices.courses]
        return self.special or orders.find(self.asked.sort, courses)

    def count(self, figures: dict[int, Figures]) -> int:
        """How many rows there are; from the figures of the scope where they know it."""
        asked = self.asked
        if asked.search or asked.state in {NOT_SAFE, NOT_PASSED}:
            return self.ctx.session.scalar(selects.counted(asked)) or 0
        chosen = [part for number, part in figures.items() if asked.course_id in {None, number}]
        return sum(part.of(asked.state) if asked.state else part.total for part in chosen)

    def page(self, cut: Cut, total: int) -> Page:
        """A page of the report, of `total` rows that fit."""
        walks = self.order.has_index and is_walk_shorter(total, self.everything(), cut.size)
        found = self.pieces(replace(cut, size=cut.size + 1), walks=walks)
        has_more = len(found) > cut.size
        if has_more:
            found = found[1:] if cut.is_backward else found[:-1]
        has_before = has_more if cut.is_backward else cut.place is not None
        has_after = cut.is_backward or has_more
        return Page(
            [row for _, row in found],
            total,
            found[0][0].as_token() if found and has_before else None,
            found[-1][0].as_token() if found and has_after else None,
        )

    def pieces(self, cut: Cut, *, walks: bool) -> list[tuple[Place, CompletionRow]]:
        """Some rows in the order of display, each with its place."""
        found = self._walk(cut) if walks else self._gather(cut)
        if cut.is_backward:
            found.reverse()
        return [
            (Place(row.rank, row.lead, (row.sort_name, row.user_id, row.course_id)), shown)
            for row, shown in zip(found, self._shown(found), strict=True)
        ]

    def batches(self) -> Iterator[Sequence[Any]]:
        """Every row in order, some thousands at a time: memory does not grow with their number."""
        asked = selects.everything(self.asked, self.order).execution_options(yield_per=BATCH)
        return self.ctx.session.connection().execute(asked).partitions()

    def everything(self) -> int:
        """How many enrollments there are on the whole site."""
        return self.ctx.session.scalar(select(func.sum(CourseCount.people))) or 0

    def _gather(self, cut: Cut) -> list[Row[Any]]:
        asked = selects.gathered(self.asked, self.order, cut)
        return list(self.ctx.session.execute(asked))

    def _walk(self, cut: Cut) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        for rank in self.order.ranks_from(cut.place, is_backward=cut.is_backward):
            rest = replace(cut, size=cut.size - len(found))
            asked = selects.walked(self.asked, self.order, rank, rest)
            found += self.ctx.session.execute(asked)
            if len(found) == cut.size:
                break
        return found

    def _shown(self, found: Any) -> list[CompletionRow]:
        people = Membership.user_id.in_(sorted({row.user_id for row in found}))
        teams = team_names(self.ctx, self.choices, people)
        return [self._row(row, teams.get(row.user_id, ())) for row in found]

    def _row(self, row: Row[Any], teams: tuple[str, ...]) -> CompletionRow:
        course = self.choices.course_of[row.course_id]
        return CompletionRow(
            code=row.code,
            name=row.name,
            email=row.email,
            teams=teams,
            course=course.title,
            course_slug=course.slug,
            state=state_of(row.state, row.hazards_missed),
            percent=100 * row.steps_done // row.steps_total if row.steps_total else 0,
            best_score=row.best_score,
            hazards_missed=row.hazards_missed,
            started_at=row.enrolled_at,
            changed_at=row.changed_at,
            completed_at=row.completed_at,
        )


def is_walk_shorter(total: int, everything: int, size: int = PAGE) -> bool:
    """Whether a full page is found sooner along an index than by gathering all rows that fit.

    Of the rows passed by, `total` in `everything` fit, if they lie evenly.
    """
    return total > FEW and WALK_COST * total * total > size * everything


def team_names(
    ctx: Context, choices: Choices, people: ColumnElement[bool]
) -> dict[int, tuple[str, ...]]:
    """The names of the teams of some people (a condition on memberships), as the actor sees them.

    The order of team choices is that of their names.
    """
    teams = select(Membership.user_id, Membership.team_id).where(
        people, Membership.left_at.is_(None)
    )
    found: dict[int, list[int]] = {}
    for user_id, team_id in ctx.session.connection().execute(teams).all():
        if team_id in choices.team_place:
            found.setdefault(user_id, []).append(choices.team_place[team_id])
    names = choices.teams
    return {
        user_id: tuple(names[place].name for place in sorted(places))
        for user_id, places in found.items()
    }
