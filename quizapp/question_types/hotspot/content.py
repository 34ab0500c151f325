"""What an author writes for, and a learner gives to, a question that is answered on a picture."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Self, cast

from pydantic import Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline
from quizapp.question_types.base import HarmNote, Problem
from quizapp.question_types.choices import LETTERS
from quizapp.question_types.hotspot import geometry, regions
from quizapp.question_types.hotspot.geometry import Exact, Point, Shape
from quizapp.question_types.hotspot.regions import Candidate, Drawn, Kind, Region
from quizapp.question_types.naming import folded
from quizapp.question_types.outline import Line

MOST = len(LETTERS)
MOST_POINTS = 10
FEWEST = 2
ROMAN = tuple(
    tens + ones
    for tens in ("", "X", "XX")
    for ones in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
)[1:]
"""Numbers of regions where letters stand for points."""


class Input(StrEnum):
    """How one answers: by a lettered zone of the picture, or by points on it."""

    ZONES = "zones"
    PIN = "pin"


INPUTS: Mapping[Input, str] = {
    Input.ZONES: N_("Lettered zones"),
    Input.PIN: N_("Points put on the picture"),
}


class Content(base.Content):
    """A picture with regions; answered by its zones, or by points on it."""

    image: str = Field(
        "",
        pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$",
        max_length=80,
        description="A file of figures/, without .svg",
    )
    input: Input = Field(Input.ZONES, description="zones: choose a letter; pin: put points")
    points: int = Field(1, ge=1, le=MOST_POINTS, description="pin: how many points to give")
    regions: tuple[Region, ...] = Field((), max_length=MOST)
    candidates: tuple[Candidate, ...] = Field(
        (), max_length=MOST, description="pin: the points of the list of equal standing"
    )
    drawing: str = Field("", description="The picture itself, put in when the file is loaded")

    kept_inside: ClassVar[frozenset[str]] = frozenset({"drawing"})

    @cached_property
    def aspect(self) -> Fraction:
        """The picture's height by its width."""
        return geometry.aspect_of(self.drawing)

    @cached_property
    def drawn(self) -> Mapping[str, Drawn]:
        """Every region as it is drawn over the picture, by its id."""
        shapes = {name: region.shape for name, region in self.named_regions().items()}
        return {
            name: Drawn(
                *geometry.drawn(self._letter_place(name, shapes), self.aspect),
                shape.path(self.aspect),
            )
            for name, shape in shapes.items()
        }

    def _letter_place(self, name: str, shapes: Mapping[str, Shape]) -> Exact:
        others = [shape for other, shape in shapes.items() if other != name]
        return geometry.letter_place(shapes[name], others, self.aspect)

    def named_regions(self) -> dict[str, Region]:
        return regions.named(self.regions)

    def named_candidates(self) -> dict[str, Candidate]:
        return regions.named(self.candidates)

    def regions_at(self, point: Exact) -> list[tuple[str, Region]]:
        """The regions a point lies in or on, the strongest kind first."""
        aspect = self.aspect
        found = [
            (name, region)
            for name, region in self.named_regions().items()
            if region.shape.contains(point, aspect)
        ]
        return sorted(found, key=lambda pair: list(Kind).index(pair[1].kind))

    def figures(self) -> list[str]:
        return [self.image] if self.image else []

    def with_figures(self, drawings: Mapping[str, str]) -> Self:
        values = {**dict(self), "drawing": drawings.get(self.image, self.drawing)}
        return cast("Self", self.model_construct(**values))

    def drawings(self) -> Mapping[str, str]:
        return {self.image: self.drawing} if self.drawing else {}

    def outline(self) -> Iterable[Line]:
        yield Line(("image",), N_("Picture"), self.image)
        yield outline.word(("input",), N_("Answered by"), INPUTS[self.input])
        yield Line(("points",), N_("Number of points"), str(self.points))
        for place, (name, region) in enumerate(self.named_regions().items()):
            yield from regions.lines_of(name, LETTERS[place], region)
        for place, (name, point) in enumerate(self.named_candidates().items()):
            where = f"{point.label} ({regions.place_of(point)})"
            values = {"letter": LETTERS[place]}
            yield Line(("candidate", name), N_("Point %(letter)s of the list"), where, values)

    def harms(self) -> list[HarmNote]:
        signs = LETTERS if self.input is Input.ZONES else ROMAN
        rated = ((s, region.acting_here) for s, region in zip(signs, self.regions, strict=False))
        return [HarmNote(sign, harm) for sign, harm in rated if harm is not None]

    def acceptable(self) -> Mapping[str, str]:
        named = self.named_regions().items()
        return {name: region.label for name, region in named if region.kind is not Kind.TARGET}

    def accepting(self, answer: str) -> Self | None:
        if answer not in self.acceptable():
            return None
        right = {"kind": Kind.TARGET, "harm": None}
        changed = tuple(
            region.model_copy(update={"id": name, **(right if name == answer else {})})
            for name, region in self.named_regions().items()
        )
        return cast("Self", self.model_construct(**{**dict(self), "regions": changed}))

    def asked(self) -> Any:
        zones = {n: region.label for n, region in self.named_regions().items()}
        points = {n: (point.x, point.y) for n, point in self.named_candidates().items()}
        return self.input, self.points, points if self.input is Input.PIN else zones

    def shuffle_note(self) -> str:
        return N_("Each learner gets the letters in another order.")

    def problems(self) -> list[Problem]:
        found = [] if self.image else [_MISSING_IMAGE]
        found += regions.problems_of(self.regions)
        found += _pin_problems(self) if self.input is Input.PIN else _zone_problems(self)
        return found


class Response(base.Response):
    """A zone's id; or points: those of the list by id, others by their place. Sorted."""

    zone: str | None = None
    candidates: tuple[str, ...] = ()
    pins: tuple[Point, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.zone is None and not self.candidates and not self.pins


_MISSING_IMAGE = Problem(
    "missing-image",
    N_("The question has no picture."),
    ("image",),
    N_("Name a file of figures/ in image:."),
)


def _zone_problems(content: Content) -> Iterator[Problem]:
    if len(content.regions) < FEWEST:
        yield Problem(
            "few-regions",
            N_("The picture has fewer than two regions."),
            ("regions",),
            N_("Draw what learners can choose from."),
        )
    yield from _target_problems(content.regions, 1)
    if content.regions and all(region.kind is Kind.TARGET for region in content.regions):
        yield Problem(
            "no-distractor",
            N_("Every region is a target."),
            ("regions",),
            N_("Add at least one wrong region."),
        )
    if content.points > 1:
        yield Problem(
            "points-of-zones",
            N_("Only questions answered by points can ask for several."),
            ("points",),
            N_("Set points: 1, or input: pin."),
        )


def _target_problems(drawn: tuple[Region, ...], wanted: int) -> Iterator[Problem]:
    targets = sum(region.kind is Kind.TARGET for region in drawn)
    if not targets:
        yield Problem(
            "missing-key",
            N_("No region is a target."),
            ("regions",),
            N_("Mark the right region with kind: target."),
        )
    elif targets < wanted:
        yield Problem(
            "few-targets",
            N_("The question asks for more points than there are targets."),
            ("points",),
            N_("Each target counts once: ask for fewer points, or add targets."),
        )


def _pin_problems(content: Content) -> Iterator[Problem]:
    yield from _target_problems(content.regions, content.points)
    reached: set[str] = set()
    is_wrong_offered = False
    names = Counter(candidate.id for candidate in content.candidates if candidate.id)
    labels = Counter(folded(candidate.label) for candidate in content.candidates)
    for place, candidate in enumerate(content.candidates):
        at = content.regions_at(geometry.exact((candidate.x, candidate.y)))
        reached |= {name for name, region in at if region.kind is Kind.TARGET}
        is_wrong_offered |= not (at and at[0][1].worth)
        if names[candidate.id] > 1 or labels[folded(candidate.label)] > 1:
            yield Problem(
                "duplicate-candidate",
                N_("Two points of the list have the same id or name."),
                ("candidates", place, "label"),
                N_("Learners must be able to tell them apart: change one."),
            )
    targets = {n for n, region in content.named_regions().items() if region.kind is Kind.TARGET}
    if targets - reached or not is_wrong_offered:
        yield Problem(
            "candidates",
            N_("The list of points does not give the same chance as the picture."),
            ("candidates",),
            N_("Put a point of the list into each target, and at least one elsewhere."),
        )
