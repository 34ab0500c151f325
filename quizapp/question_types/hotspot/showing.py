"""A picture's letters, points and regions as templates draw them, before and after release.

Numbers are in units of the drawing over the picture, which is `geometry.WIDTH` wide.
"""

import hashlib
from dataclasses import dataclass

from quizapp.question_types import typed
from quizapp.question_types.base import Harm, Presentation
from quizapp.question_types.choices import LETTERS, OptionView
from quizapp.question_types.hotspot import geometry
from quizapp.question_types.hotspot.content import ROMAN, Content, Input, Response
from quizapp.question_types.hotspot.geometry import Point
from quizapp.question_types.hotspot.regions import Drawn, Kind, Region

PLAIN_WIDTH = 480
"""Width in CSS pixels of the picture where no script measures it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A letter on the picture, and the outline of its zone where it has one."""

    value: str
    letter: str
    x: str
    y: str
    path: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """A point of the learner's own; `value` is empty where it is not given yet."""

    number: int
    value: str = ""
    x: str = ""
    y: str = ""
    across: str = ""
    down: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The picture with its letters; with points, nothing tells where a region begins."""

    drawing: str
    height: str
    options: tuple[OptionView, ...]
    spots: tuple[Spot, ...]
    points: int
    pins: tuple[Pin, ...]
    plain_width: int
    plain_height: int


@dataclass(frozen=True, slots=True)
class RegionFeedback:
    """A region after release; `letter` is the one the learner saw, or a number of its own."""

    letter: str
    label: str
    kind: Kind
    rationale: str
    harm: Harm | None
    percent: str
    drawn: Drawn
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GivenPoint:
    """A point as it was given: its letter or number, and the region it counts for, if any."""

    sign: str
    x: str
    y: str
    region: str | None


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The picture with all its regions and what was given; `name` is like no other on a page."""

    name: str
    drawing: str
    height: str
    regions: tuple[RegionFeedback, ...]
    points: tuple[GivenPoint, ...]
    is_by_points: bool


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    shows_points = content.input is Input.PIN
    chosen = set(response.candidates) if shows_points else {response.zone}
    labels = _labels(content)
    width, height = PLAIN_WIDTH, max(1, round(PLAIN_WIDTH * content.aspect))
    return AnswerView(
        drawing=content.drawing,
        height=geometry.height(content.aspect),
        options=tuple(
            OptionView(str(place), LETTERS[place - 1], labels[name], name in chosen)
            for place, name in enumerate(presentation["order"], 1)
        ),
        spots=tuple(
            _spot(content, name, place, is_chosen=name in chosen)
            for place, name in enumerate(presentation["order"], 1)
        ),
        points=content.points,
        pins=_pins(content, response) if shows_points else (),
        plain_width=width,
        plain_height=height,
    )


def _labels(content: Content) -> dict[str, str]:
    if content.input is Input.ZONES:
        return {name: region.label for name, region in content.named_regions().items()}
    return {name: point.label for name, point in content.named_candidates().items()}


def _spot(content: Content, name: str, place: int, *, is_chosen: bool) -> Spot:
    letter = LETTERS[place - 1]
    if content.input is Input.ZONES:
        return Spot(str(place), letter, *content.drawn[name], is_chosen)
    candidate = content.named_candidates()[name]
    middle = geometry.exact((candidate.x, candidate.y))
    return Spot(str(place), letter, *geometry.drawn(middle, content.aspect), "", is_chosen)


def _pins(content: Content, response: Response) -> tuple[Pin, ...]:
    given = [_pin(content, pin, number) for number, pin in enumerate(response.pins, 1)]
    blank = [Pin(number) for number in range(len(given) + 1, content.points + 1)]
    return (*given, *blank)


def _pin(content: Content, pin: Point, number: int) -> Pin:
    x, y = geometry.drawn(geometry.exact(pin), content.aspect)
    across, down = (geometry.percent(round(place, 2)) for place in pin)
    return Pin(number, f"{pin[0]} {pin[1]}", x, y, across, down)


def feedback_view(content: Content, presentation: Presentation, response: Response) -> FeedbackView:
    is_by_points = content.input is Input.PIN
    named = content.named_regions()
    order = list(named) if is_by_points else presentation["order"]
    signs = ROMAN if is_by_points else tuple(LETTERS)
    points = _points(content, presentation, response)
    given = {point.region for point in points} if is_by_points else {response.zone}
    return FeedbackView(
        name=_name_of(content),
        drawing=content.drawing,
        height=geometry.height(content.aspect),
        regions=tuple(
            _region(named[name], sign, content.drawn[name], is_chosen=name in given)
            for sign, name in zip(signs, order, strict=False)
        ),
        points=points,
        is_by_points=is_by_points,
    )


def _region(region: Region, letter: str, drawn: Drawn, *, is_chosen: bool) -> RegionFeedback:
    return RegionFeedback(
        letter=letter,
        label=region.label,
        kind=region.kind,
        rationale=region.rationale,
        harm=region.acting_here,
        percent=typed.percent(region.share),
        drawn=drawn,
        is_chosen=is_chosen,
    )


def _points(
    content: Content, presentation: Presentation, response: Response
) -> tuple[GivenPoint, ...]:
    """What was given, letters as they stood on the page first."""
    order, known = presentation["order"], content.named_candidates()
    listed = [
        (LETTERS[order.index(name)], (known[name].x, known[name].y))
        for name in response.candidates
        if name in known and name in order
    ]
    placed = [(str(number), pin) for number, pin in enumerate(response.pins, 1)]
    found = []
    for sign, point in [*sorted(listed), *placed]:
        exact = geometry.exact(point)
        here = content.regions_at(exact)
        found.append(
            GivenPoint(sign, *geometry.drawn(exact, content.aspect), here[0][0] if here else None)
        )
    return tuple(found)


def _name_of(content: Content) -> str:
    """So that the ids of its drawing differ from those of other pictures of the page."""
    return "r" + hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:10]
