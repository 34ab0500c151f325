"""Changing people together with their teams: the rules, whoever asks."""

import pytest

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import AccessDenied, Conflict, NotFound
from quizapp.features.accounts.commands.people import LastAdministrator, OwnRoles
from quizapp.features.admin.commands import operations, people
from quizapp.features.admin.commands.people import (
    NoCourse,
    NoRole,
    NoTeam,
    PersonEntry,
    RoleChoice,
    UnknownCourse,
    UnknownTeam,
)
from quizapp.features.admin.queries.history import EventFilter
from quizapp.infrastructure.site import Site
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.integration.admin.watching import everything

LEARNER = RoleChoice(["learner"])


def entry(roles: RoleChoice | None = LEARNER, *teams: str) -> PersonEntry:
    return PersonEntry("Eva Else", "eva@example.org", roles, teams)


def test_only_those_who_manage_people_may_change_them(site: Site, clinic: Clinic) -> None:
    before = everything(site)
    for person in (clinic.lea, clinic.instructor, clinic.manager):
        for command, arguments in (
            (people.invite_person, [entry()]),
            (people.change_person, [clinic.nora.code, entry()]),
            (people.disable_person, [clinic.nora.code]),
            (people.enable_person, [clinic.nora.code]),
            (people.make_link, [clinic.nora.code]),
            (people.set_password, [clinic.nora.code, "hash"]),
            (people.add_person, [entry(), "hash"]),
            (operations.retry_job, [1]),
            (operations.note_export, [EventFilter()]),
        ):
            with pytest.raises(AccessDenied):
                site.perform(command, *arguments, actor=person.actor)
    assert everything(site) == before


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [
        (RoleChoice([]), NoRole),
        (None, NoRole),
        (RoleChoice(["instructor"], courses=[]), NoCourse),
        (RoleChoice(["manager"], teams=[]), NoTeam),
        (RoleChoice(["instructor"], courses=["nothing"]), UnknownCourse),
        (RoleChoice(["manager"], teams=["nowhere"]), UnknownTeam),
    ],
)
def test_roles_must_mean_something(
    site: Site, roles: RoleChoice | None, refusal: type[Exception]
) -> None:
    before = everything(site)
    with pytest.raises(refusal):
        site.perform(people.invite_person, entry(roles))
    assert everything(site) == before


def test_an_unknown_team_adds_nobody(site: Site) -> None:
    before = everything(site)
    with pytest.raises(UnknownTeam) as refusal:
        site.perform(people.invite_person, entry(LEARNER, "nowhere"))
    assert str(refusal.value) == "There is no team “nowhere”."
    assert everything(site) == before


def test_teams_are_known_by_code_and_by_name(site: Site, clinic: Clinic) -> None:
    site.perform(people.invite_person, entry(LEARNER, clinic.north, "Team South", clinic.north))
    with site.reading() as ctx:
        from quizapp.features.admin.queries import people as queries

        row = next(row for row in queries.list_everybody(ctx, "eva"))
    assert row.teams == ("Team North", "Team South")


def test_a_change_that_is_refused_half_way_changes_nothing(site: Site, clinic: Clinic) -> None:
    before = everything(site)
    with pytest.raises(UnknownTeam):
        site.perform(people.change_person, clinic.nora.code, entry(LEARNER, "nowhere"))
    assert everything(site) == before


def test_the_last_administrator_cannot_be_demoted_or_disabled(site: Site, clinic: Clinic) -> None:
    code, before = clinic.administrator.code, everything(site)
    with pytest.raises(LastAdministrator):
        site.perform(people.change_person, code, entry())
    with pytest.raises(LastAdministrator):
        site.perform(people.disable_person, code)
    assert everything(site) == before


def test_nobody_raises_their_own_roles(site: Site, clinic: Clinic) -> None:
    make_person(site, "Eve Else", grants=[Role.ADMINISTRATOR], email="eve@example.org")
    asking = clinic.administrator
    more = RoleChoice(["administrator", "manager"])
    with pytest.raises(OwnRoles):
        site.perform(people.change_person, asking.code, entry(more), actor=asking.actor)
    with pytest.raises(OwnRoles):
        site.perform(people.disable_person, asking.code, actor=asking.actor)


def test_an_unlimited_role_outweighs_a_limited_one_in_the_list(site: Site, clinic: Clinic) -> None:
    from quizapp.features.admin.queries import people as queries

    both = [Grant(Role.INSTRUCTOR), Grant(Role.INSTRUCTOR, course_id=clinic.course_id)]
    make_person(site, "Ivo Instructor", grants=both)
    with site.reading() as ctx:
        row = next(row for row in queries.list_everybody(ctx, "ivo"))
    assert [(held.role, held.limits) for held in row.roles] == [("instructor", ())]


def test_an_unknown_person_is_not_found(site: Site) -> None:
    for command, arguments in (
        (people.change_person, ["zzzzzzzz", entry()]),
        (people.disable_person, ["zzzzzzzz"]),
        (people.enable_person, ["zzzzzzzz"]),
        (people.make_link, ["zzzzzzzz"]),
    ):
        with pytest.raises(NotFound):
            site.perform(command, *arguments)


def test_somebody_disabled_gets_no_link(site: Site, clinic: Clinic) -> None:
    site.perform(people.disable_person, clinic.lea.code)
    with pytest.raises(Conflict):
        site.perform(people.make_link, clinic.lea.code)
