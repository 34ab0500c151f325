"""What the forms of types marked by hand share: the rows of a rubric, and its texts for markers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, StringField
from wtforms import TextAreaField as Text

from quizapp.domain.errors import N_
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.rows_form import Rows, RowsForm, TooManyRows, add_error, given_names
from quizapp.question_types.rubric import (
    LONGEST_MODEL,
    LONGEST_NOTES,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CRITERIA,
    MOST_LEVELS,
    Criterion,
    Level,
    Rubric,
    points_text,
)

FIRST_LEVELS = 3
_LEVEL: Mapping[str, Any] = {"id": "", "points": "", "label": "", "description": ""}
_CRITERION: Mapping[str, Any] = {
    "id": "",
    "title": "",
    "description": "",
    "levels": [dict(_LEVEL)] * FIRST_LEVELS,
}
_POINTS = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?|1000([.,]0{1,2})?")
_MORE = re.compile(r"more-([0-9]{1,2})")
_LEVEL_AT = re.compile(r"criteria-(\d+)-levels-(\d+)-")
UNFINISHED = Problem(
    "unfinished-criterion",
    N_("A criterion has no title, or a level without name or points."),
    ("rubric", "criteria"),
    N_("Write what is missing, or remove the criterion."),
)


def points_of(text: str | None) -> Decimal | None:
    """A number of points as typed; None where it is none."""
    found = _POINTS.fullmatch((text or "").strip())
    return Decimal(found[0].replace(",", ".")) if found else None


class LevelForm(Form):
    """A level; a row without name, points and description is left out."""

    id = HiddenField()
    points = StringField(_("Points"), [at_most(10)])
    label = StringField(_("Level"), [at_most(LONGEST_TITLE)])
    description = StringField(_("How one can tell it"), [at_most(LONGEST_TEXT)])


class CriterionForm(Form):
    """A criterion with its levels."""

    id = HiddenField()
    title = StringField(_("Criterion"), [at_most(LONGEST_TITLE)])
    description = Text(_("What to look at"), [at_most(LONGEST_TEXT)], filters=[one_kind_of_newline])
    levels = FieldList(FormField(LevelForm))


class RubricForm(RowsForm):
    """The criteria, the points they add up to, and what only markers read."""

    criteria = FieldList(FormField(CriterionForm))
    rubric_points = StringField(
        _("Points in all"),
        [at_most(10)],
        description=_("As a check: the best level of each criterion has to add up to it."),
    )
    model_answer = Text(_("Model answer"), [at_most(LONGEST_MODEL)], filters=[one_kind_of_newline])
    show_model_answer = BooleanField(
        _("Show the model answer to learners"),
        description=_("Together with the other answers, never before."),
    )
    notes = Text(
        _("Notes for markers"),
        [at_most(LONGEST_NOTES)],
        filters=[one_kind_of_newline],
        description=_("Learners never read them."),
    )

    lists: ClassVar[Mapping[str, Rows]] = {
        "criteria": Rows(CriterionForm, _CRITERION, MOST_CRITERIA, ("title",), "title")
    }

    def __init__(self, formdata: Any = None, prefix: str = "", **options: Any) -> None:
        places = re.compile(re.escape(prefix) + _LEVEL_AT.pattern)
        found = {hit.groups() for hit in map(places.match, formdata or ()) if hit}
        for criterion in {criterion for criterion, _level in found}:
            if sum(other == criterion for other, _level in found) > MOST_LEVELS:
                raise TooManyRows(count=MOST_LEVELS)
        super().__init__(formdata, prefix=prefix, **options)

    @classmethod
    def rubric_values(cls, content: Any) -> dict[str, Any]:
        """What the fields show for the part of a content that they are about."""
        rubric: Rubric = content.rubric
        return {
            "criteria": [_row(name, criterion) for name, criterion in rubric.named().items()],
            "rubric_points": "" if rubric.points is None else points_text(rubric.points),
            "model_answer": content.model_answer,
            "show_model_answer": content.show_model_answer,
            "notes": content.notes,
        }

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {"criteria": [dict(_CRITERION)], "show_model_answer": True}

    def is_kept(self, name: str, row: Mapping[str, Any]) -> bool:
        del name
        texts = [row["title"], row["description"]]
        return any((text or "").strip() for text in texts) or bool(kept_levels(row))

    def rubric_document(self) -> dict[str, Any]:
        """The fields as the model takes them; `validate` has refused what it does not take."""
        return {
            "rubric": {"points": points_of(self.rubric_points.data), "criteria": self._criteria()},
            "model_answer": self.model_answer.data or "",
            "show_model_answer": self.show_model_answer.data,
            "notes": self.notes.data or "",
        }

    def rubric_sketch(self) -> dict[str, Any]:
        """The same as far as it is written, as models."""
        document = self.rubric_document()
        criteria = tuple(_drawn(criterion) for criterion in document["rubric"]["criteria"])
        points = document["rubric"]["points"]
        document["rubric"] = Rubric.model_construct(points=points, criteria=criteria)
        document["model_answer"] = document["model_answer"][:LONGEST_MODEL]
        document["notes"] = document["notes"][:LONGEST_NOTES]
        return document

    def _criteria(self) -> list[dict[str, Any]]:
        rows = self.kept_rows("criteria")
        names = given_names((row["id"] for row in rows), (row["title"] or "" for row in rows))
        return [
            {
                "id": name,
                "title": (row["title"] or "").strip(),
                "description": row["description"] or "",
                "levels": _levels(row),
            }
            for name, row in zip(names, rows, strict=True)
        ]

    def problems(self) -> list[Problem]:
        unfinished = [
            Problem(UNFINISHED.code, UNFINISHED.message, (*UNFINISHED.path, n), UNFINISHED.remedy)
            for n, criterion in enumerate(self._criteria())
            if not criterion["title"]
            or any(not x["label"] or x["points"] is None for x in criterion["levels"])
        ]
        return unfinished or super().problems()

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if (self.rubric_points.data or "").strip() and points_of(self.rubric_points.data) is None:
            add_error(self.rubric_points, _("Write the points as a number, such as 6 or 7.5"))
            is_right = False
        for place in self.kept("criteria"):
            is_right &= _check_criterion(self.criteria[place].form, place + 1)
        return is_right

    def pressed(self, action: str) -> tuple[dict[str, Any], str] | None:
        found = _MORE.fullmatch(action)
        rows = self.rows("criteria")
        if found is None or int(found[1]) >= len(rows):
            return super().pressed(action)
        place, levels = int(found[1]), rows[int(found[1])]["levels"]
        if len(levels) < MOST_LEVELS:
            levels.append(dict(_LEVEL))
        focus = self.control("criteria", place, f"levels-{len(levels) - 1}-points")
        return self.values_with("criteria", rows), focus

    def place_of(self, path: Path) -> str:
        if path[:1] == ("rubric",):
            if path[1:2] == ("points",):
                return str(self.rubric_points.id)
            return super().place_of(path[1:])
        name = str(path[0]) if path else ""
        return str(self._fields[name].id) if name in self._fields else super().place_of(path)

    def field_at(self, name: str, path: Path) -> str:
        if path[:1] == ("levels",):
            return "levels-0-points"
        return super().field_at(name, path)

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path[1:] if path[:1] == ("rubric",) else path)
        return _("Criterion %(number)s", number=found[1] + 1) if found else ""


def kept_levels(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        level
        for level in row["levels"]
        if any((level[name] or "").strip() for name in ("points", "label", "description"))
    ]


def _row(name: str, criterion: Criterion) -> dict[str, Any]:
    levels = [
        {
            "id": key,
            "points": points_text(level.points),
            "label": level.label,
            "description": level.description,
        }
        for key, level in criterion.named().items()
    ]
    return {
        "id": name,
        "title": criterion.title,
        "description": criterion.description,
        "levels": levels or list(_CRITERION["levels"]),
    }


def _levels(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = kept_levels(row)
    names = given_names((level["id"] for level in kept), (level["label"] or "" for level in kept))
    return [
        {
            "id": name,
            "label": (level["label"] or "").strip(),
            "points": points_of(level["points"]),
            "description": level["description"] or "",
        }
        for name, level in zip(names, kept, strict=True)
    ]


def _drawn(criterion: dict[str, Any]) -> Criterion:
    levels = tuple(
        Level.model_construct(
            **{**level, "label": level["label"] or "…", "points": level["points"] or Decimal(0)}
        )
        for level in criterion["levels"]
    )
    title = criterion["title"] or "…"
    return Criterion.model_construct(**{**criterion, "title": title, "levels": levels})


def _check_criterion(form: Any, number: int) -> bool:
    if not (form.title.data or "").strip():
        add_error(form.title, _("Write the title of criterion %(number)s", number=number))
        return False
    is_right = True
    for entry in form.levels:
        if not kept_levels({"levels": [entry.form.data]}):
            continue
        if points_of(entry.form.points.data) is None:
            text = _("Write the points of each level of criterion %(number)s", number=number)
            add_error(entry.form.points, text)
            is_right = False
        if not (entry.form.label.data or "").strip():
            text = _("Write the name of each level of criterion %(number)s", number=number)
            add_error(entry.form.label, text)
            is_right = False
    return is_right
