"""quizapp doctor."""

from dataclasses import asdict
from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Check settings, disk, clock and database; exit 1 if something has to be done."""
    from quizapp.features.admin.cli.checks import OK, PROBLEM, WARNING

    findings = _findings(ctx.obj)
    states = [finding.state for finding in findings]
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.state:8} {finding.check:16} {finding.text}")
        if finding.state != OK and finding.remedy:
            lines.append(f"{'':25} {finding.remedy}")
    counts = {"problems": states.count(PROBLEM), "warnings": states.count(WARNING)}
    lines.append(f"{counts['problems']} problems, {counts['warnings']} warnings.")
    emit(
        {"checks": [asdict(finding) for finding in findings], **counts},
        as_json=as_json,
        lines=lines,
    )
    ctx.exit(1 if counts["problems"] else 0)


def _findings(installation: Any) -> list[Any]:
    from quizapp.features.admin.cli.checks import PROBLEM, Finding, examine

    try:
        site = installation.site
    except (click.ClickException, OSError) as error:
        remedy = "Correct the environment variables; docs/operators.md explains each."
        return [Finding("settings", PROBLEM, str(error), remedy)]
    return list(examine(site))
