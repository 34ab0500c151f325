"""The house as these tests look at it, and the app on a database that nobody asks."""

import pytest
from flask import Flask

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.infrastructure.site import open_site
from quizapp.subscriptions import SUBSCRIPTIONS


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    return create_app(open_site(settings, SUBSCRIPTIONS))
