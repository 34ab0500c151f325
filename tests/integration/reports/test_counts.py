"""The figures kept ready equal what progress and memberships say, whatever happens in between."""

import logging
import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from quizapp.domain.access.roles import SYSTEM
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import Attempt
from quizapp.features.courses import queries as course_queries
from quizapp.features.progress import commands as progress_commands
from quizapp.features.progress.models import CourseProgress, LessonProgress
from quizapp.features.reports import jobs
from quizapp.features.reports.models import CourseCount, TeamCount
from quizapp.features.reports.queries import counts
from quizapp.features.reports.queries.scope import Scope
from quizapp.features.teams import commands as team_commands
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.courses import enroll

Figures = dict[tuple[Any, ...], int]


def truth(site: Site) -> tuple[Figures, Figures]:
    """By team, course and state; and by course and state."""
    with site.reading() as ctx:
        progress = ctx.session.execute(
            select(CourseProgress.user_id, CourseProgress.course_id, CourseProgress.state)
        ).all()
        present = ctx.session.execute(
            select(Membership.team_id, Membership.user_id).where(Membership.left_at.is_(None))
        ).all()
    teams = Counter(
        (team_id, course_id, state)
        for team_id, member in present
        for user_id, course_id, state in progress
        if member == user_id
    )
    return dict(teams), dict(Counter((course_id, state) for _, course_id, state in progress))


def stored(site: Site) -> tuple[Figures, Figures]:
    with site.reading() as ctx:
        teams = ctx.session.scalars(select(TeamCount).where(TeamCount.people != 0)).all()
        courses = ctx.session.scalars(select(CourseCount).where(CourseCount.people != 0)).all()
    return (
        {(row.team_id, row.course_id, row.state): row.people for row in teams},
        {(row.course_id, row.state): row.people for row in courses},
    )


def read(site: Site, person: Person, slug: str) -> None:
    """Open a lesson, complete it, or undo that, whichever comes next."""

    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE)
        lesson = course_queries.get_lesson(ctx, course, slug)
        row = ctx.session.get(LessonProgress, (person.id, lesson.id))
        if row is None:
            progress_commands.open_lesson(ctx, course, lesson)
        elif row.completed_at is None:
            progress_commands.complete_lesson(ctx, course, lesson)
        else:
            progress_commands.reopen_lesson(ctx, course, lesson)

    site.perform(command, actor=person.actor)


def take_quiz(site: Site, person: Person) -> None:
    """An attempt without a single answer: not safe."""
    with site.reading() as ctx:
        taken = ctx.session.scalars(select(Attempt.id).where(Attempt.user_id == person.id)).all()
    if len(taken) < 3:
        attempts.submit(site, person, attempts.start(site, person).id)


def move(site: Site, person: Person, code: str) -> None:
    """Into a team, or out of it again."""

    def command(ctx: Context) -> None:
        team = ctx.session.scalars(select(Team).where(Team.code == code)).one()
        user = ctx.session.get_one(User, person.id)
        is_in = ctx.session.scalar(
            select(Membership.id).where(
                Membership.team_id == team.id,
                Membership.user_id == user.id,
                Membership.left_at.is_(None),
            )
        )
        act = team_commands.remove_member if is_in else team_commands.add_member
        act(ctx, team, user)

    site.perform(command, actor=SYSTEM)


events = st.lists(
    st.tuples(
        st.sampled_from(["lea", "leo", "nora"]),
        st.sampled_from(["north", "south", "enroll", "clean-needles", "safe-depth", "quiz"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events)
def test_figures_equal_the_truth_after_any_events(
    site: Site, clinic: Clinic, happened: list[tuple[str, str]]
) -> None:
    with site.reading() as ctx:
        enrolled = {row.user_id for row in ctx.session.scalars(select(CourseProgress))}
    for name, event in happened:
        person: Person = getattr(clinic, name)
        if event in {"north", "south"}:
            move(site, person, getattr(clinic, event))
        elif event == "enroll":
            enroll(site, person)
            enrolled.add(person.id)
        elif person.id in enrolled and event == "quiz":
            take_quiz(site, person)
        elif person.id in enrolled:
            read(site, person, event)
    assert stored(site) == truth(site)


def test_what_is_filled_in_bulk_is_counted(site: Site, filled: Filled) -> None:
    assert stored(site) == truth(site)
    assert sum(stored(site)[1].values()) == filled.enrollments == 120


def test_the_nightly_check_repairs_and_tells(
    site: Site, filled: Filled, caplog: pytest.LogCaptureFixture
) -> None:
    def spoil(ctx: Context) -> None:
        ctx.session.execute(delete(TeamCount).where(TeamCount.team_id == filled.teams[0]))
        ctx.session.execute(update(CourseCount).values(people=CourseCount.people + 3))
        ctx.session.add(
            TeamCount(
                team_id=filled.teams[1],
                course_id=filled.courses[0].id,
                state="no such state",
                people=4,
            )
        )

    site.perform(spoil)
    with caplog.at_level(logging.WARNING):
        jobs.check_counts(site)
    assert stored(site) == truth(site)
    assert "course_counts" in caplog.text
    assert "team_counts" in caplog.text


def test_the_nightly_check_is_silent_when_all_is_well(
    site: Site, filled: Filled, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        jobs.check_counts(site)
    assert stored(site) == truth(site)
    assert caplog.text == "", filled


def test_somebody_in_two_of_the_teams_counts_once(site: Site, filled: Filled) -> None:
    with site.reading() as ctx:
        scope = Scope(frozenset(filled.teams))
        together = counts.add_up(counts.list_figures(ctx, scope).values())
        apart = sum(
            counts.add_up(counts.list_figures(ctx, Scope(frozenset({team}))).values()).total
            for team in filled.teams
        )
        rows = ctx.session.scalars(
            select(CourseProgress.enrollment_id).where(scope.covers(CourseProgress.user_id))
        ).all()
    assert together.total == len(set(rows))
    assert apart > together.total, "some are in two teams"


def test_figures_of_each_course_are_those_of_its_rows(site: Site, filled: Filled) -> None:
    scope = Scope(frozenset(filled.teams[:3]))
    with site.reading() as ctx:
        figures = counts.list_figures(ctx, scope)
        not_safe = counts.count_not_safe(ctx, scope)
        rows = ctx.session.execute(
            select(
                CourseProgress.course_id, CourseProgress.state, CourseProgress.hazards_missed
            ).where(scope.covers(CourseProgress.user_id))
        ).all()
    for course_id, part in figures.items():
        mine = Counter(row.state for row in rows if row.course_id == course_id)
        assert {state: part.of(state) for state in mine} == mine
        assert part.total == sum(mine.values())
        missed = [r for r in rows if r.course_id == course_id and r.hazards_missed]
        assert not_safe.get(course_id, 0) == len(missed)


def test_joining_and_progressing_at_once_leaves_no_gap(site: Site, clinic: Clinic) -> None:
    """On PostgreSQL the two run side by side; whoever comes second sees what the first did."""
    failures: list[BaseException] = []

    def repeat(act: Any, *args: Any) -> None:
        try:
            for _ in range(12):
                act(site, clinic.lea, *args)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [
        threading.Thread(target=repeat, args=(move, clinic.south)),
        threading.Thread(target=repeat, args=(move, clinic.north)),
        threading.Thread(target=repeat, args=(read, "clean-needles")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored(site) == truth(site)
