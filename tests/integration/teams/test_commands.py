"""Teams: the rules, whoever asks."""

import pytest

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import AccessDenied
from quizapp.features.accounts.models import User
from quizapp.features.teams import commands, queries
from quizapp.features.teams.events import MembershipEnded, MembershipStarted
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.factories.teams import make_team
from tests.integration.admin.watching import everything


def test_only_administrators_change_teams(site: Site, clinic: Clinic) -> None:
    before = everything(site)
    with site.reading() as ctx:
        team = queries.get_team(ctx, clinic.north)
        lea = ctx.session.get_one(User, clinic.lea.id)
    for person in (clinic.lea, clinic.instructor, clinic.manager):
        for command, arguments in (
            (commands.create_team, ["Team East"]),
            (commands.rename_team, [team, "Team East"]),
            (commands.add_people, [team, [clinic.nora.code]]),
            (commands.add_member, [team, lea]),
            (commands.remove_member, [team, lea]),
        ):
            with pytest.raises(AccessDenied):
                site.perform(command, *arguments, actor=person.actor)
    assert everything(site) == before


def test_each_beginning_and_end_is_announced(site: Site) -> None:
    heard: list[object] = []
    site.subscriptions = {
        MembershipStarted: (lambda _ctx, event: heard.append(event),),
        MembershipEnded: (lambda _ctx, event: heard.append(event),),
    }
    person, team = make_person(site), make_team(site)
    site.perform(commands.add_people, team, [person.code])

    def leave(ctx: Context) -> None:
        commands.set_teams(ctx, ctx.session.get_one(User, person.id), [])

    site.perform(leave)
    site.perform(leave)
    assert heard == [
        MembershipStarted(team.id, person.id),
        MembershipEnded(team.id, person.id),
    ]


def test_setting_teams_keeps_what_stays(site: Site) -> None:
    person = make_person(site)
    north, south = make_team(site, "North", (person,)), make_team(site, "South")
    before = everything(site)["memberships"]

    def choose(ctx: Context) -> None:
        user = ctx.session.get_one(User, person.id)
        commands.set_teams(ctx, user, [north, south])

    site.perform(choose)
    assert set(before) < set(everything(site)["memberships"])
    with site.reading() as ctx:
        assert queries.team_ids_of(ctx, person.id) == {north.id, south.id}


def test_a_manager_sees_the_people_of_their_teams_and_nobody_else(
    site: Site, clinic: Clinic
) -> None:
    from sqlalchemy import select

    with site.reading(clinic.manager.actor) as ctx:
        seen = ctx.session.scalars(
            select(User.name).where(queries.visible_learners(ctx, Permission.REPORT_READ))
        ).all()
        teams = queries.list_visible_teams(ctx, Permission.REPORT_READ)
    assert seen == ["Lea Learner"]
    assert [team.name for team in teams] == ["Team North"]


def test_a_manager_without_limit_sees_everybody(site: Site, clinic: Clinic) -> None:
    everywhere = Actor(user_id=clinic.manager.id, grants=(Grant(Role.MANAGER),))
    with site.reading(everywhere) as ctx:
        assert len(queries.list_visible_teams(ctx, Permission.REPORT_READ)) == 2


def test_who_left_is_no_longer_seen(site: Site, clinic: Clinic) -> None:
    from sqlalchemy import select

    def leave(ctx: Context) -> None:
        team = queries.get_team(ctx, clinic.north)
        commands.remove_member(ctx, team, ctx.session.get_one(User, clinic.lea.id))

    site.perform(leave)
    with site.reading(clinic.manager.actor) as ctx:
        condition = queries.visible_learners(ctx, Permission.REPORT_READ)
        assert ctx.session.scalars(select(User.name).where(condition)).all() == []
        assert queries.belonging_of(ctx, clinic.lea.id).team_ids == frozenset()
