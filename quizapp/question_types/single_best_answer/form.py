"""The fields with which an author writes a question with one best answer."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import StringField

from quizapp.question_types.choices_form import ChoicesForm
from quizapp.question_types.single_best_answer.content import Content


class AuthoringForm(ChoicesForm):
    """Options, and which one is the key: the number of its row."""

    key = StringField()

    content_class = Content
    remedies: ClassVar = {
        "missing-key": _("Select the right answer."),
        "several-keys": _("Select exactly one right answer."),
    }

    @classmethod
    def _values(cls, rows: list[dict[str, Any]], rest: dict[str, Any]) -> dict[str, Any]:
        keys = [str(place) for place, row in enumerate(rows) if row["key"]]
        return {**rest, "options": rows, "key": keys[0] if keys else ""}

    def rows(self, name: str = "options") -> list[dict[str, Any]]:
        """As typed; posted rows are known by the number in their names."""
        del name
        return [
            {**entry.form.data, "key": entry.short_name.rpartition("-")[2] == self.key.data}
            for entry in self.options
        ]

    def _rest(self) -> dict[str, Any]:
        return {"shuffle": self.shuffle.data}
