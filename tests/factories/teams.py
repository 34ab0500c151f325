"""Teams and who is in them."""

from quizapp.features.accounts.models import User
from quizapp.features.teams import commands, queries
from quizapp.features.teams.models import Team
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person


def make_team(site: Site, name: str = "Team North", members: tuple[Person, ...] = ()) -> Team:
    """A team with its people."""
    team = site.perform(commands.create_team, name)
    for person in members:
        add_member(site, team.code, person)
    return team


def add_member(site: Site, code: str, person: Person) -> None:
    def command(ctx: Context) -> None:
        user = ctx.session.get_one(User, person.id)
        commands.add_member(ctx, queries.get_team(ctx, code), user)

    site.perform(command)
