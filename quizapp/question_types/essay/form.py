"""The fields with which an author writes a question that is answered in a long text."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField

from quizapp.question_types.essay.content import MOST_WORDS, Content
from quizapp.question_types.rows_form import add_error
from quizapp.question_types.rubric_form import RubricForm

_WRONG = _("Write a whole number from 1 to 5000, or nothing")


class AuthoringForm(RubricForm):
    """The rubric, and advice on the length."""

    min_words = StringField(
        _("Words at least"), description=_("Advice for learners; nothing is refused.")
    )
    max_words = StringField(
        _("Words at most"), description=_("Advice for learners; nothing is refused.")
    )

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        return {
            **cls.rubric_values(content),
            "min_words": str(content.min_words or ""),
            "max_words": str(content.max_words or ""),
        }

    def document(self) -> dict[str, Any]:
        return {**self.rubric_document(), **self._words()}

    def sketch(self) -> Content:
        return Content.model_construct(**{**self.rubric_sketch(), **self._words()})

    def _words(self) -> dict[str, int | None]:
        return {
            "min_words": _number(self.min_words.data),
            "max_words": _number(self.max_words.data),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        for field in (self.min_words, self.max_words):
            if (field.data or "").strip() and _number(field.data) is None:
                add_error(field, _WRONG)
                is_right = False
        return is_right


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004
    return int(text) if is_number and 1 <= int(text) <= MOST_WORDS else None
