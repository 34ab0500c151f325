"""PostgreSQL goes away and comes back: nothing is a fault, nothing is lost, nobody restarts us."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import URL

from quizapp.app import create_app
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.engines import PostgresqlEngine, opened

ATTEMPT = "/courses/needle-care/quizzes/final-check/attempt-1"
PAGES = ("/", "/courses", "/account", f"{ATTEMPT}/question-1", f"{ATTEMPT}/check")


class Outage:
    """Takes a database away from under its connections, and gives it back."""

    def __init__(self, url: URL) -> None:
        self._name = str(url.database)
        self._server = url.set(drivername="postgresql", database="postgres").render_as_string(
            hide_password=False
        )

    def begin(self) -> None:
        self._rename(self._name, f"{self._name}_away")

    def end(self) -> None:
        self._rename(f"{self._name}_away", self._name)

    def cut_connections(self) -> None:
        """As a restart of the server does."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            self._cut(connection, self._name)

    def _rename(self, old: str, new: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(old))
            )
            self._cut(connection, old)
            connection.execute(
                SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(old), Identifier(new))
            )
            connection.execute(
                SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(Identifier(new))
            )

    def _cut(self, connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )


@pytest.fixture
def site(
    postgresql_engine: PostgresqlEngine, data_folder: Path, clock: FrozenClock
) -> Iterator[Site]:
    with opened(postgresql_engine, "clinic", data_folder, clock, {}) as site:
        yield site


@pytest.fixture
def clinic(site: Site, postgresql_engine: PostgresqlEngine) -> Clinic:
    assert site.database is not None
    assert postgresql_engine.clinic is not None
    return postgresql_engine.clinic


@pytest.fixture
def outage(site: Site) -> Outage:
    return Outage(site.database.engine.url)


@pytest.fixture
def lea(site: Site, clinic: Clinic) -> Visitor:
    """In the middle of the final check."""
    app = create_app(site)
    app.test_client_class = Visitor
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.lea)
    attempts.start(site, clinic.lea)
    assert [client.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    return client


@pytest.fixture
def save(site: Site, clinic: Clinic, lea: Visitor) -> Callable[..., int]:
    """Save the right answer to the first question; the status."""
    head = attempts.head_of(site, clinic.lea)
    fields = attempts.fields_of(site, clinic.lea, head, 1, KEYS[1])
    token = lea.token()

    def post(**headers: str) -> int:
        data = {**fields, "csrf_token": token}
        return lea.post(f"{ATTEMPT}/question-1", data=data, headers=headers).status_code

    return post


def test_while_it_is_away_everything_says_so(
    lea: Visitor, outage: Outage, save: Callable[..., int]
) -> None:
    outage.begin()
    try:
        for page in PAGES:
            answer = lea.get(page)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2"), page
            assert "What you typed is still on the page" in answer.text
        assert save() == 503
        assert save(Accept="application/json") == 503
        assert lea.get("/healthz").status_code == 503
        assert lea.get("/static/x/css/app.css").status_code == 200
    finally:
        outage.end()


def test_once_it_is_back_work_goes_on(
    site: Site, clinic: Clinic, lea: Visitor, outage: Outage, save: Callable[..., int]
) -> None:
    outage.begin()
    assert save() == 503
    outage.end()
    assert save() == 303
    assert [lea.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert lea.get("/healthz").status_code == 200
    assert attempts.head_of(site, clinic.lea).answers


def test_a_restart_between_two_clicks_is_not_noticed(
    lea: Visitor, outage: Outage, save: Callable[..., int]
) -> None:
    for page in PAGES:
        outage.cut_connections()
        assert lea.get(page).status_code == 200, page
    outage.cut_connections()
    assert save() in {303, 503}
    assert save() == 303
