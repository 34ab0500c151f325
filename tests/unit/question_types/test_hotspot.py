"""Answers on a picture: exact geometry, what a region is worth, clicks with and without script."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.question_types.base import Harm, Malformed
from quizapp.question_types.hotspot import EXAMPLES, HOTSPOT, geometry, grading
from quizapp.question_types.hotspot.content import Content, Response
from quizapp.question_types.hotspot.geometry import Circle, Polygon, Rectangle, Shape
from quizapp.question_types.hotspot.grading import TooManyPoints
from tests.factories.dice import dice
from tests.factories.markup import sent_by, tree_of
from tests.unit.question_types.conftest import Show

ONE = Fraction(1)
SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
ARROW = ((0.1, 0.1), (0.9, 0.5), (0.1, 0.9), (0.3, 0.5))
BOX = {"x": 0.2, "y": 0.2, "width": 0.4, "height": 0.4}
PLACES = st.integers(0, 10_000).map(lambda n: Decimal(n) / 10_000)
POINTS = st.tuples(PLACES, PLACES)


def polygon(*corners: tuple[Any, Any]) -> Polygon:
    return Polygon.model_validate({"corners": corners})


def at(x: Any, y: Any) -> geometry.Exact:
    return Fraction(str(x)), Fraction(str(y))


@pytest.mark.parametrize(
    ("shape", "point", "is_in"),
    [
        (polygon(*SQUARE), (0.2, 0.2), True),
        (polygon(*SQUARE), (0.6, 0.4), True),
        (polygon(*SQUARE), (0.3333, 0.6), True),
        (polygon(*SQUARE), (0.6001, 0.4), False),
        (polygon(*SQUARE), (0.1999, 0.2), False),
        (polygon(*ARROW), (0.2, 0.5), False),
        (polygon(*ARROW), (0.3, 0.5), True),
        (polygon(*ARROW), (0.5, 0.5), True),
        (polygon((0, 0), (1, 0.0003), (0, 0.0001)), (0.5, "0.0002"), True),
        (polygon((0, 0), (1, 1), (0, 1)), (0.3333, 0.3333), True),
        (polygon((0, 0), (1, 1), (0, 1)), (0.3334, 0.3333), False),
        (Rectangle.model_validate(BOX), (0.6, 0.6), True),
        (Rectangle.model_validate(BOX), (0.6001, 0.6), False),
        (Circle.model_validate({"x": 0.5, "y": 0.5, "r": 0.1}), (0.6, 0.5), True),
        (Circle.model_validate({"x": 0.5, "y": 0.5, "r": 0.1}), (0.5601, 0.58), False),
        (Circle.model_validate({"x": 0.5, "y": 0.5, "r": 0.1}), (0.56, 0.58), True),
    ],
)
def test_borders_belong_to_what_they_bound(shape: Shape, point: Any, *, is_in: bool) -> None:
    assert shape.contains(at(*point), ONE) is is_in


@pytest.mark.parametrize(("y", "is_in"), [("0.7", True), ("0.7001", False), ("0.3", True)])
def test_a_circle_is_round_on_a_picture_that_is_half_as_high_as_wide(
    y: str, *, is_in: bool
) -> None:
    circle = Circle.model_validate({"x": 0.5, "y": 0.5, "r": 0.1})
    assert circle.contains(at("0.5", y), Fraction(1, 2)) is is_in


@given(
    point=POINTS,
    corners=st.sampled_from([SQUARE, ARROW]),
    start=st.integers(0, 3),
    turned=st.booleans(),
)
def test_a_polygon_is_the_same_from_any_corner_and_either_way_round(
    point: Any, corners: tuple[tuple[float, float], ...], start: int, *, turned: bool
) -> None:
    other = corners[start:] + corners[:start]
    other = tuple(reversed(other)) if turned else other
    inside = polygon(*corners).contains(geometry.exact(point), ONE)
    assert polygon(*other).contains(geometry.exact(point), ONE) is inside


@given(POINTS)
def test_a_rectangle_is_the_polygon_of_its_corners(point: Any) -> None:
    exact = geometry.exact(point)
    assert Rectangle.model_validate(BOX).contains(exact, ONE) is polygon(*SQUARE).contains(
        exact, ONE
    )


@given(st.lists(POINTS, min_size=3, max_size=9))
def test_the_letter_of_a_polygon_with_an_area_stands_on_it(corners: Sequence[Any]) -> None:
    shape = polygon(*corners)
    if shape.area():
        assert shape.contains(shape.middle(ONE), ONE)
    else:
        assert shape.middle(ONE)


def test_the_letter_of_a_bow_stands_on_it_though_its_middle_lies_outside() -> None:
    bow = polygon((0.1, 0.1), (0.9, 0.5), (0.1, 0.9), (0.8, 0.5))
    assert bow.contains(bow.middle(ONE), ONE)


SMALL = Rectangle(x="0.4", y="0.4", width="0.08", height="0.08")


@pytest.mark.parametrize(
    ("shape", "others", "place"),
    [
        (Rectangle(x="0.2", y="0.2", width="0.4", height="0.4"), [], ("0.4", "0.4")),
        (SMALL, [], ("0.48", "0.4")),
        (Circle(x="0.44", y="0.44", r="0.04"), [], ("0.48", "0.4")),
        (SMALL, [Rectangle(x="0.5", y="0.3", width="0.2", height="0.2")], ("0.4", "0.4")),
        (Rectangle(x="0.9", y="0", width="0.1", height="0.08"), [], ("0.9", "0.08")),
        (SMALL, [Rectangle(x="0.3", y="0.3", width="0.3", height="0.3")], ("0.44", "0.44")),
    ],
    ids=["large", "small", "round", "a neighbour", "a corner of the picture", "nested"],
)
def test_a_letter_covers_no_small_shape_and_no_neighbour(
    shape: Shape, others: list[Shape], place: tuple[str, str]
) -> None:
    assert geometry.letter_place(shape, others, ONE) == at(*place)


@pytest.mark.parametrize(
    ("svg", "aspect"),
    [
        ('<svg viewBox="0 0 400 300">', Fraction(3, 4)),
        ("<svg xmlns='x' viewBox='52,8,416,500'>", Fraction(125, 104)),
        ('<svg viewBox="0 0 1e3 300">', ONE),
        ('<svg viewBox="0 0 0 300">', ONE),
        ('<svg viewBox="0 0 300">', ONE),
        ('<svg width="3">', ONE),
        ("", ONE),
    ],
)
def test_a_drawing_says_how_high_it_is(svg: str, aspect: Fraction) -> None:
    assert geometry.aspect_of(svg) == aspect


def test_outlines_are_drawn_in_thousandths_of_the_width() -> None:
    aspect = Fraction(1, 2)
    assert polygon((0, 0), (0.5, 0), (0.5, 1)).path(aspect) == "M0 0 L500 0 L500 500 Z"
    assert Rectangle.model_validate(BOX).path(aspect) == "M200 100 h400 v200 h-400 Z"
    circle = Circle.model_validate({"x": 0.5, "y": 0.5, "r": 0.05})
    assert circle.path(aspect) == "M450 250 a50 50 0 1 0 100 0 a50 50 0 1 0 -100 0 Z"
    assert geometry.drawn(at("0.1236", "0.5"), aspect) == ("123.6", "250")


def region(label: str, kind: str = "other", **more: Any) -> dict[str, Any]:
    shape = {} if {"polygon", "circle", "rectangle"} & set(more) else {"rectangle": BOX}
    return {"label": label, "kind": kind, "rationale": "Because.", **shape, **more}


def content(*regions: dict[str, Any], **more: Any) -> Content:
    return Content.model_validate({"image": "back", "regions": regions, **more})


def pins(*points: tuple[Any, Any]) -> Response:
    return Response.model_validate({"pins": [[str(x), str(y)] for x, y in points]})


BEFORE = {"x": 0.0, "y": 0.2, "width": 0.2, "height": 0.4}


@pytest.mark.parametrize(
    ("stronger", "weaker", "share", "harm"),
    [
        ("target", "danger", Fraction(1), None),
        ("target", "tolerated", Fraction(1), None),
        ("tolerated", "danger", Fraction(1, 2), None),
        ("danger", "other", Fraction(0), Harm.DANGEROUS),
    ],
)
@pytest.mark.parametrize("is_turned", [False, True])
def test_on_a_common_border_the_stronger_kind_counts(
    stronger: str, weaker: str, share: Fraction, harm: Harm | None, *, is_turned: bool
) -> None:
    both = [region("Here", stronger), region("There", weaker, rectangle=BEFORE)]
    asked = content(*(reversed(both) if is_turned else both), input="pin")
    mark = HOTSPOT.grade(asked, pins(("0.2", "0.3")), False)
    assert (mark.share, mark.harm) == (share, harm)


def test_danger_is_wrong_with_its_harm_and_lowers_no_mark() -> None:
    asked = content(
        region("Here", "target"),
        region("There", "danger", rectangle=BEFORE, harm="suboptimal"),
        input="pin",
        points=2,
    )
    mark = HOTSPOT.grade(asked, pins(("0.3", "0.3"), ("0.1", "0.3")), False)
    assert (mark.share, mark.harm) == (Fraction(1, 2), Harm.SUBOPTIMAL)


def test_each_target_counts_once_even_where_two_overlap() -> None:
    wide = {"x": 0.1, "y": 0.2, "width": 0.4, "height": 0.4}
    asked = content(
        region("One", "target"), region("Two", "target", rectangle=wide), input="pin", points=2
    )
    assert HOTSPOT.grade(asked, pins((0.3, 0.3), (0.4, 0.4)), True).share == 1
    assert HOTSPOT.grade(asked, pins((0.55, 0.3), (0.56, 0.3)), False).share == Fraction(1, 2)


@given(points=st.lists(POINTS, max_size=3, unique=True), is_strict=st.booleans())
def test_marks_stay_between_nothing_and_all(points: list[Any], *, is_strict: bool) -> None:
    asked = content(
        region("One", "target"),
        region("Two", "tolerated", circle={"x": 0.8, "y": 0.8, "r": 0.15}, share="1/3"),
        region("Three", "danger", polygon=ARROW),
        input="pin",
        points=3,
    )
    share = HOTSPOT.grade(asked, Response(pins=tuple(points)), is_strict).share
    assert share is not None
    assert 0 <= share <= 1
    assert share in {0, 1} or not is_strict


PIN = content(
    region("Here", "target"),
    input="pin",
    candidates=[{"label": "In", "x": 0.3, "y": 0.3}, {"label": "Out", "x": 0.9, "y": 0.9}],
)
TWO = PIN.model_copy(update={"points": 2})
SHOWN = {"order": list(PIN.named_candidates())}


def sent(asked: Content, **fields: str | list[str]) -> Response:
    """What a page with these fields means; `at` stands for a click at 480 × 480 pixels."""
    posted: dict[str, list[str]] = {}
    for name, value in fields.items():
        if name == "at":
            x, y = str(value).split()
            posted |= {"f-at.x": [x], "f-at.y": [y], "f-size": ["480 480"]}
        else:
            key = "f" if name == "letters" else f"f-{name}"
            posted[key] = value if isinstance(value, list) else [value]
    response: Response = HOTSPOT.read(asked, SHOWN, posted, "f")
    return response


def test_a_click_without_a_script_is_the_middle_of_its_pixel() -> None:
    assert sent(PIN, at="0 479").pins == ((Decimal("0.0010"), Decimal("0.9990")),)


def test_a_picture_pressed_with_a_key_points_at_nothing() -> None:
    assert sent(PIN, at="0 0", letters="1") == sent(PIN, letters="1")


def test_of_one_point_the_newest_counts() -> None:
    assert sent(PIN, at="240 240", letters="1", p1="0.1 0.1") == sent(PIN, at="240 240")
    assert sent(PIN, letters="1", p1="0.1 0.1") == sent(PIN, letters="1")


def test_of_several_points_the_nearest_moves_when_all_are_given() -> None:
    moved = sent(TWO, p1="0.1 0.1", p2="0.9 0.9", at="384 384")
    assert moved.pins == ((Decimal("0.1"), Decimal("0.1")), (Decimal("0.8010"), Decimal("0.8010")))
    assert len(sent(TWO, p1="0.1 0.1", at="384 384").pins) == 2
    assert sent(TWO, p1="0.1 0.1", letters="1", at="384 384").candidates


def test_points_can_be_taken_away_without_a_script() -> None:
    assert sent(TWO, p1="0.1 0.1", p2="0.9 0.9", drop=["1"]).pins == (
        (Decimal("0.9"), Decimal("0.9")),
    )


def test_the_same_point_twice_is_one() -> None:
    assert len(sent(TWO, p1="0.1 0.1", p2="0.1 0.1").pins) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"letters": ["1", "2"], "p1": "0.1 0.1"},
        {"letters": ["1", "2"], "at": "384 384"},
    ],
)
def test_too_many_points_are_refused_in_words_of_their_own(fields: dict[str, Any]) -> None:
    with pytest.raises(TooManyPoints):
        sent(TWO, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"p1": "0.1,0.1"},
        {"p1": " 0.1 0.1"},
        {"p1": "1.1 0.1"},
        {"p1": "0.1 0.1 0.1"},
        {"p1": "٠.1 0.1"},
        {"p1": ["0.1 0.1", "0.2 0.2"]},
        {"size": "4800 480"},
        {"at": "480 1"},
        {"at": "1 -1"},
        {"at": "1e2 1"},
        {"drop": ["1", "1"]},
        {"drop": ["x"]},
        {"letters": "3"},
    ],
)
def test_what_no_page_sends_is_refused(fields: dict[str, Any]) -> None:
    if "size" in fields:
        fields = {"at.x": "1", "at.y": "1", **fields, "size": "9999 480"}
    with pytest.raises(Malformed):
        sent(PIN, **fields)


def test_fewer_points_than_asked_for_are_kept_with_advice() -> None:
    assert HOTSPOT.advise is not None
    assert HOTSPOT.advise(TWO, sent(TWO, p1="0.1 0.1"))
    assert not HOTSPOT.advise(TWO, sent(TWO, letters=["1", "2"]))


def test_letters_do_not_follow_the_authors_order() -> None:
    orders = {tuple(HOTSPOT.present(PIN, dice(seed))["order"]) for seed in range(20)}
    assert len(orders) == 2


def test_no_region_reaches_the_page_of_points_before_release(show: Show) -> None:
    sample = next(example for example in EXAMPLES if example.title == "Two points")
    asked = Content.model_validate(sample.content)
    shown = show(
        HOTSPOT.answer_template,
        view=HOTSPOT.answer_view(asked, HOTSPOT.present(asked, dice(1)), Response()),
        prefix="s1-r1",
    )
    overlay = tree_of(shown).xpath(".//*[contains(@class, 'hot__over')]")[0]
    assert overlay.xpath(".//*[contains(@class, 'zone')]") == []
    for entry in asked.regions:
        assert entry.label not in shown
        assert entry.shape.path(asked.aspect) not in shown


def test_what_one_clicked_is_kept_when_the_page_is_sent_again(show: Show) -> None:
    given = sent(TWO, p1="0.1 0.1", letters="2")
    view = HOTSPOT.answer_view(TWO, SHOWN, given)
    page = tree_of(show(HOTSPOT.answer_template, view=view, prefix="f"))
    assert HOTSPOT.read(TWO, SHOWN, sent_by(page), "f") == given


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        (content(region("One", "target"), region("Two"), image=""), "missing-image", ("image",)),
        (content(region("One", "target")), "few-regions", ("regions",)),
        (content(region("One"), region("Two")), "missing-key", ("regions",)),
        (content(*(region(n, "target") for n in "ab")), "no-distractor", ("regions",)),
        (content(region("One", "target"), region("Two"), points=2), "points-of-zones", ("points",)),
        (
            content(region("One", "target"), region(" one ")),
            "duplicate-region",
            ("regions", 0, "label"),
        ),
        (
            content(region("One", "target", id="x"), region("Two", id="x")),
            "duplicate-region-id",
            ("regions", 1, "id"),
        ),
        (
            content(region("One", "target"), region("Two", rationale=" ")),
            "missing-rationale",
            ("regions", 1),
        ),
        (
            content(region("One", "target", harm="harmless"), region("Two")),
            "harm-on-key",
            ("regions", 0, "harm"),
        ),
        (
            content(region("One", "target"), region("Two", polygon=((0, 0), (0.5, 0.5), (1, 1)))),
            "flat-region",
            ("regions", 1, "shape"),
        ),
        (PIN.model_copy(update={"points": 2}), "few-targets", ("points",)),
        (PIN.model_copy(update={"candidates": ()}), "candidates", ("candidates",)),
        (PIN.model_copy(update={"candidates": PIN.candidates[:1]}), "candidates", ("candidates",)),
        (
            PIN.model_copy(update={"candidates": (*PIN.candidates, PIN.candidates[0])}),
            "duplicate-candidate",
            ("candidates", 0, "label"),
        ),
    ],
)
def test_problems_name_their_place(asked: Content, code: str, path: tuple[Any, ...]) -> None:
    assert (code, path) in {(problem.code, problem.path) for problem in asked.problems()}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rectangle": BOX, "circle": {"x": 0.5, "y": 0.5, "r": 0.1}},
        {"rectangle": {**BOX, "width": 0.9}},
        {"polygon": [[0, 0], [1, 1]]},
        {"polygon": [[0, 0], [1, 1], [1.0001, 0]]},
        {"circle": {"x": "NaN", "y": 0.5, "r": 0.1}},
        {"circle": {"x": 0.5, "y": 0.5, "r": 0}},
        {"share": "1"},
        {"share": "0"},
    ],
)
def test_outlines_and_shares_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        content(region("One", **wrong))


def test_places_have_four_decimals() -> None:
    shape = polygon((0.123456, 1 / 3), (1, 0), (1, 1))
    assert shape.corners[0] == (Decimal("0.1235"), Decimal("0.3333"))


def test_a_version_holds_its_drawing() -> None:
    drawn = PIN.with_figures({"back": '<svg viewBox="0 0 2 1"></svg>'})
    assert drawn.aspect == Fraction(1, 2)
    assert PIN.aspect == 1
    assert drawn.drawings() == {"back": '<svg viewBox="0 0 2 1"></svg>'}
    assert drawn.with_figures({}).drawing == drawn.drawing
    assert Content.model_validate(drawn.to_dict()) == drawn
    assert PIN.figures() == ["back"]
    assert content().drawings() == {}


def test_a_key_without_a_point_of_the_list_is_none() -> None:
    assert HOTSPOT.key(PIN.model_copy(update={"candidates": ()})).is_empty
    assert HOTSPOT.key(content()).is_empty


def test_several_points_in_one_region_are_counted_apart() -> None:
    assert HOTSPOT.tally(TWO, pins((0.3, 0.3), (0.4, 0.4)))[1].endswith("#2")
    assert HOTSPOT.tally(TWO, pins((0.9, 0.3), (0.9, 0.4))) == ["outside", "outside#2"]


FIRST = {"x": 0.7, "y": 0.2, "width": 0.2, "height": 0.2}
SECOND = {"x": 0.7, "y": 0.6, "width": 0.2, "height": 0.2}


@pytest.mark.parametrize("is_turned", [False, True])
def test_of_several_dangers_the_worst_is_told(*, is_turned: bool) -> None:
    asked = content(
        region("Target", "target"),
        region("Less", "danger", rectangle=FIRST, harm="suboptimal"),
        region("More", "danger", rectangle=SECOND, harm="dangerous"),
        input="pin",
        points=2,
    )
    given_points = [(0.8, 0.3), (0.8, 0.7)]
    mark = HOTSPOT.grade(
        asked, pins(*(reversed(given_points) if is_turned else given_points)), False
    )
    assert (mark.share, mark.harm) == (Fraction(0), Harm.DANGEROUS)


def test_a_zone_that_is_no_region_is_wrong_without_harm() -> None:
    asked = content(region("Here", "target"), region("There", "danger", rectangle=FIRST))
    mark = HOTSPOT.grade(asked, Response(zone="nowhere"), False)
    assert (mark.share, mark.harm) == (Fraction(0), None)
    assert HOTSPOT.describe(asked, Response(zone="nowhere")) == "nowhere"


def test_distances_are_those_of_the_picture_not_of_its_square() -> None:
    flat = PIN.with_figures({"back": '<svg viewBox="0 0 4 1"></svg>'}).model_copy(
        update={"points": 2}
    )
    moved = sent(flat, p1="0.5 0.9", p2="0.75 0.5", at="240 240")
    assert (Decimal("0.75"), Decimal("0.5")) in moved.pins


def test_the_key_names_each_target_by_one_point_of_the_list() -> None:
    asked = content(
        region("Left", "target"),
        region("Trap", "danger", rectangle=FIRST),
        region("Right", "target", rectangle=SECOND),
        input="pin",
        points=2,
        candidates=[
            {"label": "Trap", "x": 0.8, "y": 0.3},
            {"label": "Left", "x": 0.3, "y": 0.3},
            {"label": "Left too", "x": 0.4, "y": 0.4},
            {"label": "Right", "x": 0.8, "y": 0.7},
        ],
    )
    key = HOTSPOT.key(asked)
    labels = {asked.named_candidates()[name].label for name in key.candidates}
    assert labels == {"Left", "Right"}
    assert HOTSPOT.grade(asked, key, True).share == 1


def test_what_reports_show_of_zones_are_the_regions_with_the_targets_marked() -> None:
    zones = content(region("Trap", "danger", rectangle=FIRST), region("Here", "target"))
    found = HOTSPOT.item_text(zones)
    assert (found.options, found.keys) == (("Trap", "Here"), (1,))
    assert HOTSPOT.item_text(PIN).texts == ("In", "Out")


def test_advice_counts_points_of_the_list_and_of_the_picture() -> None:
    letter = next(iter(TWO.named_candidates()))
    both = Response.model_validate({"candidates": [letter], "pins": [["0.1", "0.1"]]})
    assert grading.advise(TWO, both) == ""
    assert grading.advise(TWO, pins((0.1, 0.1)))
    assert grading.advise(content(region("Here", "target")), Response()) == ""


def test_points_that_are_no_longer_listed_count_for_nothing() -> None:
    gone = Response.model_validate({"candidates": ["gone"]})
    assert HOTSPOT.grade(PIN, gone, False).share == 0
    assert HOTSPOT.describe(PIN, gone) == ""
