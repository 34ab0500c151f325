"""People with roles, as administrators would add them."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.domain.access.roles import SYSTEM, Actor, Grant, Role
from quizapp.features.accounts.commands import passwords as password_commands
from quizapp.features.accounts.commands import people, sessions
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.features.accounts.models import User
from quizapp.infrastructure import passwords
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site

PASSWORD = "seven quiet otters swim"


@dataclass(frozen=True)
class Person:
    """Somebody with an account: what tests compare, and the actor to act as."""

    id: int
    code: str
    email: str
    name: str
    actor: Actor

    @property
    def password(self) -> str:
        return PASSWORD


def make_person(
    site: Site,
    name: str = "Lea Learner",
    *,
    grants: Sequence[Grant | Role] = (Role.LEARNER,),
    email: str = "",
    has_password: bool = False,
) -> Person:
    """Add a person; grants may be roles without a limit."""
    held = tuple(grant if isinstance(grant, Grant) else Grant(grant) for grant in grants)
    draft = PersonDraft(name, email or f"{name.split(maxsplit=1)[0].lower()}@example.org", held)
    user = site.perform(people.create_person, draft)
    if has_password:
        give_password(site, user.id)
    return Person(
        user.id,
        user.code,
        user.email,
        user.name,
        Actor(user_id=user.id, name=user.name, email=user.email, code=user.code, grants=held),
    )


def give_password(site: Site, user_id: int, password: str = PASSWORD) -> None:
    password_hash = passwords.make_hash(site.settings, password)

    def command(ctx: Context) -> None:
        user = ctx.session.get_one(User, user_id)
        password_commands.set_password(ctx, user, password_hash, None)

    site.perform(command)


def sign_in(site: Site, person: Person, device: str = "Test browser") -> str:
    """Start a session; the token that its cookie carries."""
    return site.perform(sessions.sign_in, person.id, None, device, actor=SYSTEM)
