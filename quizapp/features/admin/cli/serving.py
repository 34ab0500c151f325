"""quizapp serve and upgrade."""

import sys
from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, note, one_document


@click.command()
@click.option("--web-only", is_flag=True, hidden=True)
@click.pass_obj
def serve(installation: Any, web_only: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Run web server and worker until stopped."""
    from quizapp.infrastructure import server

    settings = installation.settings
    if web_only:
        server.run_web(settings)
        return
    _refuse_unsafe_start(installation.ready_site)
    command = [sys.executable, "-m", "quizapp"]
    children = [
        server.Child("web server", [*command, "serve", "--web-only"]),
        server.Child("worker", [*command, "worker"]),
    ]
    try:
        server.demand_free_port(settings)
    except OSError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}). Stop what uses "
            "it, or set QUIZAPP_PORT (and QUIZAPP_HOST)."
        ) from error
    server.supervise(
        children,
        lambda: server.answers(settings),
        lambda: click.echo(f"Serving at {settings.address}"),
    )


def _refuse_unsafe_start(site: Any) -> None:
    from quizapp.config import ConfigurationError
    from quizapp.features.accounts import queries

    try:
        site.settings.signing_key()
    except (ConfigurationError, OSError) as error:
        raise click.ClickException(str(error)) from error
    with site.reading() as ctx:
        if site.settings.is_https and queries.has_sample_accounts(ctx):
            raise click.ClickException(
                "QUIZAPP_PUBLIC_URL is a public https address, and sample accounts exist. "
                "Remove them first: quizapp demo --remove-accounts"
            )


@click.command()
@json_option
@click.pass_obj
@one_document
def upgrade(installation: Any, as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Bring the database to this version."""
    from quizapp.infrastructure import migrations

    database = installation.site.database
    before = migrations.current(database)
    migrations.upgrade(database)
    after = migrations.current(database)
    if as_json:
        emit({"before": before, "after": after}, as_json=True, lines=())
        return
    note(f"Database upgraded to {after}." if before != after else "The database is up to date.")
