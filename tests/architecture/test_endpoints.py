"""Every address says who may use it, and reads like the others."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from quizapp.domain.access.permissions import Permission
from quizapp.web import guard
from quizapp.web.guard import PUBLIC, UndeclaredEndpoint, public, requires

TYPED = {"code", "int", "slug"}
PLAIN = {("static", "version"), ("static", "name"), ("accounts.new_password", "token")}
"""Parameters whose values are looked up as they are: files, and tokens by their hash."""
SEGMENT = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*(\.csv|\.json|\.xlsx)?$")


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    declared = {name: guard.access_of(app, name) for name in app.view_functions}
    assert all(
        access == PUBLIC or isinstance(access, Permission) for access in declared.values()
    ), declared


def test_few_endpoints_are_open_to_everybody(app: Flask) -> None:
    opened = {name for name in app.view_functions if guard.access_of(app, name) == PUBLIC}
    assert opened == {
        "accounts.forgotten",
        "accounts.new_password",
        "accounts.sign_in",
        "accounts.start_session",
        "attempts.verify",
        "attempts.verify_file",
        "attempts.verify_form",
        "healthz",
        "static",
    }


def tiny_app() -> Flask:
    app = Flask("tiny", static_folder=None)
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/kept", "kept", requires(Permission.ACCOUNT_MANAGE)(lambda: "kept"))
    return app


def test_declared_endpoints_are_accepted() -> None:
    app = tiny_app()
    guard.demand_declarations(app)
    assert set(app.view_functions) == {"open", "kept"}


def test_an_endpoint_that_does_not_say_stops_the_start() -> None:
    app = tiny_app()
    app.add_url_rule("/forgotten", "forgotten", lambda: "forgotten")
    with pytest.raises(UndeclaredEndpoint, match="forgotten"):
        guard.demand_declarations(app)


def test_addresses_are_kebab_case(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in rules(app)
        for segment in re.sub(r"<[^>]*>(\.\.<[^>]*>)?", "0", rule.rule).strip("/").split("/")
        if segment and not SEGMENT.match(segment)
    ]
    assert wrong == []


def test_addresses_do_not_end_with_a_slash(app: Flask) -> None:
    assert [rule.rule for rule in rules(app) if rule.rule != "/" and rule.rule[-1] == "/"] == []


def test_parameters_are_typed_and_named(app: Flask) -> None:
    for rule in rules(app):
        for converter, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            assert converter in TYPED or (rule.endpoint, name) in PLAIN, rule.rule
            assert name.islower()
            assert not name.endswith("_id"), f"{rule.rule} shows a key of the database"


def test_what_changes_something_is_never_read_by_get(app: Flask) -> None:
    """The methods of an address are either reading, or writing, or a form shown and sent."""
    known = [{"GET"}, {"POST"}, {"GET", "POST"}]
    for rule in rules(app):
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in known, rule.rule


def test_endpoints_are_named_after_feature_and_view(app: Flask) -> None:
    for name, view in app.view_functions.items():
        blueprint, _, own = name.rpartition(".")
        if blueprint:
            assert view.__module__.startswith("quizapp.features.")
            assert re.fullmatch(r"[a-z][a-z0-9_]*", own)
