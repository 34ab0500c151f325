"""Names for parts of a content that their author gave none: they depend on the words alone.

So an order that is corrected in a file changes what is right, and not what was answered.
"""

from collections.abc import Iterable
from hashlib import sha256

LENGTH = 10


def folded(text: str) -> str:
    """The words of a text, whatever their case and spacing: equal for texts that say the same."""
    return " ".join(text.casefold().split())


def name_of(text: str) -> str:
    return sha256(folded(text).encode()).hexdigest()[:LENGTH]


def names_of(parts: Iterable[tuple[str, str]]) -> list[str]:
    """The names of parts from their ids and texts; a name that is taken gets a number."""
    found: list[str] = []
    for given, text in parts:
        name = given or name_of(text)
        number = 1
        while name in found:
            number += 1
            name = f"{given or name_of(text)}-{number}"
        found.append(name)
    return found
