"""The manager's pages: overview, completion report and its files, a person, enrolling people."""

from flask import Blueprint

bp = Blueprint("reports", __name__, template_folder="../templates")

from quizapp.features.reports.views import enrolment, files, pages  # noqa: E402 - they need `bp`

__all__ = ["bp", "enrolment", "files", "pages"]
