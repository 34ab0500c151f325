"""Keeping the figures right when something below them changed."""

from quizapp.features.progress.events import ProgressChanged
from quizapp.features.reports.commands import counts
from quizapp.features.teams.events import MembershipEnded, MembershipStarted
from quizapp.infrastructure.context import Context


def on_progress_changed(ctx: Context, event: ProgressChanged) -> None:
    counts.move_person(ctx, event.user_id, event.course_id, (event.before, event.after))


def on_membership_started(ctx: Context, event: MembershipStarted) -> None:
    counts.change_members(ctx, event.team_id, event.user_id, 1)


def on_membership_ended(ctx: Context, event: MembershipEnded) -> None:
    counts.change_members(ctx, event.team_id, event.user_id, -1)
