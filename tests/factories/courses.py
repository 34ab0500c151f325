"""Taking part in courses."""

from quizapp.features.accounts.models import User
from quizapp.features.courses import commands, queries
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person
from tests.factories.content_sync import COURSE


def enroll(site: Site, person: Person, course: str = COURSE) -> None:
    def command(ctx: Context) -> None:
        user = ctx.session.get_one(User, person.id)
        commands.enroll(ctx, queries.get_course(ctx, course), user)

    site.perform(command)
