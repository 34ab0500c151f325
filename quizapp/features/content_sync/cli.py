"""quizapp bank: check the files of the question bank, load them, write their schemas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from quizapp.infrastructure.terminal import emit, json_option, one_document, progress

DEFAULT = Path("question_bank")
SCHEMAS = "schemas"


@click.group()
def bank() -> None:
    """Check or load the files of question_bank/."""


@bank.command()
@click.argument("folder", type=click.Path(path_type=Path), default=DEFAULT)
@json_option
@click.pass_context
def check(ctx: click.Context, folder: Path, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Report every mistake with file, line and remedy; exit 1 if there is an error."""
    from quizapp.formats.bank_files import checking
    from quizapp.formats.bank_files.problems import ERROR
    from quizapp.formats.bank_files.reading import read_bank

    read = read_bank(folder.resolve())
    problems = checking.check(read)
    counts = checking.counts(read, problems)
    lines = [
        f"{problem.file}:{problem.line}: {problem.severity} [{problem.code}] {problem.message} "
        f"{problem.remedy}"
        for problem in problems
    ]
    summary = ", ".join(f"{count} {name}" for name, count in counts.items())
    emit(
        {"counts": counts, "problems": [problem.to_dict() for problem in problems]},
        as_json=as_json,
        lines=[*lines, f"{summary}."],
    )
    ctx.exit(1 if any(problem.severity == ERROR for problem in problems) else 0)


@bank.command()
@click.argument("course")
@click.option("--folder", type=click.Path(path_type=Path), default=DEFAULT, show_default=True)
def report(course: str, folder: Path) -> None:
    """Write the figures of a course as a page in Markdown to standard output."""
    from quizapp.formats.bank_files import quality
    from quizapp.formats.bank_files.reading import read_bank

    read = read_bank(folder.resolve())
    found = next((one for one in read.courses if one.path.name == course), None)
    if found is None:
        raise click.ClickException(f"There is no course {course} in {folder}.")
    if found.course is None or read.problems:
        raise click.ClickException("The files have mistakes: quizapp bank check tells them.")
    click.echo(quality.page(found), nl=False)


@bank.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--prefer",
    type=click.Choice(["site", "files"]),
    default="site",
    show_default=True,
    help="Which text wins where a question was changed in the files and on the site.",
)
@json_option
@click.pass_obj
@one_document
def sync(installation: Any, folder: Path | None, prefer: str, as_json: bool) -> None:  # noqa: FBT001
    """Load the files: new versions only for what changed; attempts are never touched."""
    from quizapp.features.content_sync import commands
    from quizapp.formats.bank_files import checking
    from quizapp.formats.bank_files.problems import ERROR
    from quizapp.formats.bank_files.reading import read_bank

    read = read_bank((folder or installation.settings.question_bank).resolve())
    errors = [problem for problem in checking.check(read) if problem.severity == ERROR]
    if errors:
        raise commands.FilesHaveMistakes(count=len(errors))
    site = installation.ready_site
    reports = [
        site.perform(commands.sync_course, course, prefer_files=prefer == "files")
        for course in progress(read.courses, "courses")
    ]
    lines = [line for report in reports for line in _told(report)]
    emit([report.to_dict() for report in reports], as_json=as_json, lines=lines)


def _told(report: Any) -> Iterator[str]:
    """What loading a course did, for people."""
    done = [
        f"{len(codes)} {what}"
        for what, codes in (
            ("lessons changed", report.lessons_changed),
            ("lessons retired", report.lessons_retired),
            ("questions added", report.questions_added),
            ("questions changed", report.questions_changed),
            ("questions retired", report.questions_retired),
            ("cases changed", report.cases_changed),
            ("quizzes changed", report.quizzes_changed),
            ("quizzes retired", report.quizzes_retired),
        )
        if codes
    ]
    if report.is_changed:
        done.insert(0, "outline changed")
    yield f"{report.course}: {', '.join(done) if done else 'nothing changed'}."
    for code in report.edited_on_site:
        yield f"  {code} was edited on the site; the file still has the older text."
    for difference in report.differences:
        yield (
            f"  {difference.code} was changed in {difference.file} and on the site. "
            f"Kept: {difference.kept}. Site (-) and file (+) differ:"
        )
        yield from (f"    {line}" for line in difference.diff)


@bank.command()
@click.argument("folder", type=click.Path(path_type=Path), default=DEFAULT)
def schemas(folder: Path) -> None:
    """Write the JSON Schemas that editors complete and check with."""
    from quizapp.formats.bank_files import schemas as writing

    target = folder / SCHEMAS
    target.mkdir(parents=True, exist_ok=True)
    for name, text in writing.schemas():
        (target / name).write_text(text, encoding="utf-8")
        click.echo(f"{target / name}", err=True)
