"""Signing in and out, forgotten passwords, and the page about one's own account."""

import json
import secrets
from typing import Any

import flask
from flask import Blueprint, flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import UserMixin, login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Actor
from quizapp.domain.errors import Invalid
from quizapp.features.accounts import queries
from quizapp.features.accounts.commands import passwords as password_commands
from quizapp.features.accounts.commands import people, sessions
from quizapp.features.accounts.forms import (
    ChangePasswordForm,
    ConfirmForm,
    ForgottenForm,
    NameForm,
    NewPasswordForm,
    SignInForm,
)
from quizapp.infrastructure import passwords
from quizapp.web import request
from quizapp.web.errors import text_of
from quizapp.web.forms import local_path
from quizapp.web.guard import public, requires

bp = Blueprint("accounts", __name__, template_folder="templates")
DEVICE_COOKIE = "quizapp_device"
DEVICE_SECONDS = 365 * 24 * 3600


class SignedInUser(UserMixin):
    """What Flask-Login keeps for a request: the session's token and the actor behind it."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    if request.actor().is_signed_in:
        return redirect(local_path(flask.request.args.get("next")), 303)
    form = SignInForm(next=local_path(flask.request.args.get("next")))
    return render_template("accounts/sign_in.html", form=form, away="away" in flask.request.args)


def sign_in_again(page_of_form: str) -> Any:
    """The page for a form whose session is over: what it sent waits there."""
    sent = flask.request.form
    kept = [(name, value) for name, value in sent.items(multi=True) if name != "csrf_token"]
    form = SignInForm(formdata=None, next=local_path(page_of_form), kept=json.dumps(kept))
    return render_template("accounts/sign_in.html", form=form, away=True), 401


@bp.post("/sign-in")
@public
def start_session() -> Any:
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, away=False), 422
    device = _known_device(form.email.data)
    kept = _kept(form.kept.data) if form.kept.data else []
    try:
        token = _sign_in(form.email.data, form.password.data, device)
    except sessions.TooManyTries as refusal:
        form.form_errors.append(text_of(refusal))
        page = make_response(render_template("accounts/sign_in.html", form=form, away=False), 429)
        page.headers["Retry-After"] = str(refusal.values["seconds"])
        return page
    except sessions.WrongSignIn as refusal:
        form.show(refusal)
        return render_template("accounts/sign_in.html", form=form, away=False), 422
    _remember(token)
    target = local_path(form.next.data)
    response: Response
    if kept:
        response = make_response(render_template("accounts/resume.html", target=target, kept=kept))
    else:
        response = redirect(target, 303)
    _name_device(response, form.email.data, device)
    return response


def _kept(text: str) -> list[tuple[str, str]]:
    """Names and values of a form; raises Invalid where they are none."""
    try:
        pairs = json.loads(text)
        return [(str(name), str(value)) for name, value in pairs]
    except (ValueError, TypeError) as error:
        raise Invalid from error


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_MANAGE)
def sign_out() -> Any:
    request.perform(sessions.sign_out)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/sign-in/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def confirm() -> Any:
    form = ConfirmForm(next=local_path(flask.request.args.get("next")))
    if not form.validate_on_submit():
        return render_template("accounts/confirm.html", form=form), 422 if form.errors else 200
    try:
        attempt = _check_password(request.actor().email, form.password.data)
    except (sessions.TooManyTries, Invalid) as refusal:
        form.show(Invalid(text_of(refusal), field="password"))
        return render_template("accounts/confirm.html", form=form), 422
    request.perform(sessions.renew_session, attempt.failure_id)
    return redirect(local_path(form.next.data), 303)


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    form = ForgottenForm()
    has_mail = request.site().settings.smtp_url is not None
    if has_mail and form.validate_on_submit():
        request.perform(password_commands.request_reset, form.email.data)
        return render_template("accounts/forgotten.html", form=form, has_mail=True, is_sent=True)
    page = render_template("accounts/forgotten.html", form=form, has_mail=has_mail, is_sent=False)
    return page, 422 if form.errors else 200


@bp.route("/password/new/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Any:
    if queries.find_link(request.context(), token) is None:
        raise password_commands.LinkUsed
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            password_hash = _strong_hash(form.password.data)
        except Invalid as refusal:
            form.show(refusal)
        else:
            request.perform(password_commands.use_link, token, password_hash)
            flash(_("Your new password works from now on. Sign in with it."), "ok")
            return redirect(url_for("accounts.sign_in"), 303)
    page = make_response(
        render_template("accounts/new_password.html", form=form), 422 if form.errors else 200
    )
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@bp.get("/account")
@requires(Permission.ACCOUNT_MANAGE)
def account() -> Any:
    return _account_page(NameForm(name=request.actor().name), ChangePasswordForm(formdata=None))


@bp.post("/account/name")
@requires(Permission.ACCOUNT_MANAGE)
def change_name() -> Any:
    form = NameForm()
    if not form.validate():
        return _account_page(form, ChangePasswordForm(formdata=None)), 422
    try:
        request.perform(people.change_own_name, form.name.data)
    except Invalid as refusal:
        form.show(refusal)
        return _account_page(form, ChangePasswordForm(formdata=None)), 422
    flash(_("Your name was changed."), "ok")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/password")
@requires(Permission.ACCOUNT_MANAGE)
def change_password() -> Any:
    form = ChangePasswordForm()
    names = NameForm(formdata=None, name=request.actor().name)
    if not form.validate():
        return _account_page(names, form), 422
    try:
        password_hash = _strong_hash(form.password.data)
        attempt = _check_password(request.actor().email, form.current.data)
    except (sessions.TooManyTries, sessions.WrongSignIn) as refusal:
        form.show(Invalid(text_of(refusal), field="current"))
        return _account_page(names, form), 422
    except Invalid as refusal:
        form.show(refusal)
        return _account_page(names, form), 422
    request.perform(password_commands.change_own_password, password_hash)
    request.perform(sessions.renew_session, attempt.failure_id)
    flash(_("Your password was changed. You were signed out everywhere else."), "ok")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/display")
@requires(Permission.ACCOUNT_MANAGE)
def change_display() -> Any:
    request.perform(people.change_theme, request.fields().get("theme", ""))
    return redirect(local_path(request.fields().get("back"), url_for("accounts.account")), 303)


@bp.post("/account/sessions/<int:number>/end")
@requires(Permission.ACCOUNT_MANAGE)
def end_session(number: int) -> Any:
    request.perform(sessions.end_own_session, number)
    flash(_("That device is signed out."), "ok")
    return redirect(url_for("accounts.account", _anchor="sessions"), 303)


@bp.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_MANAGE)
def end_other_sessions() -> Any:
    request.perform(sessions.end_other_sessions)
    flash(_("All your other devices are signed out."), "ok")
    return redirect(url_for("accounts.account", _anchor="sessions"), 303)


def _account_page(names: NameForm, password: ChangePasswordForm) -> str:
    return render_template(
        "accounts/account.html",
        names=names,
        password=password,
        sessions=queries.list_own_sessions(request.context()),
    )


def _sign_in(email: str, password: str, device: str) -> str:
    """Check and start a session; the password is compared outside any transaction."""
    attempt = _check_password(email, password, device)
    assert attempt.user_id is not None  # noqa: S101 - a wrong sign-in has been refused
    agent = flask.request.headers.get("User-Agent", "")
    return request.perform(
        sessions.sign_in, attempt.user_id, attempt.failure_id, device_label(agent)
    )


def _check_password(email: str, password: str, device: str = "") -> sessions.SignInTry:
    address = flask.request.remote_addr or ""
    attempt = request.perform(sessions.begin_sign_in, email, address, device)
    settings = request.site().settings
    if not passwords.is_right(settings, attempt.password_hash, password):
        request.perform(sessions.note_failed_sign_in, attempt.user_id)
        raise sessions.WrongSignIn
    return attempt


def _strong_hash(password: str) -> str:
    settings = request.site().settings
    actor = request.actor()
    words = (*settings.organisation.split(), *actor.name.split(), *actor.email.split("@"))
    passwords.demand_strength(password, ("quizapp", "needling", *words))
    return passwords.make_hash(settings, password)


def _remember(token: str) -> None:
    """A new cookie with a new CSRF secret: nothing from before sign-in carries over."""
    session.clear()
    session["csrf_token"] = secrets.token_hex(20)
    login_user(SignedInUser(token, Actor()))


def _device_names() -> URLSafeSerializer:
    return URLSafeSerializer(request.site().settings.signing_key(), salt="device")


def _known_device(email: str) -> str:
    """The name of this device, if this person has signed in from it before."""
    try:
        known = _device_names().loads(flask.request.cookies.get(_device_cookie(), ""))
    except BadSignature:
        return ""
    return str(known["device"]) if known["account"] == _account_mark(email) else ""


def _device_cookie() -> str:
    return f"__Host-{DEVICE_COOKIE}" if request.site().settings.is_https else DEVICE_COOKIE


def _account_mark(email: str) -> str:
    return queries.hash_token(email.strip().lower())[:16]


def _name_device(response: Response, email: str, device: str) -> None:
    value = {"account": _account_mark(email), "device": device or secrets.token_urlsafe(12)}
    response.set_cookie(
        _device_cookie(),
        _device_names().dumps(value),
        max_age=DEVICE_SECONDS,
        secure=request.site().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def device_label(agent: str) -> str:
    """A device as people would name it: browser and system."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"))
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in (*browsers, ("Safari", "Safari")) if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown device"
