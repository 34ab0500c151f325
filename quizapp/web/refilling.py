"""Forms that come back with what was typed, whatever controls their markup has."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape

Fields = Mapping[str, Sequence[str]]

_CONTROL = re.compile(r"<(input|select|option|textarea|button)\b([^<>]*)>([^<>]*</textarea>)?")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)(?:="([^"]*)")?""")
_TICKED = {"checkbox", "radio"}
_KEPT = {"hidden", "image", "submit", "button", "file"}


def refill(
    html: str, posted: Fields, is_asked: Callable[[str], bool]
) -> tuple[str, dict[str, list[str]]]:
    """Our own markup with the controls of some names set to what was posted.

    Also gives the values that no control could take, by name. Hidden fields are left alone, but for
    those of an answer (`q-input`).
    """
    fields = {name: list(values) for name, values in posted.items() if is_asked(name)}
    filling = _Filling(fields, is_asked)
    filled = _CONTROL.sub(filling.control, html)
    return filled, filling.untaken()


class _Filling:
    def __init__(self, fields: Fields, is_asked: Callable[[str], bool]) -> None:
        self._fields = fields
        self._is_asked = is_asked
        self._taken: dict[str, set[str]] = {}
        self._machinery: set[str] = set()
        self._select = ""

    def untaken(self) -> dict[str, list[str]]:
        found = {
            name: [value for value in values if value and value not in self._taken.get(name, ())]
            for name, values in self._fields.items()
            if name not in self._machinery
        }
        return {name: values for name, values in found.items() if values}

    def control(self, found: re.Match[str]) -> str:
        tag, text = found[1], found[0]
        attributes = {
            name: None if value is None else unescape(value)
            for name, value in (match.groups() for match in _ATTRIBUTE.finditer(found[2]))
        }
        name = self._select if tag == "option" else attributes.get("name") or ""
        if tag == "select":
            self._select = name
        if not self._is_asked(name) or tag == "select":
            return text
        if tag == "option":
            return self._ticked(tag, name, attributes, "selected")
        kind = attributes.get("type") or "text"
        if tag == "button" or (
            kind in _KEPT and "q-input" not in (attributes.get("class") or "").split()
        ):
            self._machinery |= {name, f"{name}.x", f"{name}.y"}
            return text
        if tag == "textarea":
            return f"<{tag}{found[2]}>\n{escape(self._next(name))}</{tag}>"
        if kind in _TICKED:
            return self._ticked(tag, name, attributes, "checked")
        return _tag(tag, {**attributes, "value": self._next(name)})

    def _next(self, name: str) -> str:
        """What goes into a control that takes a text; a second value of its name is left over."""
        value = next(iter(self._fields.get(name, ())), "")
        self._taken.setdefault(name, set()).add(value)
        return value

    def _ticked(self, tag: str, name: str, attributes: dict[str, str | None], tick: str) -> str:
        value = attributes.get("value") or ""
        attributes.pop(tick, None)
        if value in self._fields.get(name, ()):
            self._taken.setdefault(name, set()).add(value)
            attributes[tick] = None
        return _tag(tag, attributes)


def _tag(tag: str, attributes: dict[str, str | None]) -> str:
    texts = [
        name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()
    ]
    return f"<{' '.join([tag, *texts])}>"
