"""Signatures that outlive keys: Ed25519 (RFC 8032) over canonical JSON (RFC 8785).

The keys lie in one file of the data folder (mode 0600). The newest signs. A retired one loses its
private half and stays, so that what it signed can be checked for ever.
"""

import base64
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.config import ConfigurationError, Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "signing_keys.json"
FORMAT = 1


class KeysUnusable(ConfigurationError):
    """The file of the keys cannot be read, or is not what was written."""


class Check(StrEnum):
    """What a look at a signature can find."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in base64url, and the id of the key that made it."""

    key_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """A public key; the one in use also has its private half (both raw, in base64url)."""

    id: str
    public: str
    made_at: str
    retired_at: str | None = None
    private: str | None = None

    @property
    def retired_moment(self) -> datetime | None:
        return datetime.fromisoformat(self.retired_at) if self.retired_at else None

    def to_dict(self) -> dict[str, str | None]:
        """Without the private half."""
        return {
            "id": self.id,
            "public": self.public,
            "made_at": self.made_at,
            "retired_at": self.retired_at,
        }


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys there ever were, oldest first; exactly one is not retired."""

    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        return self.keys[-1]

    def find(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def sign(self, document: bytes) -> Signature:
        key = self.current
        return Signature(key.id, _encode(_private(key.private or "").sign(document)))

    def check(self, document: bytes, signature: Signature) -> Check:
        """Whether the bytes are those that were signed, by a key of ours, retired or not."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        key = self.find(signature.key_id)
        if key is None:
            return Check.UNKNOWN_KEY
        try:
            raw = _decode(signature.text)
            Ed25519PublicKey.from_public_bytes(_decode(key.public)).verify(raw, document)
        except (InvalidSignature, ValueError):
            return Check.ALTERED
        # Base64 has several texts for the same bytes; only the one that was written counts.
        return Check.GENUINE if _encode(raw) == signature.text else Check.ALTERED


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way to write a document of texts, whole numbers, truth values, lists and objects.

    RFC 8785 for these: keys sorted, no spaces, UTF-8. Raises TypeError for a float, whose text
    would depend on who writes it.
    """
    _demand_exact(document)
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _demand_exact(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical text here; use a whole number or a text")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise TypeError("keys are ASCII, which sorts alike everywhere")
            _demand_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _demand_exact(inner)


def path_of(settings: Settings) -> Path:
    return settings.data / FILE


def open_keyring(settings: Settings, now: datetime) -> Keyring:
    """The keys; the first one is made when there is none. Raises KeysUnusable, OSError."""
    path = path_of(settings)
    found = _kept(path)
    if found is None:
        with _locked(path):
            found = _kept(path)
            if found is None:
                found = Keyring((_made(now),))
                _write(path, found)
    return found


def read_keyring(settings: Settings) -> Keyring | None:
    """The keys if there are any; makes none."""
    return _kept(path_of(settings))


def rotate(settings: Settings, now: datetime) -> Keyring:
    """Retire the key in use and make another; what was signed stays good."""
    path = path_of(settings)
    with _locked(path):
        before = _kept(path) or Keyring(())
        after = Keyring((*(_retired(key, now) for key in before.keys), _made(now)))
        _write(path, after)
    return after


def merge(one: Path, other: Path, target: Path, now: datetime) -> None:
    """Write the keys of two files to a third: a key retired in either is, the newest other signs.

    For a restore: no key that was given up comes back to life, and none is forgotten.
    """
    keys: dict[str, Key] = {}
    for path in (one, other):
        for key in (_kept(path) or Keyring(())).keys:
            known = keys.get(key.id, key)
            is_retired = known.retired_at or key.retired_at
            keys[key.id] = replace(key, retired_at=is_retired, private=None) if is_retired else key
    usable = sorted((k for k in keys.values() if k.private), key=lambda key: key.made_at)
    current = usable[-1] if usable else _made(now)
    others = (_retired(key, now) for key in keys.values() if key is not current)
    _write(target, Keyring((*sorted(others, key=lambda key: key.made_at), current)))


def _kept(path: Path) -> Keyring | None:
    """The file as it is now; read again only after it was replaced."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, state.st_ino, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, *_stamp: int) -> Keyring:
    try:
        document = json.loads(path.read_bytes())
        keys = tuple(Key(**entry) for entry in document["keys"])
        is_whole = document["format"] == FORMAT and all(_is_whole(key) for key in keys)
    except (ValueError, TypeError, KeyError) as error:
        raise _unusable(path) from error
    if not (keys and is_whole and keys[-1].private and not keys[-1].retired_at):
        raise _unusable(path)
    return Keyring(keys)


def _is_whole(key: Key) -> bool:
    """Whether id, public and private half belong together; raises ValueError if unreadable."""
    halves = key.private is None or _public(_private(key.private)) == key.public
    return key.id == _id_of(key.public) and halves and len(_decode(key.public)) == 32  # noqa: PLR2004


def _unusable(path: Path) -> KeysUnusable:
    return KeysUnusable(
        f"{path} does not hold signing keys as they were written. Bring it back from a backup "
        "(quizapp restore); without it, receipts cannot be checked or issued."
    )


def _made(now: datetime) -> Key:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = _public(private)
    return Key(
        id=_id_of(public),
        public=public,
        made_at=now.isoformat(timespec="seconds"),
        private=_encode(private.private_bytes_raw()),
    )


def _retired(key: Key, now: datetime) -> Key:
    moment = key.retired_at or now.isoformat(timespec="seconds")
    return replace(key, retired_at=moment, private=None)


def _write(path: Path, keyring: Keyring) -> None:
    entries = [
        {**key.to_dict(), **({"private": key.private} if key.private else {})}
        for key in keyring.keys
    ]
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            json.dump({"format": FORMAT, "keys": entries}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two processes that make or retire keys at once wait for each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@lru_cache(maxsize=4)
def _private(text: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_decode(text))


def _public(private: "Ed25519PrivateKey") -> str:
    return _encode(private.public_key().public_bytes_raw())


def _id_of(public: str) -> str:
    """Short, and the same for the same key everywhere."""
    return hashlib.sha256(_decode(public)).hexdigest()[:16]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
