"""One server and one browser for all journeys; a new profile and new people for each."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.server import PASSWORD, Server
from tests.e2e.visitor import Visitor, visiting
from tests.factories.accounts import Person, give_password, make_person
from tests.tools import browser as chromium

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(Path(tmp_path_factory.mktemp("site")))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.ready(), args=chromium.arguments()
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens a browser profile: `visit(is_phone=True, theme="dark", has_script=False)`."""
    with ExitStack() as stack:

        def open_profile(**options: object) -> Visitor:
            return stack.enter_context(visiting(browser, server.address, **options))  # type: ignore[arg-type]

        yield open_profile


@pytest.fixture
def trainee(server: Server) -> Person:
    """Somebody new, who has not taken anything yet."""
    mark = secrets.token_hex(4)
    person = make_person(server.site, f"Trainee {mark}", email=f"trainee-{mark}@example.org")
    give_password(server.site, person.id, PASSWORD)
    return person
