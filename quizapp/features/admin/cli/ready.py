"""What commands that use the database begin with."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from quizapp.infrastructure.site import Site


def ready_site(installation: Any) -> "Site":
    """The site, with a database that this version can work with."""
    from quizapp.infrastructure import migrations

    site: Site = installation.site
    if migrations.is_pending(site.database):
        raise click.ClickException("The database is not up to date. Run: quizapp upgrade")
    return site
