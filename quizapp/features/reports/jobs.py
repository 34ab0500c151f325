"""Background work of reports: checking the figures, making large files, removing old ones."""

import logging

from sqlalchemy import select

from quizapp.domain.errors import NotFound
from quizapp.features.reports.commands import counts
from quizapp.features.reports.commands import files as file_commands
from quizapp.features.reports.commands.counts import Difference
from quizapp.features.reports.queries import asking, export, files
from quizapp.features.reports.queries.rows import Report
from quizapp.features.reports.queries.scope import get_choices
from quizapp.features.teams.models import Team
from quizapp.formats import tables
from quizapp.infrastructure import language
from quizapp.infrastructure.site import Site

log = logging.getLogger(__name__)
SLICE = 25


def check_counts(site: Site) -> None:
    """Once a night: recompute every figure, repair and report those that are wrong.

    Teams go in slices short enough for others to write between.
    """
    _report("course_counts", site.perform(counts.repair_courses))
    with site.reading() as ctx:
        teams = list(ctx.session.scalars(select(Team.id).order_by(Team.id)))
    for start in range(0, len(teams), SLICE):
        _report("team_counts", site.perform(counts.repair_teams, teams[start : start + SLICE]))


def make_file(site: Site, file_id: int) -> None:
    """Write the XLSX file somebody asked for, with what they may see now."""
    with site.reading() as ctx:
        found = files.find_unmade(ctx, file_id)
    if found is None:
        return
    file, owner = found
    path = files.path_of(site.settings, file)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with site.reading(owner, now=file.created_at) as ctx, draft.open("wb") as target:
        choices = get_choices(ctx)
        try:
            asked = asking.read(choices, file.asked)
        except NotFound:  # the team or course was taken from them meanwhile
            return
        report = Report(ctx, choices, asked)
        count = tables.write_xlsx(
            target,
            export.sheet_name(language.text),
            export.columns(language.text),
            export.table(report, language.text),
        )
    draft.replace(path)
    site.perform(file_commands.note_ready, file_id, count)


def remove_old_files(site: Site) -> None:
    """Files of large reports go after a day, and so does what an interrupted job left."""
    known = site.perform(file_commands.forget_old)
    for path in files.folder_of(site.settings).glob("*"):
        if path.stem not in known:
            path.unlink(missing_ok=True)


def _report(table: str, wrong: list[Difference]) -> None:
    if wrong:
        first = wrong[0]
        log.warning(
            "%s: %s figures were wrong and are repaired, such as %s: %s instead of %s",
            table,
            len(wrong),
            first.key,
            first.stored,
            first.right,
        )
