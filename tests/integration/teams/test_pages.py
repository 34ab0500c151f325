"""The pages about teams: making and renaming them, who belongs to them."""

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.accounts.commands import people
from quizapp.features.teams import queries
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.site import Site
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.teams import make_team
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, counted, everything


@pytest.fixture
def admin(client_as: Callable[[Role], Visitor]) -> Visitor:
    return client_as(Role.ADMINISTRATOR)


def names(page: str) -> list[str]:
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page)
    return [html.unescape(name) for name in rows]


def found(page: str) -> list[str]:
    """The people a search offers to add."""
    rows = re.findall(r'name="people" value="[^"]+"[^>]*><span>([^<]+)<', page)
    return [html.unescape(name) for name in rows]


def members(site: Site, code: str) -> set[str]:
    with site.reading() as ctx:
        return {user.name for user in queries.list_members(ctx, queries.get_team(ctx, code))}


def test_teams_are_listed_with_their_sizes(admin: Visitor, site: Site) -> None:
    make_team(site, "Team East")
    page = admin.get("/admin/teams").text
    assert names(page) == ["Team East", "Team North", "Team South"]
    assert re.findall(r'data-l="People">(\d+)<', page) == ["0", "1", "1"]


def test_the_list_takes_the_same_number_of_statements_whatever_its_length(
    admin: Visitor, site: Site
) -> None:
    with counted(site) as few:
        admin.get("/admin/teams")
    for number in range(10):
        make_team(site, f"Team {number}")
    with counted(site) as many:
        admin.get("/admin/teams")
    assert len(few) == len(many)


def test_without_teams_the_page_says_what_they_are_for(site: Site, visitor: Visitor) -> None:
    visitor.sign_in(make_person(site, "Ada Else", grants=[Role.ADMINISTRATOR]))
    assert "No teams yet" in visitor.get("/admin/teams").text


def test_a_team_can_be_made(admin: Visitor, site: Site) -> None:
    answer = admin.fill("/admin/teams/new", {"name": "  Team   East "})
    page = admin.get(answer.location).text
    assert answer.status_code == 303
    assert "The team Team East was made. Now add people." in page
    assert "Nobody in this team yet" in page
    assert actions(site)[-1] == "team.created"


@pytest.mark.parametrize("path", ["/admin/teams/new", "/admin/teams/{north}/rename"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Enter a name"),
        ("x" * 81, "Use at most 80 characters."),
        ("team SOUTH", "There is a team with this name already."),
    ],
)
def test_a_name_that_will_not_do_is_refused_at_its_field(
    admin: Visitor, site: Site, clinic: Clinic, path: str, name: str, message: str
) -> None:
    before = everything(site)
    answer = admin.fill(path.format(north=clinic.north), {"name": name})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert answer.text.count(message) >= 2
    assert f'value="{name}"' in answer.text
    assert everything(site) == before


def test_a_team_can_be_renamed(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/teams/{clinic.north}"
    assert admin.fill(f"{path}/rename", {"name": "Team Up"}).location == path
    assert "<h1>Team Up</h1>" in admin.get(path).text
    assert actions(site)[-1] == "team.renamed"


def test_only_the_case_of_its_own_name_can_be_changed(
    admin: Visitor, clinic: Clinic, site: Site
) -> None:
    admin.fill(f"/admin/teams/{clinic.north}/rename", {"name": "TEAM north"})
    with site.reading() as ctx:
        assert queries.get_team(ctx, clinic.north).name == "TEAM north"


def test_renaming_to_the_same_name_leaves_no_trace(
    admin: Visitor, clinic: Clinic, site: Site
) -> None:
    before = everything(site)
    admin.fill(f"/admin/teams/{clinic.north}/rename", {"name": "Team North"})
    assert everything(site) == before


def test_a_team_shows_its_people(admin: Visitor, clinic: Clinic) -> None:
    page = admin.get(f"/admin/teams/{clinic.north}").text
    assert names(page) == ["Lea Learner"]
    assert "1 person" in page
    assert "2 Mar 2026" in page


def test_a_long_team_has_pages(admin: Visitor, site: Site, clinic: Clinic) -> None:
    crowd = [
        make_person(site, f"Zed Number{number:02}", email=f"zed{number}@example.org")
        for number in range(55)
    ]
    team = make_team(site, "Team Crowd", tuple(crowd))
    first = names(admin.get(f"/admin/teams/{team.code}").text)
    second = names(admin.get(f"/admin/teams/{team.code}?page=2").text)
    assert (len(first), len(second)) == (50, 5)
    assert not set(first) & set(second)
    assert names(admin.get(f"/admin/teams/{team.code}?page=x").text) == first
    assert clinic.north


def test_people_who_could_be_added_are_found(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/teams/{clinic.north}"
    assert found(admin.get(path).text) == []
    assert found(admin.get(f"{path}?q=learner").text) == ["Leo Learner"]
    assert found(admin.get(f"{path}?q=NORA@").text) == ["Nora Newcomer"]
    assert "Nobody else matches “lea l”." in admin.get(f"{path}?q=lea+l").text
    with site.reading() as ctx:
        from quizapp.features.accounts import queries as account_queries

        leo = account_queries.get_by_code(ctx, clinic.leo.code)
    site.perform(people.disable_person, leo)
    assert found(admin.get(f"{path}?q=learner").text) == []


def test_a_search_that_finds_many_shows_the_first(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    for number in range(25):
        make_person(site, f"Zed Number{number:02}", email=f"zed{number}@example.org")
    page = admin.get(f"/admin/teams/{clinic.north}?q=zed").text
    assert len(found(page)) == 20
    assert "Only the first 20 are shown." in page


def test_people_can_be_added(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/teams/{clinic.north}"
    chosen = [clinic.leo.code, clinic.nora.code, clinic.nora.code]
    answer = admin.fill(f"{path}?q=l", {"people": chosen}, to=f"{path}/members")
    assert (answer.status_code, answer.location) == (303, path)
    assert members(site, clinic.north) == {"Lea Learner", "Leo Learner", "Nora Newcomer"}
    assert "2 people were added." in admin.get(path).text
    assert actions(site)[-2:] == ["membership.started"] * 2


def test_adding_somebody_twice_changes_nothing(admin: Visitor, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    admin.send(f"/admin/teams/{clinic.north}/members", {"people": [clinic.lea.code]})
    assert everything(site) == before


def test_adding_nobody_is_said_so(admin: Visitor, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    answer = admin.send(f"/admin/teams/{clinic.north}/members", {"q": "learner"})
    assert answer.status_code == 422
    assert answer.text.count("Choose at least one person") == 2
    assert found(answer.text) == ["Leo Learner"]
    assert everything(site) == before


def test_adding_somebody_unknown_adds_nobody(admin: Visitor, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    chosen = {"people": [clinic.leo.code, "zzzzzzzz"]}
    assert admin.send(f"/admin/teams/{clinic.north}/members", chosen).status_code == 404
    assert everything(site) == before


def test_somebody_can_be_taken_out_after_a_question(
    admin: Visitor, site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    path = f"/admin/teams/{clinic.north}/members/{clinic.lea.code}/remove"
    page = admin.get(path).text
    assert "Take Lea Learner out of Team North?" in page
    assert "Attempts and results stay" in page
    clock.advance(hours=1)
    answer = admin.fill(path, {})
    assert answer.location == f"/admin/teams/{clinic.north}"
    assert members(site, clinic.north) == set()
    with site.reading() as ctx:
        row = ctx.session.scalars(
            select(Membership)
            .join(Team, Team.id == Membership.team_id)
            .where(Team.code == clinic.north, Membership.user_id == clinic.lea.id)
        ).one()
    assert row.left_at == clock.now
    assert actions(site)[-1] == "membership.ended"


def test_somebody_who_is_not_in_the_team_cannot_be_taken_out(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    before = everything(site)
    path = f"/admin/teams/{clinic.north}/members/{clinic.leo.code}/remove"
    assert admin.get(path).status_code == 404
    assert admin.send(path).status_code == 404
    assert everything(site) == before


def test_somebody_can_come_back(admin: Visitor, site: Site, clinic: Clinic) -> None:
    path = f"/admin/teams/{clinic.north}"
    admin.send(f"{path}/members/{clinic.lea.code}/remove")
    admin.send(f"{path}/members", {"people": [clinic.lea.code]})
    assert members(site, clinic.north) == {"Lea Learner"}


@pytest.mark.parametrize(
    "path", ["/admin/teams/zzzzzz", "/admin/teams/zzzzzz/rename", "/admin/teams/zzzzzz/members"]
)
def test_an_unknown_team_is_not_found(admin: Visitor, path: str) -> None:
    if not path.endswith("members"):
        assert admin.get(path).status_code == 404
    assert admin.send(path, {"name": "x", "people": ["x"]}).status_code in {404, 405}
