"""quizapp audit."""

from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, one_document


@click.group()
def audit() -> None:
    """Check the audit log."""


@audit.command()
@click.option("--head", metavar="HASH", help="A head noted earlier; it must be in the chain.")
@json_option
@click.pass_context
@one_document
def verify(ctx: click.Context, head: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Walk the chain of events; exit 1 if one was changed, removed, added or moved."""
    from quizapp.infrastructure import audit as chain

    with ctx.obj.ready_site.reading() as reading:
        found = chain.verify(reading, head)
    findings = [{"event": one.event_id, "problem": one.problem} for one in found.findings]
    lines: list[Any] = [f"Event {one['event']}: {one['problem']}." for one in findings]
    emit(
        {"events": found.count, "head": found.head, "findings": findings},
        as_json=as_json,
        lines=[*lines, f"{found.count} events, head {found.head}", _verdict(len(findings))],
    )
    ctx.exit(1 if findings else 0)


def _verdict(count: int) -> str:
    return f"The chain is not whole: {count} findings." if count else "The chain is whole."
