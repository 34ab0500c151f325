"""Mail and jobs: what waits, what failed, how to set the mail server."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.features.admin.commands import operations
from quizapp.features.admin.queries import system as queries
from quizapp.features.admin.queries.wording import job_words
from quizapp.features.admin.views import bp
from quizapp.web import request
from quizapp.web.guard import requires


@bp.get("/admin/mail-and-jobs")
@requires(Permission.SETTINGS_READ)
def system() -> Any:
    ctx = request.context()
    return render_template(
        "admin/system.html",
        mail=queries.get_mail_state(ctx),
        jobs=queries.get_jobs_state(ctx),
        job_words=job_words,
    )


@bp.post("/admin/mail-and-jobs/<int(max=2147483647):number>/retry")
@requires(Permission.JOB_RETRY)
def retry_job(number: int) -> Any:
    request.perform(operations.retry_job, number)
    flash(_("The job runs again within a minute."), "ok")
    return redirect(url_for("admin.system"), 303)
