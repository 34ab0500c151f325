"""The parts of a picture: what each means, how it is written down, what may be wrong with it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from quizapp.domain.errors import N_
from quizapp.question_types import outline, typed
from quizapp.question_types.base import HARMS, Harm, Problem
from quizapp.question_types.hotspot.geometry import (
    Circle,
    Place,
    Point,
    Polygon,
    Rectangle,
    Shape,
)
from quizapp.question_types.naming import folded, names_of
from quizapp.question_types.outline import Line
from quizapp.question_types.typed import Share

NAME = r"^[a-z0-9-]{0,40}$"
POLYGON, RECTANGLE, CIRCLE = "polygon", "rectangle", "circle"


class Kind(StrEnum):
    """What a region means, from the strongest: where two overlap or touch, the former counts."""

    TARGET = "target"
    TOLERATED = "tolerated"
    DANGER = "danger"
    OTHER = "other"


KINDS: Mapping[Kind, str] = {
    Kind.TARGET: N_("Target: right"),
    Kind.TOLERATED: N_("Tolerated: counts in part"),
    Kind.DANGER: N_("Danger: wrong and harmful"),
    Kind.OTHER: N_("Other: wrong"),
}


class Region(BaseModel):
    """A part of the picture: one of polygon, rectangle and circle, and what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field("", pattern=NAME, description="Stable name; made of the label if left out")
    label: str = Field(
        min_length=1, max_length=200, description="What the place is called; zones show it"
    )
    kind: Kind = Field(Kind.OTHER, description="What answering here means")
    polygon: tuple[Point, ...] | None = Field(
        None, min_length=3, max_length=60, description="Corners [x, y] as fractions of the picture"
    )
    rectangle: Rectangle | None = Field(None, description="Upper left corner, width and height")
    circle: Circle | None = Field(None, description="Middle, and radius by the picture's width")
    rationale: str = Field("", max_length=4000, description="Why it is right or wrong")
    harm: Harm | None = Field(
        None, description="For wrong places: what acting on it would do; danger is dangerous"
    )
    share: Share = Field(Fraction(1, 2), description="What a tolerated place is worth")

    @field_validator("share")
    @classmethod
    def _in_part(cls, share: Fraction) -> Fraction:
        if not 0 < share < 1:
            raise ValueError("a tolerated place is worth more than 0 and less than 1")
        return share

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if sum(shape is not None for shape in (self.polygon, self.rectangle, self.circle)) != 1:
            raise ValueError("give one of polygon, rectangle and circle")
        return self

    @property
    def shape(self) -> Shape:
        if self.polygon is not None:
            return Polygon.model_construct(corners=self.polygon)
        found = self.rectangle or self.circle
        assert found is not None  # noqa: S101 - see _one_shape
        return found

    @property
    def worth(self) -> Fraction:
        """The share that an answer here earns."""
        if self.kind is Kind.TOLERATED:
            return self.share
        return Fraction(self.kind is Kind.TARGET)

    @property
    def acting_here(self) -> Harm | None:
        """What acting on a wrong answer here would do."""
        if self.worth:
            return None
        return self.harm or (Harm.DANGEROUS if self.kind is Kind.DANGER else None)


class Candidate(BaseModel):
    """A lettered point that can be chosen from a list instead of putting one on the picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field("", pattern=NAME, description="Stable name; made of the label if left out")
    label: str = Field(min_length=1, max_length=200, description="Where it is, in words")
    x: Place = Field(description="From the left, as a fraction of the picture's width")
    y: Place = Field(description="From the top, as a fraction of its height")


class Drawn(NamedTuple):
    """Where a region's letter stands and how its outline runs, in units of the drawing."""

    x: str
    y: str
    path: str


Entry = TypeVar("Entry", Region, Candidate)


def named(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return dict(zip(names_in(entries), entries, strict=True))


def lines_of(name: str, letter: str, region: Region) -> Iterator[Line]:
    path, values = ("region", name), {"letter": letter}
    yield Line((*path, "label"), N_("Region %(letter)s"), region.label, values)
    kind = N_("Region %(letter)s: what it means")
    yield outline.word((*path, "kind"), kind, KINDS[region.kind], **values)
    shape, numbers = outline_of(region)
    text = f"{shape} {numbers}"
    yield Line((*path, "shape"), N_("Region %(letter)s: outline"), text, values)
    yield Line((*path, "rationale"), N_("Region %(letter)s: why"), region.rationale, values)
    harm = HARMS[region.acting_here] if region.acting_here else ""
    yield outline.word((*path, "harm"), N_("Region %(letter)s: acting on it is"), harm, **values)
    share = typed.percent(region.share) if region.kind is Kind.TOLERATED else ""
    yield Line((*path, "share"), N_("Region %(letter)s: what it is worth"), share, values)


def outline_of(region: Region) -> tuple[str, str]:
    """The kind of shape, and its numbers as authors write them on the site."""
    if region.polygon is not None:
        return POLYGON, ", ".join(_numbers(*corner) for corner in region.polygon)
    if region.circle is not None:
        return CIRCLE, _numbers(region.circle.x, region.circle.y, region.circle.r)
    box = region.rectangle
    assert box is not None  # noqa: S101 - a region has one of the three
    return RECTANGLE, _numbers(box.x, box.y, box.width, box.height)


def place_of(candidate: Candidate) -> str:
    return _numbers(candidate.x, candidate.y)


def _numbers(*values: Decimal) -> str:
    """Without zeros that say nothing."""
    return " ".join(f"{value.normalize():f}" for value in values)


def problems_of(regions: tuple[Region, ...]) -> Iterator[Problem]:
    names = Counter(region.id for region in regions if region.id)
    labels = Counter(folded(region.label) for region in regions)
    for place, region in enumerate(regions):
        path = ("regions", place)
        if names[region.id] > 1:
            yield Problem(
                "duplicate-region-id",
                N_("Two regions have the same id."),
                (*path, "id"),
                N_("Give each region an id of its own, or none."),
            )
        if labels[folded(region.label)] > 1:
            yield Problem(
                "duplicate-region",
                N_("Two regions have the same name."),
                (*path, "label"),
                N_("Learners must be able to tell them apart: change one."),
            )
        if not region.rationale.strip():
            yield Problem(
                "missing-rationale",
                N_("A region has no rationale."),
                path,
                N_("Say why it is right or wrong; learners read it after the quiz."),
            )
        if region.worth and region.harm is not None:
            yield Problem(
                "harm-on-key",
                N_("A right region has a harm rating."),
                (*path, "harm"),
                N_("Rate the harm of wrong regions only."),
            )
        if not region.shape.area():
            yield Problem(
                "flat-region",
                N_("A region has no area."),
                (*path, "shape"),
                N_("Its corners lie on a line: move one of them."),
            )


def names_in(entries: tuple[Entry, ...]) -> list[str]:
    return names_of((entry.id, entry.label) for entry in entries)
