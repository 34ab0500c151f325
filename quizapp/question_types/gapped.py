"""How a text says where its gaps are: {{name}}. Read by the type cloze and by Markdown."""

import re

GAP = re.compile(r"\{\{[ ]?(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)[ ]?\}\}")
NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LONGEST_NAME = 40


def names_in(text: str) -> list[str]:
    """The names of a text's gaps in reading order, each as often as it is there."""
    return [found["name"] for found in GAP.finditer(text)]
