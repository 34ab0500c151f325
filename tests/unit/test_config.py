"""Settings: what operators get wrong is named with its variable and the remedy."""

import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from quizapp import config
from quizapp.config import ConfigurationError, Settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "0", "use 1 or more"),
        ("PORT", "65536", "use 65535 or less"),
        ("PORT", "eighty", "use a whole number (default: 8000)"),
        ("TIMEZONE", "Mars/Olympus", "IANA"),
        ("TIMEZONE", "../../etc/passwd", "IANA"),
        ("TIMEZONE", "Europe", "IANA"),
        ("PUBLIC_URL", "learning.example.org", "scheme and host"),
        ("PUBLIC_URL", "ftp://learning.example.org", "scheme and host"),
        ("PUBLIC_URL", "https://learning.example.org/app", "scheme and host"),
        ("PUBLIC_URL", "https://", "scheme and host"),
        ("PUBLIC_URL", "https://learning.example.org?a=b", "scheme and host"),
        ("PUBLIC_URL", "https://learning.example.org/#top", "scheme and host"),
        ("PUBLIC_URL", "https://me:secret@learning.example.org", "scheme and host"),
        ("PUBLIC_URL", "https://learning.example.org:99999", "scheme and host"),
        ("PUBLIC_URL", "https://learning.example.org:0", "scheme and host"),
        ("PUBLIC_URL", "https://learning example org", "scheme and host"),
        ("PUBLIC_URL", "http://[::1", "scheme and host"),
        ("HOST", "every where", "such as 127.0.0.1"),
        ("HOST", "http://127.0.0.1", "such as 127.0.0.1"),
        ("MAIL_FROM", "nobody", "learning@example.org"),
        ("MAIL_FROM", "a@b@c", "learning@example.org"),
        ("MAIL_FROM", "Clinic <a@example.org>", "learning@example.org"),
        ("SMTP_URL", "mail.example.org:25", "smtp://"),
        ("SMTP_URL", "http://mail.example.org", "smtp://"),
        ("SMTP_URL", "smtp://", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.org:mail", "smtp://"),
        ("DATABASE_URL", "mysql://host/name", "postgresql://"),
        ("DATABASE_URL", "var/quizapp.sqlite3", "sqlite:///"),
        ("DATABASE_URL", "sqlite://", "sqlite:///path"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///path"),
        ("DATABASE_URL", "sqlite://host/path", "sqlite:///path"),
        ("DATABASE_URL", "postgresql://", "host/name"),
        ("DATABASE_URL", "postgresql://host", "host/name"),
        ("DATABASE_URL", "postgresql://user:secret@host:port/name", "host/name"),
        ("SECRET_KEY", "too short", "at least 32"),
        ("ORGANISATION", "x" * 61, "at most 60"),
        ("TRUSTED_PROXIES", "6", "use 5 or less"),
        ("WEB_WORKERS", "0", "use 1 or more"),
        ("WEB_THREADS", "0", "use 1 or more"),
        ("SESSION_IDLE_MINUTES", "0", "use 1 or more"),
        ("SESSION_HOURS", "0", "use 1 or more"),
        ("GRACE_SECONDS", "-1", "use 0 or more"),
        ("GRACE_SECONDS", "601", "use 600 or less"),
        ("KEEP_DRAFTS_IN_BROWSER", "perhaps", "use true or false"),
        ("PASSWORD_MEMORY_KIB", "1", "use 8 or more"),
        ("PASSWORD_ROUNDS", "0", "use 1 or more"),
        ("LOG_LEVEL", "loud", "use 'debug', 'info', 'warning' or 'error' (default: info)"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"QUIZAPP_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert str(caught.value).startswith(f"QUIZAPP_{name}: ")
    assert words in str(caught.value)


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_PORT", "0")
    monkeypatch.setenv("QUIZAPP_TIMEZONE", "Nowhere")
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "QUIZAPP_PORT",
        "QUIZAPP_TIMEZONE",
    ]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_blank_value_is_no_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"QUIZAPP_{name.upper()}", "")
    assert getattr(config.load(), name) == Settings.model_fields[name].default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"),
        ("SMTP_URL", "imap://me:hunter2@host"),
        ("DATABASE_URL", "mysql://me:hunter2@host/name"),
        ("PUBLIC_URL", "https://me:hunter2@host"),
    ],
)
def test_a_secret_is_never_in_a_message(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"QUIZAPP_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert "hunter2" not in str(caught.value)


def test_what_is_not_ours_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_FUTURE_SETTING", "x")
    assert config.load().port == 8000


@pytest.mark.parametrize(
    ("values", "address", "is_https", "hosts"),
    [
        ({}, "http://127.0.0.1:8000", False, ["127.0.0.1", "[::1]", "localhost"]),
        (
            {"public_url": "https://learning.example.org/"},
            "https://learning.example.org",
            True,
            ["127.0.0.1", "[::1]", "learning.example.org", "localhost"],
        ),
        (
            {"host": "10.1.2.3", "port": 9000},
            "http://10.1.2.3:9000",
            False,
            ["10.1.2.3", "127.0.0.1", "[::1]", "localhost"],
        ),
        ({"host": "::1"}, "http://[::1]:8000", False, ["127.0.0.1", "[::1]", "localhost"]),
        (
            {"host": "2001:db8::7"},
            "http://[2001:db8::7]:8000",
            False,
            ["127.0.0.1", "[2001:db8::7]", "[::1]", "localhost"],
        ),
    ],
)
def test_the_address_is_what_people_type(
    values: dict[str, Any], address: str, *, is_https: bool, hosts: list[str]
) -> None:
    settings = Settings(**values)
    assert settings.address == address
    assert settings.is_https is is_https
    assert settings.host_names == hosts


def test_the_database_is_a_file_of_the_data_folder_unless_set(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert settings.database_address == f"sqlite:///{tmp_path}/quizapp.sqlite3"
    assert settings.is_sqlite
    assert not Settings(database_url="postgresql://host/name").is_sqlite


def test_the_zone_is_the_one_named() -> None:
    assert str(Settings(timezone="Europe/Vienna").zone) == "Europe/Vienna"


def test_a_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var")
    key = settings.signing_key()
    assert len(key) >= 32
    assert settings.signing_key() == Settings(data=tmp_path / "var").signing_key() == key
    path = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["secret_key"]


def test_a_secret_key_that_is_set_is_used(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, secret_key=SecretStr("x" * 32))
    assert settings.signing_key() == "x" * 32
    assert not (tmp_path / "secret_key").exists()


def test_a_spoilt_secret_key_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ConfigurationError, match="Remove the file"):
        Settings(data=tmp_path).signing_key()


def test_of_two_processes_starting_at_once_one_makes_the_key(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text("k" * 64)
    config._make_key(path)  # noqa: SLF001 - the other process has come first
    assert path.read_text() == "k" * 64
    assert [found.name for found in tmp_path.iterdir()] == ["secret_key"]
