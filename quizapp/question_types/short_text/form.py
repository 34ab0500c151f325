"""The fields with which an author writes a question answered in a few words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.question_types import typed_form
from quizapp.question_types.authoring import at_most
from quizapp.question_types.rows_form import Rows
from quizapp.question_types.short_text.content import (
    IGNORED,
    LONGEST_ANSWER,
    MAX_TYPOS,
    Content,
    TextAnswer,
)
from quizapp.question_types.typed import MAX_ANSWERS
from quizapp.question_types.typed_form import AnswerForm, AnswersForm, TooManyAnswers

TYPOS = (
    SelectChoice("0", _("None")),
    *(SelectChoice(str(count), str(count)) for count in range(1, MAX_TYPOS + 1)),
)


class TextForm(AnswerForm):
    """A wording, and how many typing errors it forgives."""

    text = StringField(_("Answer"), [at_most(LONGEST_ANSWER)])
    typos = SelectField(
        _("Typing errors allowed"),
        [AnyOf([choice.value for choice in TYPOS], message=_("Choose from the list"))],
        choices=TYPOS,
        default="0",
        validate_choice=False,
    )


class AuthoringForm(AnswersForm):
    """Wordings with what they earn, and what makes no difference."""

    answers = FieldList(FormField(TextForm))
    ignore_case = BooleanField(_("Capital letters make no difference"))
    ignore_accents = BooleanField(
        _("Accents make no difference"), description=_("Then é counts as e.")
    )
    ignore_punctuation = BooleanField(
        _("Punctuation makes no difference"), description=_("Then X-ray counts as X ray.")
    )

    lists: ClassVar[Mapping[str, Rows]] = {
        "answers": Rows(
            TextForm,
            {**typed_form.BLANK, "text": "", "typos": "0"},
            MAX_ANSWERS,
            written=("text", "rationale"),
            too_many=TooManyAnswers,
        )
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        rows = [
            {
                "text": answer.text,
                "share": str(answer.share),
                "rationale": answer.rationale,
                "harm": str(answer.harm or ""),
                "typos": str(answer.typos),
            }
            for answer in content.answers
        ]
        return {"answers": rows, **{name: getattr(content, name) for name in IGNORED}}

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {"answers": cls.blank_rows(), "ignore_case": True}

    def document(self) -> dict[str, Any]:
        return {
            "answers": [
                {
                    **self.common(row),
                    "text": (row["text"] or "").strip(),
                    "typos": _typos(row["typos"]),
                }
                for row in self.kept_rows()
            ],
            **{name: bool(self._fields[name].data) for name in IGNORED},
        }

    def sketch(self) -> Content:
        document = self.document()
        answers = tuple(
            TextAnswer.model_construct(**{**answer, "text": answer["text"][:LONGEST_ANSWER] or "…"})
            for answer in document["answers"]
        )
        return Content.model_construct(**{**document, "answers": answers})


def _typos(value: str | None) -> int:
    return int(value) if value and value in {choice.value for choice in TYPOS} else 0
