"""quizapp demo: sample accounts to sign in with, sample people with a history to look at."""

import random
import secrets
from collections.abc import Iterator
from typing import Any

import click

from quizapp.infrastructure import terminal

SYLLABLES = [consonant + vowel for consonant in "bdfklmnprstvwz" for vowel in "aio"]
"""Easy to say and to tell apart."""
SLICE = 10


@click.command()
@click.option("--accounts", is_flag=True, help="Only the four sample accounts.")
@click.option("--remove-accounts", is_flag=True, help="Shut out every sample person.")
@click.option("--people", default=50, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--years", default=1.0, show_default=True, type=click.FloatRange(0.1, 20))
@click.option("--seed", default=1, show_default=True, help="The same seed, the same people.")
@terminal.json_option
@click.pass_obj
@terminal.one_document
def demo(installation: Any, as_json: bool, **asked: Any) -> None:  # noqa: FBT001 - click's way
    """Add sample people with a history of taking the courses, or just sample accounts."""
    site = installation.ready_site
    if asked["remove_accounts"]:
        from quizapp.features.accounts import queries
        from quizapp.features.home.commands.accounts import remove_accounts

        count = site.perform(remove_accounts)
        lines = [f"{count} sample people are shut out."]
        with site.reading() as ctx:
            if not queries.has_administrator(ctx):
                lines.append("Nobody is administrator now: quizapp user add --role administrator …")
        terminal.emit({"removed": count}, as_json=as_json, lines=lines)
        return
    password = _make_accounts(site)
    people = 0 if asked["accounts"] else asked["people"]
    if people:
        _make_history(site, people, asked["years"], asked["seed"])
    terminal.emit(
        _document(site, password, people), as_json=as_json, lines=_lines(site, password, people)
    )


def _make_accounts(site: Any) -> str | None:
    """The password of the sample accounts, if it is known now."""
    from quizapp.features.home.commands.accounts import ACCOUNTS, create_accounts, set_passwords
    from quizapp.infrastructure import passwords

    chosen = site.settings.demo_password
    password = chosen.get_secret_value() if chosen else _speakable()
    password_hash = passwords.make_hash(site.settings, password)
    made = site.perform(create_accounts, password_hash)
    if chosen and len(made) < len(ACCOUNTS):
        site.perform(set_passwords, password_hash)
    return password if made or chosen else None


def _document(site: Any, password: str | None, people: int) -> dict[str, Any]:
    from quizapp.features.home.commands.accounts import ACCOUNTS

    return {
        "accounts": [{"email": account.email, "role": str(account.role)} for account in ACCOUNTS],
        "password": password,
        "sign_in": f"{site.settings.address}/sign-in",
        "people": people,
    }


def _lines(site: Any, password: str | None, people: int) -> Iterator[str]:
    from quizapp.features.home.commands.accounts import ACCOUNTS

    yield "Sample accounts, for trying things out only:"
    yield from (f"  {account.email:<24} {account.role}" for account in ACCOUNTS)
    if password is not None:
        yield f"  password: {password}"
    else:
        yield "  password: as printed when they were made; for a new one run"
        yield "            QUIZAPP_DEMO_PASSWORD=… quizapp demo --accounts"
    if people:
        yield f"{people} sample people with a history of their own were added."
    yield f"Sign in at {site.settings.address}/sign-in"


def _speakable() -> str:
    """A password one can read aloud: 4 x 3 syllables, some 65 bits."""
    words = ["".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(4)]
    return "-".join(words)


def _make_history(site: Any, people: int, years: float, seed: int) -> None:
    from quizapp.features.courses import queries as course_queries
    from quizapp.features.home.commands.history import add_person

    rng = random.Random(seed)  # noqa: S311 - sample data
    with site.reading() as ctx:
        courses = course_queries.list_courses(ctx)
    if not courses:
        raise click.ClickException("There is no course yet. Run first: quizapp bank sync")
    for number in terminal.progress(range(people), "sample people"):
        site.perform(add_person, courses, number, years, rng)
