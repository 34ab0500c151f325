"""Texts for people outside a request, such as mail; pages use the gettext of `web`."""

import gettext
from functools import cache
from pathlib import Path
from typing import Any

TRANSLATIONS = Path(__file__).parent.parent / "web" / "translations"
DEFAULT = "en"


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def text(message: str, *, language: str = DEFAULT, **values: Any) -> str:
    """The message in a language, with its named placeholders filled in."""
    translated = _catalog(language).gettext(message)
    return translated % values if values else translated
