"""Comparing short texts: what counts as the same spelling, wildcards, and typing errors.

Compared are texts in Unicode's form NFKC without invisible characters, each run of spaces as one
space, with one apostrophe, one quotation mark and one hyphen for their many shapes.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_SAME_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_INSIDE_WORDS = {".", "'"}
"""Punctuation that falls out where it is ignored; all other is like a space."""
_WILDCARD = re.compile(r"(?<!\\)\*")
ANY = "\ue000"
"""Stands for a wildcard where a pattern itself is compared; nobody types it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes no difference."""

    ignore_case: bool = True
    ignore_accents: bool = False
    ignore_punctuation: bool = False


def fold(text: str, rules: Rules) -> str:
    """A text as it is compared; equal for texts that count as the same.

    Case is folded as in The Unicode Standard 3.13 (compatibility caseless matching, D146).
    """
    return _folded(text, rules).strip()


def _folded(text: str, rules: Rules) -> str:
    text = _normal(text.translate(_SAME_SIGNS))
    if rules.ignore_case:
        text = _normal(_normal(unicodedata.normalize("NFD", text).casefold()).casefold())
    if rules.ignore_accents:
        letters = unicodedata.normalize("NFD", text)
        text = _normal("".join(c for c in letters if unicodedata.category(c) != "Mn"))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if rules.ignore_punctuation:
        text = "".join(_without_punctuation(character) for character in text)
    return re.sub(r"\s+", " ", text)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _without_punctuation(character: str) -> str:
    if not unicodedata.category(character).startswith("P"):
        return character
    return "" if character in _INSIDE_WORDS else " "


def has_wildcard(pattern: str) -> bool:
    return _WILDCARD.search(pattern) is not None


def filled(pattern: str, filling: str) -> str:
    """A pattern as people read it, with something in the place of its wildcards."""
    return filling.join(part.replace(r"\*", "*") for part in _WILDCARD.split(pattern))


def pieces(pattern: str, rules: Rules) -> tuple[str, ...]:
    r"""A pattern cut at its wildcards and folded; \* is an asterisk."""
    parts = [part.replace(r"\*", "*") for part in _WILDCARD.split(pattern.strip())]
    found = [_folded(part, rules) for part in parts]
    return (
        (found[0].lstrip(), *found[1:-1], found[-1].rstrip()) if found[1:] else (found[0].strip(),)
    )


def fits(pattern: Sequence[str], text: str) -> bool:
    """Whether a folded text is the pieces in order with anything between them.

    Each piece is taken where it comes first, so that no place is looked at twice.
    """
    first, *rest = pattern
    if not rest:
        return text == first
    *middle, last = rest
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        found = text.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def covers(pattern: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a pattern takes every text that the other one does."""
    return fits(pattern, ANY.join(other))


def distance(one: str, other: str, limit: int) -> int:
    """Typing errors between two texts, but at most `limit` + 1.

    The Damerau-Levenshtein distance: a character too many, missing, wrong, or two swapped, also
    with others between them. After Lowrance and Wagner (An extension of the
    string-to-string correction problem, J ACM 1975;22:177-183); what is more than `limit` off the
    diagonal cannot count and is left out (Ukkonen, Information and Control 1985;64:100-118).
    """
    over = limit + 1
    if abs(len(one) - len(other)) > limit:
        return over
    rows = [{column: column for column in range(min(limit, len(other)) + 1)}]
    last_row: dict[str, int] = {}
    for row, character in enumerate(one, 1):
        line = {0: row} if row <= limit else {}
        above = rows[row - 1]
        last_column = 0
        for column in range(max(1, row - limit), min(len(other), row + limit) + 1):
            is_same = character == other[column - 1]
            best = min(
                above.get(column - 1, over) + (not is_same),
                above.get(column, over) + 1,
                line.get(column - 1, over) + 1,
            )
            swapped_row = last_row.get(other[column - 1], 0)
            if swapped_row and last_column:
                before = rows[swapped_row - 1].get(last_column - 1, over)
                best = min(best, before + (row - swapped_row) + (column - last_column) - 1)
            line[column] = min(best, over)
            last_column = column if is_same else last_column
        rows.append(line)
        last_row[character] = row
    return rows[-1].get(len(other), over)
