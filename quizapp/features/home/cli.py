"""quizapp demo: sample accounts to sign in with, sample people with a history to look at."""

import random
import secrets
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
@click.pass_obj
def demo(
    installation: Any,
    accounts: bool,  # noqa: FBT001
    remove_accounts: bool,  # noqa: FBT001
    people: int,
    years: float,
    seed: int,
) -> None:
    """Add sample people with a history of taking the courses, or just sample accounts."""
    site = installation.site
    if remove_accounts:
        from quizapp.features.home.commands.accounts import remove_accounts as remove

        click.echo(f"{site.perform(remove)} sample people are shut out.", err=True)
        return
    _make_accounts(site)
    if not accounts:
        _make_history(site, people, years, seed)


def _make_accounts(site: Any) -> None:
    from quizapp.features.home.commands.accounts import ACCOUNTS, create_accounts, set_passwords
    from quizapp.infrastructure import passwords

    chosen = site.settings.demo_password
    password = chosen.get_secret_value() if chosen else _speakable()
    password_hash = passwords.make_hash(site.settings, password)
    made = site.perform(create_accounts, password_hash)
    if chosen and len(made) < len(ACCOUNTS):
        site.perform(set_passwords, password_hash)
    click.echo("Sample accounts, for trying things out only:")
    for account in ACCOUNTS:
        click.echo(f"  {account.email:<24} {account.role}")
    if made or chosen:
        click.echo(f"  password: {password}")
    else:
        click.echo("  password: as printed when they were made; for a new one run")
        click.echo("            QUIZAPP_DEMO_PASSWORD=… quizapp demo --accounts")
    click.echo(f"Sign in at {site.settings.address}/sign-in")


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
    click.echo(f"{people} sample people with up to {years:g} years of history.", err=True)
