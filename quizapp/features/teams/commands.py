"""Making teams, and who belongs to them."""

import secrets
from collections.abc import Sequence

from sqlalchemy import func, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_, Invalid
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import User
from quizapp.features.teams.events import MembershipEnded, MembershipStarted
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context

MAX_NAME = 80
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class TeamNameTaken(Invalid):
    """Two teams of one name could not be told apart in a report."""

    message = N_("There is a team with this name already.")


class NobodyChosen(Invalid):
    """Adding people without saying whom."""

    message = N_("Choose at least one person")


def create_team(ctx: Context, name: str) -> Team:
    policy.demand(ctx.actor, Permission.TEAM_MANAGE)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
    team = Team(code=code, name=_checked_name(ctx, name), created_at=ctx.now)
    ctx.session.add(team)
    ctx.session.flush()
    audit.record(ctx, "team.created", team, name=team.name)
    return team


def rename_team(ctx: Context, team: Team, name: str) -> None:
    policy.demand(ctx.actor, Permission.TEAM_MANAGE)
    team = ctx.fresh(team)
    before, after = team.name, _checked_name(ctx, name, team)
    if before != after:
        team.name = after
        audit.record(ctx, "team.renamed", team, before=before, after=after)


def add_people(ctx: Context, team: Team, person_codes: Sequence[str]) -> int:
    """Put several people into a team; how many of them were not in it before."""
    policy.demand(ctx.actor, Permission.TEAM_MANAGE)
    people = [account_queries.get_by_code(ctx, code) for code in dict.fromkeys(person_codes)]
    if not people:
        raise NobodyChosen(field="people")
    new = [user for user in people if _find_present(ctx, team, user) is None]
    for user in new:
        add_member(ctx, team, user)
    return len(new)


def add_member(ctx: Context, team: Team, user: User) -> None:
    """Put somebody into a team; a second time changes nothing."""
    policy.demand(ctx.actor, Permission.TEAM_MANAGE)
    if _find_present(ctx, team, user) is not None:
        return
    ctx.session.add(Membership(team_id=team.id, user_id=user.id, joined_at=ctx.now))
    ctx.session.flush()
    audit.record(ctx, "membership.started", team, user=user.id)
    ctx.publish(MembershipStarted(team.id, user.id))


def remove_member(ctx: Context, team: Team, user: User) -> None:
    """End somebody's time in a team; what they did there stays on record."""
    policy.demand(ctx.actor, Permission.TEAM_MANAGE)
    membership = _find_present(ctx, team, user)
    if membership is None:
        return
    membership.left_at = ctx.now
    ctx.session.flush()
    audit.record(ctx, "membership.ended", team, user=user.id)
    ctx.publish(MembershipEnded(team.id, user.id))


def set_teams(ctx: Context, user: User, teams: list[Team]) -> None:
    """Make these the person's teams, and no others."""
    present = ctx.session.scalars(
        select(Team)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user.id, Membership.left_at.is_(None))
    ).all()
    wanted = {team.id for team in teams}
    for team in present:
        if team.id not in wanted:
            remove_member(ctx, team, user)
    for team in teams:
        add_member(ctx, team, user)


def _find_present(ctx: Context, team: Team, user: User) -> Membership | None:
    return ctx.session.scalar(
        select(Membership).where(
            Membership.team_id == team.id,
            Membership.user_id == user.id,
            Membership.left_at.is_(None),
        )
    )


def _checked_name(ctx: Context, name: str, team: Team | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise Invalid(
            N_("Enter a name of at most %(count)s characters."), count=MAX_NAME, field="name"
        )
    same = ctx.session.scalar(select(Team).where(func.lower(Team.name) == name.lower()))
    if same is not None and same is not team:
        raise TeamNameTaken(field="name")
    return name
