"""The pages of an attempt: taking it, its result, and a quiz's overview for instructors."""

from flask import Blueprint

bp = Blueprint("attempts", __name__, template_folder="../templates")

from quizapp.features.attempts.views import overview, results, taking  # noqa: E402 - they need `bp`

__all__ = ["bp", "overview", "results", "taking"]
