"""Keeping team_counts and course_counts equal to what progress and memberships say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import class_mapper

from quizapp.features.accounts.models import User
from quizapp.features.progress.models import CourseProgress
from quizapp.features.reports.models import CourseCount, TeamCount
from quizapp.features.teams import queries as team_queries
from quizapp.features.teams.models import Membership
from quizapp.infrastructure.context import Context

Key = tuple[int | str, ...]
Counts = type[TeamCount] | type[CourseCount]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that was not what it should have been."""

    key: Key
    stored: int
    right: int


def move_person(ctx: Context, user_id: int, course_id: int, states: tuple[str | None, str]) -> None:
    """Somebody stands elsewhere in a course: in its figures and in those of each of their teams.

    `states` are that before (None: they have just begun) and that after.
    """
    _hold(ctx, user_id)
    changes = [(state, step) for state, step in zip(states, (-1, 1), strict=True) if state]
    _add(
        ctx,
        CourseCount,
        [{"course_id": course_id, "state": state, "people": step} for state, step in changes],
    )
    _add(
        ctx,
        TeamCount,
        [
            {"team_id": team_id, "course_id": course_id, "state": state, "people": step}
            for team_id in sorted(team_queries.team_ids_of(ctx, user_id))
            for state, step in changes
        ],
    )


def change_members(ctx: Context, team_id: int, user_id: int, step: int) -> None:
    """Somebody came into a team (step 1) or left it (step -1) with all they do."""
    _hold(ctx, user_id)
    rows = ctx.session.execute(
        select(CourseProgress.course_id, CourseProgress.state)
        .where(CourseProgress.user_id == user_id)
        .order_by(CourseProgress.course_id)
    )
    _add(
        ctx,
        TeamCount,
        [
            {"team_id": team_id, "course_id": course_id, "state": state, "people": step}
            for course_id, state in rows
        ],
    )


def repair_teams(ctx: Context, team_ids: Sequence[int]) -> list[Difference]:
    """Work out the figures of some teams anew; says which were wrong."""
    _stop_others(ctx, TeamCount)
    columns = (Membership.team_id, CourseProgress.course_id, CourseProgress.state)
    truth = (
        select(*columns, func.count())
        .join(CourseProgress, CourseProgress.user_id == Membership.user_id)
        .where(Membership.team_id.in_(team_ids), Membership.left_at.is_(None))
        .group_by(*columns)
    )
    stored = select(
        TeamCount.team_id, TeamCount.course_id, TeamCount.state, TeamCount.people
    ).where(TeamCount.team_id.in_(team_ids))
    return _repair(ctx, TeamCount, truth, stored)


def repair_courses(ctx: Context) -> list[Difference]:
    """Work out the figures of all courses anew; says which were wrong."""
    _stop_others(ctx, CourseCount)
    columns = (CourseProgress.course_id, CourseProgress.state)
    truth = select(*columns, func.count()).group_by(*columns)
    stored = select(CourseCount.course_id, CourseCount.state, CourseCount.people)
    return _repair(ctx, CourseCount, truth, stored)


def _hold(ctx: Context, user_id: int) -> None:
    """One at a time for one person, or a change of state could miss a new membership.

    SQLite has one writer anyway, and leaves the lock out.
    """
    ctx.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def _stop_others(ctx: Context, table: Counts) -> None:
    if _dialect(ctx) == "postgresql":
        ctx.session.execute(text(f"LOCK TABLE {table.__tablename__} IN EXCLUSIVE MODE"))


def _repair(
    ctx: Context,
    table: Counts,
    truth: Select[*tuple[Any, ...]],
    stored: Select[*tuple[Any, ...]],
) -> list[Difference]:
    right = _by_key(ctx.session.execute(truth))
    kept = _by_key(ctx.session.execute(stored))
    wrong = [
        Difference(key, kept.get(key, 0), right.get(key, 0))
        for key in sorted(right.keys() | kept.keys())
        if kept.get(key, 0) != right.get(key, 0)
    ]
    names = [column.name for column in class_mapper(table).primary_key]
    _add(
        ctx,
        table,
        [
            {**dict(zip(names, entry.key, strict=True)), "people": entry.right - entry.stored}
            for entry in wrong
        ],
    )
    ctx.session.execute(delete(table).where(table.people == 0))
    return wrong


def _by_key(rows: Iterable[Any]) -> dict[Key, int]:
    return {tuple(row[:-1]): row[-1] for row in rows}


def _add(ctx: Context, table: Counts, rows: list[dict[str, Any]]) -> None:
    """Add to figures; one that is not there yet begins at nothing."""
    if not rows:
        return
    insert: Any = postgresql.insert if _dialect(ctx) == "postgresql" else sqlite.insert
    asked = insert(table)
    asked = asked.on_conflict_do_update(
        index_elements=list(class_mapper(table).primary_key),
        set_={"people": table.people + asked.excluded.people},
    )
    ctx.session.connection().execute(asked, rows)


def _dialect(ctx: Context) -> str:
    return ctx.session.get_bind().dialect.name
