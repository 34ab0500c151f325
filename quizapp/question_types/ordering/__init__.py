"""Ordering: steps to number, three documented ways of scoring."""

from fractions import Fraction
from typing import Any

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.ordering import grading
from quizapp.question_types.ordering.content import Content, Response

ORDERING = QuestionType(
    name="ordering",
    label=N_("Ordering"),
    content=Content,
    response=Response,
    present=grading.present,
    read=grading.read,
    grade=grading.grade,
    key=grading.key,
    tally=grading.tally,
    item_text=grading.item_text,
    answer_view=grading.answer_view,
    feedback_view=grading.feedback_view,
    describe=grading.describe,
    hint=N_("Steps to put in order"),
    advise=grading.advise,
)

_STEPS = {
    "stop": "Stop and remove all needles",
    "flat": "Lay the patient flat and raise the legs",
    "check": "Check breathing, pulse and response",
    "stay": "Stay until the patient has fully recovered",
    "record": "Record the event",
}
_STEM = "A seated patient turns pale while you are needling. Put your actions in order."


def _content(order: str, **more: Any) -> dict[str, Any]:
    steps = [{"id": name, "text": _STEPS[name]} for name in order.split()]
    return {
        "steps": [{**steps[0], "rationale": "A needle may bend in a fall."}, *steps[1:]],
        **more,
    }


def _order(*places: int) -> dict[str, Any]:
    """The numbers given to the steps; 0 for a step that was given none."""
    given = zip(_STEPS, places, strict=True)
    return {"places": {name: place for name, place in given if place}}


_RIGHT, _SWAPPED, _REVERSED = _order(1, 2, 3, 4, 5), _order(2, 1, 3, 4, 5), _order(5, 4, 3, 2, 1)
_ORDER, _OTHER = "stop flat check stay record", "check record stop flat stay"

EXAMPLES = (
    Example(
        title="Neighbours that rightly follow each other",
        stem=_STEM,
        content=_content(_ORDER, harm="dangerous"),
        right=[_RIGHT],
        partly=[
            (_SWAPPED, Fraction(1, 2)),
            (_order(2, 3, 4, 5, 1), Fraction(3, 4)),
            (_order(1, 2, 2, 0, 0), Fraction(1, 4)),
        ],
        wrong=[{"places": {}}, _REVERSED, _order(3, 0, 0, 0, 0)],
        malformed=[
            {"-1": ["6"]},
            {"-1": ["0"]},
            {"-1": ["first"]},
            {"-1": ["1", "2"]},
            {"-6": ["1"]},
            {"-stop": ["1"]},
        ],
        other=_content(_OTHER),
    ),
    Example(
        title="Steps of which the right one comes first",
        stem=_STEM,
        content=_content(_ORDER, scoring="relative_position"),
        right=[_RIGHT],
        partly=[
            (_SWAPPED, Fraction(9, 10)),
            (_order(2, 3, 4, 5, 1), Fraction(3, 5)),
            (_order(1, 2, 2, 0, 0), Fraction(1, 5)),
        ],
        wrong=[{"places": {}}, _REVERSED],
        other=_content(_OTHER, scoring="relative_position"),
    ),
    Example(
        title="All or nothing",
        stem=_STEM,
        content=_content(_ORDER, scoring="exact"),
        right=[_RIGHT],
        wrong=[{"places": {}}, _SWAPPED, _REVERSED, _order(1, 2, 3, 4, 4)],
        other=_content(_OTHER, scoring="exact"),
    ),
)
