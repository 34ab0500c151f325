"""quizapp keys."""

from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, one_document, table


@click.group()
def keys() -> None:
    """Show or renew the signing keys of receipts."""


@keys.command("list")
@json_option
@click.pass_obj
@one_document
def list_keys(installation: Any, as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Show every key, oldest first; the private half of none."""
    from quizapp.infrastructure import signing

    keyring = _checked(lambda: signing.read_keyring(installation.settings))
    found = [key.to_dict() for key in keyring.keys] if keyring else []
    rows = [(key["id"], key["made_at"], key["retired_at"] or "signs now") for key in found]
    lines = list(table(("Key", "Made", "Retired"), rows))
    nothing = ["There is no key yet. The first one is made at the first hand-in."]
    emit({"keys": found}, as_json=as_json, lines=lines if found else nothing)


@keys.command()
@json_option
@click.pass_obj
@one_document
def rotate(installation: Any, as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Sign with a new key from now on; the former one is kept to check what it signed."""
    from quizapp.features.admin.commands import operations

    site = installation.ready_site
    keyring = _checked(lambda: site.perform(operations.rotate_signing_key))
    emit(
        {"key": keyring.current.id, "retired": [key.id for key in keyring.keys[:-1]]},
        as_json=as_json,
        lines=[f"{keyring.current.id} signs from now on; {len(keyring.keys) - 1} retired."],
    )


def _checked(work: Any) -> Any:
    from quizapp.config import ConfigurationError

    try:
        return work()
    except (ConfigurationError, OSError) as error:
        raise click.ClickException(str(error)) from error
