"""The pages of grading: publishing, marking, correcting marks, reported problems, records."""

from flask import Blueprint

bp = Blueprint("grading", __name__, template_folder="../templates")

from quizapp.features.grading.views import (  # noqa: E402 - they need `bp`
    correcting,
    marking,
    problems,
    publishing,
    records,
)

__all__ = ["bp", "correcting", "marking", "problems", "publishing", "records"]
