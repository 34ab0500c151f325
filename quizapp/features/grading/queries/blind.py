"""Names of answers that say nothing about people: what markers see in place of an attempt.

A name is the answer's key as one block, enciphered with a key of the site: nobody else can go
from one to the other, and the order of names is as good as chance.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from quizapp.config import Settings
from quizapp.domain.errors import NotFound

BLOCK, ATTEMPT_BYTES, SLOT_BYTES = 16, 8, 2
PURPOSE = b"names of answers for those who mark them"
SHORT = 6
"""So many letters tell answers apart on a page."""


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """One answer: an attempt and a place in it."""

    attempt_id: int
    slot: int


class Names:
    """Goes both ways between answers and their names."""

    def __init__(self, settings: Settings) -> None:
        key = hmac.digest(settings.signing_key().encode(), PURPOSE, sha256)[:BLOCK]
        # One block only, so that no mode joins several; equal answers shall have equal names.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305

    def name_of(self, key: AnswerKey) -> str:
        block = key.attempt_id.to_bytes(ATTEMPT_BYTES) + key.slot.to_bytes(SLOT_BYTES)
        cipher = self._cipher.encryptor()
        return (cipher.update(block.ljust(BLOCK, b"\0")) + cipher.finalize()).hex()

    def key_of(self, name: str) -> AnswerKey:
        """Raises NotFound for what is no name of ours."""
        try:
            block = bytes.fromhex(name)
        except ValueError:
            raise NotFound from None
        if len(block) != BLOCK or name != block.hex():
            raise NotFound
        cipher = self._cipher.decryptor()
        plain = cipher.update(block) + cipher.finalize()
        used = ATTEMPT_BYTES + SLOT_BYTES
        if any(plain[used:]):
            raise NotFound
        return AnswerKey(
            int.from_bytes(plain[:ATTEMPT_BYTES]), int.from_bytes(plain[ATTEMPT_BYTES:used])
        )


def short(name: str) -> str:
    return name[:SHORT].upper()


def place_for(marker_id: int | None, name: str) -> str:
    """Where an answer comes in somebody's turn: in another place for each marker.

    Two who begin at the same time do not mark the same answers.
    """
    return sha256(f"{marker_id}:{name}".encode()).hexdigest()
