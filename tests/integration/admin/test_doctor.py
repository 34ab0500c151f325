"""quizapp doctor: finds what is wrong and says what to do."""

import socket
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from sqlalchemy import text

from quizapp import cli
from quizapp.config import Settings
from quizapp.features.admin.cli import checks
from quizapp.features.admin.cli.checks import OK, PROBLEM, WARNING
from quizapp.infrastructure import clock as machine
from quizapp.infrastructure.site import Site, open_site
from tests.factories.accounts import make_person
from tests.factories.clock import FrozenClock
from tests.integration.admin.conftest import Run
from tests.integration.admin.test_audit_command import tamper
from tests.integration.admin.test_system_page import add_job
from tests.integration.engines import make_settings


class Usage(NamedTuple):
    """What the machine says about a disk."""

    total: int
    used: int
    free: int


def found(run: Run, check: str) -> dict[str, Any]:
    rows = run("doctor", "--json").document["checks"]
    row: dict[str, Any] = next(row for row in rows if row["check"] == check)
    return row


def with_settings(site: Site, **changes: Any) -> Site:
    values = {"data": site.settings.data, "database_url": site.settings.database_url}
    return open_site(make_settings(**{**values, **changes}))


def test_a_sound_site_has_no_problems(run: Run, site: Site) -> None:
    make_person(site)
    site.clock = machine.now
    done = run("doctor", "--json")
    assert done.code == 0
    assert done.document["problems"] == 0
    assert [row["check"] for row in done.document["checks"]] == [
        "address",
        "data folder",
        "disk",
        "secret key",
        "signing keys",
        "database",
        "migrations",
        "integrity",
        "clock",
        "sample accounts",
        "audit log",
        "receipts",
        "worker",
        "mail",
    ]


def test_people_read_lines_with_remedies(run: Run, site: Site) -> None:
    site.clock = machine.now
    done = run("doctor")
    assert done.code == 0
    assert "warning  mail             no mail server is set" in done.out
    assert "Set QUIZAPP_SMTP_URL and QUIZAPP_MAIL_FROM." in done.out
    assert done.out.endswith("0 problems, 1 warnings.\n")


def test_the_head_of_the_chain_is_told(run: Run, site: Site) -> None:
    make_person(site)
    row = found(run, "audit log")
    assert row["text"] == f"1 events, head {run('audit', 'verify', '--json').document['head']}"


def test_tampering_is_a_problem(run: Run, site: Site) -> None:
    make_person(site)
    tamper(site, "UPDATE audit_events SET details = '{}'")
    row = found(run, "audit log")
    assert (row["state"], row["remedy"]) == (PROBLEM, "See all: quizapp audit verify")
    assert run("doctor").code == 1


def test_a_secret_key_others_can_read_is_a_problem(site: Site) -> None:
    open_to_all = with_settings(site, secret_key=None)
    path = open_to_all.settings.data / "secret_key"
    assert checks.check_secret_key(open_to_all).text == "is made at the first start"
    open_to_all.settings.signing_key()
    assert checks.check_secret_key(open_to_all).state == OK
    path.chmod(0o644)
    finding = checks.check_secret_key(open_to_all)
    assert (finding.state, finding.remedy) == (PROBLEM, f"Run: chmod 600 {path}")


def test_pending_migrations_are_a_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.infrastructure.migrations.head", lambda: "9999")
    rows = run("doctor", "--json").document["checks"]
    assert (rows[-1]["check"], rows[-1]["state"]) == ("migrations", PROBLEM)
    assert rows[-1]["remedy"] == "Run: quizapp upgrade"


def test_a_newer_database_is_a_problem(site: Site) -> None:
    with site.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    finding = checks.check_migrations(site)
    assert finding.state == PROBLEM
    assert "newer than this program" in finding.text


def test_a_database_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    empty = open_site(make_settings(tmp_path / "data"))
    findings = {finding.check: finding for finding in checks.examine(empty)}
    assert findings["database"].state == PROBLEM
    assert findings["database"].remedy == "Run: quizapp upgrade"
    assert "migrations" not in findings


def test_a_server_that_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    away = open_site(
        make_settings(tmp_path, database_url="postgresql+psycopg://nobody@127.0.0.1:9/none")
    )
    finding = checks.check_database(away)
    assert finding.state == PROBLEM
    assert finding.remedy == "Start PostgreSQL, or correct QUIZAPP_DATABASE_URL."
    assert "QUIZAPP" not in finding.text


def test_an_old_sqlite_is_a_problem(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert checks.check_database(site).state == (PROBLEM if site.database.is_sqlite else OK)


def test_an_old_postgresql_is_a_problem(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)
    assert checks.check_database(site).state == (OK if site.database.is_sqlite else PROBLEM)


def test_rows_that_point_to_nothing_are_a_problem(site: Site) -> None:
    if site.database.is_sqlite:
        with site.database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("INSERT INTO role_grants (user_id, role) VALUES (4711, 'learner')")
            driver.execute("PRAGMA foreign_keys=ON")
        finding = checks.check_integrity(site)
        assert (finding.state, finding.text) == (PROBLEM, "1 rows point to nothing")
    else:
        assert checks.check_integrity(site).state == OK


@pytest.mark.parametrize(
    ("free", "state"), [(2 * 1024**3, OK), (500 * 1024**2, WARNING), (1024**2, PROBLEM)]
)
def test_little_room_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(free, 0, free))
    assert checks.check_disk(site).state == state


def test_a_folder_that_cannot_be_written_to_is_a_problem(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    finding = checks.check_data_folder(site)
    assert finding.state == PROBLEM
    assert "Permission denied" in finding.text


def test_what_an_interrupted_restore_left_is_told(site: Site) -> None:
    (site.settings.data / "quizapp.sqlite3.before-restore").touch()
    finding = checks.check_data_folder(site)
    assert (finding.state, finding.text) == (
        WARNING,
        "quizapp.sqlite3.before-restore is left from an interrupted restore",
    )


def test_a_clock_that_went_back_is_a_problem(site: Site, clock: FrozenClock) -> None:
    make_person(site)
    clock.advance(minutes=-10)
    finding = checks.check_clock(site)
    assert finding.state == PROBLEM
    assert "in the future" in finding.text


@pytest.mark.parametrize(("seconds", "state"), [(1, OK), (20, WARNING), (120, PROBLEM)])
def test_a_clock_that_differs_from_the_database_s_is_told(
    site: Site, seconds: int, state: str
) -> None:
    site.clock = lambda: machine.now() + timedelta(seconds=seconds)
    assert checks.check_clock(site).state == (OK if site.database.is_sqlite else state)


def test_a_public_address_without_https_is_told(site: Site) -> None:
    assert checks.check_address(with_settings(site, host="0.0.0.0")).state == WARNING  # noqa: S104
    behind = with_settings(site, host="0.0.0.0", public_url="https://learn.example.org")  # noqa: S104
    assert checks.check_address(behind).state == OK


@pytest.mark.parametrize(
    ("public_url", "state"), [(None, WARNING), ("https://learn.example.org", PROBLEM)]
)
def test_sample_accounts_are_told(site: Site, public_url: str | None, state: str) -> None:
    make_person(site)
    with site.database.transaction() as session:
        session.execute(text("UPDATE users SET is_sample = :yes"), {"yes": True})
    other = with_settings(site, public_url=public_url)
    assert checks.check_sample_accounts(other).state == state
    other.database.dispose()


def test_a_worker_that_stands_still_is_told(site: Site, clock: FrozenClock) -> None:
    add_job(site)
    clock.advance(minutes=6)
    assert checks.check_worker(site).text == "1 jobs wait longer than they should"


def test_jobs_that_were_given_up_are_told(site: Site) -> None:
    add_job(site, state="failed")
    assert checks.check_worker(site).text == "1 jobs were given up"


@pytest.fixture
def mail_server() -> Iterator[int]:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


def test_a_mail_server_that_answers_is_fine(site: Site, mail_server: int) -> None:
    reached = with_settings(site, smtp_url=f"smtp://127.0.0.1:{mail_server}")
    assert checks.check_mail(reached).state == OK
    refused = with_settings(site, smtp_url=f"smtp://user:secret@127.0.0.1:{mail_server}")
    finding = checks.check_mail(refused)
    assert finding.state == PROBLEM
    assert "secret" not in finding.text


def test_a_mail_server_that_does_not_answer_is_a_problem(site: Site) -> None:
    finding = checks.check_mail(with_settings(site, smtp_url="smtp://127.0.0.1:9"))
    assert finding.state == PROBLEM
    assert "127.0.0.1:9 does not take mail" in finding.text


def test_settings_that_are_wrong_are_one_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object) -> Settings:
        raise click.ClickException("QUIZAPP_PORT: use a number")

    monkeypatch.setattr(cli.Installation, "site", property(refuse))
    done = run("doctor", "--json")
    assert done.code == 1
    assert done.document["checks"][0]["check"] == "settings"
    assert done.document["checks"][0]["text"] == "QUIZAPP_PORT: use a number"


def test_a_check_that_breaks_is_a_finding_of_its_own(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("quizapp.features.admin.queries.system.get_jobs_state", break_down)
    findings = {finding.check: finding for finding in checks.examine(site)}
    assert findings["worker"].text == "could not be looked at: oh"
    assert findings["mail"].state == WARNING
