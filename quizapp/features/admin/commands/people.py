"""Inviting and changing people together with their teams, and one-time links for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import N_, Invalid
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.commands import passwords
from quizapp.features.accounts.commands import people as account_commands
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.features.accounts.models import OneTimeLink, User
from quizapp.features.courses.models import Course
from quizapp.features.teams import commands as team_commands
from quizapp.features.teams.models import Team
from quizapp.infrastructure import mail
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.language import text


class NoRole(Invalid):
    """A person without any role could do nothing here."""

    message = N_("Choose at least one role")


class NoCourse(Invalid):
    """An instructor limited to no course."""

    message = N_("Choose at least one course, or all courses")


class NoTeam(Invalid):
    """A manager limited to no team."""

    message = N_("Choose at least one team, or all teams")


class UnknownCourse(Invalid):
    """No course has this short name."""

    message = N_("There is no course “%(name)s”.")


class UnknownTeam(Invalid):
    """No team has this code or name."""

    message = N_("There is no team “%(name)s”.")


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Roles as they are entered: courses by slug, teams by code or name; None means all."""

    names: Sequence[str]
    courses: Sequence[str] | None = None
    teams: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What an administrator enters about a person; without roles, they stay as they are."""

    name: str
    email: str
    roles: RoleChoice | None
    teams: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A one-time link that was just made; this is the only moment its address is known."""

    person: User
    address: str
    expires_at: datetime
    is_mailed: bool


def invite_person(ctx: Context, entry: PersonEntry) -> PasswordLink:
    """Add somebody with roles and teams, and make the link they start with."""
    return _make_link(ctx, _create(ctx, entry), is_invitation=True)


def add_person(ctx: Context, entry: PersonEntry, password_hash: str) -> User:
    """Add somebody with roles and teams who has a password already."""
    person = _create(ctx, entry)
    passwords.set_password(ctx, person, password_hash, None)
    return person


def _create(ctx: Context, entry: PersonEntry) -> User:
    draft = PersonDraft(entry.name, entry.email, _grants(ctx, entry.roles or RoleChoice(())))
    person = account_commands.create_person(ctx, draft)
    team_commands.set_teams(ctx, person, _teams(ctx, entry.teams))
    return person


def change_person(ctx: Context, code: str, entry: PersonEntry) -> User:
    """Name, address, roles and teams as entered."""
    person = account_queries.get_by_code(ctx, code)
    grants = (
        [Grant(row.as_role, row.course_id, row.team_id) for row in person.grants]
        if entry.roles is None
        else _grants(ctx, entry.roles)
    )
    account_commands.update_person(ctx, person, PersonDraft(entry.name, entry.email, grants))
    team_commands.set_teams(ctx, person, _teams(ctx, entry.teams))
    return person


def disable_person(ctx: Context, code: str) -> None:
    account_commands.disable_person(ctx, account_queries.get_by_code(ctx, code))


def enable_person(ctx: Context, code: str) -> None:
    account_commands.enable_person(ctx, account_queries.get_by_code(ctx, code))


def set_password(ctx: Context, code: str, password_hash: str) -> None:
    """Give somebody a password, which the command line alone can do; their sessions end."""
    passwords.set_password(ctx, account_queries.get_by_code(ctx, code), password_hash, None)


def make_link(ctx: Context, code: str) -> PasswordLink:
    """A one-time link to set a password; an invitation again for whoever never had one."""
    person = account_queries.get_by_code(ctx, code)
    return _make_link(ctx, person, is_invitation=person.password_hash is None)


def _make_link(ctx: Context, person: User, *, is_invitation: bool) -> PasswordLink:
    token = passwords.create_link(ctx, person, is_invitation=is_invitation)
    address = f"{ctx.settings.address}/password/new/{token}"
    link = ctx.session.scalars(
        select(OneTimeLink).where(OneTimeLink.token_hash == account_queries.hash_token(token))
    ).one()
    # Without a mail server the link would only lie in the outbox until it is too old.
    is_mailed = ctx.settings.smtp_url is not None
    if is_mailed:
        _mail_link(ctx, person, address, is_invitation=is_invitation)
    return PasswordLink(person, address, link.expires_at, is_mailed)


def _mail_link(ctx: Context, person: User, address: str, *, is_invitation: bool) -> None:
    values = {"name": person.name, "site": ctx.settings.organisation, "link": address}
    if is_invitation:
        subject = text(N_("Your account at %(site)s"), site=ctx.settings.organisation)
        body = N_(
            "Hello %(name)s,\n\nyou are invited to %(site)s. Choose your password here within "
            "7 days:\n\n%(link)s\n\nThe link works once. After that you sign in with this email "
            "address and your password.\n"
        )
    else:
        subject = text(N_("Set a new password"))
        body = N_(
            "Hello %(name)s,\n\nan administrator of %(site)s made a link for you. Set a new "
            "password here within 30 minutes:\n\n%(link)s\n\nThe link works once. If you did not "
            "ask for it, tell an administrator.\n"
        )
    mail.write(ctx, person.email, subject, text(body, **values))


def _grants(ctx: Context, roles: RoleChoice) -> list[Grant]:
    if not roles.names:
        raise NoRole(field="roles")
    return [grant for name in roles.names for grant in _grants_of(ctx, Role(name), roles)]


def _grants_of(ctx: Context, role: Role, roles: RoleChoice) -> list[Grant]:
    if role is Role.INSTRUCTOR and roles.courses is not None:
        if not roles.courses:
            raise NoCourse(field="courses")
        return [Grant(role, course_id=course.id) for course in _courses(ctx, roles.courses)]
    if role is Role.MANAGER and roles.teams is not None:
        if not roles.teams:
            raise NoTeam(field="managed")
        return [Grant(role, team_id=team.id) for team in _teams(ctx, roles.teams, "managed")]
    return [Grant(role)]


def _courses(ctx: Context, slugs: Sequence[str]) -> list[Course]:
    rows = ctx.session.scalars(select(Course).where(Course.slug.in_(slugs)))
    return _each(slugs, {row.slug: row for row in rows}, UnknownCourse, "courses")


def _teams(ctx: Context, names: Sequence[str], field: str = "teams") -> list[Team]:
    """Teams by code, as forms send them, or by name, as people type them."""
    rows = list(
        ctx.session.scalars(select(Team).where(or_(Team.code.in_(names), Team.name.in_(names))))
    )
    found = {row.name: row for row in rows} | {row.code: row for row in rows}
    return _each(names, found, UnknownTeam, field)


def _each(
    names: Sequence[str], found: dict[str, Any], refusal: Callable[..., Invalid], field: str
) -> list[Any]:
    """What the names stand for, each once; refuses the first that stands for nothing."""
    for name in names:
        if name not in found:
            raise refusal(name=name, field=field)
    return [found[name] for name in dict.fromkeys(names)]
