"""The four sample accounts: clearly marked, made once, removed by one command."""

from dataclasses import dataclass

from sqlalchemy import select

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.commands import passwords, people
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.features.accounts.models import ACTIVE, User
from quizapp.features.teams import commands as team_commands
from quizapp.features.teams.models import Team
from quizapp.infrastructure.context import Context

TEAM = "Sample clinic"


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """Somebody to sign in as."""

    email: str
    name: str
    role: Role


ACCOUNTS = (
    SampleAccount("trainee@example.org", "Amira Sample", Role.LEARNER),
    SampleAccount("instructor@example.org", "Ines Sample", Role.INSTRUCTOR),
    SampleAccount("manager@example.org", "Marek Sample", Role.MANAGER),
    SampleAccount("admin@example.org", "Ada Sample", Role.ADMINISTRATOR),
)


def create_accounts(ctx: Context, password_hash: str) -> list[SampleAccount]:
    """Make those that are missing (or disabled), all with one password; says which."""
    team = sample_team(ctx, TEAM)
    made = []
    for account in ACCOUNTS:
        user = account_queries.find_by_email(ctx, account.email)
        if user is not None and user.state == ACTIVE:
            continue
        if user is None:
            team_id = team.id if account.role is Role.MANAGER else None
            grants = [Grant(account.role, team_id=team_id)]
            user = people.create_person(
                ctx, PersonDraft(account.name, account.email, grants, is_sample=True)
            )
        else:
            people.enable_person(ctx, user)
        passwords.set_password(ctx, user, password_hash, None)
        if account.role is Role.LEARNER:
            team_commands.add_member(ctx, team, user)
        made.append(account)
    return made


def set_passwords(ctx: Context, password_hash: str) -> None:
    """Give all sample accounts one new password."""
    for account in ACCOUNTS:
        user = account_queries.find_by_email(ctx, account.email)
        if user is not None and user.state == ACTIVE:
            passwords.set_password(ctx, user, password_hash, None)


def remove_accounts(ctx: Context) -> int:
    """Shut out every sample person; what they did stays on record, marked as a sample."""
    sample = ctx.session.scalars(
        select(User).where(User.is_sample.is_(True), User.state == ACTIVE)
    ).all()
    for user in sample:
        people.remove_sample_person(ctx, user)
    return len(sample)


def sample_team(ctx: Context, name: str) -> Team:
    found = ctx.session.scalar(select(Team).where(Team.name == name))
    return found or team_commands.create_team(ctx, name)
