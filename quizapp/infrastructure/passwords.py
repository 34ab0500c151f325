"""Passwords: hashing with argon2id, a bound on how many at once, and which ones are refused."""

import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from quizapp.domain.errors import N_, Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from quizapp.config import Settings

MIN_LENGTH = 12
MAX_LENGTH = 256

# One hash takes 19 MiB and a whole core; a storm of sign-ins must not starve answer saves.
_cores = threading.BoundedSemaphore(os.cpu_count() or 1)


class WeakPassword(Invalid):
    """Too short, too long, too common, or made of words everybody here knows."""


@lru_cache
def _hasher(memory_kib: int, rounds: int) -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


@lru_cache
def _nobody(memory_kib: int, rounds: int) -> str:
    return _hasher(memory_kib, rounds).hash("nobody has this password")


def make_hash(settings: "Settings", password: str) -> str:
    with _cores:
        return _hasher(settings.password_memory_kib, settings.password_rounds).hash(password)


def is_right(settings: "Settings", stored: str | None, password: str) -> bool:
    """Compare; an unknown person (None) costs the same work and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    cost = settings.password_memory_kib, settings.password_rounds
    with _cores:
        try:
            _hasher(*cost).verify(stored or _nobody(*cost), password[:MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def demand_strength(password: str, known_words: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword; every character counts, exactly as typed."""
    if len(password) < MIN_LENGTH:
        raise WeakPassword(
            N_("Use at least %(count)s characters."), count=MIN_LENGTH, field="password"
        )
    if len(password) > MAX_LENGTH:
        raise WeakPassword(
            N_("Use at most %(count)s characters."), count=MAX_LENGTH, field="password"
        )
    if _is_guessable(password, known_words):
        raise WeakPassword(
            N_("This is one of the first passwords somebody would try. Choose another one."),
            field="password",
        )


def _is_guessable(password: str, known_words: tuple[str, ...]) -> bool:
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    words = [word for word in known_words if len(word) > 2]  # noqa: PLR2004
    found = zxcvbn(password[:72], user_inputs=words)
    return bool(found["guesses_log10"] < 8)  # noqa: PLR2004 - a hundred million guesses
