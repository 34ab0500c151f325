"""A person's standing adjustment: for those who may set it, and for the person."""

from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Conflict, Invalid
from quizapp.features.attempts import forms
from quizapp.features.attempts.commands import adjusting
from quizapp.features.attempts.forms import AdjustmentForm
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import adjustments
from quizapp.features.attempts.queries.adjustments import AdjustmentPage
from quizapp.features.attempts.views import bp
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.guard import requires


@bp.route("/people/<slug:code>/adjustment", methods=["GET", "POST"])
@requires(Permission.ACCOMMODATION_MANAGE)
def adjustment(code: str) -> Any:
    page = adjustments.get_page(request.context(), code)
    form = forms.adjustment_form(page.present.adjustment if page.present else None)
    if not form.validate_on_submit():
        return _shown(page, form), 422 if form.errors else 200
    try:
        extended = request.perform(adjusting.set_adjustment, page.user, form.read(), form.seen_id)
    except Invalid as refusal:
        form.show(refusal)
        return _shown(page, form), 422
    except adjusting.ChangedMeanwhile as refusal:
        return _changed(code, form, refusal)
    _say_saved(page, extended)
    return redirect(url_for("attempts.adjustment", code=code), 303)


@bp.route("/people/<slug:code>/adjustment/end", methods=["GET", "POST"])
@requires(Permission.ACCOMMODATION_MANAGE)
def end_adjustment(code: str) -> Any:
    page = adjustments.get_page(request.context(), code)
    if page.present is None:
        return redirect(url_for("attempts.adjustment", code=code), 303)
    if flask.request.method == "GET":
        return render_template("attempts/end_adjustment.html", page=page)
    form = AdjustmentForm()
    try:
        request.perform(adjusting.end_adjustment, page.user, form.seen_id)
    except adjusting.ChangedMeanwhile as refusal:
        flash(text_of(refusal), "warn")
    else:
        flash(_("The adjustment ended. Running attempts keep their time."), "ok")
    return redirect(url_for("attempts.adjustment", code=code), 303)


@bp.get("/account/adjustments")
@requires(Permission.ACCOUNT_MANAGE)
def own_adjustments() -> Any:
    ctx = request.context()
    present = adjustments.find_present(ctx, ctx.actor.user_id)
    percent = adjustments.percent_of(present.factor) if present else 0
    return render_template("attempts/own_adjustments.html", present=present, percent=percent)


def _shown(page: AdjustmentPage, form: AdjustmentForm, notice: str = "") -> str:
    is_own = page.user.id == request.actor().user_id
    return render_template(
        "attempts/adjustment.html", page=page, form=form, is_own=is_own, notice=notice
    )


def _changed(code: str, form: AdjustmentForm, refusal: Conflict) -> Any:
    """What was typed stays in the form, beside the adjustment as it is now."""
    fresh = adjustments.get_page(request.context(), code)
    form.seen.data = str(fresh.revision)
    return _shown(fresh, form, text_of(refusal)), 409


def _say_saved(page: AdjustmentPage, extended: list[Attempt]) -> None:
    flash(_("Saved. It applies to every attempt from now on."), "ok")
    if extended:
        flash(
            ngettext(
                "%(num)s running attempt of %(name)s has the new time already.",
                "%(num)s running attempts of %(name)s have the new time already.",
                len(extended),
                name=page.user.name,
            ),
            "",
        )
