"""The administrator's pages: people, the audit log, mail and jobs."""

from flask import Blueprint

bp = Blueprint("admin", __name__, template_folder="../templates")

from quizapp.features.admin.views import history, people, system  # noqa: E402 - they need `bp`

__all__ = ["bp", "history", "people", "system"]
