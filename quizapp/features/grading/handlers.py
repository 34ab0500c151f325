"""Keeping marks right when an attempt is handed in."""

from quizapp.features.attempts.events import AttemptSubmitted
from quizapp.features.grading.commands import correcting
from quizapp.infrastructure.context import Context


def on_submitted(ctx: Context, event: AttemptSubmitted) -> None:
    correcting.correct_at_hand_in(ctx, event.attempt_id)
