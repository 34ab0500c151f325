"""Numbers as people write them: read exactly, or refused with advice, never guessed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from quizapp.question_types import quantities
from quizapp.question_types.quantities import Number, Reading

NUMBER: TypeAdapter[Decimal] = TypeAdapter(Number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("+3", 3),
        ("-3", -3),
        ("−3", -3),
        ("– 3", -3),
        ("0.25", Fraction(1, 4)),
        ("0,25", Fraction(1, 4)),
        (".5", Fraction(1, 2)),
        (",5", Fraction(1, 2)),
        ("5.", 5),
        ("007", 7),
        ("12,34", Fraction(1234, 100)),
        ("1.234", Fraction(1234, 1000)),
        ("0,125", Fraction(1, 8)),
        ("1234,567", Fraction(1234567, 1000)),
        ("1,234.5", Fraction(12345, 10)),
        ("1.234,5", Fraction(12345, 10)),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1,234,567.8", Fraction(12345678, 10)),
        ("12 000", 12000),
        ("12\N{NO-BREAK SPACE}000", 12000),
        ("12\N{THIN SPACE}000", 12000),
        ("12\N{NARROW NO-BREAK SPACE}000,5", Fraction(24001, 2)),
        ("12'000", 12000),
        ("12’000.5", Fraction(24001, 2)),
        ("1 234,567", Fraction(1234567, 1000)),
        ("1e3", 1000),
        ("1E-3", Fraction(1, 1000)),
        ("1e−3", Fraction(1, 1000)),
        ("2.5 e+2", 250),
        ("3·10^2", 300),
        ("3 × 10^-2", Fraction(3, 100)),
        ("3*10**2", 300),
        ("3x10^2", 300),
        ("10^6", 10**6),
        ("-10^2", -100),
        ("1e99", 10**99),
        ("0e999999999", 0),
        ("0.000", 0),
        ("-0", 0),
    ],
)
def test_numbers_are_read_exactly(text: str, number: int | Fraction) -> None:
    found = quantities.read(text)
    assert (found.number, found.rest, found.advice) == (number, "", "")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", quantities.NO_NUMBER),
        ("three", quantities.NO_NUMBER),
        ("NaN", quantities.NO_NUMBER),
        ("inf", quantities.NO_NUMBER),
        ("-Infinity", quantities.NO_NUMBER),
        ("∞", quantities.NO_NUMBER),
        ("--3", quantities.NO_NUMBER),
        ("3+4", quantities.NO_NUMBER),
        ("3 - 4", quantities.NO_NUMBER),
        ("3–4", quantities.NO_NUMBER),
        ("3*4", quantities.NO_NUMBER),
        ("3..", quantities.NO_NUMBER),
        ("1,234", quantities.TWO_READINGS),
        ("-12,345", quantities.TWO_READINGS),
        ("999,000 mm", quantities.TWO_READINGS),
        ("1,234e2", quantities.TWO_READINGS),
        ("1,23,456", quantities.BAD_GROUPS),
        ("1,2345.6", quantities.BAD_GROUPS),
        ("12 34", quantities.BAD_GROUPS),
        ("1 234'567", quantities.BAD_GROUPS),
        ("1.234,567.8", quantities.BAD_GROUPS),
        ("1/2", quantities.A_FRACTION),
        ("3 / 4", quantities.A_FRACTION),
        ("٣", quantities.OTHER_DIGITS),
        ("１２", quantities.OTHER_DIGITS),
        ("½", quantities.OTHER_DIGITS),
        ("3²", quantities.OTHER_DIGITS),
        ("3·10²", quantities.OTHER_DIGITS),
        ("1e999999", quantities.TOO_LARGE),
        ("-1e999999", quantities.TOO_LARGE),
        ("1e100", quantities.TOO_LARGE),
        ("10^" + "9" * 50, quantities.TOO_LARGE),
        ("1e-100", quantities.TOO_SMALL),
        ("1" * 61, quantities.TOO_LONG),
    ],
)
def test_what_cannot_be_read_gets_advice(text: str, advice: str) -> None:
    found = quantities.read(text)
    assert (found.number, found.advice) == (None, advice)


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("30 mm", 30, "mm"),
        ("30mm", 30, "mm"),
        ("5%", 5, "%"),
        ("2 m²", 2, "m²"),
        ("5 × 10^9/l", 5 * 10**9, "/l"),
        ("5 kg/m", 5, "kg/m"),
        ("3 e", 3, "e"),
        ("12 000 µg", 12000, "µg"),
        ("5 or 6", 5, "or 6"),
        ("0x10", 0, "x10"),
    ],
)
def test_what_follows_a_number_may_be_a_unit(text: str, number: int, rest: str) -> None:
    found = quantities.read(text)
    assert found == Reading(Fraction(number), rest)


@given(st.text(max_size=60) | st.text("0123456789.,eE+-−^*·x ' ", max_size=60))
def test_any_text_is_read_or_gets_advice(text: str) -> None:
    found = quantities.read(text)
    assert (found.number is None) is bool(found.advice)
    if found.number:
        assert Fraction(10) ** -99 <= abs(found.number) < Fraction(10) ** 100


_digits = st.decimals(
    min_value=Decimal("-1e20"), max_value=Decimal("1e20"), places=5, allow_nan=False
)


@given(_digits)
def test_authors_numbers_read_as_themselves(number: Decimal) -> None:
    content = NUMBER.validate_python(str(number))
    assert quantities.read(quantities.plain(content)).number == Fraction(number)
    assert quantities.read(quantities.shown(content)).number == Fraction(number)
    written = quantities.exact(Fraction(number))
    assert written is not None
    assert NUMBER.validate_python(written) == number


@given(st.integers(-(10**24), 10**24), st.integers(-98, 70))
def test_powers_of_ten_survive_the_form(digits: int, exponent: int) -> None:
    number = digits * Fraction(10) ** exponent
    if not number or not Fraction(10) ** -74 <= abs(number) < Fraction(10) ** 99:
        return
    written = quantities.exact(number)
    assert written is not None
    assert Fraction(NUMBER.validate_python(written)) == number
    assert quantities.read(written).number == number


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1,5",
        "nan",
        "inf",
        "1e999999",
        "11e99",
        "0.1e-99",
        "1e-100",
        "１",
        "1" * 26,
        True,
        None,
        [1],
        "1/2",
    ],
)
def test_authors_write_plain_numbers(value: object) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_python(value)


def test_numbers_of_files_stay_exact() -> None:
    assert str(NUMBER.validate_python("0.10")) == "0.10"
    assert str(NUMBER.validate_python(0.1)) == "0.1"
    assert NUMBER.validate_python("−3") == Decimal(-3)
    assert NUMBER.dump_python(Decimal("0.10"), mode="json") == "0.10"


def test_large_numbers_are_shown_as_powers() -> None:
    assert quantities.shown(Decimal("-1.5e40")) == "−1.5·10^40"
    assert quantities.shown(Decimal("0.001")) == "0.001"


@pytest.mark.parametrize(
    ("number", "figures", "expected"),
    [
        ("12345", 2, 12000),
        ("0.008571", 2, Fraction(86, 10000)),
        ("99.9", 2, 100),
        ("2.5", 1, 3),
        ("-2.5", 1, -3),
        ("0.25", 1, Fraction(3, 10)),
        ("0", 3, 0),
        ("1000", 1, 1000),
        ("999", 3, 999),
    ],
)
def test_significant_figures_round_halves_away_from_zero(
    number: str, figures: int, expected: int | Fraction
) -> None:
    assert quantities.rounded(Fraction(number), figures) == expected


@given(st.fractions(min_value=-(10**30), max_value=10**30), st.integers(1, 15))
def test_rounding_moves_a_number_by_half_a_step_at_most(number: Fraction, figures: int) -> None:
    rounded = quantities.rounded(number, figures)
    assert quantities.rounded(rounded, figures) == rounded
    if number:
        assert abs(rounded - number) <= quantities.step(number, figures) / 2
