"""With --json every command prints one document, when it works and when it does not."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from quizapp import cli
from quizapp.domain.errors import Unavailable
from quizapp.infrastructure.site import Site
from tests.factories.content_sync import SAMPLE
from tests.integration.cli.conftest import Terminal

NEEDS_A_DATABASE = (
    ("user", "list"),
    ("user", "add", "--name", "Lea Learner", "--email", "lea@example.org", "--role", "learner"),
    ("user", "password", "lea@example.org"),
    ("user", "disable", "lea@example.org"),
    ("user", "enable", "lea@example.org"),
    ("audit", "verify"),
    ("bank", "sync", str(SAMPLE)),
    ("demo", "--accounts"),
    ("demo", "--remove-accounts"),
)


def words(arguments: tuple[str, ...]) -> str:
    return " ".join(arguments[:2])


@pytest.fixture
def template(request: pytest.FixtureRequest) -> str:
    return "blank" if "on_a_blank_database" in request.node.name else "empty"


@pytest.mark.parametrize("arguments", NEEDS_A_DATABASE, ids=words)
def test_on_a_blank_database_the_way_on_is_told(
    terminal_of_site: Terminal, arguments: tuple[str, ...]
) -> None:
    assert terminal_of_site.run(*arguments, "--json") == 1
    assert terminal_of_site.document == {
        "problem": "The database is not up to date. Run: quizapp upgrade"
    }
    assert terminal_of_site.run(*arguments) == 1
    assert terminal_of_site.out == ""
    assert "Run: quizapp upgrade" in terminal_of_site.err


@pytest.mark.parametrize("arguments", [("user", "list", "--json"), ("serve",)], ids=words)
def test_a_database_of_a_newer_program_is_left_alone(
    site: Site, terminal_of_site: Terminal, arguments: tuple[str, ...]
) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert terminal_of_site.run(*arguments) == 1
    told = terminal_of_site.out + terminal_of_site.err
    assert "The database is newer than this program (9999)." in told
    assert "quizapp upgrade" not in told


def test_one_document_after_the_other(terminal_of_site: Terminal, tmp_path: Path) -> None:
    documents = {}
    backup = ("backup", str(tmp_path / "all.tar.gz"))
    for arguments in (("upgrade",), *NEEDS_A_DATABASE, backup):
        assert terminal_of_site.run(*arguments, "--json") == 0, arguments
        documents[words(arguments[:2])] = terminal_of_site.document

    assert documents["upgrade"]["before"] == documents["upgrade"]["after"]
    assert documents["user list"] == []
    assert documents["user add"]["email"] == "lea@example.org"
    assert documents["user disable"] == {"email": "lea@example.org", "status": "disabled"}
    assert documents["user enable"] == {"email": "lea@example.org", "status": "active"}
    assert documents["audit verify"]["findings"] == []
    assert documents["bank sync"][0]["course"] == "needle-care"
    assert documents["demo --remove-accounts"] == {"removed": 4}


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "disable", "nobody@example.org"),
        ("user", "enable", "nobody@example.org"),
        ("user", "password", "nobody@example.org"),
        ("restore", "no-such-file.tar.gz"),
        ("backup", "/proc/no-such-folder/all.tar.gz"),
    ],
    ids=words,
)
def test_what_cannot_be_done_is_one_document(
    terminal_of_site: Terminal, arguments: tuple[str, ...]
) -> None:
    assert terminal_of_site.run(*arguments, "--json") == 1
    assert set(terminal_of_site.document) == {"problem"}


def test_wrong_settings_are_one_document(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZAPP_PORT", "eighty")
    for arguments in (*NEEDS_A_DATABASE, ("upgrade",)):
        assert terminal.run(*arguments, "--json") == 1
        assert terminal.document == {"problem": "QUIZAPP_PORT: use a whole number (default: 8000)"}
    assert terminal.run("serve") == 1
    assert "QUIZAPP_PORT: use a whole number" in terminal.err


def test_a_data_folder_that_cannot_be_made_is_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("QUIZAPP_DATA", str(tmp_path / "file" / "var"))
    assert terminal.run("user", "list", "--json") == 1
    assert terminal.document["problem"].startswith(f"QUIZAPP_DATA: {tmp_path}/file/var cannot")
    assert terminal.run("serve") == 1
    assert "Traceback" not in terminal.err


def test_a_database_that_is_away_is_told_with_the_variable(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QUIZAPP_DATA", str(tmp_path))
    monkeypatch.setenv("QUIZAPP_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert terminal.run("user", "list", "--json") == 1
    assert terminal.document["problem"].startswith("The database does not answer: ")
    assert terminal.document["problem"].endswith("correct QUIZAPP_DATABASE_URL.")
    assert terminal.run("serve") == 1
    assert "QUIZAPP_DATABASE_URL" in terminal.err


def test_a_busy_database_is_told_in_words(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object) -> Site:
        raise Unavailable from sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(cli.Installation, "site", property(refuse))
    assert terminal.run("audit", "verify", "--json") == 1
    assert "it is busy" in terminal.document["problem"]
