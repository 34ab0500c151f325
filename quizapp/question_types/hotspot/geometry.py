"""Regions of a picture in exact numbers: what is inside, where the middle is, how it is drawn.

Places are fractions of the picture's width and height, counted from its upper left corner, with
four decimals. Lengths of a circle are fractions of the width, so that it stays round; `aspect` is
the picture's height by its width. A border belongs to what it bounds.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

UNIT = Decimal("0.0001")
WIDTH = 1000
"""Units of a picture's width in drawings of its regions."""
_VIEW_BOX = re.compile(r"""<svg\b[^>]*?\bviewBox\s*=\s*["']([^"']*)["']""")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")


def rounded(value: Decimal) -> Decimal:
    return value.quantize(UNIT, ROUND_HALF_EVEN)


Place = Annotated[Decimal, Field(ge=0, le=1), AfterValidator(rounded)]
Length = Annotated[Decimal, Field(gt=0, le=1), AfterValidator(rounded)]
Point = tuple[Place, Place]
"""x from the left and y from the top."""
Exact = tuple[Fraction, Fraction]


def exact(point: Point) -> Exact:
    return Fraction(point[0]), Fraction(point[1])


def aspect_of(svg: str) -> Fraction:
    """Height by width of a drawing, from its viewBox; 1 where it does not say."""
    found = _VIEW_BOX.search(svg)
    numbers = found[1].replace(",", " ").split() if found else []
    if len(numbers) != 4 or not all(_NUMBER.fullmatch(number) for number in numbers):  # noqa: PLR2004
        return Fraction(1)
    width, height = Fraction(numbers[2]), Fraction(numbers[3])
    return height / width if width > 0 and height > 0 else Fraction(1)


class Polygon(BaseModel):
    """Corners in order; the last is joined to the first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corners: tuple[Point, ...] = Field(min_length=3, max_length=60)

    def sides(self) -> list[tuple[Exact, Exact]]:
        corners = [exact(corner) for corner in self.corners]
        return list(pairwise([*corners, corners[0]]))

    def contains(self, point: Exact, _aspect: Fraction) -> bool:
        """By the even-odd rule; every point of a side is inside."""
        x, y = point
        is_inside = False
        for start, end in self.sides():
            if _is_on(point, start, end):
                return True
            (x1, y1), (x2, y2) = start, end
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                is_inside = not is_inside
        return is_inside

    def area(self) -> Fraction:
        """Of the picture's area, without sign."""
        return abs(sum((_cross(a, b) for a, b in self.sides()), Fraction(0))) / 2

    def middle(self, aspect: Fraction) -> Exact:
        """The centroid; where that lies outside, the middle of the widest part at half height."""
        total = sum((_cross(a, b) for a, b in self.sides()), Fraction(0))
        if total:
            x = sum(((a[0] + b[0]) * _cross(a, b) for a, b in self.sides()), Fraction(0))
            y = sum(((a[1] + b[1]) * _cross(a, b) for a, b in self.sides()), Fraction(0))
            centroid = (x / (3 * total), y / (3 * total))
            if self.contains(centroid, aspect):
                return centroid
        return self._middle_of_stretch()

    def _middle_of_stretch(self) -> Exact:
        heights = sorted({corner[1] for corner, _ in self.sides()})
        first, last = heights[0], heights[-1]
        y = (first + last) / 2
        if y in heights and first != last:
            # A line through a corner would count it twice.
            y = (y + next(height for height in heights if height > y)) / 2
        crossings = sorted(
            x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            for (x1, y1), (x2, y2) in self.sides()
            if (y1 > y) != (y2 > y)
        )
        stretches = list(zip(crossings[::2], crossings[1::2], strict=True))
        if not stretches:
            return exact(self.corners[0])
        left, right = max(stretches, key=lambda pair: pair[1] - pair[0])
        return (left + right) / 2, y

    def box(self, aspect: Fraction) -> "Box":
        across, down = zip(*map(exact, self.corners), strict=True)
        return min(across), min(down) * aspect, max(across), max(down) * aspect

    def path(self, aspect: Fraction) -> str:
        points = [f"{_unit(x)} {_unit(y * aspect)}" for x, y in map(exact, self.corners)]
        return f"M{' L'.join(points)} Z"


class Rectangle(BaseModel):
    """The upper left corner, width and height."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: Place
    y: Place
    width: Length
    height: Length

    @model_validator(mode="after")
    def _in_picture(self) -> Self:
        if self.x + self.width > 1 or self.y + self.height > 1:
            raise ValueError("the rectangle reaches beyond the picture")
        return self

    def contains(self, point: Exact, _aspect: Fraction) -> bool:
        left, top = exact((self.x, self.y))
        x, y = point
        return left <= x <= left + Fraction(self.width) and top <= y <= top + Fraction(self.height)

    def area(self) -> Fraction:
        return Fraction(self.width) * Fraction(self.height)

    def middle(self, _aspect: Fraction) -> Exact:
        return (
            Fraction(self.x) + Fraction(self.width) / 2,
            Fraction(self.y) + Fraction(self.height) / 2,
        )

    def box(self, aspect: Fraction) -> "Box":
        left, top = Fraction(self.x), Fraction(self.y) * aspect
        return left, top, left + Fraction(self.width), top + Fraction(self.height) * aspect

    def path(self, aspect: Fraction) -> str:
        left, top = _unit(Fraction(self.x)), _unit(Fraction(self.y) * aspect)
        width, height = _unit(Fraction(self.width)), _unit(Fraction(self.height) * aspect)
        return f"M{left} {top} h{width} v{height} h-{width} Z"


class Circle(BaseModel):
    """The middle, and the radius as a fraction of the picture's width."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: Place
    y: Place
    r: Length

    def contains(self, point: Exact, aspect: Fraction) -> bool:
        x, y = point
        across, down = x - Fraction(self.x), (y - Fraction(self.y)) * aspect
        return across * across + down * down <= Fraction(self.r) ** 2

    def area(self) -> Fraction:
        """That of the square around it: enough to tell it from nothing."""
        return 4 * Fraction(self.r) ** 2

    def middle(self, _aspect: Fraction) -> Exact:
        return exact((self.x, self.y))

    def box(self, aspect: Fraction) -> "Box":
        x, y, r = Fraction(self.x), Fraction(self.y) * aspect, Fraction(self.r)
        return x - r, y - r, x + r, y + r

    def path(self, aspect: Fraction) -> str:
        x, y, r = Fraction(self.x), Fraction(self.y) * aspect, Fraction(self.r)
        radius, across = _unit(r), _unit(2 * r)
        arc = f"a{radius} {radius} 0 1 0"
        return f"M{_unit(x - r)} {_unit(y)} {arc} {across} 0 {arc} -{across} 0 Z"


Shape = Polygon | Rectangle | Circle
Box = tuple[Fraction, Fraction, Fraction, Fraction]
"""Left, top, right and bottom around a shape, all as fractions of the picture's width."""
LETTER = Fraction(36, WIDTH)
"""Radius of a letter's disc where the picture is narrow, as on a phone."""


def letter_place(shape: Shape, others: Iterable[Shape], aspect: Fraction) -> Exact:
    """Where a shape's letter stands: in its middle, or at a corner of what it would cover.

    A corner counts if the disc stays within the picture and off the other shapes.
    """
    left, top, right, bottom = shape.box(aspect)
    if min(right - left, bottom - top) >= 4 * LETTER:
        return shape.middle(aspect)
    boxes = [other.box(aspect) for other in others]
    for x, y in ((right, top), (left, top), (right, bottom), (left, bottom)):
        is_inside = LETTER <= x <= 1 - LETTER and LETTER <= y <= aspect - LETTER
        if is_inside and not any(_touches((x, y), box) for box in boxes):
            return x, y / aspect
    return shape.middle(aspect)


def _touches(place: Exact, box: Box) -> bool:
    """Whether a letter's disc may reach into a box."""
    (x, y), (left, top, right, bottom) = place, box
    return left - LETTER < x < right + LETTER and top - LETTER < y < bottom + LETTER


def drawn(point: Exact, aspect: Fraction) -> tuple[str, str]:
    """A point in the units of drawings."""
    return _unit(point[0]), _unit(point[1] * aspect)


def height(aspect: Fraction) -> str:
    """That of the whole picture, in the units of drawings."""
    return _unit(aspect)


def percent(place: Decimal) -> str:
    return f"{(place * 100).normalize():f}%"


def _unit(value: Fraction) -> str:
    """With one decimal, which no eye can tell from more."""
    tenths = round(value * WIDTH * 10)
    sign, tenths = ("-" if tenths < 0 else ""), abs(tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{sign}{tenths // 10}"


def _cross(one: Exact, other: Exact) -> Fraction:
    return one[0] * other[1] - other[0] * one[1]


def _is_on(point: Exact, start: Exact, end: Exact) -> bool:
    """Whether a point lies on a side, its ends included."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    if (x - x1) * (y2 - y1) != (y - y1) * (x2 - x1):
        return False
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
