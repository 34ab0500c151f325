"""Which page of a list an address asks for."""

import flask

MAX_DIGITS = 6


def page_number() -> int:
    """The first where the address says none that could be."""
    number = flask.request.args.get("page", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    return int(number) if is_number else 1
