"""A team that fills more than one page of the report, and the manager who follows it."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.accounts.models import User
from quizapp.features.courses import commands as course_commands
from quizapp.features.courses import queries as course_queries
from quizapp.features.teams import commands as team_commands
from quizapp.features.teams import queries as team_queries
from quizapp.infrastructure.context import Context
from tests.e2e.journeys import COURSE
from tests.e2e.server import PASSWORD, Server
from tests.factories.accounts import Person, give_password, make_person
from tests.factories.teams import add_member, make_team

NEWCOMERS = 45


@dataclass(frozen=True)
class Ward:
    """Two teams of one manager: people with a history, people who only begin, and the rest."""

    manager: Person
    team: str
    other_team: str
    other_code: str
    mark: str


def make_ward(server: Server) -> Ward:
    """All sample people of the server and 45 newcomers, everybody enrolled in the course."""
    site, mark = server.site, secrets.token_hex(3)
    team, other = make_team(site, f"Ward {mark}"), make_team(site, f"Annex {mark}")
    grants = [Grant(Role.MANAGER, team_id=one.id) for one in (team, other)]
    email = f"manager-{mark}@example.org"
    manager = make_person(site, f"Manager {mark}", grants=grants, email=email)
    give_password(site, manager.id, PASSWORD)
    newcomers = [
        make_person(site, f"Newcomer {mark} {number}", email=f"new-{mark}-{number}@example.org")
        for number in range(NEWCOMERS)
    ]

    def fill(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE.rpartition("/")[2])
        sample = select(User).where(User.email.startswith("sample-"))
        people = [ctx.session.get_one(User, person.id) for person in newcomers]
        for user in [*ctx.session.scalars(sample), *people]:
            team_commands.add_member(ctx, team_queries.get_team(ctx, team.code), user)
            course_commands.enroll(ctx, course, user)

    site.perform(fill)
    return Ward(manager, team.name, other.name, other.code, mark)


def admit(server: Server, ward: Ward, name: str) -> Person:
    """Somebody in the second team who takes no course yet."""
    email = f"{name.lower()}-{ward.mark}@example.org"
    person = make_person(server.site, f"{name} {ward.mark}", email=email)
    add_member(server.site, ward.other_code, person)
    return person
