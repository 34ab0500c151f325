"""Reading and marking a question that is answered on a picture.

A point in several regions, or on a border, counts for the strongest of them: target, then
tolerated, then danger, then other. A danger region lowers no mark: it is wrong, with its harm.
"""

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types import choices
from quizapp.question_types.base import (
    WRONG,
    Fields,
    Harm,
    ItemText,
    Malformed,
    Mark,
    Presentation,
    one_value,
)
from quizapp.question_types.hotspot import geometry
from quizapp.question_types.hotspot.content import Content, Input, Response
from quizapp.question_types.hotspot.geometry import Exact, Point
from quizapp.question_types.hotspot.regions import Kind, Region

LONGEST_SIDE = 4000
_PLACE = r"(?:0(?:\.\d{1,4})?|1(?:\.0{1,4})?)"
_PIN = re.compile(rf"({_PLACE}) ({_PLACE})", re.ASCII)
_SIZE = re.compile(r"([1-9]\d{0,3}) ([1-9]\d{0,3})", re.ASCII)
_PIXEL = re.compile(r"\d{1,4}", re.ASCII)


class TooManyPoints(Malformed):
    """More points than asked for: possible without a script, where nothing counts along."""

    message = N_("These are more points than the question asks for. Take some away, then save.")


def present(content: Content, rng: random.Random) -> Presentation:
    """A new order of letters for each attempt."""
    named = content.named_regions() if content.input is Input.ZONES else content.named_candidates()
    names = list(named)
    rng.shuffle(names)
    return {"order": names}


def read(content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    """What was chosen; a click on the picture without a script comes as `-at.x` and `-at.y`."""
    chosen = choices.chosen_ids(presentation, fields.get(prefix, ()))
    if content.input is Input.ZONES:
        if len(chosen) > 1:
            raise Malformed
        return Response(zone=chosen[0] if chosen else None)
    pins = list(_pins(content, fields, prefix))
    click = _click(fields, prefix)
    if content.points == 1:
        # The newest counts: a click, then a letter, then the point that was there before.
        if click is not None:
            return Response(pins=(click,))
        if chosen:
            pins = []
    elif click is not None:
        pins = _with_click(content, pins, click, room=content.points - len(chosen))
    if len(chosen) + len(pins) > content.points:
        raise TooManyPoints
    return Response(candidates=tuple(sorted(chosen)), pins=tuple(sorted(pins)))


def _pins(content: Content, fields: Fields, prefix: str) -> Iterator[Point]:
    dropped = fields.get(f"{prefix}-drop", ())
    known = {str(number) for number in range(1, content.points + 1)}
    if not set(dropped) <= known or len(set(dropped)) < len(dropped):
        raise Malformed
    found = []
    for number in range(1, content.points + 1):
        value = one_value(fields, f"{prefix}-p{number}")
        if not value:
            continue
        match = _PIN.fullmatch(value)
        if match is None:
            raise Malformed
        if str(number) not in dropped:
            found.append(_point(Fraction(match[1]), Fraction(match[2])))
    yield from dict.fromkeys(found)


def _click(fields: Fields, prefix: str) -> Point | None:
    """The middle of the pixel that was clicked; nothing where the picture was not used.

    Browsers send 0, 0 when it was pressed with a key, which points at nothing.
    """
    size = one_value(fields, f"{prefix}-size")
    x, y = one_value(fields, f"{prefix}-at.x"), one_value(fields, f"{prefix}-at.y")
    measures = _SIZE.fullmatch(size)
    if size and measures is None:
        raise Malformed
    if not x and not y:
        return None
    if measures is None or not (_PIXEL.fullmatch(x) and _PIXEL.fullmatch(y)):
        raise Malformed
    if int(x) == int(y) == 0:
        return None
    width, height = int(measures[1]), int(measures[2])
    if max(width, height) > LONGEST_SIDE or int(x) >= width or int(y) >= height:
        raise Malformed
    return _point(Fraction(2 * int(x) + 1, 2 * width), Fraction(2 * int(y) + 1, 2 * height))


def _point(x: Fraction, y: Fraction) -> Point:
    return _rounded(x), _rounded(y)


def _rounded(value: Fraction) -> Decimal:
    return geometry.rounded(Decimal(value.numerator) / Decimal(value.denominator))


def _with_click(content: Content, pins: list[Point], click: Point, room: int) -> list[Point]:
    """One point more; where all are given, the nearest moves to the place of the click."""
    if click in pins or len(pins) < room or not pins:
        return list(dict.fromkeys([*pins, click]))
    nearest = min(pins, key=lambda pin: _distance(content, pin, click))
    return [pin for pin in pins if pin != nearest] + [click]


def _distance(content: Content, one: Point, other: Point) -> Fraction:
    """Squared, in widths of the picture."""
    (x1, y1), (x2, y2) = geometry.exact(one), geometry.exact(other)
    return (x1 - x2) ** 2 + ((y1 - y2) * content.aspect) ** 2


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """By zone: what the region is worth. By points: their sum by the number asked for.

    Each target and each tolerated region counts once. Strict: everything right, or nothing.
    """
    if response.is_empty:
        return WRONG
    share, regions = _worth(content, response)
    harms = [region.acting_here for region in regions if region is not None]
    rated = [harm for harm in harms if harm is not None]
    harm = max(rated, key=list(Harm).index, default=None)
    return Mark(Fraction(share == 1) if is_strict else share, harm)


def _worth(content: Content, response: Response) -> tuple[Fraction, list[Region | None]]:
    """What the answer earns, and the region of each thing given; None outside of all."""
    if content.input is Input.ZONES:
        region = content.named_regions().get(response.zone or "")
        return (region.worth if region else Fraction(0)), [region]
    counted: set[str] = set()
    total = Fraction(0)
    regions: list[Region | None] = []
    for point in points_of(content, response):
        here = content.regions_at(point)
        regions.append(here[0][1] if here else None)
        fresh = [(name, region) for name, region in here if region.worth and name not in counted]
        if fresh:
            counted.add(fresh[0][0])
            total += fresh[0][1].worth
    return min(total / content.points, Fraction(1)), regions


def points_of(content: Content, response: Response) -> list[Exact]:
    """Where everything given lies: first the points of the list, then the others."""
    known = content.named_candidates()
    listed = [known[name] for name in response.candidates if name in known]
    placed = [(candidate.x, candidate.y) for candidate in listed]
    return [geometry.exact(point) for point in [*placed, *response.pins]]


def key(content: Content) -> Response:
    """The first target; by points, a point of the list in each of as many targets as asked for."""
    targets = [n for n, region in content.named_regions().items() if region.kind is Kind.TARGET]
    if content.input is Input.ZONES:
        return Response(zone=targets[0] if targets else None)
    chosen: dict[str, str] = {}
    for name, candidate in content.named_candidates().items():
        here = content.regions_at(geometry.exact((candidate.x, candidate.y)))
        for target, region in here:
            if region.kind is Kind.TARGET and target not in chosen:
                chosen[target] = name
                break
    return Response(candidates=tuple(sorted(list(chosen.values())[: content.points])))


def tally(content: Content, response: Response) -> list[str]:
    """The region of each thing given; several in one are numbered."""
    if content.input is Input.ZONES:
        return [response.zone] if response.zone is not None else []
    found: list[str] = []
    for point in points_of(content, response):
        here = content.regions_at(point)
        name = here[0][0] if here else "outside"
        times = sum(line.partition("#")[0] == name for line in found)
        found.append(f"{name}#{times + 1}" if times else name)
    return found


def item_text(content: Content) -> ItemText:
    if content.input is Input.PIN:
        return ItemText(texts=tuple(candidate.label for candidate in content.candidates))
    return ItemText(
        tuple(region.label for region in content.regions),
        tuple(n for n, region in enumerate(content.regions) if region.kind is Kind.TARGET),
    )


def describe(content: Content, response: Response) -> str:
    """The answer in words that say no more than its page did, for the journal."""
    regions, candidates = content.named_regions(), content.named_candidates()
    if response.zone is not None:
        return regions[response.zone].label if response.zone in regions else response.zone
    named = [candidates[name].label for name in response.candidates if name in candidates]
    placed = [f"{geometry.percent(x)} × {geometry.percent(y)}" for x, y in response.pins]
    return "; ".join([*named, *placed])


def advise(content: Content, response: Response) -> str:
    given = len(response.candidates) + len(response.pins)
    if content.input is Input.PIN and given < content.points:
        return N_("There are fewer points than the question asks for.")
    return ""
