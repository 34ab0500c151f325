"""The fields with which an author writes a text with gaps: the text, and each gap's own form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, HiddenField, StringField, TextAreaField

from quizapp.domain.errors import N_
from quizapp.question_types import authoring, gapped
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.cloze.content import (
    LONGEST_TEXT,
    MAX_GAPS,
    ChoiceGap,
    Content,
    Gap,
    NumberGap,
    TextGap,
)
from quizapp.question_types.numeric import form as numeric_form
from quizapp.question_types.rows_form import TooManyRows, add_error
from quizapp.question_types.short_text import form as short_text_form
from quizapp.question_types.single_best_answer import form as single_form

_NAME = re.compile(gapped.NAME)
_ACTION = re.compile(r"gap-([0-9]{1,2}):(.+)")
HEAD = ("type", "name", "weight")
MAX_WEIGHT = 100
NO_GAPS = Problem(
    "no-gaps",
    N_("The text has no gap."),
    ("gaps",),
    N_("Add a gap, then move it to its place in the text."),
)


def name_field() -> StringField:
    return StringField(_("Name"), [at_most(gapped.LONGEST_NAME)])


def weight_field() -> StringField:
    return StringField(_("Weight"), [at_most(3)], default="1")


class ChoiceGapForm(single_form.AuthoringForm):
    """A gap with options."""

    type = HiddenField()
    name = name_field()
    weight = weight_field()


class TextGapForm(short_text_form.AuthoringForm):
    """A gap for a word or a few."""

    type = HiddenField()
    name = name_field()
    weight = weight_field()


class NumberGapForm(numeric_form.AuthoringForm):
    """A gap for a number."""

    type = HiddenField()
    name = name_field()
    weight = weight_field()


FORMS: Mapping[str, tuple[type[authoring.AuthoringForm], type[Gap]]] = {
    "choice": (ChoiceGapForm, ChoiceGap),
    "text": (TextGapForm, TextGap),
    "number": (NumberGapForm, NumberGap),
}


class GapField(FormField):
    """One gap: its form is that of the type it is of."""

    is_right = True

    def __init__(self, **options: Any) -> None:
        super().__init__(TextGapForm, **options)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        values = data if isinstance(data, dict) else {}
        sent = formdata.get(f"{self.name}{self.separator}type") if formdata else None
        kind = str(sent or values.get("type"))
        self.form_class = FORMS.get(kind, FORMS["text"])[0]
        super().process(formdata, values, extra_filters)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """A list sees only what its entries find first, so each remembers its verdict."""
        self.is_right = bool(super().validate(form, extra_validators))
        return self.is_right


class AuthoringForm(authoring.AuthoringForm):
    """A text, and its gaps in the order they were added."""

    text = TextAreaField(
        _("Text with gaps"), [at_most(LONGEST_TEXT)], filters=[one_kind_of_newline]
    )
    gaps = FieldList(GapField())

    remedies: ClassVar = {
        "missing-key": _("Say which answer is right."),
        "several-keys": _("Select exactly one right answer."),
        "undefined-gap": _("Add a gap with this name, or take it out of the text."),
    }

    def __init__(self, formdata: Any = None, prefix: str = "", **options: Any) -> None:
        pattern = re.compile(re.escape(f"{prefix}gaps") + r"-(\d+)-")
        if len({hit[1] for hit in map(pattern.match, formdata or ()) if hit}) > MAX_GAPS:
            raise TooManyRows(count=MAX_GAPS)
        super().__init__(formdata, prefix=prefix, **options)

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        return {
            "text": content.text,
            "gaps": [
                {
                    **FORMS[gap.type][0].values_of(gap),
                    "type": gap.type,
                    "name": gap.name,
                    "weight": str(gap.weight),
                }
                for gap in content.gaps
            ],
        }

    def gap_forms(self) -> list[Any]:
        return [entry.form for entry in self.gaps]

    def document(self) -> dict[str, Any]:
        return {
            "text": (self.text.data or "").strip(),
            "gaps": [{**form.document(), **_head(form)} for form in self.gap_forms()],
        }

    def sketch(self) -> Content:
        return Content.model_construct(
            text=(self.text.data or "").strip()[:LONGEST_TEXT],
            gaps=tuple(_sketch(form) for form in self.gap_forms()),
        )

    def problems(self) -> list[Problem]:
        found = [] if self.gaps.entries else [NO_GAPS]
        found += self.sketch().mismatches()
        for place, form in enumerate(self.gap_forms()):
            found += [replace(one, path=("gaps", place, *one.path)) for one in form.problems()]
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        is_right &= all(entry.is_right for entry in self.gaps)
        if not (self.text.data or "").strip():
            add_error(self.text, _("Write the text with its gaps"))
            is_right = False
        elif not self.gaps.entries:
            add_error(self.text, _("Add at least one gap"))
            is_right = False
        for form in self.gap_forms():
            if not _NAME.fullmatch((form.name.data or "").strip()):
                add_error(form.name, _("Use small letters, digits and hyphens, like angle"))
                is_right = False
            if not 1 <= _weight(form) <= MAX_WEIGHT:
                add_error(form.weight, _("Write a whole number from 1 to 100"))
                is_right = False
        return is_right

    def pressed(self, action: str) -> tuple[dict[str, Any], str] | None:
        verb, _dash, kind = action.partition("-")
        if verb == "add" and kind in FORMS:
            return self._added(kind)
        found = _ACTION.fullmatch(action)
        if found is None or int(found[1]) >= len(self.gaps.entries):
            return None
        place = int(found[1])
        values = [_values(form) for form in self.gap_forms()]
        if found[2] == "remove-gap":
            del values[place]
            return {"text": self.text.data, "gaps": values}, str(self.text.id)
        own = self.gap_forms()[place].pressed(found[2])
        if own is None:
            return None
        values[place] = {**values[place], **own[0]}
        return {"text": self.text.data, "gaps": values}, own[1]

    def _added(self, kind: str) -> tuple[dict[str, Any], str]:
        """One more gap: the first that only the text has yet, else a new one at its end."""
        values = [_values(form) for form in self.gap_forms()]
        text = self.text.data or ""
        if len(values) >= MAX_GAPS:
            return {"text": text, "gaps": values}, str(self.text.id)
        taken = {gap["name"] for gap in values}
        waiting = [name for name in gapped.names_in(text) if name not in taken]
        name = waiting[0] if waiting else next(_fresh_names(taken))
        if not waiting:
            text = f"{text.rstrip()} {{{{{name}}}}}".strip()
        form = FORMS[kind][0]
        values.append({**form.values_for_new(), "type": kind, "name": name, "weight": "1"})
        return {"text": text, "gaps": values}, f"{self.gaps.id}-{len(values) - 1}-name"

    def place_of(self, path: Path) -> str:
        place = path[1] if len(path) > 1 and path[0] == "gaps" else None
        if not isinstance(place, int) or place >= len(self.gaps.entries):
            return str(self.text.id)
        form = self.gap_forms()[place]
        if len(path) == 2 or path[2] in HEAD:  # noqa: PLR2004 - the gap itself
            return str(form.name.id)
        return str(form.place_of(path[2:]))

    def name_of(self, path: Path) -> Any:
        place = path[1] if len(path) > 1 and path[0] == "gaps" else None
        if not isinstance(place, int) or place >= len(self.gaps.entries):
            return ""
        form = self.gap_forms()[place]
        inner = form.name_of(path[2:])
        if not inner:
            return _("Gap %(gap)s", gap=form.name.data)
        return _("Gap %(gap)s, %(part)s", gap=form.name.data, part=inner)


def _fresh_names(taken: set[str]) -> Iterator[str]:
    return (f"gap-{n}" for n in range(1, MAX_GAPS + 2) if f"gap-{n}" not in taken)


def _weight(form: Any) -> int:
    text = (form.weight.data or "").strip()
    return int(text) if text.isascii() and text.isdigit() else 0


def _head(form: Any) -> dict[str, Any]:
    kind = form.type.data if form.type.data in FORMS else "text"
    return {"type": kind, "name": (form.name.data or "").strip(), "weight": _weight(form)}


def _values(form: Any) -> dict[str, Any]:
    """The values of all fields of a gap's form."""
    first = next(iter(form.lists))
    head: dict[str, Form] = {name: form[name].data for name in HEAD}
    return {**form.values_with(first, form.rows(first)), **head}


def _sketch(form: Any) -> Gap:
    head = _head(form)
    own = dict(form.sketch())
    return FORMS[head["type"]][1].model_construct(**own, **{**head, "weight": head["weight"] or 1})
