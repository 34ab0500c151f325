"""What the forms of types with options share: the rows of options and their buttons."""

import re
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
from quizapp.question_types import authoring
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Harm, Problem
from quizapp.question_types.choices import LETTERS, MAX_CHOICES, Choice, ChoicesContent

FIRST_ROWS = 4
LONGEST_TEXT, LONGEST_RATIONALE = 2000, 4000
FEWEST = 2
FEW_OPTIONS = Problem(
    "few-options",
    N_("The question has fewer than two options."),
    ("choices",),
    N_("Write what learners can choose from."),
)
HARMS = (
    SelectChoice("", _("Not rated")),
    SelectChoice(Harm.HARMLESS.value, _("Harmless")),
    SelectChoice(Harm.SUBOPTIMAL.value, _("Not the best care")),
    SelectChoice(Harm.DANGEROUS.value, _("Dangerous")),
)
EMPTY_OPTION = N_("An option has no text."), N_("Write it, or remove the option.")
_ID = re.compile(r"[a-z0-9-]{1,40}")
_BLANK = {"id": "", "text": "", "rationale": "", "harm": "", "pinned": False, "key": False}


class TooManyOptions(Invalid):
    """More options than there are letters: the page never sends that."""

    message = N_("A question has at most %(count)s options.")


def harm_field() -> SelectField:
    known = [choice.value for choice in HARMS]
    return SelectField(
        _("If chosen"),
        [AnyOf(known, message=_("Choose one of the harm ratings"))],
        choices=HARMS,
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


class ChoicesForm(authoring.AuthoringForm):
    """Options in the author's order. Rows with neither text nor reason are left out."""

    options = FieldList(FormField(OptionForm))
    shuffle = BooleanField(_("Shuffle options for each learner"))

    content_class: ClassVar[type[ChoicesContent]] = ChoicesContent

    def __init__(self, formdata: Any = None, prefix: str = "", **options: Any) -> None:
        if formdata is not None:
            pattern = re.compile(re.escape(prefix) + r"options-(\d+)-")
            if len({found[1] for found in map(pattern.match, formdata) if found}) > MAX_CHOICES:
                raise TooManyOptions(count=MAX_CHOICES)
        super().__init__(formdata, prefix=prefix, **options)

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

    def rows(self) -> list[dict[str, Any]]:
        """Every row as typed, blank ones included."""
        return [entry.form.data for entry in self.options]

    def is_blank(self, row: dict[str, Any]) -> bool:
        return not (row["text"] or "").strip() and not (row["rationale"] or "").strip()

    def kept(self) -> list[int]:
        """The places of the rows that become options."""
        return [
            place for place, row in enumerate(self.rows()) if row["key"] or not self.is_blank(row)
        ]

    def _rest(self) -> dict[str, Any]:
        """The values of the fields beside the options."""
        return {name: field.data for name, field in self._fields.items() if name != "options"}

    def _choices(self) -> list[dict[str, Any]]:
        rows = self.rows()
        kept = [rows[place] for place in self.kept()]
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
                _add_error(self.options[place].form.text, text)
                is_right = False
        if len(kept) < FEWEST:
            target = self.options[0].form.text if self.options.entries else self.options
            _add_error(target, _("Write at least two options"))
            is_right = False
        return is_right

    def pressed(self, action: str) -> tuple[dict[str, Any], str] | None:
        name, _dash, number = action.partition("-")
        rows = self.rows()
        place = int(number) if number.isascii() and number.isdigit() else -1
        if name == "add" and not number:
            return self._after_adding(rows)
        if name not in {"remove", "up", "down"} or not 0 <= place < len(rows):
            return None
        if name == "remove":
            del rows[place]
            place = min(place, len(rows) - 1)
            return self._values(rows, self._rest()), self._field(place, "text")
        other = min(max(place + (1 if name == "down" else -1), 0), len(rows) - 1)
        rows[place], rows[other] = rows[other], rows[place]
        return self._values(rows, self._rest()), self._field(other, name)

    def _after_adding(self, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        if len(rows) < MAX_CHOICES:
            rows.append(dict(_BLANK))
        return self._values(rows, self._rest()), self._field(len(rows) - 1, "text")

    def _field(self, place: int, name: str) -> str:
        return f"{self.options.id}-{place}-{name}" if place >= 0 else f"{self.options.id}-add"

    def place_of(self, path: Path) -> str:
        if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004
            return str(self.options.id)
        kept = self.kept()
        if not 0 <= path[1] < len(kept):
            return str(self.options.id)
        name = str(path[2]) if len(path) > 2 else "rationale"  # noqa: PLR2004
        return self._field(kept[path[1]], "text" if name == "id" else name)

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
        kept = self.kept()
        if len(path) > 1 and isinstance(path[1], int) and path[1] < len(kept):
            return _("Option %(letter)s", letter=LETTERS[kept[path[1]]])
        return ""

    def template_row(self) -> OptionForm:
        """The fields of a row that a script may add."""
        return OptionForm(prefix=f"{self.options.id}-__n__-")


def _names(given: list[str]) -> list[str]:
    """A name for each option that keeps those there are; none where all are the usual letters."""
    names: list[str] = []
    for name in given:
        names.append(name if _ID.fullmatch(name) and name not in names else "")
    letters = [letter.lower() for letter in LETTERS]
    fresh = iter([letter for letter in letters if letter not in names])
    names = [name or next(fresh) for name in names]
    return [""] * len(names) if names == letters[: len(names)] else names


def _add_error(field: Any, text: Any) -> None:
    field.errors = [*field.errors, text]
