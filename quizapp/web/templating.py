"""What every template can use: filters, components as plain names, texts in one's language."""

import secrets
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask
from babel.dates import format_date, format_datetime, format_time
from flask import Flask
from flask_babel import Babel, get_locale
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined

from quizapp.config import Settings
from quizapp.formats import figures, markdown
from quizapp.web import request, texts

QUESTION_TYPES = Path(__file__).parent.parent / "question_types"
DEFAULT_LOCALE = "en_GB"


def install(app: Flask, settings: Settings) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LOCALE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    Babel(app, default_timezone=settings.timezone)
    texts.install_callables(app)
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.loader = ChoiceLoader(
        [
            app.jinja_loader,  # type: ignore[list-item]
            *(blueprint.jinja_loader for blueprint in app.blueprints.values()),  # type: ignore[list-item]
            PrefixLoader({"question_types": FileSystemLoader(QUESTION_TYPES)}),
        ]
    )
    environment.filters.update(_filters(settings))
    environment.globals.update(
        may=request.may,
        organisation=settings.organisation,
        zone_name=_zone_name(settings),
        query=with_query,
        actor=request.actor,
        new_operation=new_operation,
    )
    _name_components(app)


def _name_components(app: Flask) -> None:
    """Make each macro of templates/components/ a name that every template knows."""
    with app.app_context():
        folder = Path(__file__).parent / "templates" / "components"
        for path in sorted(folder.glob("*.html")):
            module = app.jinja_env.get_template(f"components/{path.name}").module
            macros = {k: v for k, v in vars(module).items() if not k.startswith("_")}
            app.jinja_env.globals.update(macros)


def _zone_name(settings: Settings) -> str:
    return settings.timezone.replace("_", " ")


def _filters(settings: Settings) -> dict[str, Any]:
    zone = settings.zone

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    def as_date(moment: datetime | date, form: str = "d MMMM y") -> str:
        day = local(moment) if isinstance(moment, datetime) else moment
        return format_date(day, form, locale=get_locale() or DEFAULT_LOCALE)

    def as_time(moment: datetime, form: str = "HH:mm") -> str:
        return format_time(local(moment), form, locale=get_locale() or DEFAULT_LOCALE)

    def as_moment(moment: datetime, form: str = "d MMMM y, HH:mm") -> str:
        return format_datetime(local(moment), form, locale=get_locale() or DEFAULT_LOCALE)

    return {
        "day": as_date,
        "short_day": lambda moment: as_date(moment, "d MMM y"),
        "clock": as_time,
        "moment": as_moment,
        "short_moment": lambda moment: as_moment(moment, "d MMM y, HH:mm"),
        "percent": as_percent,
        "initials": initials,
        "figure": figures.shown,
        "markdown": markdown.to_html,
        "markdown_inline": markdown.to_inline_html,
        "markdown_gaps": markdown.to_html_with_gaps,
        "markdown_plain": markdown.to_plain,
        "number": lambda value: as_number(float(value)),
        "fraction": lambda text: as_number(float(Fraction(text))),
    }


def new_operation() -> str:
    """The name of one change, for the fields of a page that may be sent more than once."""
    return secrets.token_urlsafe(9)


def as_percent(share: float | None) -> str:
    """A share of 1 as whole percent, rounded down so that nothing looks reached that is not."""
    return "–" if share is None else f"{int(share * 100 + 1e-9)}%"


def as_number(value: float) -> str:
    """At most two decimals, none where they are zero; a real minus sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def initials(name: str) -> str:
    words = name.split()
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def with_query(**changes: Any) -> str:
    """This page's address with some query values changed; None or '' removes one."""
    values = {**flask.request.args.to_dict(), **changes}
    kept = [(k, v) for k, v in values.items() if v not in {None, ""}]
    return f"{flask.request.path}?{urlencode(kept)}"
