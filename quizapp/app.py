"""Builds the web application; the only file that knows every feature."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from quizapp import config
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.commands import sessions
from quizapp.features.accounts.views import SignedInUser, sign_in_again
from quizapp.features.accounts.views import bp as accounts
from quizapp.features.admin.views import bp as admin
from quizapp.features.attempts.views import bp as attempts
from quizapp.features.grading.views import bp as grading
from quizapp.features.home.views import bp as home
from quizapp.features.progress.views import bp as progress
from quizapp.features.questions.views import bp as questions
from quizapp.features.reports.views import bp as reports
from quizapp.features.teams.views import bp as teams
from quizapp.infrastructure import logs
from quizapp.infrastructure.site import Site, open_site
from quizapp.subscriptions import SUBSCRIPTIONS
from quizapp.web import (
    assets,
    errors,
    guard,
    health,
    navigation,
    request,
    session,
    templating,
    texts,
    urls,
)
from quizapp.web.edge import Edge
from quizapp.web.login import TokenLogin

BLUEPRINTS = (
    accounts,
    admin,
    teams,
    questions,
    attempts,
    grading,
    progress,
    reports,
    home,
)
_PORT = re.compile(r":\d+$")
MAX_BODY = 2 * 1024 * 1024
MAX_FORM = 500_000


def create_app(site: Site | None = None) -> Flask:
    """The application on a site; without one, on what the environment describes."""
    if site is None:
        settings = config.load()
        logs.set_up(settings)
        site = open_site(settings, SUBSCRIPTIONS)
    app = QuizApp("quizapp", static_folder=None, template_folder="web/templates")
    app.request_class = request.Request
    texts.install(app)
    app.extensions["quizapp"] = site
    app.extensions["sign_in_again"] = sign_in_again
    app.config.update(
        SECRET_KEY=site.settings.signing_key(),
        HOST_NAMES=frozenset(site.settings.host_names),
        PREFERRED_URL_SCHEME="https" if site.settings.is_https else "http",
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=2000,
    )
    urls.install(app)
    tokens = session.install(app, is_https=site.settings.is_https)
    guard.install(app, tokens)
    _load_people(app, site)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for part in (assets, errors, health, navigation):
        part.install(app)
    templating.install(app, site.settings)
    guard.demand_declarations(app)
    app.teardown_appcontext(lambda _error: request.end_reading())
    _wrap(app, site)
    return app


class QuizApp(Flask):
    """Flask that answers only under its own names, and whose views are all synchronous."""

    def create_url_adapter(self, request: Any) -> Any:
        # The framework's own list of hosts matches no IPv6 address.
        if (
            request is not None
            and _PORT.sub("", request.host).lower() not in self.config["HOST_NAMES"]
        ):
            raise SecurityError
        return super().create_url_adapter(request)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Without the question, at each call, whether a view is asynchronous: none is."""
        return func


def _load_people(app: Flask, site: Site) -> None:
    """Flask-Login asks once a request for the person behind the cookie's token."""
    manager = TokenLogin()
    manager.init_app(app)
    idle = timedelta(minutes=site.settings.session_idle_minutes)

    @manager.user_loader
    def _load(token: str) -> SignedInUser | None:
        found = account_queries.find_signed_in(
            site.database.rows, token, request.received_at(), idle
        )
        if found is None:
            return None
        if found.needs_touch:
            site.perform(
                sessions.touch_session, actor=found.actor, moment={"now": request.received_at()}
            )
        return SignedInUser(token, found.actor)


def _wrap(app: Flask, site: Site) -> None:
    inner: Any = app.wsgi_app
    proxies = site.settings.trusted_proxies
    if proxies:
        inner = ProxyFix(inner, x_for=proxies, x_proto=proxies, x_host=proxies)
    app.wsgi_app = Edge(  # type: ignore[method-assign]
        inner,
        lambda: site.clock(),  # noqa: PLW0108 - tests set the clock later
        is_https=site.settings.is_https,
    )
