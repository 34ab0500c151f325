"""Rubrics add up, or say where they do not; a share needs a level for every criterion."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.domain.errors import Invalid
from quizapp.question_types import rubric
from quizapp.question_types.rubric import (
    CriterionUnknown,
    LevelMissing,
    LevelUnknown,
    Marked,
    MarkedByHand,
    NothingToEarn,
    Rubric,
)
from tests.factories.markup import tree_of
from tests.unit.question_types.conftest import Show

ORDER = {
    "id": "order",
    "title": "Order of steps",
    "levels": [
        {"id": "all", "label": "All in order", "points": "3"},
        {"id": "some", "label": "One missing", "points": "1.5", "description": "Say *which*."},
        {"id": "none", "label": "Anything else", "points": "0"},
    ],
}
REASONS = {
    "id": "reasons",
    "title": "Reasons",
    "levels": [
        {"id": "yes", "label": "Given", "points": "2"},
        {"id": "no", "label": "Missing", "points": "0"},
    ],
}


def make(*criteria: dict[str, Any], **more: Any) -> Rubric:
    return Rubric.model_validate({"criteria": criteria, **more})


BOTH = make(ORDER, REASONS, points="5")


@pytest.mark.parametrize(
    ("order", "reasons", "share"),
    [
        ("all", "yes", Fraction(1)),
        ("some", "yes", Fraction(7, 10)),
        ("some", "no", Fraction(3, 10)),
        ("none", "no", Fraction(0)),
    ],
)
def test_the_share_is_what_the_levels_earn_of_the_best_ones(
    order: str, reasons: str, share: Fraction
) -> None:
    assert rubric.share(BOTH, {"order": order, "reasons": reasons}) == share


@pytest.mark.parametrize(
    ("chosen", "refusal", "field", "named"),
    [
        ({"order": "all"}, LevelMissing, "reasons", "Reasons"),
        ({"order": "", "reasons": "yes"}, LevelMissing, "order", "Order of steps"),
        ({"order": "best", "reasons": "yes"}, LevelUnknown, "order", "Order of steps"),
        ({"order": "yes", "reasons": "yes"}, LevelUnknown, "order", "Order of steps"),
        ({"order": "all", "reasons": "yes", "x": "all"}, CriterionUnknown, "x", "x"),
    ],
)
def test_what_is_missing_or_unknown_is_named(
    chosen: dict[str, str], refusal: type[Invalid], field: str, named: str
) -> None:
    with pytest.raises(refusal) as caught:
        rubric.share(BOTH, chosen)
    assert caught.value.field == field
    assert named in str(caught.value)


def test_without_points_there_is_no_share() -> None:
    empty = make({"id": "a", "title": "A", "levels": [{"id": "x", "label": "X", "points": 0}]})
    with pytest.raises(NothingToEarn):
        rubric.share(empty, {"a": "x"})


def test_names_are_made_of_the_words_where_none_is_given() -> None:
    bare = make({"title": "Reasons", "levels": [{"label": "Given", "points": 1}]})
    (name,) = bare.named()
    (level,) = bare.named()[name].named()
    assert rubric.share(bare, {name: level}) == 1
    moved = make({"title": "New", "levels": []}, *[c.model_dump() for c in bare.criteria])
    assert name in moved.named()


def test_a_rubric_that_adds_up_can_be_used() -> None:
    assert BOTH.problems() == []
    assert make(ORDER, REASONS).problems() == []
    assert BOTH.maximum == 5


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        (make(), "no-criteria", ("rubric", "criteria")),
        (make(ORDER, REASONS, points="6"), "rubric-sum", ("rubric", "points")),
        (
            make(ORDER, {**REASONS, "id": "", "title": " order OF steps"}),
            "duplicate-criterion",
            ("rubric", "criteria", 1, "title"),
        ),
        (
            make({**REASONS, "levels": REASONS["levels"][1:]}),
            "criterion-without-points",
            ("rubric", "criteria", 0, "levels"),
        ),
        (
            make(ORDER, {**REASONS, "levels": REASONS["levels"][:1]}),
            "criterion-without-zero",
            ("rubric", "criteria", 1, "levels"),
        ),
        (
            make({**REASONS, "levels": [*REASONS["levels"], {"label": "given", "points": 1}]}),
            "duplicate-level",
            ("rubric", "criteria", 0, "levels"),
        ),
        (make({"title": "Bare"}), "criterion-without-points", ("rubric", "criteria", 0, "levels")),
        (make({"title": "Bare"}), "criterion-without-zero", ("rubric", "criteria", 0, "levels")),
    ],
)
def test_a_rubric_that_does_not_add_up_says_where(
    asked: Rubric, code: str, path: tuple[Any, ...]
) -> None:
    found = {(problem.code, problem.path): problem for problem in asked.problems()}
    assert (code, path) in found
    assert found[code, path].remedy


@pytest.mark.parametrize("points", ["-1", "1001", "1.005", "NaN", "1e999999", "x"])
def test_points_are_plain_numbers(points: str) -> None:
    with pytest.raises(ValidationError):
        make({"title": "A", "levels": [{"label": "X", "points": points}]})


LEVELS = st.lists(st.integers(0, 400).map(lambda n: n / 4), min_size=1, max_size=4)


@given(levels=st.lists(LEVELS, min_size=1, max_size=5), data=st.data())
def test_the_share_stays_between_nothing_and_all(
    levels: list[list[float]], data: st.DataObject
) -> None:
    asked = make(
        *(
            {
                "id": f"c{n}",
                "title": f"C{n}",
                "levels": [
                    {"id": f"l{m}", "label": f"L{m}", "points": points}
                    for m, points in enumerate(own)
                ],
            }
            for n, own in enumerate(levels)
        )
    )
    if not asked.maximum:
        return
    chosen = {
        name: data.draw(st.sampled_from(list(criterion.named())))
        for name, criterion in asked.named().items()
    }
    best = {
        name: max(criterion.named(), key=lambda key: criterion.named()[key].points)
        for name, criterion in asked.named().items()
    }
    assert 0 <= rubric.share(asked, chosen) <= 1
    assert rubric.share(asked, best) == 1


def test_every_part_is_told_in_words() -> None:
    lines = list(BOTH.outline())
    assert len({line.path for line in lines}) == len(lines)
    other = make(ORDER, {**REASONS, "title": "Why"}, points="5")
    assert list(other.outline()) != lines


@pytest.mark.parametrize(
    ("points", "text"), [(3, "3"), (Fraction(3, 2), "1.5"), (0, "0"), (10, "10")]
)
def test_points_are_written_without_needless_zeros(points: Any, text: str) -> None:
    assert rubric.points_text(points) == text


def table(show: Show, marked: tuple[Marked, ...] | None) -> Any:
    view = {
        "text": "An answer",
        "words": 2,
        "rubric": rubric.table(BOTH),
        "model_answer": "",
        "marked": marked,
    }
    return tree_of(show("question_types/essay/feedback.html", view=view))


def test_the_table_shows_what_was_chosen_and_why(show: Show) -> None:
    page = table(
        show, (Marked("order", "some", "The watch is *missing*."), Marked("reasons", "no"))
    )
    chosen = page.xpath(".//li[contains(@class, 'is-on')]//b/text()")
    assert chosen == ["One missing", "Missing"]
    assert page.xpath(".//*[contains(@class, 'rubric__comment')]//em/text()") == ["missing"]


def test_before_it_is_marked_nothing_is_chosen(show: Show) -> None:
    page = table(show, None)
    assert page.xpath(".//li[contains(@class, 'is-on')]") == []
    assert len(page.xpath(".//li[contains(@class, 'rubric__level')]")) == 5


def test_points_in_all_need_not_be_said() -> None:
    assert make(ORDER, REASONS).problems() == []
    lines = {line.path: line.text for line in make(ORDER, points="3").outline()}
    assert lines["rubric", "points"] == "3"
    assert "" in {line.text for line in make(ORDER).outline() if line.path == ("rubric", "points")}


def test_the_model_answer_is_released_only_where_its_author_wants_that() -> None:
    told = MarkedByHand(model_answer="Needles out.")
    kept = MarkedByHand(model_answer="Needles out.", show_model_answer=False)
    assert (told.released_answer, kept.released_answer) == ("Needles out.", "")


def test_what_is_wrong_with_the_rubric_is_wrong_with_the_question() -> None:
    assert [problem.code for problem in MarkedByHand().problems()] == ["no-criteria"]
    assert MarkedByHand(rubric=BOTH).problems() == []


@pytest.mark.parametrize(
    ("make_one", "limit"),
    [
        (lambda n: {"criteria": [ORDER] * n}, 20),
        (lambda n: {"criteria": [{**ORDER, "levels": [ORDER["levels"][0]] * n}]}, 10),
        (lambda n: {"criteria": [{**ORDER, "title": "x" * n}]}, 200),
        (lambda n: {"criteria": [{**ORDER, "description": "x" * n}]}, 2000),
    ],
)
def test_a_rubric_has_its_limits(make_one: Callable[[int], dict[str, Any]], limit: int) -> None:
    Rubric.model_validate(make_one(limit))
    with pytest.raises(ValidationError):
        Rubric.model_validate(make_one(limit + 1))


def test_rubrics_do_not_change() -> None:
    with pytest.raises(ValidationError):
        BOTH.points = None  # type: ignore[misc]
    with pytest.raises(ValidationError):
        BOTH.criteria[0].title = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        BOTH.criteria[0].levels[0].label = "Other"  # type: ignore[misc]
