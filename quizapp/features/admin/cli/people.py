"""quizapp user: adding, listing and disabling people from the terminal."""

import sys
from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, note, one_document, table

ROLES = ("learner", "instructor", "manager", "administrator")


@click.group()
def user() -> None:
    """Add, list or disable people."""


@user.command()
@click.option("--name", required=True, help="Full name.")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="learner, instructor, manager or administrator; instructor:COURSE and manager:TEAM limit "
    "the role. May be given several times.",
)
@click.option("--team", "teams", multiple=True, help="Name or code of a team to belong to.")
@click.option("--password", is_flag=True, help="Ask for a password instead of making a link.")
@json_option
@click.pass_obj
@one_document
def add(installation: Any, as_json: bool, password: bool, **entered: Any) -> None:  # noqa: FBT001
    """Add somebody; prints the one-time link they start with."""
    from quizapp.features.admin.commands import people
    from quizapp.features.admin.commands.people import PersonEntry

    site = installation.ready_site
    entry = PersonEntry(
        entered["name"], entered["email"], _roles(entered["roles"]), entered["teams"]
    )
    link = None
    if password:
        person = site.perform(people.add_person, entry, _asked_hash(site.settings, entry))
    else:
        link = site.perform(people.invite_person, entry)
        person = link.person
    document = {"code": person.code, "name": person.name, "email": person.email}
    _tell(document, [f"Added {person.name} <{person.email}>."], link, as_json=as_json)


@user.command(name="list")
@click.option("--search", default="", help="Part of a name or address.")
@json_option
@click.pass_obj
@one_document
def list_users(installation: Any, search: str, as_json: bool) -> None:  # noqa: FBT001
    """Everybody with roles, teams and status."""
    from quizapp.features.admin.queries import people

    with installation.ready_site.reading() as ctx:
        rows = people.list_everybody(ctx, search)
    documents = [
        {
            "code": row.code,
            "name": row.name,
            "email": row.email,
            "status": row.status,
            "roles": [{"role": held.role, "limited_to": held.limits} for held in row.roles],
            "teams": row.teams,
            "last_active_at": row.last_active_at,
        }
        for row in rows
    ]
    cells = [
        (row.name, row.email, _told_roles(row.roles), ", ".join(row.teams), row.status)
        for row in rows
    ]
    heads = ("Name", "Email", "Roles", "Teams", "Status")
    emit(documents, as_json=as_json, lines=table(heads, cells))


@user.command()
@click.argument("email")
@json_option
@click.pass_obj
@one_document
def disable(installation: Any, email: str, as_json: bool) -> None:  # noqa: FBT001
    """Shut somebody out from their next click on; all records stay."""
    from quizapp.features.admin.commands import people

    site = installation.ready_site
    site.perform(people.disable_person, _code_of(site, email))
    emit({"email": email, "status": "disabled"}, as_json=as_json, lines=())
    note(f"{email} is shut out from now on.")


@user.command()
@click.argument("email")
@json_option
@click.pass_obj
@one_document
def enable(installation: Any, email: str, as_json: bool) -> None:  # noqa: FBT001
    """Let somebody in again."""
    from quizapp.features.admin.commands import people

    site = installation.ready_site
    site.perform(people.enable_person, _code_of(site, email))
    emit({"email": email, "status": "active"}, as_json=as_json, lines=())
    note(f"{email} can sign in again.")


@user.command()
@click.argument("email")
@click.option("--stdin", is_flag=True, help="Set the password that standard input holds.")
@json_option
@click.pass_obj
@one_document
def password(installation: Any, email: str, stdin: bool, as_json: bool) -> None:  # noqa: FBT001
    """Make a one-time link to set a password, or set it."""
    from quizapp.features.admin.commands import people

    site = installation.ready_site
    code = _code_of(site, email)
    if stdin:
        password_hash = _strong_hash(site.settings, sys.stdin.readline().rstrip("\r\n"), email)
        site.perform(people.set_password, code, password_hash)
        lines = [f"The password of {email} was changed; they were signed out everywhere."]
        emit({"email": email, "is_set": True}, as_json=as_json, lines=lines)
        return
    _tell({"email": email}, [], site.perform(people.make_link, code), as_json=as_json)


def _tell(document: dict[str, Any], lines: list[str], link: Any, *, as_json: bool) -> None:
    """Print what was done, with the link if there is one."""
    if link is not None:
        until = f"{link.expires_at:%Y-%m-%d %H:%M} UTC"
        lines = [*lines, f"One-time link, works until {until}:", link.address]
        made = {"link": link.address, "link_expires_at": link.expires_at}
        document = {**document, **made, "is_mailed": link.is_mailed}
    emit(document, as_json=as_json, lines=lines)


def _roles(texts: tuple[str, ...]) -> Any:
    """Roles as options name them; a role without a limit outweighs the same one with limits."""
    from quizapp.features.admin.commands.people import RoleChoice

    limits: dict[str, list[str]] = {}
    unlimited: set[str] = set()
    for text in texts:
        role, has_limit, limit = text.partition(":")
        if role not in ROLES or (has_limit and role not in {"instructor", "manager"}):
            raise click.BadParameter(
                f"{text!r}; use {', '.join(ROLES)}, instructor:COURSE or manager:TEAM",
                param_hint="--role",
            )
        limits.setdefault(role, []).append(limit)
        if not has_limit:
            unlimited.add(role)
    return RoleChoice(
        tuple(limits),
        None if "instructor" in unlimited else limits.get("instructor", []),
        None if "manager" in unlimited else limits.get("manager", []),
    )


def _told_roles(roles: Any) -> str:
    return ", ".join(
        f"{held.role} ({', '.join(held.limits)})" if held.limits else held.role for held in roles
    )


def _code_of(site: Any, email: str) -> str:
    from quizapp.features.accounts import queries

    with site.reading() as ctx:
        found = queries.find_by_email(ctx, email)
    if found is None:
        raise click.ClickException(f"Nobody here has the email address {email}.")
    return found.code


def _asked_hash(settings: Any, entry: Any) -> str:
    if not _is_terminal():
        raise click.ClickException(
            "--password needs a terminal to ask in. Leave it out for a link, or use afterwards: "
            "quizapp user password EMAIL --stdin"
        )
    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return _strong_hash(settings, typed, entry.email, *entry.name.split())


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _strong_hash(settings: Any, typed: str, *known_words: str) -> str:
    from quizapp.infrastructure import passwords

    passwords.demand_strength(typed, ("quizapp", *settings.organisation.split(), *known_words))
    return passwords.make_hash(settings, typed)
