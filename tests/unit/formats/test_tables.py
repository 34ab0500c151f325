"""Tables for spreadsheets: text stays text."""

import csv
from io import StringIO

import pytest

from quizapp.formats import tables


@pytest.mark.parametrize("start", tables.FORMULA_STARTS)
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    cell = f"{start}cmd|' /C calc'!A0"
    assert tables.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["text", "a=b", "1-2", -5, 2.5, None, ""])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert tables.safe(cell) == cell


def test_rows_are_read_back_as_they_were() -> None:
    rows = [["Lea, “L”", 'a "quote"\nline', 3, None], ["=1+1", "Ü", -2.5, ""]]
    text = "".join(tables.write_csv(["a", "b", "c", "d"], rows))
    assert text.startswith("\ufeff")
    read = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert read == [
        ["a", "b", "c", "d"],
        ["Lea, “L”", 'a "quote"\nline', "3", ""],
        ["'=1+1", "Ü", "-2.5", ""],
    ]
