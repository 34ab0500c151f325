"""The parts addresses are made of."""

from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter

MAX_NUMBER = 2**31 - 1


class SlugConverter(BaseConverter):
    """Words of lower-case letters and digits joined by hyphens."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class CodeConverter(BaseConverter):
    """A code as people type it: letters, digits, hyphens, dots, underscores."""

    regex = r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*"


class NumberConverter(IntegerConverter):
    """A number that a column can hold; a greater one is no address of ours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": MAX_NUMBER, **options})


def install(app: Flask) -> None:
    app.url_map.converters["int"] = NumberConverter
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["code"] = CodeConverter
