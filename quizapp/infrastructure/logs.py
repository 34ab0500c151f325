"""Logging: one line an event, whatever text was in it."""

import logging
import sys

from quizapp.config import Settings


class _OneLine(logging.Formatter):
    """Line breaks and control characters are escaped, so that no text can forge a log line."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return "".join(
            character if character.isprintable() else repr(character)[1:-1] for character in line
        )


def set_up(settings: Settings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for chatty in ("alembic", "huey", "huey.consumer"):
        logging.getLogger(chatty).setLevel(max(root.level, logging.WARNING))
