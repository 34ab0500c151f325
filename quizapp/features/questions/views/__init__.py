"""The pages of the question bank: the list, a question and its versions, the editor."""

from flask import Blueprint

bp = Blueprint("questions", __name__, template_folder="../templates")

from quizapp.features.questions.views import editing, listing, reading  # noqa: E402 - need `bp`

__all__ = ["bp", "editing", "listing", "reading"]
