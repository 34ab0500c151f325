"""The rows of the report: whatever the order and the way, none is lost or doubled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.progress.models import CourseProgress
from quizapp.features.reports.queries import asking, counts, orders
from quizapp.features.reports.queries.orders import Place
from quizapp.features.reports.queries.rows import CompletionRow, Report, is_walk_shorter
from quizapp.features.reports.queries.scope import Scope, get_choices
from quizapp.features.reports.queries.selects import Cut, Filter
from quizapp.features.reports.queries.wording import STATES
from quizapp.features.teams.queries import visible_learners
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled
from tests.integration.reports.conftest import Crowd

SORTS = [f"{sign}{name}" for name in orders.NAMES for sign in ("", "-")]
EVERYBODY = Actor(user_id=1, grants=(Grant(Role.MANAGER),))


def follower(*team_ids: int) -> Actor:
    return Actor(user_id=1, grants=tuple(Grant(Role.MANAGER, team_id=n) for n in team_ids))


def report(ctx: Context, **asked: Any) -> Report:
    choices = get_choices(ctx)
    return Report(ctx, choices, Filter(**{"scope": choices.reach, **asked}))


def pages(made: Report, *, walks: bool, size: int = 7) -> list[CompletionRow]:
    """All rows, a page after the other."""
    found: list[CompletionRow] = []
    place: Place | None = None
    while piece := made.pieces(Cut(size, place), walks=walks):
        found += [row for _, row in piece]
        token = piece[-1][0].as_token()
        place = orders.read_token(token, made.order)
    return found


def backward(made: Report, *, walks: bool, size: int = 7) -> list[CompletionRow]:
    """All rows, from the last page to the first."""
    found: list[CompletionRow] = []
    place: Place | None = None
    while piece := made.pieces(Cut(size, place, is_backward=True), walks=walks):
        found = [row for _, row in piece] + found
        place = piece[0][0]
    return found


def key(row: CompletionRow) -> tuple[str, str]:
    return row.code, row.course_slug


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("teams", [None, 1, 3])
def test_both_ways_give_every_row_once_in_the_same_order(
    crowd: Crowd, sort: str, teams: int | None
) -> None:
    actor = EVERYBODY if teams is None else follower(*crowd.filled.teams[:teams])
    with crowd.site.reading(actor) as ctx:
        made = report(ctx, sort=sort)
        gathered = pages(made, walks=False)
        assert [key(row) for row in gathered] == [key(row) for row in pages(made, walks=True)]
        assert gathered == backward(made, walks=False) == backward(made, walks=True)
        assert len({key(row) for row in gathered}) == len(gathered)
        total = made.count(counts.list_figures(ctx, made.asked.scope))
    assert len(gathered) == total > 20


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("course", lambda row: row.course),
        ("state", lambda row: list(STATES).index(row.state)),
        ("progress", lambda row: row.percent),
        ("changed", lambda row: row.changed_at),
    ],
)
def test_rows_are_in_the_order_asked_for(crowd: Crowd, sort: str, value: Any) -> None:
    with crowd.site.reading(EVERYBODY) as ctx:
        rising = [value(row) for row in pages(report(ctx, sort=sort), walks=True)]
        falling = [value(row) for row in pages(report(ctx, sort=f"-{sort}"), walks=True)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True), crowd


@pytest.mark.parametrize(("sort", "name"), [("score", "best_score"), ("completed", "completed_at")])
def test_rows_without_a_value_come_last_either_way(crowd: Crowd, sort: str, name: str) -> None:
    with crowd.site.reading(EVERYBODY) as ctx:
        for sign, reverse in (("", False), ("-", True)):
            values = [
                getattr(row, name) for row in pages(report(ctx, sort=sign + sort), walks=True)
            ]
            known = [value for value in values if value is not None]
            assert values[: len(known)] == sorted(known, reverse=reverse), crowd


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.sampled_from(SORTS),
    state=st.sampled_from(["", *STATES]),
    course=st.sampled_from([None, 0, 5]),
    teams=st.sampled_from([None, 1, 2]),
    search=st.sampled_from(["", "sample", "a", "ben", "p1", "nobody", "%", "_"]),
)
def test_filters_agree_whatever_the_way(
    crowd: Crowd, sort: str, state: str, course: int | None, teams: int | None, search: str
) -> None:
    actor = EVERYBODY if teams is None else follower(*crowd.filled.teams[:teams])
    chosen = None if course is None else crowd.filled.courses[course].id
    with crowd.site.reading(actor) as ctx:
        made = report(ctx, sort=sort, state=state, course_id=chosen, search=search)
        gathered, walked = pages(made, walks=False), pages(made, walks=True)
        total = made.count(counts.list_figures(ctx, made.asked.scope))
        wanted = {
            key(row)
            for row in pages(report(ctx), walks=False)
            if state in {"", row.state}
            and (chosen is None or made.choices.course_of[chosen].slug == row.course_slug)
            and (search in row.name.lower() or search in row.email or search == "a")
        }
    assert gathered == walked
    assert len(gathered) == total
    assert search == "a" or {key(row) for row in gathered} == wanted


def test_people_in_two_teams_have_one_row_with_both(crowd: Crowd) -> None:
    with crowd.site.reading(follower(*crowd.filled.teams)) as ctx:
        rows = pages(report(ctx), walks=False)
    twice = [row for row in rows if len(row.teams) > 1]
    assert twice
    assert len({key(row) for row in rows}) == len(rows)
    assert all(row.teams == tuple(sorted(row.teams)) for row in twice)


def test_other_managers_teams_are_not_named(crowd: Crowd) -> None:
    with crowd.site.reading(follower(crowd.filled.teams[0])) as ctx:
        names = {name for row in pages(report(ctx), walks=False) for name in row.teams}
    assert len(names) == 1


@pytest.mark.parametrize("limit", [None, 1, 2, 4])
def test_the_scope_reaches_as_far_as_the_policy(crowd: Crowd, limit: int | None) -> None:
    actor = EVERYBODY if limit is None else follower(*crowd.filled.teams[:limit])
    with crowd.site.reading(actor) as ctx:
        scope = get_choices(ctx).reach
        mine = set(ctx.session.scalars(select(User.id).where(scope.covers(User.id))))
        policy = visible_learners(ctx, Permission.REPORT_READ)
        assert mine == set(ctx.session.scalars(select(User.id).where(policy)))


def test_somebody_without_a_team_is_in_no_scope_of_teams(site: Site) -> None:
    with site.reading(Actor(user_id=1, grants=(Grant(Role.LEARNER),))) as ctx:
        assert get_choices(ctx).reach == Scope(frozenset())
        assert pages(report(ctx), walks=False) == []


def test_a_course_without_steps_is_at_nothing(site: Site, filled: Filled) -> None:
    def empty(ctx: Context) -> None:
        ctx.session.execute(update(CourseProgress).values(steps_done=0, steps_total=0))

    site.perform(empty)
    with site.reading(EVERYBODY) as ctx:
        assert {row.percent for row in pages(report(ctx, sort="progress"), walks=False)} == {0}
        assert len(pages(report(ctx, sort="progress"), walks=False)) == filled.enrollments


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "!!!!",
        "W10",
        "bnVsbA",
        "WzAsMCwiYSIsMSwyLDNd",
        "WzksMCwiYSIsMSwyXQ",
        "WzAsMCwxLDEsMl0",
        "WzAsMCwiYSIsIngiLDJd",
        "WzAsMCwiYSIsLTEsMl0",
        "WzAsMCwiXHUwMDAwIiwxLDJd",
        "WzAsMCwiXHVkODAwIiwxLDJd",
        "WzAsMCwiYSIsMWU5OTksMl0",
    ],
)
def test_a_token_made_up_by_hand_leads_nowhere(token: str) -> None:
    with pytest.raises(NotFound):
        orders.read_token(token, orders.find("name", []))


@pytest.mark.parametrize("lead", ["soon", "2026-03-02T09:00:00", [1], {"a": 1}, True])
def test_a_token_of_another_order_leads_nowhere(lead: Any) -> None:
    wrong = Place(0, lead, ("a", 1, 2)).as_token()
    with pytest.raises(NotFound):
        orders.read_token(wrong, orders.find("changed", []))


def test_tokens_are_read_back_exactly() -> None:
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    for sort, lead in (("changed", moment), ("score", 0.1 + 0.2), ("score", None), ("name", None)):
        place = Place(0, lead, ("Ängström \U0001f600", 1, 2))
        assert orders.read_token(place.as_token(), orders.find(sort, [])) == place


def test_unknown_filters_are_not_found(crowd: Crowd) -> None:
    with crowd.site.reading(follower(crowd.filled.teams[0])) as ctx:
        choices = get_choices(ctx)
        for values in (
            {"team": crowd.filled.codes[1]},
            {"team": "nowhere"},
            {"course": "nothing"},
            {"state": "overdue"},
            {"sort": "shoe-size"},
        ):
            with pytest.raises(NotFound):
                asking.read(choices, values)
        assert asking.read(choices, {"team": crowd.filled.codes[0]}).scope == choices.reach


def test_walking_pays_where_many_rows_fit() -> None:
    assert not is_walk_shorter(total=300, everything=150_000)
    assert is_walk_shorter(total=3_000, everything=150_000)
    assert is_walk_shorter(total=150_000, everything=150_000)
    assert not is_walk_shorter(total=60, everything=60), "a small site just sorts"


def test_a_page_knows_what_is_before_and_after_it(crowd: Crowd) -> None:
    with crowd.site.reading(EVERYBODY) as ctx:
        made = report(ctx, sort="name")
        first = made.page(Cut(50), crowd.filled.enrollments)
        assert (len(first.rows), first.total, first.before) == (50, 120, None)
        second = made.page(Cut(50, orders.read_token(first.after or "", made.order)), 120)
        third = made.page(Cut(50, orders.read_token(second.after or "", made.order)), 120)
        assert len(third.rows) == 20
        assert third.after is None
        back = made.page(
            Cut(50, orders.read_token(third.before or "", made.order), is_backward=True), 120
        )
        assert back.rows == second.rows
        assert back.before is not None
        again = made.page(
            Cut(50, orders.read_token(back.before, made.order), is_backward=True), 120
        )
        assert again.rows == first.rows
        assert again.before is None


def test_rows_that_change_between_pages_neither_repeat_nor_hide_others(
    site: Site, filled: Filled
) -> None:
    """By name nothing moves: somebody new is seen if their name is still to come."""
    with site.reading(EVERYBODY) as ctx:
        made = report(ctx, sort="changed")
        piece = made.pieces(Cut(30), walks=True)
        seen = [row for _, row in piece]
        latest = ctx.session.scalar(select(func.max(CourseProgress.changed_at)))

    def progress(ctx: Context) -> None:
        row = ctx.session.scalars(
            select(CourseProgress)
            .join(User, User.id == CourseProgress.user_id)
            .where(User.code == seen[0].code)
            .order_by(CourseProgress.changed_at)
        ).first()
        assert row is not None
        assert latest is not None
        row.changed_at = latest + timedelta(minutes=1)

    site.perform(progress)
    with site.reading(EVERYBODY) as ctx:
        made = report(ctx, sort="changed")
        rest = made.pieces(Cut(500, piece[-1][0]), walks=True)
    assert {key(row) for row in seen} | {key(row) for _, row in rest} == {
        (row.code, row.course_slug) for row in [*seen, *(row for _, row in rest)]
    }
    assert len(seen) + len(rest) == filled.enrollments + 1, "the one that moved is seen again"
