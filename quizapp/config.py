"""Settings, read once from the environment; an error names the variable and the remedy."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_KEY_MIN_LENGTH = 32
REMEDIES = {
    "bool_parsing": "use true or false",
    "greater_than_equal": "use {ge} or more",
    "int_parsing": "use a whole number",
    "less_than_equal": "use {le} or less",
    "literal_error": "use {expected}",
    "string_too_long": "use at most {max_length} characters",
    "string_too_short": "use at least {min_length} character",
}
"""What to do about the mistakes that pydantic finds by itself."""


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text names the variable and what to do."""


class Settings(BaseSettings):
    """What an operator may choose. docs/operators.md explains each."""

    model_config = SettingsConfigDict(
        env_prefix="QUIZAPP_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data: Path = Path("var")
    database_url: str | None = None
    secret_key: SecretStr | None = None
    public_url: str | None = None
    timezone: str = "UTC"
    smtp_url: str | None = None
    mail_from: str = "quizapp@localhost"
    organisation: str = Field("Clinic Learning", min_length=1, max_length=60)
    demo_password: SecretStr | None = None
    question_bank: Path = Path("question_bank")
    trusted_proxies: int = Field(0, ge=0, le=5)
    web_workers: int = Field(2, ge=1, le=64)
    web_threads: int = Field(16, ge=1, le=256)
    session_idle_minutes: int = Field(120, ge=1)
    session_hours: int = Field(12, ge=1)
    grace_seconds: int = Field(30, ge=0, le=600)
    keep_drafts_in_browser: bool = True
    password_memory_kib: int = Field(19456, ge=8)
    password_rounds: int = Field(2, ge=1)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("use a name of the IANA list such as Europe/Vienna") from error
        return value

    @field_validator("host")
    @classmethod
    def _listening_address(cls, value: str) -> str:
        if not value or any(letter.isspace() or letter in "/@[]" for letter in value):
            raise ValueError("write an address to listen at, such as 127.0.0.1 or 0.0.0.0")
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        remedy = "write scheme and host only, such as https://learning.example.org"
        parts = _split(value, remedy)
        has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username
        if parts.scheme not in {"http", "https"} or not parts.hostname or has_more:
            raise ValueError(remedy)
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        remedy = "write smtp://user:password@host:587 or smtps://host:465"
        parts = _split(value, remedy)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError(remedy)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        name, _, domain = value.partition("@")
        if not name or not domain or "@" in domain or any(letter.isspace() for letter in value):
            raise ValueError("write one address, such as learning@example.org")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        remedy = "write sqlite:///path or postgresql://user:password@host/name"
        parts = _split(value, remedy)
        name = parts.path.removeprefix("/")
        is_file = parts.scheme == "sqlite" and not parts.netloc and name != ":memory:"
        is_server = parts.scheme in {"postgresql", "postgresql+psycopg"}
        if not name or not (is_file or is_server):
            raise ValueError(remedy)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_KEY_MIN_LENGTH:
            raise ValueError(
                f"use at least {SECRET_KEY_MIN_LENGTH} random characters, or leave it unset: "
                "one is made and kept in the data folder"
            )
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def address(self) -> str:
        """Scheme, host and port people type, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def host_names(self) -> list[str]:
        """The names this site answers to: that of the public address, and loopback."""
        public = urlsplit(self.address).hostname or self.host
        return sorted(
            {f"[{public}]" if ":" in public else public, "localhost", "127.0.0.1", "[::1]"}
        )

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{self.data.resolve() / 'quizapp.sqlite3'}"

    @property
    def is_sqlite(self) -> bool:
        return self.database_address.startswith("sqlite")

    def signing_key(self) -> str:
        """The secret key, made once (mode 0600) in the data folder when none is set."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data / "secret_key"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            _make_key(path)
        return _read_key(path)


def _split(value: str, remedy: str) -> SplitResult:
    """The parts of an address, if it can be taken apart; ValueError with the remedy if not."""
    if any(letter.isspace() for letter in value):
        raise ValueError(remedy)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(remedy) from error
    if port == 0:
        raise ValueError(remedy)
    return parts


def _make_key(path: Path) -> None:
    """Write a new key so that two processes starting at once end up with the same one."""
    draft = path.with_name(f".secret_key-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read_key(path: Path) -> str:
    key = path.read_text().strip()
    if len(key) < SECRET_KEY_MIN_LENGTH:
        raise ConfigurationError(
            f"{path} holds a short secret key. Remove the file; a new key is made and everybody "
            "signs in again."
        )
    return key


def load() -> Settings:
    """Read the settings; raise ConfigurationError naming each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(map(_told, error.errors()))) from error


def _told(problem: Any) -> str:
    """A mistake with its variable, the remedy and the default; never with the value."""
    name = str(problem["loc"][0])
    text = REMEDIES.get(problem["type"], problem["msg"]).format(**problem.get("ctx", {}))
    default = Settings.model_fields[name].default
    hint = "" if default is None else f" (default: {default})"
    return f"QUIZAPP_{name.upper()}: {text.removeprefix('Value error, ')}{hint}"
