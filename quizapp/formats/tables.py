"""Tables as CSV and XLSX files that are safe to open: no cell of text is ever taken as a formula.

CSV is UTF-8 with a byte order mark and CRLF, as spreadsheet programs expect it. Both writers keep
no more than some hundred rows in memory.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import IO, Any

BYTE_ORDER_MARK = "\ufeff"
CHUNK = 500
_FIRST = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
SUSPICIOUS = frozenset(_FIRST + "'")
DANGEROUS = re.compile(f"'*[{re.escape(_FIRST)}]")
"""What a spreadsheet program may take for a formula; quotes before it are counted as ours."""
QUOTED = re.compile(f"'+[{re.escape(_FIRST)}]")
MAX_TEXT, MAX_NAME = 32_767, 31
BARRED = re.compile(r"[\[\]:*?/\\']")
"""What the name of a sheet must not hold."""
FORMATS = {"date": "yyyy-mm-dd", "percent": "0%", "number": "0"}


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, what is below it, and how wide XLSX shows it, in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


Cell = str | float | date | None
"""Text, a whole number, a share of 1 in a column of percents, a day; None is an empty cell."""


def guard(text: str) -> str:
    """Text that no spreadsheet program runs: a quote goes before what could be a formula."""
    return f"'{text}" if DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    """What was guarded, as it was."""
    return text[1:] if QUOTED.match(text) else text


def csv_text(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file in pieces of some hundred rows."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([guard(column.title) for column in columns])
    makers = [_csv_writer(column.kind) for column in columns]
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        # Column by column: that costs half of what asking cell by cell does.
        turned = zip(*chunk, strict=True)
        texts = [make(cells) for make, cells in zip(makers, turned, strict=True)]
        writer.writerows(zip(*texts, strict=True))
        yield _emptied(buffer)
    if buffer.tell():
        yield _emptied(buffer)


def write_xlsx(
    file: IO[bytes], name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write a workbook of one sheet; says how many rows it has below the headings."""
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"constant_memory": True, "default_date_format": FORMATS["date"]}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(BARRED.sub(" ", name)[:MAX_NAME])
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    heading = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, heading)
    sheet.freeze_panes(1, 1)
    formats[Kind.TEXT] = book.add_format({"quote_prefix": True})
    writers = [_xlsx_writer(sheet, column.kind, formats[column.kind]) for column in columns]
    number = 0
    for number, row in enumerate(rows, 1):
        for place, (write, cell) in enumerate(zip(writers, row, strict=True)):
            if cell is not None:
                write(number, place, cell)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    book.close()
    return number


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _csv_texts(cells: Sequence[Any]) -> list[str]:
    return ["" if not cell else guard(cell) if cell[0] in SUSPICIOUS else cell for cell in cells]


def _csv_writer(kind: Kind) -> Callable[[Sequence[Any]], list[str]]:
    """Turns cells of a column into text; figures and days repeat, so each is written once."""
    if kind is Kind.TEXT:
        return _csv_texts
    form = {Kind.NUMBER: "{}", Kind.PERCENT: "{:.0%}", Kind.DATE: "{}"}[kind]
    write = lru_cache(4096)(lambda cell: "" if cell is None else form.format(cell))
    return lambda cells: list(map(write, cells))


def _xlsx_writer(sheet: Any, kind: Kind, form: Any) -> Any:
    """Writes a cell of the kind. Text has type string; what looks like a formula says so, too."""
    if kind is Kind.DATE:
        return lambda row, place, cell: sheet.write_datetime(row, place, cell, form)
    if kind is not Kind.TEXT:
        return lambda row, place, cell: sheet.write_number(row, place, cell, form)

    def write_text(row: int, place: int, cell: str) -> None:
        looks_like_formula = cell[:1] in SUSPICIOUS and DANGEROUS.match(cell)
        sheet.write_string(row, place, cell[:MAX_TEXT], form if looks_like_formula else None)

    return write_text
