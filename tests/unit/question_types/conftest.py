"""Templates of types as pages render them: with the app's own environment."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.infrastructure.site import open_site

Show = Callable[..., str]
"""Renders a template by its name with some values."""


@pytest.fixture(scope="session")
def _app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(open_site(Settings(data=tmp_path_factory.mktemp("data")), {}))


@pytest.fixture
def show(_app: Flask) -> Iterator[Show]:
    def render(template: str, **values: Any) -> str:
        return _app.jinja_env.get_template(template).render(**values)

    with _app.test_request_context():
        yield render
