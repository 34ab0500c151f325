"""The command line. A command's module loads when it is called, so `bank check` is quick."""

import sys
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from quizapp.domain.errors import Refusal, Unavailable
from quizapp.infrastructure import terminal

if TYPE_CHECKING:
    from quizapp.config import Settings
    from quizapp.infrastructure.site import Site

COMMANDS = {
    "audit": ("quizapp.features.admin.cli.history:audit", "Check the audit log."),
    "backup": (
        "quizapp.features.admin.cli.backups:backup",
        "Write the whole installation to one file.",
    ),
    "bank": (
        "quizapp.features.content_sync.cli:bank",
        "Check or load the files of question_bank/.",
    ),
    "demo": ("quizapp.features.home.cli:demo", "Add sample accounts, or people with history."),
    "doctor": (
        "quizapp.features.admin.cli.doctor:doctor",
        "Check settings, disk, clock and database.",
    ),
    "keys": ("quizapp.features.admin.cli.keys:keys", "Show or renew the signing keys."),
    "restore": ("quizapp.features.admin.cli.backups:restore", "Bring a backup back."),
    "serve": (
        "quizapp.features.admin.cli.serving:serve",
        "Run web server and worker until stopped.",
    ),
    "upgrade": (
        "quizapp.features.admin.cli.serving:upgrade",
        "Bring the database to this version.",
    ),
    "user": ("quizapp.features.admin.cli.people:user", "Add, list or disable people."),
    "worker": ("quizapp.worker:worker", "Run only the background worker."),
}


class Installation:
    """What commands get as their object: settings and site, opened when first asked for."""

    @cached_property
    def settings(self) -> "Settings":
        from quizapp import config
        from quizapp.infrastructure import logs

        try:
            settings = config.load()
        except config.ConfigurationError as error:
            raise click.ClickException(str(error)) from error
        logs.set_up(settings)
        return settings

    @cached_property
    def site(self) -> "Site":
        from quizapp.infrastructure.site import open_site
        from quizapp.subscriptions import SUBSCRIPTIONS

        try:
            return open_site(self.settings, SUBSCRIPTIONS)
        except OSError as error:
            raise click.ClickException(
                f"QUIZAPP_DATA: {self.settings.data.absolute()} cannot be made "
                f"({error.strerror}). Name a folder that may be written to."
            ) from error

    @property
    def ready_site(self) -> "Site":
        """The site, with a database that this version can work with."""
        from quizapp.infrastructure import migrations

        now = migrations.current(self.site.database)
        if now and not migrations.is_known(now):
            raise click.ClickException(
                f"The database is newer than this program ({now}). Install the version of quizapp "
                "that wrote it, or restore a backup."
            )
        if now != migrations.head():
            raise click.ClickException("The database is not up to date. Run: quizapp upgrade")
        return self.site


class LazyGroup(click.Group):
    """Knows the names and help lines of commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return cast("click.Command", getattr(import_module(module), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quizapp")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Training and graded quizzes for clinical practitioners."""
    ctx.obj = Installation()


def main() -> None:
    """Run a command; what it refuses is one clear line on standard error and exit status 1."""
    try:
        status = cli(standalone_mode=False)  # what a command gave to ctx.exit(), or None
    except click.Abort:
        sys.exit("Stopped.")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (Refusal, Unavailable) as problem:
        sys.exit(f"quizapp: {terminal.told(problem)}")
    sys.exit(status)
