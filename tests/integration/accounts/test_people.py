"""Adding and changing people: who may, what is checked, and that somebody can always manage."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from quizapp.domain.access.roles import SYSTEM, Actor, Grant, Role
from quizapp.domain.errors import AccessDenied, Invalid, NotFound
from quizapp.features.accounts import queries
from quizapp.features.accounts.commands import people
from quizapp.features.accounts.commands.people import (
    EmailTaken,
    LastAdministrator,
    OwnRoles,
    PersonDraft,
)
from quizapp.features.accounts.models import RoleGrant, User, UserSession
from quizapp.features.progress.models import CourseProgress
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.clinic import Clinic
from tests.factories.crowd import at_once

LEARNER = (Grant(Role.LEARNER),)
ADMINISTRATOR = (Grant(Role.ADMINISTRATOR),)


def draft(name: str = "Lea Learner", email: str = "lea@example.org", **more: Any) -> PersonDraft:
    return PersonDraft(name, email, more.get("grants", LEARNER))


def update(site: Site, person: Person, wanted: PersonDraft, actor: Actor = SYSTEM) -> None:
    def command(ctx: Context) -> None:
        people.update_person(ctx, queries.get_by_code(ctx, person.code), wanted)

    site.perform(command, actor=actor)


def disable(site: Site, person: Person, actor: Actor) -> None:
    def command(ctx: Context) -> None:
        people.disable_person(ctx, queries.get_by_code(ctx, person.code))

    site.perform(command, actor=actor)


def user_of(site: Site, person: Person) -> User:
    with site.reading() as ctx:
        return queries.get_by_code(ctx, person.code)


def test_a_new_person_is_stored_tidily(site: Site) -> None:
    wanted = draft("  Åsa   Öberg ", "  Asa@Example.ORG ")
    user = site.perform(people.create_person, wanted)
    assert (user.name, user.sort_name, user.email) == ("Åsa Öberg", "asa oberg", "asa@example.org")
    assert (user.state, user.password_hash, len(user.code)) == ("active", None, 8)


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "a@b.c", "name"),
        ("   ", "a@b.c", "name"),
        ("x" * 121, "a@b.c", "name"),
        ("A", "", "email"),
        ("A", "nobody", "email"),
        ("A", "@example.org", "email"),
        ("A", "a@", "email"),
        ("A", "a b@example.org", "email"),
        ("A", "a@b.c\nBcc: x@y.z", "email"),
        ("A", "x" * 252 + "@b.c", "email"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    site: Site, name: str, email: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        site.perform(people.create_person, draft(name, email))
    assert caught.value.field == field


def test_an_address_belongs_to_one_person(site: Site) -> None:
    lea, leo = make_person(site), make_person(site, "Leo Learner")
    with pytest.raises(EmailTaken):
        site.perform(people.create_person, draft("Other", "LEA@example.org"))
    with pytest.raises(EmailTaken):
        update(site, leo, draft("Leo", "lea@example.org"))
    update(site, lea, draft("Lea", "lea@example.org"))


def test_only_administrators_manage_people(site: Site, clinic: Clinic) -> None:
    for person in (clinic.lea, clinic.instructor, clinic.manager, clinic.guest_instructor):
        with pytest.raises(AccessDenied):
            site.perform(people.create_person, draft("Other", "o@b.c"), actor=person.actor)
        with pytest.raises(AccessDenied):
            update(site, clinic.leo, draft("Other", "o@b.c"), person.actor)
        with pytest.raises(AccessDenied):
            disable(site, clinic.leo, person.actor)


def test_a_changed_role_or_address_ends_sessions(site: Site) -> None:
    person = make_person(site)
    for wanted, left in (
        (draft("Another Name"), 1),
        (draft("Another Name", "new@example.org"), 0),
        (draft("Another Name", "new@example.org", grants=ADMINISTRATOR), 0),
    ):
        sign_in(site, person)
        update(site, person, wanted)
        with site.reading() as ctx:
            count = select(func.count()).select_from(UserSession)
            assert ctx.session.scalar(count) == left
            ctx.session.rollback()
        site.perform(
            lambda ctx: [ctx.session.delete(s) for s in ctx.session.scalars(select(UserSession))]
        )


def test_roles_are_given_and_taken(site: Site, clinic: Clinic) -> None:
    wanted = (
        Grant(Role.INSTRUCTOR, course_id=clinic.course_id),
        Grant(Role.MANAGER),
    )
    update(site, clinic.lea, draft(grants=wanted))
    found = {(g.role, g.course_id, g.team_id) for g in user_of(site, clinic.lea).grants}
    assert found == {("instructor", clinic.course_id, None), ("manager", None, None)}


def test_a_change_is_recorded_without_names(site: Site, clinic: Clinic) -> None:
    update(site, clinic.lea, draft("Renamed Person", "renamed@example.org", grants=ADMINISTRATOR))
    with site.reading() as ctx:
        event = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "person.changed")
        ).one()
    assert event.details == '{"email": true, "grants": ["administrator"], "name": true}'


def test_a_change_of_nothing_is_no_event(site: Site, clinic: Clinic) -> None:
    update(site, clinic.lea, draft())
    with site.reading() as ctx:
        asked = select(AuditEvent).where(AuditEvent.action == "person.changed")
        assert ctx.session.scalars(asked).all() == []


def test_a_new_name_is_sorted_by_everywhere(site: Site, clinic: Clinic) -> None:
    update(site, clinic.lea, draft("Zoë Ångström"))
    with site.reading() as ctx:
        rows = select(CourseProgress.sort_name).where(CourseProgress.user_id == clinic.lea.id)
        assert ctx.session.scalars(rows).all() == ["zoe angstrom"]


def test_nobody_changes_their_own_roles_or_disables_themselves(site: Site, clinic: Clinic) -> None:
    ada = clinic.administrator
    make_person(site, "Second Administrator", grants=[Role.ADMINISTRATOR])
    with pytest.raises(OwnRoles):
        update(site, ada, draft("Ada", ada.email), ada.actor)
    with pytest.raises(OwnRoles):
        disable(site, ada, ada.actor)
    update(site, ada, draft("Ada Renamed", ada.email, grants=ADMINISTRATOR), ada.actor)
    assert user_of(site, ada).name == "Ada Renamed"


def test_the_last_administrator_stays(site: Site, clinic: Clinic) -> None:
    ada = clinic.administrator
    with pytest.raises(LastAdministrator):
        update(site, ada, draft("Ada", ada.email), SYSTEM)
    with pytest.raises(LastAdministrator):
        disable(site, ada, SYSTEM)
    make_person(site, "Second Administrator", grants=[Role.ADMINISTRATOR])
    disable(site, ada, SYSTEM)


def test_a_disabled_administrator_does_not_count(site: Site, clinic: Clinic) -> None:
    second = make_person(site, "Second Administrator", grants=[Role.ADMINISTRATOR])
    disable(site, second, clinic.administrator.actor)
    with pytest.raises(LastAdministrator):
        disable(site, clinic.administrator, second.actor)


def test_two_administrators_who_disable_each_other_leave_one(site: Site, clinic: Clinic) -> None:
    second = make_person(site, "Second Administrator", grants=[Role.ADMINISTRATOR])
    pairs = [(second, clinic.administrator), (clinic.administrator, second)]

    def work(target: Person, actor: Person) -> Callable[[], None]:
        return lambda: disable(site, target, actor.actor)

    found = at_once([work(target, actor) for target, actor in pairs])
    assert sorted(type(reply).__name__ for reply in found) == ["LastAdministrator", "NoneType"]
    with site.reading() as ctx:
        active = (
            select(func.count())
            .select_from(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role == Role.ADMINISTRATOR, User.state == "active")
        )
        assert ctx.session.scalar(active) == 1


def test_a_disabled_person_comes_back_as_before(site: Site, clinic: Clinic) -> None:
    disable(site, clinic.lea, clinic.administrator.actor)
    assert not user_of(site, clinic.lea).is_active
    site.perform(lambda ctx: people.enable_person(ctx, ctx.session.get_one(User, clinic.lea.id)))
    user = user_of(site, clinic.lea)
    assert (user.state, [grant.as_role for grant in user.grants]) == ("active", [Role.LEARNER])


def test_people_are_found_by_name_and_address(site: Site, clinic: Clinic) -> None:
    make_person(site, "Åsa Öberg", email="under_score@example.org")
    with site.reading() as ctx:

        def found(text: str) -> list[str]:
            return [user.name for user in queries.list_people(ctx, text)]

        assert found("ÖBER") == found("asa") == found("under_s") == ["Åsa Öberg"]
        assert found("under%") == found("nderXscore") == []
        assert found("lea l") == [clinic.lea.name]
        assert len(found("")) == 8


def test_a_code_nobody_has_is_not_found(site: Site) -> None:
    with site.reading() as ctx, pytest.raises(NotFound):
        queries.get_by_code(ctx, "nobody")


@pytest.mark.parametrize(("is_sample", "count"), [(True, 1), (False, 0)])
def test_sample_accounts_are_known_as_such(site: Site, *, is_sample: bool, count: int) -> None:
    wanted = PersonDraft("Sample", "s@example.org", LEARNER, is_sample=is_sample)
    site.perform(people.create_person, wanted)
    with site.reading() as ctx:
        assert queries.has_sample_accounts(ctx) is bool(count)
        assert queries.count_users(ctx, User.is_sample.is_(True)) == count
