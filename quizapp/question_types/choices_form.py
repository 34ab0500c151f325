"""What the forms of types with options share: the rows of options and their buttons."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_, Invalid
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import HARMS, Harm, Problem
from quizapp.question_types.choices import LETTERS, MAX_CHOICES, Choice, ChoicesContent
from quizapp.question_types.rows_form import Rows, RowsForm, add_error

FIRST_ROWS = 4
LONGEST_TEXT, LONGEST_RATIONALE = 2000, 4000
FEWEST = 2
FEW_OPTIONS = Problem(
    "few-options",
    N_("The question has fewer than two options."),
    ("choices",),
    N_("Write what learners can choose from."),
)
RATINGS = (
    SelectChoice("", _("Not rated")),
    *(SelectChoice(harm.value, _(text)) for harm, text in HARMS.items()),
)
EMPTY_OPTION = N_("An option has no text."), N_("Write it, or remove the option.")
_ID = re.compile(r"[a-z0-9-]{1,40}")
_BLANK = {"id": "", "text": "", "rationale": "", "harm": "", "pinned": False, "key": False}


class TooManyOptions(Invalid):
    """More options than there are letters: the page never sends that."""

    message = N_("A question has at most %(count)s options.")


def harm_field() -> SelectField:
    known = [choice.value for choice in RATINGS]
    return SelectField(
        _("If chosen"),
        [AnyOf(known, message=_("Choose one of the harm ratings"))],
        choices=RATINGS,
        validate_choice=False,
    )


def harm_of(value: str | None) -> Harm | None:
    """The rating behind a field's value; None where there is none."""
    return Harm(value) if value in set(Harm) else None


class OptionForm(Form):
    """One option; `id` is its stable name and never seen."""

    id = HiddenField()
    text = TextAreaField(_("Option"), [at_most(LONGEST_TEXT)], filters=[one_kind_of_newline])
    rationale = TextAreaField(
        _("Why it is right or wrong"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    harm = harm_field()
    pinned = BooleanField(_("Keep in this place"))
    key = BooleanField(_("Right answer"))


class ChoicesForm(RowsForm):
    """Options in the author's order. Rows with neither text nor reason are left out."""

    options = FieldList(FormField(OptionForm))
    shuffle = BooleanField(_("Shuffle options for each learner"))

    content_class: ClassVar[type[ChoicesContent]] = ChoicesContent
    lists: ClassVar[Mapping[str, Rows]] = {
        "options": Rows(
            OptionForm,
            _BLANK,
            MAX_CHOICES,
            written=("text", "rationale"),
            path="choices",
            too_many=TooManyOptions,
        )
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        rows = [
            {**choice.model_dump(mode="json"), "id": name, "harm": str(choice.harm or "")}
            for name, choice in content.named()
        ]
        return cls._values(rows, content.model_dump(mode="json", exclude={"choices"}))

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return cls._values([dict(_BLANK) for _row in range(FIRST_ROWS)], {"shuffle": True})

    @classmethod
    def _values(cls, rows: list[dict[str, Any]], rest: dict[str, Any]) -> dict[str, Any]:
        """The values of all fields for these rows; a subclass keeps the key elsewhere."""
        return {**rest, "options": rows}

    def values_with(self, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        del name
        return self._values(rows, self._rest())

    def is_kept(self, name: str, row: Mapping[str, Any]) -> bool:
        return bool(row["key"]) or super().is_kept(name, row)

    def _rest(self) -> dict[str, Any]:
        """The values of the fields beside the options."""
        return {name: field.data for name, field in self._fields.items() if name != "options"}

    def _choices(self) -> list[dict[str, Any]]:
        kept = self.kept_rows()
        names = _names([row["id"] or "" for row in kept])
        return [
            {
                "id": name,
                "text": row["text"] or "",
                "key": row["key"],
                "rationale": row["rationale"] or "",
                "harm": harm_of(row["harm"]),
                "pinned": row["pinned"],
            }
            for name, row in zip(names, kept, strict=True)
        ]

    def document(self) -> dict[str, Any]:
        return {**self._rest(), "choices": self._choices()}

    def sketch(self) -> ChoicesContent:
        choices = tuple(
            Choice.model_construct(
                **{
                    **choice,
                    "text": choice["text"].strip()[:LONGEST_TEXT] or "…",
                    "rationale": choice["rationale"][:LONGEST_RATIONALE],
                }
            )
            for choice in self._choices()
        )
        return self.content_class.model_construct(**{**self._rest(), "choices": choices})

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        kept = self.kept()
        rows = self.rows()
        for place in kept:
            if not (rows[place]["text"] or "").strip():
                text = _("Write the text of option %(letter)s", letter=LETTERS[place])
                add_error(self.options[place].form.text, text)
                is_right = False
        if len(kept) < FEWEST:
            target = self.options[0].form.text if self.options.entries else self.options
            add_error(target, _("Write at least two options"))
            is_right = False
        return is_right

    def field_at(self, name: str, path: Path) -> str:
        if not path:
            return "rationale"
        return super().field_at(name, path)

    def problems(self) -> list[Problem]:
        if len(self.kept()) < FEWEST:
            return [FEW_OPTIONS]
        empty = [
            Problem("empty-option", EMPTY_OPTION[0], ("choices", number, "text"), EMPTY_OPTION[1])
            for number, choice in enumerate(self._choices())
            if not choice["text"].strip()
        ]
        return empty or super().problems()

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path)
        return _("Option %(letter)s", letter=LETTERS[found[1]]) if found else ""


def _names(given: list[str]) -> list[str]:
    """A name for each option that keeps those there are; none where all are the usual letters."""
    names: list[str] = []
    for name in given:
        names.append(name if _ID.fullmatch(name) and name not in names else "")
    letters = [letter.lower() for letter in LETTERS]
    fresh = iter([letter for letter in letters if letter not in names])
    names = [name or next(fresh) for name in names]
    return [""] * len(names) if names == letters[: len(names)] else names
