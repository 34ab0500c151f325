"""The start page: what to go on with, what was done."""

from typing import Any

from flask import Blueprint, render_template

from quizapp.domain.access.permissions import Permission
from quizapp.features.home import queries
from quizapp.web import request
from quizapp.web.guard import requires

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@requires(Permission.ACCOUNT_MANAGE)
def start() -> Any:
    ctx = request.context()
    return render_template("home/start.html", page=queries.get_start_page(ctx), now=ctx.now)
