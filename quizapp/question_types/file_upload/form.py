"""The fields with which an author writes a question that is answered with files."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.question_types.file_upload.content import MOST_FILES, MOST_MEGABYTES, Content
from quizapp.question_types.file_upload.sniffing import NAMES, Kind
from quizapp.question_types.rows_form import add_error
from quizapp.question_types.rubric_form import RubricForm


def _numbers(most: int) -> list[SelectChoice]:
    return [SelectChoice(str(number), str(number)) for number in range(1, most + 1)]


class AuthoringForm(RubricForm):
    """Which files are taken, and the rubric."""

    kinds = SelectMultipleField(
        _("Files that are taken"),
        choices=[SelectChoice(kind.value, name) for kind, name in NAMES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    max_megabytes = SelectField(_("Megabytes of a file"), choices=_numbers(MOST_MEGABYTES))
    max_files = SelectField(_("Number of files"), choices=_numbers(MOST_FILES))

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        return {
            **cls.rubric_values(content),
            "kinds": [kind.value for kind in content.kinds],
            "max_megabytes": str(content.max_megabytes),
            "max_files": str(content.max_files),
        }

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        fresh = Content()
        return {
            **super().values_for_new(),
            "kinds": [kind.value for kind in fresh.kinds],
            "max_megabytes": str(fresh.max_megabytes),
            "max_files": str(fresh.max_files),
        }

    def document(self) -> dict[str, Any]:
        return {**self.rubric_document(), **self._limits()}

    def sketch(self) -> Content:
        return Content.model_construct(**{**self.rubric_sketch(), **self._limits()})

    def _limits(self) -> dict[str, Any]:
        chosen = set(self.kinds.data or ())
        return {
            "kinds": tuple(kind for kind in Kind if kind.value in chosen),
            "max_megabytes": int(self.max_megabytes.data or "1"),
            "max_files": int(self.max_files.data or "1"),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if not set(self.kinds.data or ()) <= set(Kind):
            add_error(self.kinds, _("Choose from the list"))
            is_right = False
        return is_right
