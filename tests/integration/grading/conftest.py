"""Browsers of those who write questions."""

from collections.abc import Callable

import pytest
from flask import Flask

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.factories.web import Visitor
from tests.integration.questions.teaching import make_outsider


@pytest.fixture
def author(client_as: Callable[[Role], Visitor]) -> Visitor:
    """The instructor of the sample course."""
    return client_as(Role.INSTRUCTOR)


@pytest.fixture
def outsider(app: Flask, site: Site) -> Visitor:
    """An instructor of another course alone."""
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(make_outsider(site))
    return client
