"""Numbers as people write them, read exactly: never as floats, never by guessing.

What is read:

- a sign: +, -, − or –
- decimals with a point or a comma: 0.25, 0,25, .5
- powers of ten: 1e3, 3·10^2, 3 × 10^-2, 10^6
- thousands set apart by a space or an apostrophe: 12 000, 12’000
- thousands set apart by a comma or a point where nothing else can be meant: 1,234.5, 1.234,5 and
  1,234,567

`1,234` may be 1234 or a little more than 1, a factor of a thousand, so it is not read: the learner
is told to write 1234 or 1.234. A single point always begins the decimals, as on all our pages.
Digits of other scripts, fractions, infinity and numbers beyond 10^99 are not read either.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Annotated, Any

from pydantic import BeforeValidator

from quizapp.domain.errors import N_

LONGEST = 60
MAX_MAGNITUDE = 99
SIGNS = "+\\-−–"
NO_NUMBER = N_("This is not a number. Write it in digits, such as 0.25.")
OTHER_DIGITS = N_("Use the digits 0 to 9, and write powers such as 10^2.")
TWO_READINGS = N_(
    "A comma before three digits can be read in two ways. "
    "Write 1234 for more than a thousand, or 1.234 for a little more than one."
)
BAD_GROUPS = N_("It is not clear where the decimals begin. Write the number without separators.")
A_FRACTION = N_("Write a decimal number, such as 0.5, and not a fraction.")
TOO_LARGE = N_("This number is too large.")
TOO_SMALL = N_("This number is too close to zero.")
TOO_LONG = N_("This number is too long.")

_TEXT = re.compile(
    rf"""
    (?P<sign>[{SIGNS}])? \s*
    (?:
      10 \s* (?:\^|\*\*) \s* (?P<power>[{SIGNS}]?[0-9]+)
      | (?P<body>[0-9.,'’\s]*[0-9][.,]?)
        (?:
          \s* [eE] (?P<e>[{SIGNS}]?[0-9]+)
          | \s* [·⋅∙×xX*] \s* 10 \s* (?:\^|\*\*) \s* (?P<times>[{SIGNS}]?[0-9]+)
        )?
    )
    (?P<rest>.*)
    """,
    re.VERBOSE | re.DOTALL,
)
_GROUPED = {
    mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in " ',."
}
_TWO_READINGS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_WRITTEN = re.compile(
    r"[+-]?(?:[0-9]{1,25}(?:\.[0-9]{0,25})?|\.[0-9]{1,25})(?:[eE][+-]?[0-9]{1,2})?"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The number a text begins with and what follows it; without a number, the advice why."""

    number: Fraction | None = None
    rest: str = ""
    advice: str = ""


class _Unread(Exception):
    """A text that is no number; the argument is the advice."""


def read(text: str) -> Reading:
    """What a text of at most `LONGEST` characters says."""
    text = text.strip()
    if len(text) > LONGEST:
        return Reading(advice=TOO_LONG)
    found = _TEXT.fullmatch(text)
    if found is None:
        is_foreign = any(_is_foreign_digit(character) for character in text)
        return Reading(advice=OTHER_DIGITS if is_foreign else NO_NUMBER)
    rest = found["rest"].strip()
    try:
        _demand_end(rest)
        digits, scale = ("1", 0) if found["body"] is None else _decimal(found["body"])
        exponent = _whole(found["power"] or found["e"] or found["times"] or "0")
        number = _scaled(int(digits), exponent - scale)
    except _Unread as reason:
        return Reading(advice=str(reason))
    return Reading(-number if found["sign"] in {"-", "−", "–"} else number, rest)


def _is_foreign_digit(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) in {"Nd", "Nl", "No"}


def _demand_end(rest: str) -> None:
    """What follows a number may be a unit, but nothing that belongs to a number."""
    if not rest:
        return
    if _is_foreign_digit(rest[0]) or (rest[0] in "·⋅∙×*^" and any(map(_is_foreign_digit, rest))):
        raise _Unread(OTHER_DIGITS)
    if re.match(r"/\s*[0-9]", rest):
        raise _Unread(A_FRACTION)
    if re.match(rf"[.,'’^·⋅∙×*{SIGNS}]", rest):
        raise _Unread(NO_NUMBER)


def _decimal(body: str) -> tuple[str, int]:
    """The digits of a number without its exponent, and how many of them are decimals."""
    body = re.sub(r"\s", " ", body.replace("’", "'"))
    mark = _decimal_mark(body)
    whole, _, decimals = body.partition(mark) if mark else (body, "", "")
    inner = set(whole) - set("0123456789")
    if len(inner) > 1 or not (decimals == "" or decimals.isdigit()):
        raise _Unread(BAD_GROUPS)
    for group in inner:
        if not _GROUPED[group].fullmatch(whole):
            raise _Unread(BAD_GROUPS)
        whole = whole.replace(group, "")
    return whole + decimals, len(decimals)


def _decimal_mark(body: str) -> str:
    """The sign before the decimals, or nothing."""
    if "." in body and "," in body:
        return max(".,", key=body.rfind)
    mark = "," if "," in body else "."
    if body.count(mark) != 1:
        return ""
    if _TWO_READINGS.fullmatch(body):
        raise _Unread(TWO_READINGS)
    return mark


def _whole(text: str) -> int:
    return int(re.sub("[−–]", "-", text))


def _scaled(digits: int, exponent: int) -> Fraction:
    """Digits × 10^exponent; its size is judged before it is worked out."""
    if digits == 0:
        return Fraction(0)
    magnitude = len(str(digits)) - 1 + exponent
    if abs(magnitude) > MAX_MAGNITUDE:
        raise _Unread(TOO_LARGE if magnitude > 0 else TOO_SMALL)
    return digits * Fraction(10) ** exponent


def rounded(number: Fraction, figures: int) -> Fraction:
    """To a number of significant figures, halves away from zero."""
    if not number:
        return number
    unit = step(number, figures)
    whole = floor(abs(number) / unit + Fraction(1, 2))
    return (whole if number > 0 else -whole) * unit


def step(number: Fraction, figures: int) -> Fraction:
    """What one more in the last of the significant figures of a number, not 0, is worth."""
    return Fraction(10) ** (_magnitude(abs(number)) - figures + 1)


def _magnitude(number: Fraction) -> int:
    """The exponent of the first digit: 0 for 1 to below 10."""
    guess = len(str(number.numerator)) - len(str(number.denominator))
    return guess if number >= Fraction(10) ** guess else guess - 1


def _number(value: Any) -> Decimal:
    text = str(value).strip().replace("−", "-")
    if isinstance(value, bool) or not _WRITTEN.fullmatch(text):
        raise ValueError("write a number such as 0.25, with a point")
    number = Decimal(text)
    if number and abs(number.adjusted()) > MAX_MAGNITUDE:
        raise ValueError("write a number between 1e-99 and 1e99")
    return number


Number = Annotated[Decimal, BeforeValidator(_number)]
"""An exact number as authors write it in files."""


def plain(number: Decimal) -> str:
    """A number as learners could type it: without an exponent where that is short enough."""
    text = f"{number:f}"
    return text if len(text) <= LONGEST // 2 else str(number)


def shown(number: Decimal) -> str:
    """A number as pages show it, with a real minus sign."""
    mantissa, _, exponent = plain(number).partition("E")
    text = f"{mantissa}·10^{int(exponent)}" if exponent else mantissa
    return text.replace("-", "−")


def exact(number: Fraction) -> str | None:
    """A number that was read, as authors' files keep it; None if it has too many digits."""
    scale = next(n for n in range(3 * MAX_MAGNITUDE) if (number * 10**n).denominator == 1)
    digits = str(abs(int(number * 10**scale)))
    kept = digits.rstrip("0") or "0"
    exponent = len(digits) - len(kept) - scale if number else 0
    decimal = Decimal((int(number < 0), tuple(map(int, kept)), exponent))
    return next((t for t in (plain(decimal), str(decimal)) if _WRITTEN.fullmatch(t)), None)
