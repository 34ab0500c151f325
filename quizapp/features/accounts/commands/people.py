"""Adding and changing people: names, addresses, roles, display; disabling them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import N_, Conflict, Invalid
from quizapp.features.accounts import queries
from quizapp.features.accounts.commands.passwords import void_links
from quizapp.features.accounts.commands.sessions import MAX_EMAIL, end_sessions
from quizapp.features.accounts.events import PersonRenamed
from quizapp.features.accounts.models import ACTIVE, DISABLED, THEMES, RoleGrant, User
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.database import one_at_a_time

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
MAX_NAME = 120
GRANTING = 7_201_945  # any fixed number


class EmailTaken(Invalid):
    """Somebody else has this address."""

    message = N_("Somebody already has an account with this email address.")


class LastAdministrator(Conflict):
    """Somebody has to be able to manage people."""

    message = N_("This is the last administrator. Give somebody else that role first.")


class OwnRoles(Conflict):
    """Nobody changes their own roles or disables themselves."""

    message = N_("You cannot change your own roles or disable yourself. Ask another administrator.")


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an administrator enters about a person."""

    name: str
    email: str
    grants: Sequence[Grant]
    is_sample: bool = False


def create_person(ctx: Context, draft: PersonDraft) -> User:
    """Add a person without a password; a one-time link lets them set one."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    name, email = _checked_name(draft.name), _checked_email(ctx, draft.email)
    user = User(
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        name=name,
        sort_name=queries.fold(name),
        email=email,
        is_sample=draft.is_sample,
        created_at=ctx.now,
        grants=[_grant_row(grant) for grant in draft.grants],
    )
    ctx.session.add(user)
    ctx.session.flush()
    audit.record(ctx, "person.created", user, grants=_described(draft.grants))
    return user


def update_person(ctx: Context, user: User, draft: PersonDraft) -> None:
    """Change name, address and roles; a new address or role ends the person's sessions."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    user = _with_grants(ctx, user)
    name, email = _checked_name(draft.name), _checked_email(ctx, draft.email, user)
    before, after = {_key(grant) for grant in user.grants}, {_key(g) for g in draft.grants}
    if before != after:
        _demand_other(ctx, user)
        if Role.ADMINISTRATOR not in {grant.role for grant in draft.grants}:
            _demand_other_administrator(ctx, user)
        user.grants[:] = [row for row in user.grants if _key(row) in after]
        user.grants.extend(_grant_row(g) for g in draft.grants if _key(g) not in before)
    if before != after or email != user.email:
        end_sessions(ctx, user.id)
    changed = {
        "name": name != user.name,
        "email": email != user.email,
        "grants": _described(draft.grants) if before != after else None,
    }
    user.email = email
    _rename(ctx, user, name)
    if any(changed.values()):
        audit.record(ctx, "person.changed", user, **changed)


def disable_person(ctx: Context, user: User) -> None:
    """Shut somebody out from their next request on; all their records stay."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    user = _with_grants(ctx, user)
    _demand_other(ctx, user)
    _demand_other_administrator(ctx, user)
    _shut_out(ctx, user)


def remove_sample_person(ctx: Context, user: User) -> None:
    """Shut a sample person out for good, the last administrator too; the address is free again."""
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    user = ctx.fresh(user)
    user.is_sample = False
    user.email = f"removed-{user.code}@example.org"
    _shut_out(ctx, user)


def _shut_out(ctx: Context, user: User) -> None:
    user.state = DISABLED
    end_sessions(ctx, user.id)
    void_links(ctx, user.id)
    audit.record(ctx, "person.disabled", user)


def enable_person(ctx: Context, user: User) -> None:
    policy.demand(ctx.actor, Permission.PERSON_MANAGE)
    user = ctx.fresh(user)
    user.state = ACTIVE
    audit.record(ctx, "person.enabled", user)


def change_own_name(ctx: Context, name: str) -> None:
    user = queries.get_own(ctx)
    policy.demand(ctx.actor, Permission.ACCOUNT_MANAGE, Belonging(learner_id=user.id))
    _rename(ctx, user, _checked_name(name))
    audit.record(ctx, "person.changed", user, name=True)


def _rename(ctx: Context, user: User, name: str) -> None:
    if name != user.name:
        user.name, user.sort_name = name, queries.fold(name)
        ctx.session.flush()
        ctx.publish(PersonRenamed(user.id, user.sort_name))


def change_theme(ctx: Context, theme: str) -> None:
    user = queries.get_own(ctx)
    policy.demand(ctx.actor, Permission.ACCOUNT_MANAGE, Belonging(learner_id=user.id))
    if theme not in THEMES:
        raise Invalid(N_("Choose light, dark or match device."), field="theme")
    user.theme = theme


def _with_grants(ctx: Context, user: User) -> User:
    """The person in this transaction, with grants that may be changed.

    One at a time: two administrators who take the role from each other at once would leave none.
    """
    one_at_a_time(ctx.session, GRANTING)
    user = ctx.fresh(user)
    ctx.session.refresh(user, ["grants"])
    return user


def _demand_other(ctx: Context, user: User) -> None:
    if user.id == ctx.actor.user_id:
        raise OwnRoles


def _demand_other_administrator(ctx: Context, user: User) -> None:
    is_administrator = any(grant.role == Role.ADMINISTRATOR for grant in user.grants)
    if is_administrator and not queries.has_administrator(ctx, besides=user.id):
        raise LastAdministrator


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(N_("Enter a name."), field="name")
    if len(name) > MAX_NAME:
        raise Invalid(N_("Use at most %(count)s characters."), count=MAX_NAME, field="name")
    return name


def _checked_email(ctx: Context, email: str, owner: User | None = None) -> str:
    email = email.strip().lower()
    local, _, domain = email.rpartition("@")
    if not local or not domain or len(email) > MAX_EMAIL or any(c.isspace() for c in email):
        raise Invalid(
            N_("Enter an email address in the right format, like name@example.org"), field="email"
        )
    found = queries.find_by_email(ctx, email)
    if found is not None and found is not owner:
        raise EmailTaken(field="email")
    return email


def _grant_row(grant: Grant) -> RoleGrant:
    return RoleGrant(role=grant.role, course_id=grant.course_id, team_id=grant.team_id)


def _key(grant: Grant | RoleGrant) -> tuple[str, int | None, int | None]:
    return str(grant.role), grant.course_id, grant.team_id


def _described(grants: Sequence[Grant]) -> list[str]:
    return sorted(
        f"{grant.role}"
        + (f" course {grant.course_id}" if grant.course_id else "")
        + (f" team {grant.team_id}" if grant.team_id else "")
        for grant in grants
    )
