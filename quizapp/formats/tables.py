"""Tables as files that spreadsheets open: no cell is ever taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(cell: object) -> object:
    """Text that a spreadsheet would calculate gets a `'` in front; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV in portions as rows come; a byte order mark tells spreadsheets that it is UTF-8."""
    yield BYTE_ORDER_MARK + _line(heads)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([safe("" if cell is None else cell) for cell in cells])
    return buffer.getvalue()
