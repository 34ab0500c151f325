"""YAML text as plain data that remembers its lines.

Every scalar stays text until a model says what it should be: `no`, `1e3` and dates are what the
author typed, and "Norway" is never a boolean.
"""

from typing import Any

import yaml

Path = tuple[str | int, ...]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULLS = {"", "~", "null"}
MAX_DEPTH = 40


class YamlMistake(Exception):
    """Text that is not the YAML we take; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class Source:
    """Parsed data, and the line of each place in it."""

    def __init__(self, data: Any, lines: dict[Path, int]) -> None:
        self.data = data
        self._lines = lines

    def line(self, path: Path) -> int:
        """The line of a place, or of the nearest place around it that exists."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def parse(text: str, first_line: int = 1) -> Source:
    """Read one document; raises YamlMistake. `first_line` is where it starts in its file."""
    try:
        _demand_plain(text, first_line)
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        raise YamlMistake(first_line + line, error.problem or "not valid YAML") from error
    except yaml.YAMLError as error:
        raise YamlMistake(first_line, f"not valid YAML: {error}") from error
    lines: dict[Path, int] = {}
    data = _plain(node, (), lines, first_line) if node is not None else None
    return Source(data, lines)


def _demand_plain(text: str, first: int) -> None:
    """Refuse what a small text could overwhelm the machine with, before a tree is made of it."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = first + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            raise YamlMistake(line, f"put the text *{event.anchor} into quotes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise YamlMistake(line, "nested too deeply")


def _plain(node: Any, path: Path, lines: dict[Path, int], first: int) -> Any:
    line = first + node.start_mark.line
    lines[path] = line
    if isinstance(node, yaml.ScalarNode):
        is_null = not node.style and node.value in NULLS
        return None if is_null else node.value
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, (*path, place), lines, first) for place, child in enumerate(node.value)
        ]
    return _mapping(node, path, lines, first)


def _mapping(node: Any, path: Path, lines: dict[Path, int], first: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = first + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlMistake(line, "a key has to be one word")
        key = key_node.value
        if key in found:
            raise YamlMistake(line, f"the key {key!r} stands here twice")
        found[key] = _plain(value_node, (*path, key), lines, first)
        # A key whose value starts on the next line is found at the key.
        lines[(*path, key)] = line
    return found
