"""The team overview: who needs attention, figures that add up, courses, hard objectives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, exists

from quizapp.features.accounts.models import ACTIVE, User
from quizapp.features.courses.models import Enrollment
from quizapp.features.progress.models import IN_PROGRESS, NOT_PASSED, NOT_STARTED, CourseProgress
from quizapp.features.reports.queries import counts
from quizapp.features.reports.queries.counts import Figures
from quizapp.features.reports.queries.objectives import HardObjective, list_hardest
from quizapp.features.reports.queries.orders import STATE_IS, Order
from quizapp.features.reports.queries.rows import CompletionRow, Report, is_walk_shorter
from quizapp.features.reports.queries.scope import Choices, CourseChoice, Scope
from quizapp.features.reports.queries.selects import Cut, Filter
from quizapp.features.reports.queries.wording import NOT_SAFE
from quizapp.infrastructure.context import Context

SHOWN = 8
LONG_NOT_STARTED = timedelta(days=14)
LONG_IDLE = timedelta(days=30)
IDLE = "idle"
KINDS = (NOT_SAFE, NOT_PASSED, NOT_STARTED, IDLE)
"""Why somebody needs attention, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Attention:
    """Somebody to talk to, and why."""

    kind: str
    row: CompletionRow


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """Where people stand in a course, and how many do not take part."""

    course: CourseChoice
    figures: Figures
    outside: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page of a team shows."""

    choices: Choices
    as_of: datetime
    people: int
    total: Figures
    courses: Sequence[CourseFigures]
    attention: Sequence[Attention]
    hardest: Sequence[HardObjective]

    @property
    def outside(self) -> list[CourseFigures]:
        """The courses that some of the people could still be enrolled in."""
        return [part for part in self.courses if part.outside and part.course.is_live]


def get_overview(ctx: Context, choices: Choices, scope: Scope) -> Overview:
    figures = counts.list_figures(ctx, scope)
    not_safe = counts.count_not_safe(ctx, scope)
    figures = {
        number: replace(part, not_safe=not_safe.get(number, 0)) for number, part in figures.items()
    }
    total = counts.add_up(figures.values())
    people = counts.count_learners(ctx, scope)
    return Overview(
        choices=choices,
        as_of=ctx.now,
        people=people,
        total=total,
        courses=_courses(choices, figures, people),
        attention=_attention(ctx, choices, scope, total.total),
        hardest=list_hardest(ctx, scope),
    )


def _courses(choices: Choices, figures: dict[int, Figures], people: int) -> list[CourseFigures]:
    """Live courses, and closed ones that somebody took. Roles taken away later are not undone."""
    return [
        CourseFigures(course, part, max(0, people - part.total))
        for course in choices.courses
        for part in [figures.get(course.id, Figures())]
        if course.is_live or part.total
    ]


def _attention(ctx: Context, choices: Choices, scope: Scope, total: int) -> list[Attention]:
    report = Report(ctx, choices, Filter(scope), _urgent(ctx.now))
    walks = is_walk_shorter(total, report.everything(), SHOWN)
    return [
        Attention(KINDS[place.rank], row) for place, row in report.pieces(Cut(SHOWN), walks=walks)
    ]


def _urgent(now: datetime) -> Order:
    """Not all rows have a rank here: those who get on well, and disabled people, are left out."""
    is_active = exists().where(User.id == CourseProgress.user_id, User.state == ACTIVE)
    is_waiting = exists().where(
        Enrollment.id == CourseProgress.enrollment_id,
        Enrollment.enrolled_at < now - LONG_NOT_STARTED,
    )
    is_idle = CourseProgress.changed_at < now - LONG_IDLE
    return Order(
        (
            and_(STATE_IS[NOT_SAFE], is_active),
            and_(STATE_IS[NOT_PASSED], is_active),
            and_(STATE_IS[NOT_STARTED], is_waiting, is_active),
            and_(STATE_IS[IN_PROGRESS], is_idle, is_active),
        )
    )
