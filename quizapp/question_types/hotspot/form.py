"""The fields with which an author writes a question that is answered on a picture."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from pydantic import ValidationError
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from quizapp.domain.errors import N_
from quizapp.question_types import rows_form
from quizapp.question_types.authoring import Path, at_most, one_kind_of_newline
from quizapp.question_types.base import Problem
from quizapp.question_types.choices import LETTERS
from quizapp.question_types.choices_form import LONGEST_RATIONALE, harm_field, harm_of
from quizapp.question_types.hotspot import content as model
from quizapp.question_types.hotspot import regions
from quizapp.question_types.hotspot.content import Content, Input
from quizapp.question_types.hotspot.regions import (
    CIRCLE,
    POLYGON,
    RECTANGLE,
    Candidate,
    Kind,
    Region,
)
from quizapp.question_types.rows_form import Rows, RowsForm, add_error
from quizapp.question_types.typed_form import RIGHT, WRONG, ShareSelect

LONGEST_LABEL, LONGEST_NUMBERS = 200, 1500
HALF = "1/2"
SHAPES = (
    SelectChoice(POLYGON, _("Polygon: x y of each corner")),
    SelectChoice(RECTANGLE, _("Rectangle: x y width height")),
    SelectChoice(CIRCLE, _("Circle: x y radius")),
)
KINDS = tuple(SelectChoice(kind.value, _(text)) for kind, text in regions.KINDS.items())
INPUTS = tuple(SelectChoice(way.value, _(text)) for way, text in model.INPUTS.items())
_REGION: Mapping[str, Any] = {
    "id": "", "label": "", "kind": Kind.OTHER.value, "shape": POLYGON, "numbers": "",
    "rationale": "", "harm": "", "share": HALF,
}  # fmt: skip
_CANDIDATE: Mapping[str, Any] = {"id": "", "label": "", "numbers": ""}
_SEPARATOR = re.compile(r"[\s,;]+")
_NUMBER = re.compile(r"[01](\.[0-9]{1,9})?|\.[0-9]{1,9}")
UNFINISHED = Problem(
    "unfinished-region",
    N_("A region has no name or no outline."),
    ("regions",),
    N_("Write both, or remove the region."),
)
UNFINISHED_POINT = Problem(
    "unfinished-candidate",
    N_("A point of the list has no name or no place."),
    ("candidates",),
    N_("Write both, or remove the point."),
)


def _one_of(choices: Iterable[SelectChoice]) -> AnyOf:
    return AnyOf([choice.value for choice in choices], message=_("Choose from the list"))


class PartField(ShareSelect):
    """A share of the points that is neither all nor nothing."""

    def process(self, *arguments: Any, **options: Any) -> None:
        super().process(*arguments, **options)
        self.choices = [choice for choice in self.choices if choice.value not in {RIGHT, WRONG}]


class RegionForm(Form):
    """A region: its name, what it means, its outline in numbers, and why."""

    id = HiddenField()
    label = StringField(_("Name"), [at_most(LONGEST_LABEL)])
    kind = SelectField(_("Means"), [_one_of(KINDS)], choices=KINDS, validate_choice=False)
    shape = SelectField(_("Outline"), [_one_of(SHAPES)], choices=SHAPES, validate_choice=False)
    numbers = StringField(_("Numbers"), [at_most(LONGEST_NUMBERS)])
    rationale = TextAreaField(
        _("Why it is right or wrong"), [at_most(LONGEST_RATIONALE)], filters=[one_kind_of_newline]
    )
    harm = harm_field()
    share = PartField(_("Counts"))


class CandidateForm(Form):
    """A point of the list: where it is, in words and in numbers."""

    id = HiddenField()
    label = StringField(_("Name"), [at_most(LONGEST_LABEL)])
    numbers = StringField(_("Place"), [at_most(40)])


class AuthoringForm(RowsForm):
    """The picture, how it is answered, its regions, and the points of the list."""

    image = SelectField(_("Picture"), choices=[], validate_choice=False)
    input = SelectField(_("Answered by"), [_one_of(INPUTS)], choices=INPUTS, validate_choice=False)
    points = SelectField(
        _("Number of points"),
        choices=[SelectChoice(str(n), str(n)) for n in range(1, model.MOST_POINTS + 1)],
        default="1",
        description=_("For questions answered by points."),
    )
    regions = FieldList(FormField(RegionForm))
    candidates = FieldList(FormField(CandidateForm))

    lists: ClassVar[Mapping[str, Rows]] = {
        "regions": Rows(
            RegionForm, _REGION, model.MOST, ("label", "numbers", "rationale"), "label"
        ),
        "candidates": Rows(CandidateForm, _CANDIDATE, model.MOST, ("label", "numbers"), "label"),
    }
    remedies: ClassVar = {
        "missing-image": _("Choose one of the course’s figures."),
        "missing-key": _("Let the right region be a target."),
        "points-of-zones": _("Set the number of points to 1, or let it be answered by points."),
    }

    @classmethod
    def values_of(cls, content: Any) -> dict[str, Any]:
        return {
            "image": content.image,
            "input": content.input.value,
            "points": str(content.points),
            "regions": [
                _region_row(name, region) for name, region in content.named_regions().items()
            ],
            "candidates": [
                _candidate_row(name, point) for name, point in content.named_candidates().items()
            ],
        }

    @classmethod
    def values_for_new(cls) -> dict[str, Any]:
        return {
            "image": "",
            "input": Input.ZONES.value,
            "points": "1",
            "regions": [{**_REGION, "kind": kind.value} for kind in (Kind.TARGET, Kind.OTHER)],
            "candidates": [],
        }

    def offer_figures(self, names: Iterable[str]) -> None:
        self.image.choices = [
            SelectChoice("", _("Choose a figure")),
            *(SelectChoice(name, name) for name in names),
        ]

    @property
    def pictures(self) -> list[SelectChoice]:
        """What can be chosen, and what is chosen though the course has it no more."""
        chosen = self.image.data or ""
        known = any(choice.value == chosen for choice in self.image.choices)
        return [*self.image.choices, *([] if known else [SelectChoice(chosen, chosen or "–")])]

    def document(self) -> dict[str, Any]:
        return {**self._head(), "regions": self._regions(), "candidates": self._candidates()}

    def _head(self) -> dict[str, Any]:
        return {
            "image": self.image.data or "",
            "input": self.input.data,
            "points": int(self.points.data or "1"),
        }

    def _regions(self) -> list[dict[str, Any]]:
        rows = self.kept_rows("regions")
        names = _given(rows)
        return [_region(name, row) for name, row in zip(names, rows, strict=True)]

    def _candidates(self) -> list[dict[str, Any]]:
        rows = self.kept_rows("candidates")
        names = _given(rows)
        return [_candidate(name, row) for name, row in zip(names, rows, strict=True)]

    def sketch(self) -> Content:
        """Without the regions and points that cannot be drawn yet."""
        head = self._head()
        regions = [found for row in self._regions() if (found := _made(Region, row))]
        points = [found for row in self._candidates() if (found := _made(Candidate, row))]
        way = head["input"] if head["input"] in set(Input) else Input.ZONES
        return Content.model_construct(
            **{**head, "input": Input(way), "regions": tuple(regions), "candidates": tuple(points)}
        )

    def problems(self) -> list[Problem]:
        unfinished = [
            Problem(problem.code, problem.message, (name, place), problem.remedy)
            for name, rows, kind, problem in (
                ("regions", self._regions(), Region, UNFINISHED),
                ("candidates", self._candidates(), Candidate, UNFINISHED_POINT),
            )
            for place, row in enumerate(rows)
            if _made(kind, row) is None
        ]
        return unfinished or super().problems()

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        offered = {choice.value for choice in self.image.choices}
        if offered and (self.image.data or "") not in offered:
            add_error(self.image, _("Choose one of the course’s figures"))
            is_right = False
        for place in self.kept("regions"):
            is_right &= _check_region(self.regions[place].form, LETTERS[place])
        for place in self.kept("candidates"):
            is_right &= _check_candidate(self.candidates[place].form, LETTERS[place])
        return is_right

    def place_of(self, path: Path) -> str:
        if path and path[0] in {"image", "input", "points"}:
            return str(self._fields[str(path[0])].id)
        return super().place_of(path)

    def field_at(self, name: str, path: Path) -> str:
        if not path:
            return "rationale" if name == "regions" else "label"
        return super().field_at(name, path)

    def name_of(self, path: Path) -> Any:
        found = self.row_at(path)
        if found is None:
            return ""
        words = _("Region %(letter)s") if found[0] == "regions" else _("Point %(letter)s")
        return words % {"letter": LETTERS[found[1]]}


def _given(rows: list[dict[str, Any]]) -> list[str]:
    return rows_form.given_names((r["id"] for r in rows), (r["label"] or "" for r in rows))


def _region_row(name: str, region: Region) -> dict[str, Any]:
    shape, numbers = regions.outline_of(region)
    return {
        "id": name,
        "label": region.label,
        "kind": region.kind.value,
        "shape": shape,
        "numbers": numbers,
        "rationale": region.rationale,
        "harm": str(region.harm or ""),
        "share": str(region.share),
    }


def _candidate_row(name: str, candidate: Candidate) -> dict[str, Any]:
    return {"id": name, "label": candidate.label, "numbers": regions.place_of(candidate)}


def _region(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the model takes; an outline that is no outline stays out, and is refused there."""
    return {
        "id": name,
        "label": (row["label"] or "").strip(),
        "kind": row["kind"],
        "rationale": row["rationale"] or "",
        "harm": harm_of(row["harm"]),
        **({"share": row["share"]} if row["kind"] == Kind.TOLERATED else {}),
        **_shape(row["shape"], row["numbers"]),
    }


def _candidate(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = _numbers(row["numbers"])
    place = dict(zip(("x", "y"), numbers, strict=True)) if len(numbers) == 2 else {}  # noqa: PLR2004
    return {"id": name, "label": (row["label"] or "").strip(), **place}


def _shape(shape: str, text: str | None) -> dict[str, Any]:
    numbers = _numbers(text)
    if shape == POLYGON:
        pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
        return {POLYGON: pairs} if pairs and len(numbers) % 2 == 0 else {}
    names = {RECTANGLE: ("x", "y", "width", "height"), CIRCLE: ("x", "y", "r")}.get(shape, ())
    if not names or len(numbers) != len(names):
        return {}
    return {shape: dict(zip(names, numbers, strict=True))}


def _numbers(text: str | None) -> list[str]:
    """Numbers between 0 and 1 as texts; nothing where one is something else."""
    found = [part for part in _SEPARATOR.split((text or "").strip()) if part]
    return found if all(_NUMBER.fullmatch(part) for part in found) else []


def _made(kind: Any, row: dict[str, Any]) -> Any:
    try:
        return kind.model_validate(row)
    except ValidationError:
        return None


def _check_region(form: Any, letter: str) -> bool:
    if not (form.label.data or "").strip():
        add_error(form.label, _("Write the name of region %(letter)s", letter=letter))
        return False
    row = {**_shape(form.shape.data, form.numbers.data), "label": "…"}
    if _made(Region, row) is None:
        text = _("Write the numbers of region %(letter)s, each between 0 and 1", letter=letter)
        add_error(form.numbers, text)
        return False
    return True


def _check_candidate(form: Any, letter: str) -> bool:
    if not (form.label.data or "").strip():
        add_error(form.label, _("Write the name of point %(letter)s", letter=letter))
        return False
    if _made(Candidate, {**_candidate("", form.data), "label": "…"}) is None:
        text = _("Write two numbers between 0 and 1 for point %(letter)s", letter=letter)
        add_error(form.numbers, text)
        return False
    return True
