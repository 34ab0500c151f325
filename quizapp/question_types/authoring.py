"""How authors write a type's content on the site: the base of all types' forms, and finding one.

Nothing of grading imports this, so that marking answers never loads WTForms.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.validators import Length

from quizapp.question_types.base import Content, Problem, QuestionType

PREFIX = "part"
COMMON = frozenset({"stem", "objectives", "references", "level"})
"""The controls of every question's form that problems lead to."""
Path = Sequence[str | int]


class AuthoringForm(Form):
    """The fields of a type's content; every type's `form.py` has its own `AuthoringForm`."""

    remedies: ClassVar[Mapping[str, Any]] = {}
    """What to do about a problem on the site, by its code; for files each problem says it."""

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        """What the fields show for a content."""
        raise NotImplementedError

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        """What the fields show for a question nobody has written yet."""
        return {}

    def offer_figures(self, names: Iterable[str]) -> None:
        """Let the author choose among these figures."""

    def document(self) -> dict[str, Any]:
        """The content as written, for the type's model to check."""
        raise NotImplementedError

    def sketch(self) -> Content:
        """The content as far as it is written, unchecked: for previews and advice."""
        raise NotImplementedError

    def pressed(self, action: str) -> tuple[dict[str, Any], str] | None:
        """The values after one of the form's own buttons, and the field to go on with."""
        del action
        return None

    def place_of(self, path: Path) -> str:
        """The id of the control that a problem's path leads to."""
        raise NotImplementedError

    def problems(self) -> list[Problem]:
        """What keeps the content, as far as it is written, from going live."""
        return self.sketch().problems()

    def name_of(self, path: Path) -> Any:
        """What people call the part of the content that a problem's path leads to, if anything."""
        del path
        return ""


def form_class(kind: QuestionType) -> type[AuthoringForm]:
    """The type's form, found by convention."""
    module = import_module(f"quizapp.question_types.{kind.name}.form")
    found: type[AuthoringForm] = module.AuthoringForm
    return found


def form_of(kind: QuestionType, content: Content) -> AuthoringForm:
    """The form filled in with a content."""
    found = form_class(kind)
    return found(data=found.values_of(content), prefix=f"{PREFIX}-")


def one_kind_of_newline(text: str | None) -> str | None:
    """Browsers send CRLF for each line; texts are kept with LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


def at_most(count: int) -> Length:
    return Length(max=count, message=_("Use at most %(count)s characters.", count=count))


def control_of(part: AuthoringForm, path: Path) -> str:
    """The id of the editor's control that a problem is about."""
    return str(path[0]) if path and path[0] in COMMON else part.place_of(path)
