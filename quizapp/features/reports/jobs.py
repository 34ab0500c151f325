"""Background work of reports: checking the figures, making large files, removing old ones."""

import logging

from sqlalchemy import select

from quizapp.features.reports.commands import counts
from quizapp.features.reports.commands.counts import Difference
from quizapp.features.teams.models import Team
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
