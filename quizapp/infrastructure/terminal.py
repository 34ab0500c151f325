"""How commands talk: tables and progress for people, one JSON document for scripts."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import click

from quizapp.domain.errors import Refusal, Unavailable

T = TypeVar("T")
BAR_WIDTH = 30


def json_option(command: Any) -> Any:
    """--json: standard output is one document, whatever the exit status."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document to standard output."
    )(command)


def one_document(command: Callable[..., T]) -> Callable[..., T]:
    """For a command with --json: what it refuses, too, is one document on standard output."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> T:
        try:
            return command(*args, **options)
        except (Refusal, Unavailable, click.ClickException) as problem:
            if not options["as_json"]:
                raise
            status = problem.exit_code if isinstance(problem, click.ClickException) else 1
            click.echo(json.dumps({"problem": told(problem)}, ensure_ascii=False, indent=2))
            raise click.exceptions.Exit(status) from problem

    return run


def told(problem: Exception) -> str:
    """A refusal in words, with what to do when the database is away."""
    if not isinstance(problem, Unavailable):
        return str(problem)
    cause = " ".join(str(problem).split()) or "it is busy"
    return f"The database does not answer: {cause}. Start it, or correct QUIZAPP_DATABASE_URL."


def emit(document: Any, *, as_json: bool, lines: Iterable[str]) -> None:
    """Print the document for scripts, or the lines for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))
        return
    for line in lines:
        click.echo(line)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Columns as wide as they need to be."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(heads), *texts]) for i in range(len(heads))]
    for row in [list(heads), ["-" * width for width in widths], *texts]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def progress(items: Sequence[T], label: str) -> Iterator[T]:
    """Go through items and show how far it is on standard error (only where a person looks)."""
    total, shown = len(items), sys.stderr.isatty()
    for count, item in enumerate(items, 1):
        yield item
        if shown:
            filled = BAR_WIDTH * count // total
            bar = "█" * filled + "·" * (BAR_WIDTH - filled)
            click.echo(f"\r{label} {bar} {count}/{total}", err=True, nl=count == total)


def note(text: str) -> None:
    """A line about what is going on, on standard error."""
    click.echo(text, err=True)
