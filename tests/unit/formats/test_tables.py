"""Tables for spreadsheets: text stays text, figures and days keep their type."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from quizapp.formats import tables
from quizapp.formats.tables import Column, Kind

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
COLUMNS = [
    Column("Name"),
    Column("Missed", Kind.NUMBER),
    Column("Progress", Kind.PERCENT),
    Column("Day", Kind.DATE),
]
DAY = date(2026, 3, 2)
plain = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def written(rows: list[tuple[Any, ...]]) -> bytes:
    file = BytesIO()
    tables.write_xlsx(file, "Report", COLUMNS, rows)
    return file.getvalue()


def as_text(rows: list[tuple[Any, ...]]) -> str:
    return "".join(tables.csv_text(COLUMNS, rows))


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_of_csv_is_taken_for_a_formula(start: str) -> None:
    text = as_text([(f"{start}cmd|' /C calc'!A0", 1, 0.5, DAY)])
    (_, row) = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    assert row[0] == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["text", "a=b", "1-2", "'quoted'", "", " =1", "−5"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert tables.guard(text) == text


@given(plain)
def test_what_is_guarded_can_be_read_back(text: str) -> None:
    assert tables.unguard(tables.guard(text)) == text


@given(plain)
def test_guarded_text_never_begins_like_a_formula(text: str) -> None:
    assert tables.guard(text)[:1] not in set(STARTS)


def test_headings_are_guarded_too() -> None:
    assert "".join(tables.csv_text([Column("=A1")], [])) == "\ufeff'=A1\r\n"


def test_csv_has_a_byte_order_mark_and_windows_line_ends() -> None:
    text = as_text([("Lea “L”, her name", 3, 0.85, DAY), ('a "quote"\nline', None, None, None)])
    assert text == (
        "\ufeffName,Missed,Progress,Day\r\n"
        '"Lea “L”, her name",3,85%,2026-03-02\r\n'
        '"a ""quote""\nline",,,\r\n'
    )


def test_csv_comes_in_pieces() -> None:
    rows = [("Lea", 0, 1.0, DAY)] * (tables.CHUNK * 2 + 1)
    pieces = list(tables.csv_text(COLUMNS, rows))
    assert len(pieces) == 3
    assert "".join(pieces).count("\r\n") == len(rows) + 1


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_of_xlsx_is_a_formula(start: str) -> None:
    text = f"{start}1+1"
    book = openpyxl.load_workbook(BytesIO(written([(text, 1, 0.5, DAY)])))
    cell = book.active["A2"]  # type: ignore[index]
    assert cell.data_type == "s"
    assert cell.quotePrefix is True


def test_xlsx_keeps_the_types_of_cells() -> None:
    book = openpyxl.load_workbook(BytesIO(written([("Lea", 3, 0.85, DAY), (None,) * 4])))
    sheet: Any = book.active
    assert sheet.title == "Report"
    assert [cell.value for cell in sheet[1]] == ["Name", "Missed", "Progress", "Day"]
    name, missed, progress, day = sheet[2]
    assert (name.value, name.data_type) == ("Lea", "s")
    assert (missed.value, missed.data_type) == (3, "n")
    assert (progress.value, progress.number_format) == (0.85, "0%")
    assert (day.value.date(), day.is_date, day.number_format) == (DAY, True, "yyyy-mm-dd")
    assert sheet.max_row == 2, "empty cells take no room"


@given(st.lists(plain, max_size=5))
def test_xlsx_gives_back_the_text_it_was_given(texts: list[str]) -> None:
    content = written([(text, 1, 0.5, DAY) for text in texts])
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    # XML has no way to say these two; XlsxWriter writes their escapes.
    wanted = [text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_") for text in texts]
    assert [row[0] for row in rows] == wanted


@pytest.mark.parametrize("name", ["a/b:c", "x" * 40, "[1]*?", "'quoted'"])
def test_any_text_can_name_a_sheet(name: str) -> None:
    file = BytesIO()
    tables.write_xlsx(file, name, COLUMNS, [])
    assert len(openpyxl.load_workbook(file).sheetnames) == 1


def test_text_that_is_too_long_for_a_cell_is_cut() -> None:
    content = written([("x" * 40_000, 1, 0.5, DAY)])
    sheet: Any = openpyxl.load_workbook(BytesIO(content)).active
    assert len(sheet["A2"].value) == tables.MAX_TEXT


def test_the_number_of_rows_is_told() -> None:
    assert tables.write_xlsx(BytesIO(), "Report", COLUMNS, [("Lea", 1, 0.5, DAY)] * 7) == 7
