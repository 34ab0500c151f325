"""Lists of rows in a type's form: their buttons, which rows count, and the ways to their controls.

A form names its lists in `lists`, each a `FieldList` of the same name. A button's value is its verb
and, where a form has several lists, the list: `add`, `up-2`, `remove-pairs-0`, `down-pairs-1`.
`rows_author.html` shows such lists, `enhance/author.js` spares the way to the server.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import Form

from quizapp.domain.errors import N_, Invalid
from quizapp.question_types import authoring
from quizapp.question_types.authoring import Path
from quizapp.question_types.naming import name_of, names_of

VERBS = re.compile(r"(add|remove|up|down)(?:-([a-z_]+))?(?:-([0-9]{1,3}))?")
_NAME = re.compile(r"[a-z0-9-]{1,40}")


class TooManyRows(Invalid):
    """More rows than the page lets one add: it never sends that."""

    message = N_("There can be at most %(count)s rows.")


@dataclass(frozen=True, slots=True)
class Rows:
    """One list: what a new row holds, how many there may be, and where one goes on writing.

    `blank` has every field of a row. A row is left out when none of its `written` fields holds
    text. `path` is the list's name in the content, if it has another one there.
    """

    form: type[Form]
    blank: Mapping[str, Any]
    most: int
    written: tuple[str, ...] = ("text",)
    first: str = "text"
    path: str = ""
    too_many: type[Invalid] = TooManyRows


class RowsForm(authoring.AuthoringForm):
    """A form with lists of rows; problems lead to the controls of the row they are about."""

    lists: ClassVar[Mapping[str, Rows]]

    def __init__(self, formdata: Any = None, prefix: str = "", **options: Any) -> None:
        for name, rows in self.lists.items():
            pattern = re.compile(re.escape(f"{prefix}{name}") + r"-(\d+)-")
            found = {hit[1] for hit in map(pattern.match, formdata or ()) if hit}
            if len(found) > rows.most:
                raise rows.too_many(count=rows.most)
        super().__init__(formdata, prefix=prefix, **options)

    def rows(self, name: str = "") -> list[dict[str, Any]]:
        """Every row of a list as typed, blank ones included."""
        return [entry.form.data for entry in self._fields[name or next(iter(self.lists))]]

    def is_kept(self, name: str, row: Mapping[str, Any]) -> bool:
        """Whether a row becomes a part of the content."""
        return any((row[field] or "").strip() for field in self.lists[name].written)

    def kept(self, name: str = "") -> list[int]:
        """The places of the rows that become parts of the content."""
        name = name or next(iter(self.lists))
        return [place for place, row in enumerate(self.rows(name)) if self.is_kept(name, row)]

    def kept_rows(self, name: str = "") -> list[dict[str, Any]]:
        rows = self.rows(name)
        return [rows[place] for place in self.kept(name)]

    def values_with(self, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The values of all fields, with other rows in one of the lists."""
        lists = {other: self.rows(other) for other in self.lists}
        rest = {key: field.data for key, field in self._fields.items() if key not in lists}
        return {**rest, **lists, name: rows}

    def pressed(self, action: str) -> tuple[dict[str, Any], str] | None:
        found = VERBS.fullmatch(action)
        name = (found[2] if found else None) or next(iter(self.lists))
        if found is None or name not in self.lists:
            return None
        verb, number = found[1], found[3]
        rows = self.rows(name)
        if verb == "add":
            return None if number else self._added(name, rows)
        if number is None or int(number) >= len(rows):
            return None
        place = int(number)
        if verb == "remove":
            del rows[place]
            place = min(place, len(rows) - 1)
            return self.values_with(name, rows), self._first(name, place)
        other = min(max(place + (1 if verb == "down" else -1), 0), len(rows) - 1)
        rows[place], rows[other] = rows[other], rows[place]
        return self.values_with(name, rows), self.control(name, other, verb)

    def _added(self, name: str, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        if len(rows) < self.lists[name].most:
            rows.append(dict(self.lists[name].blank))
        return self.values_with(name, rows), self._first(name, len(rows) - 1)

    def _first(self, name: str, place: int) -> str:
        if place < 0:
            return f"{self._fields[name].id}-add"
        return self.control(name, place, self.lists[name].first)

    def control(self, name: str, place: int, field: str) -> str:
        """The id of a control in a row."""
        return f"{self._fields[name].id}-{place}-{field}"

    def row_at(self, path: Path) -> tuple[str, int] | None:
        """The list and the place in it that a problem's path leads to, if it is in a list."""
        for name, rows in self.lists.items():
            is_here = len(path) > 1 and path[0] == (rows.path or name)
            if is_here and isinstance(path[1], int) and path[1] < len(self.kept(name)):
                return name, self.kept(name)[path[1]]
        return None

    def place_of(self, path: Path) -> str:
        found = self.row_at(path)
        names = [name for name, rows in self.lists.items() if (rows.path or name) in path[:1]]
        if found is None:
            return str(self._fields[names[0] if names else next(iter(self.lists))].id)
        name, place = found
        return self.control(name, place, self.field_at(name, path[2:]))

    def field_at(self, name: str, path: Path) -> str:
        """The field of a row that a problem with the row is shown at."""
        field = str(path[0]) if path else ""
        shown = set(self.lists[name].blank) - {"id"}
        return field if field in shown else self.lists[name].first

    def template_row(self, name: str) -> Form:
        """The fields of a row that a script may add."""
        rows = self.lists[name]
        return rows.form(prefix=f"{self._fields[name].id}-__n__-", data=dict(rows.blank))


def given_names(given: Iterable[str | None], texts: Iterable[str]) -> list[str]:
    """The ids to store: none where it is what the text alone gives, no id twice."""
    asked = [name if name and _NAME.fullmatch(name) else "" for name in given]
    words = list(texts)
    found = names_of(zip(asked, words, strict=True))
    return ["" if name == name_of(text) else name for name, text in zip(found, words, strict=True)]


def add_error(field: Any, text: Any) -> None:
    field.errors = [*field.errors, text]
