"""Settings, read once from the environment; an error names the variable and the remedy."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_KEY_MIN_LENGTH = 32


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text names the variable and what to do."""


def _blank_is_unset(value: object) -> object:
    return None if value == "" else value


OptionalText = Annotated[str | None, BeforeValidator(_blank_is_unset)]


class Settings(BaseSettings):
    """What an operator may choose. docs/operators.md explains each."""

    model_config = SettingsConfigDict(env_prefix="QUIZAPP_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data: Path = Path("var")
    database_url: OptionalText = None
    secret_key: Annotated[SecretStr | None, BeforeValidator(_blank_is_unset)] = None
    public_url: OptionalText = None
    timezone: str = "UTC"
    smtp_url: OptionalText = None
    mail_from: str = "quizapp@localhost"
    organisation: str = Field("Clinic Learning", min_length=1, max_length=60)
    demo_password: Annotated[SecretStr | None, BeforeValidator(_blank_is_unset)] = None
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

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or parts.path not in {"", "/"}
        ):
            raise ValueError("write scheme and host only, such as https://learning.example.org")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_address(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname
        ):
            raise ValueError("write smtp://user:password@host:587 or smtps://host:465")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {
            "sqlite",
            "postgresql",
            "postgresql+psycopg",
        }:
            raise ValueError("write sqlite:///path or postgresql://user:password@host/name")
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
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def host_names(self) -> list[str]:
        """The names this site answers to: that of the public address, and loopback."""
        public = urlsplit(self.address).hostname or self.host
        return sorted({public, "localhost", "127.0.0.1", "[::1]"})

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
        lines = [
            f"QUIZAPP_{'_'.join(str(part) for part in problem['loc']).upper()}: "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        ]
        raise ConfigurationError("\n".join(lines)) from error
