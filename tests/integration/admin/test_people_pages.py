"""The pages about people: finding, inviting, changing, disabling them."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.accounts.models import OneTimeLink, RoleGrant, User
from quizapp.features.teams import queries as team_queries
from quizapp.infrastructure.mail import OutgoingMail
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, everything

EVA = {"name": "Eva Else", "email": "eva@example.org", "roles": ["learner"]}
LINK = re.compile(r"<textarea[^>]*>([^<]+)</textarea>")


def person(site: Site, email: str) -> User:
    with site.reading() as ctx:
        return ctx.session.scalars(select(User).where(User.email == email)).one()


def grants(site: Site, user_id: int) -> set[tuple[str, int | None, int | None]]:
    with site.reading() as ctx:
        rows = ctx.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user_id))
        return {(row.role, row.course_id, row.team_id) for row in rows}


def team_codes(site: Site, user_id: int) -> set[str]:
    with site.reading() as ctx:
        ids = team_queries.team_ids_of(ctx, user_id)
        return {row.team.code for row in team_queries.list_teams(ctx) if row.team.id in ids}


def test_an_invitation_makes_a_link_that_is_shown_once(admin: Visitor, site: Site) -> None:
    answer = admin.fill("/admin/users/new", EVA)
    eva = person(site, "eva@example.org")
    assert answer.status_code == 303
    assert answer.location == f"/admin/users/{eva.code}/link"
    page = admin.get(answer.location).text
    link = LINK.search(page)
    assert link is not None
    assert link.group(1).startswith("http://127.0.0.1:8000/password/new/")
    assert "within 7 days" in page
    again = admin.get(answer.location).text
    assert link.group(1) not in again
    assert "The link is no longer shown" in again


def test_the_invitation_lets_somebody_in(
    admin: Visitor, visitor: Visitor, clock: FrozenClock
) -> None:
    page = admin.get(admin.fill("/admin/users/new", EVA).location).text
    found = LINK.search(page)
    assert found is not None
    path = found.group(1).removeprefix("http://127.0.0.1:8000")
    clock.advance(days=6)
    visitor.fill(path, {"password": PASSWORD, "again": PASSWORD})
    answer = visitor.fill("/sign-in", {"email": EVA["email"], "password": PASSWORD})
    assert answer.status_code == 303
    assert visitor.get("/account").status_code == 200


def test_a_link_is_shown_only_on_its_own_person_s_page(admin: Visitor, clinic: Clinic) -> None:
    answer = admin.fill("/admin/users/new", EVA)
    assert answer.status_code == 303
    assert "no longer shown" in admin.get(f"/admin/users/{clinic.lea.code}/link").text


def test_roles_limits_and_teams_are_stored(admin: Visitor, site: Site, clinic: Clinic) -> None:
    admin.fill(
        "/admin/users/new",
        {
            **EVA,
            "roles": ["learner", "instructor", "manager"],
            "course_reach": "some",
            "courses": [COURSE],
            "team_reach": "some",
            "managed": [clinic.north, clinic.south],
            "teams": [clinic.south],
        },
    )
    eva = person(site, "eva@example.org")
    with site.reading() as ctx:
        ids = [team_queries.get_team(ctx, code).id for code in (clinic.north, clinic.south)]
    assert grants(site, eva.id) == {
        ("learner", None, None),
        ("instructor", clinic.course_id, None),
        ("manager", None, ids[0]),
        ("manager", None, ids[1]),
    }
    assert team_codes(site, eva.id) == {clinic.south}


def test_limits_of_a_role_that_is_not_held_count_for_nothing(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    admin.fill(
        "/admin/users/new",
        {**EVA, "course_reach": "all", "team_reach": "all", "managed": [clinic.north]},
    )
    assert grants(site, person(site, "eva@example.org").id) == {("learner", None, None)}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": "  "}, "name", "Enter a name"),
        ({"name": "x" * 121}, "name", "Use at most 120 characters."),
        ({"email": ""}, "email", "Enter an email address"),
        ({"email": "eva"}, "email", "in the right format"),
        ({"email": "LEA@example.org"}, "email", "already has an account"),
        ({"roles": []}, "roles", "Choose at least one role"),
        ({"roles": ["owner"]}, "roles", "not a valid choice"),
        ({"roles": ["system"]}, "roles", "not a valid choice"),
        ({"roles": ["instructor"]}, "courses", "Choose at least one course, or all courses"),
        ({"roles": ["manager"]}, "managed", "Choose at least one team, or all teams"),
        ({"teams": ["nowhere"]}, "teams", "not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_above(
    admin: Visitor, site: Site, change: dict[str, Any], field: str, message: str
) -> None:
    before = everything(site)
    answer = admin.fill("/admin/users/new", {**EVA, **change})
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "<title>Error: Invite a user" in page
    assert f'<a href="#{field}">' in page
    assert page.count(message) >= 2
    assert f'id="{field}"' in page
    assert everything(site) == before


def test_what_was_typed_is_kept(admin: Visitor, clinic: Clinic) -> None:
    page = admin.fill(
        "/admin/users/new",
        {"name": "Eva <Else>", "email": "eva@", "roles": ["manager"], "managed": [clinic.north]},
    ).text
    assert 'value="Eva &lt;Else&gt;"' in page
    assert 'value="eva@"' in page
    assert re.search(r'<input checked [^>]*value="manager"', page)
    assert re.search(rf'<input checked [^>]*value="{clinic.north}"', page)
    assert not re.search(r'<input checked [^>]*value="learner"', page)


def test_the_form_shows_what_somebody_has_now(admin: Visitor, clinic: Clinic) -> None:
    page = admin.get(f"/admin/users/{clinic.manager.code}").text
    assert 'value="Max Manager"' in page
    assert re.search(r'<input checked [^>]*value="manager"', page)
    assert re.search(rf'<input checked id="managed-\d" [^>]*value="{clinic.north}"', page)
    assert not re.search(rf'<input checked [^>]*value="{clinic.south}"', page)


def test_a_person_can_be_changed(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/users/{clinic.nora.code}"
    fields = {
        "name": "Nora  Named",
        "email": "Nora.Named@example.org",
        "roles": ["learner", "manager"],
        "team_reach": "all",
        "teams": [clinic.north],
    }
    assert admin.fill(path, fields).location == path
    nora = person(site, "nora.named@example.org")
    assert (nora.id, nora.name, nora.sort_name) == (clinic.nora.id, "Nora Named", "nora named")
    assert grants(site, nora.id) == {("learner", None, None), ("manager", None, None)}
    assert team_codes(site, nora.id) == {clinic.north}
    assert "Nora Named was saved." in html.unescape(admin.get(path).text)


def test_saving_without_a_change_leaves_no_trace(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    before = everything(site)
    admin.fill(
        f"/admin/users/{clinic.manager.code}",
        {
            "name": "Max Manager",
            "email": "max@example.org",
            "roles": ["manager"],
            "team_reach": "some",
            "managed": [clinic.north],
        },
    )
    assert everything(site) == before


def test_another_role_ends_the_person_s_sessions(
    admin: Visitor, visitor: Visitor, clinic: Clinic
) -> None:
    visitor.sign_in(clinic.lea)
    fields = {"name": "Lea Learner", "email": "lea@example.org", "roles": ["learner", "manager"]}
    admin.fill(f"/admin/users/{clinic.lea.code}", {**fields, "team_reach": "all"})
    assert visitor.get("/account").status_code == 303


def test_an_address_of_somebody_else_is_refused(admin: Visitor, clinic: Clinic) -> None:
    answer = admin.fill(
        f"/admin/users/{clinic.nora.code}",
        {"name": "Nora", "email": "lea@example.org", "roles": ["learner"]},
    )
    assert answer.status_code == 422
    assert "already has an account" in answer.text


def test_one_s_own_roles_cannot_be_changed(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/users/{clinic.administrator.code}"
    page = admin.get(path).text
    assert 'name="roles"' not in page
    assert "Nobody changes their own roles" in page
    assert "/disable" not in page
    admin.fill(path, {"name": "Ada Again", "email": "ada@example.org", "roles": ["learner"]})
    assert grants(site, clinic.administrator.id) == {("administrator", None, None)}
    assert person(site, "ada@example.org").name == "Ada Again"


def test_nobody_disables_themselves(admin: Visitor, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    answer = admin.send(f"/admin/users/{clinic.administrator.code}/disable")
    assert answer.status_code == 409
    assert "cannot change your own roles or disable yourself" in answer.text
    assert everything(site) == before


def test_the_last_administrator_stays(admin: Visitor, site: Site, clinic: Clinic) -> None:
    other = make_person(site, "Eve Else", grants=[Role.ADMINISTRATOR])
    fields = {"name": "Eve Else", "email": "eve@example.org", "roles": ["learner"]}
    assert admin.fill(f"/admin/users/{other.code}", fields).status_code == 303
    assert grants(site, clinic.administrator.id) == {("administrator", None, None)}


def test_somebody_disabled_is_shut_out_at_once(
    admin: Visitor, visitor: Visitor, site: Site, clinic: Clinic
) -> None:
    visitor.sign_in(clinic.lea)
    path = f"/admin/users/{clinic.lea.code}/disable"
    page = admin.get(path).text
    assert "shut out at once" in page
    assert "Attempts and results stay" in page
    assert admin.fill(path, {}).location == f"/admin/users/{clinic.lea.code}"
    assert visitor.get("/account").status_code == 303
    assert person(site, "lea@example.org").state == "disabled"
    shown = admin.get(f"/admin/users/{clinic.lea.code}").text
    assert "Enable" in shown
    assert "/link" not in shown


def test_somebody_disabled_gets_no_link_and_can_be_enabled(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    admin.send(f"/admin/users/{clinic.lea.code}/disable")
    assert admin.send(f"/admin/users/{clinic.lea.code}/link").status_code == 409
    answer = admin.send(f"/admin/users/{clinic.lea.code}/enable")
    assert answer.location == f"/admin/users/{clinic.lea.code}"
    assert person(site, "lea@example.org").is_active


def test_a_password_link_replaces_earlier_ones(
    admin: Visitor, site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    path = f"/admin/users/{clinic.lea.code}/link"
    first, second = admin.send(path), admin.send(path)
    assert first.location == second.location == path
    assert "within 30 minutes" in admin.get(path).text
    with site.reading() as ctx:
        links = ctx.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)).all()[-2:]
    assert [link.used_at is None for link in links] == [False, True]
    assert (links[1].expires_at - clock.now).total_seconds() == 30 * 60


def test_without_a_mail_server_no_mail_is_written(admin: Visitor, site: Site) -> None:
    admin.fill("/admin/users/new", EVA)
    with site.reading() as ctx:
        assert ctx.session.scalars(select(OutgoingMail)).all() == []


class TestWithMail:
    """Where a mail server is set, links are mailed too."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"smtp_url": "smtp://127.0.0.1:9", "organisation": "Hill Clinic"}

    def test_an_invitation_is_mailed(self, admin: Visitor, site: Site) -> None:
        page = admin.get(admin.fill("/admin/users/new", EVA).location).text
        link = LINK.search(page)
        assert link is not None
        with site.reading() as ctx:
            sent = ctx.session.scalars(select(OutgoingMail)).one()
        assert (sent.recipient, sent.subject) == ("eva@example.org", "Your account at Hill Clinic")
        assert link.group(1) in sent.body
        assert "7 days" in sent.body
        assert "It was also sent to eva@example.org." in page

    def test_a_password_link_is_mailed(self, admin: Visitor, site: Site, clinic: Clinic) -> None:
        admin.send(f"/admin/users/{clinic.lea.code}/link")
        with site.reading() as ctx:
            sent = ctx.session.scalars(select(OutgoingMail)).one()
        assert sent.recipient == "lea@example.org"
        assert "30 minutes" in sent.body


def test_the_page_tells_what_happened_last(admin: Visitor, clinic: Clinic) -> None:
    admin.send(f"/admin/users/{clinic.nora.code}/disable")
    page = html.unescape(admin.get(f"/admin/users/{clinic.nora.code}").text)
    told = page.split("What happened last")[1]
    assert told.index("Disabled a person") < told.index("Added a person")
    assert "Ada Administrator" in told


def test_every_change_leaves_one_event(admin: Visitor, site: Site, clinic: Clinic) -> None:
    code, before = clinic.nora.code, len(actions(site))
    admin.fill("/admin/users/new", EVA)
    admin.send(f"/admin/users/{code}/link")
    admin.send(f"/admin/users/{code}/disable")
    admin.send(f"/admin/users/{code}/enable")
    assert actions(site)[before:] == [
        "person.created",
        "password_link.created",
        "password_link.created",
        "person.disabled",
        "person.enabled",
    ]


def test_the_grants_of_an_instructor_without_limit_are_shown_as_such(
    admin: Visitor, site: Site
) -> None:
    someone = make_person(site, "Ivo Instructor", grants=[Grant(Role.INSTRUCTOR)])
    page = admin.get(f"/admin/users/{someone.code}").text
    assert re.search(r'<input checked id="course_reach-0" [^>]*value="all"', page)
