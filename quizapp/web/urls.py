"""The parts addresses are made of."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """Words of lower-case letters and digits joined by hyphens."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class CodeConverter(BaseConverter):
    """A code as people type it: letters, digits, hyphens, dots, underscores."""

    regex = r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*"


def install(app: Flask) -> None:
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["code"] = CodeConverter
