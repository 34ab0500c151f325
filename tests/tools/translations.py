"""Collects every text of the pages into the message catalog that translators start from."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from quizapp import __version__

PACKAGE = Path(__file__).parents[2] / "quizapp"
TEMPLATE = PACKAGE / "web" / "translations" / "messages.pot"
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("question_types/**.html", "jinja2"),
]
HEADER = "# The texts of quizapp, for translators. Written by `make translations`."
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
UNSTABLE = re.compile(
    rb'^"(POT-Creation-Date|Generated-By|Report-Msgid-Bugs-To):.*\n', re.MULTILINE
)


def collected() -> bytes:
    """The catalog as it should be, without a date: it changes only when a text does."""
    catalog = Catalog(project="quizapp", version=__version__, fuzzy=False, header_comment=HEADER)
    found = extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, _line, message, comments, context in found:
        catalog.add(
            message, None, [(f"quizapp/{file}", 0)], auto_comments=comments, context=context
        )
    text = BytesIO()
    write_po(text, catalog, sort_output=True, include_lineno=False, omit_header=False, width=100)
    return UNSTABLE.sub(b"", text.getvalue())


def main() -> None:
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(collected())
    print(f"{TEMPLATE} is up to date")


if __name__ == "__main__":
    main()
