"""The pages of an attempt: taking it, its result, and a quiz's overview for instructors."""

from flask import Blueprint

bp = Blueprint("attempts", __name__, template_folder="../templates")

from quizapp.features.attempts.views import (  # noqa: E402 - they need `bp`
    adjustments,
    breaks,
    extending,
    files,
    overview,
    receipts,
    results,
    taking,
)

__all__ = [
    "adjustments",
    "bp",
    "breaks",
    "extending",
    "files",
    "overview",
    "receipts",
    "results",
    "taking",
]
