"""What counts as the same spelling, wildcards, and typing errors, beside plain definitions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.question_types import spelling
from quizapp.question_types.spelling import Rules

PLAIN = Rules()
STRICT = Rules(ignore_case=False)
LOOSE = Rules(ignore_accents=True, ignore_punctuation=True)


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        ("Lung", "lung", PLAIN),
        ("STRASSE", "straße", PLAIN),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", PLAIN),
        ("the  left\tlung ", "the left lung", STRICT),
        ("left\N{NO-BREAK SPACE}lung", "left lung", STRICT),
        ("ﬁbula", "fibula", STRICT),
        ("Ｃ７", "C7", STRICT),
        ("e\N{COMBINING ACUTE ACCENT}tude", "étude", STRICT),
        ("pneumo\N{SOFT HYPHEN}thorax", "pneumothorax", STRICT),
        ("pneumo\N{ZERO WIDTH SPACE}thorax", "pneumothorax", STRICT),
        ("Raynaud’s", "Raynaud's", STRICT),
        ("Raynaud´s", "Raynaud's", STRICT),
        ("X‑ray", "X-ray", STRICT),
        ("Sjögren", "sjogren", LOOSE),
        ("X-ray!", "x ray", LOOSE),
        ("Raynaud's", "raynauds", LOOSE),
        ("i.m.", "IM", LOOSE),
    ],
)
def test_these_count_as_the_same(one: str, other: str, rules: Rules) -> None:
    assert spelling.fold(one, rules) == spelling.fold(other, rules)


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        ("Lung", "lung", STRICT),
        ("Sjögren", "Sjogren", PLAIN),
        ("X-ray", "X ray", PLAIN),
        ("leftlung", "left lung", LOOSE),
        ("µg", "mg", LOOSE),
        ("C7", "C8", LOOSE),
    ],
)
def test_these_differ(one: str, other: str, rules: Rules) -> None:
    assert spelling.fold(one, rules) != spelling.fold(other, rules)


_rules = st.builds(Rules, st.booleans(), st.booleans(), st.booleans())


@given(st.text(max_size=80), _rules)
def test_no_text_is_too_odd_to_fold(text: str, rules: Rules) -> None:
    folded = spelling.fold(text, rules)
    assert folded == " ".join(folded.split(" "))
    assert folded == folded.strip()


@given(st.text(max_size=40), _rules)
def test_space_around_a_text_makes_no_difference(text: str, rules: Rules) -> None:
    assert spelling.fold(f" \t{text}\N{NO-BREAK SPACE}", rules) == spelling.fold(text, rules)


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("lung", ["lung", "LUNG"], ["lungs", "a lung"]),
        ("lung*", ["lung", "lungs", "lung of a dog"], ["a lung"]),
        ("*lung", ["lung", "left lung"], ["lungs"]),
        ("*lung*", ["lung", "my lungs"], ["lun g"]),
        ("left*lung", ["left lung", "leftlung", "left upper lung"], ["left", "lung left"]),
        ("a*b*c", ["abc", "axbxc", "abcbc"], ["acb", "ab", "ac"]),
        ("ab*ba", ["abba", "abxba"], ["aba"]),
        ("*", ["", "anything"], []),
        (r"5 \* 3", ["5 * 3"], ["5 x 3", "53"]),
        (r"5 \* *", ["5 * 3"], ["5 x 3"]),
        (" lung * ", ["lung x"], ["lungx"]),
    ],
)
def test_an_asterisk_stands_for_anything(
    pattern: str, fitting: list[str], other: list[str]
) -> None:
    pieces = spelling.pieces(pattern, PLAIN)
    assert all(spelling.fits(pieces, spelling.fold(text, PLAIN)) for text in fitting)
    assert not any(spelling.fits(pieces, spelling.fold(text, PLAIN)) for text in other)


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=5), st.text("ab", max_size=12))
def test_wildcards_mean_what_a_regular_expression_means(pattern: list[str], text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern)), text) is not None
    assert spelling.fits(pattern, text) is expected


@given(
    st.lists(st.text("ab", max_size=2), min_size=1, max_size=4),
    st.lists(st.text("ab", max_size=2), min_size=1, max_size=4),
    st.lists(st.text("ab", max_size=3), min_size=3, max_size=3),
)
def test_a_pattern_that_covers_another_takes_all_its_texts(
    pattern: list[str], other: list[str], fillings: list[str]
) -> None:
    if spelling.covers(pattern, other):
        text = other[0] + "".join(a + b for a, b in zip(fillings, other[1:], strict=False))
        assert spelling.fits(pattern, text)


def plain_distance(one: str, other: str) -> int:
    """Damerau-Levenshtein by its recursive definition (Boytsov, ACM JEA 2011;16:1.1, 2.1)."""
    table: dict[tuple[int, int], int] = {}
    for row in range(len(one) + 1):
        for column in range(len(other) + 1):
            if not row or not column:
                table[row, column] = row + column
                continue
            ways = [
                table[row - 1, column] + 1,
                table[row, column - 1] + 1,
                table[row - 1, column - 1] + (one[row - 1] != other[column - 1]),
            ]
            ways += [
                table[k - 1, m - 1] + (row - k) + (column - m) - 1
                for k in range(1, row)
                for m in range(1, column)
                if one[k - 1] == other[column - 1] and other[m - 1] == one[row - 1]
            ]
            table[row, column] = min(ways)
    return table[len(one), len(other)]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 4))
def test_typing_errors_are_counted_as_defined(one: str, other: str, limit: int) -> None:
    expected = min(plain_distance(one, other), limit + 1)
    assert spelling.distance(one, other, limit) == expected
    assert spelling.distance(other, one, limit) == expected


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("pneumothorax", "pneumothorax", 0),
        ("pneumothorax", "pneumotorax", 1),
        ("pneumothorax", "pnuemothorax", 1),
        ("pneumothorax", "pmeumothorax", 1),
        ("pneumothorax", "pneumothoraxs", 1),
        ("ca", "abc", 2),
        ("kitten", "sitting", 3),
        ("", "abc", 3),
    ],
)
def test_known_distances(one: str, other: str, count: int) -> None:
    assert spelling.distance(one, other, 3) == count


def test_long_texts_cost_no_more_than_their_diagonal() -> None:
    calls = 0

    class Counted(str):
        __slots__ = ()

        def __getitem__(self, place: object) -> str:
            nonlocal calls
            calls += 1
            return super().__getitem__(place)  # type: ignore[index]

    assert spelling.distance("a" * 3000, Counted("b" * 3000), 3) == 4
    assert calls <= 3000 * 7 * 2
