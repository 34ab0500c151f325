"""Showing, reading and marking steps that have to be put in order."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from quizapp.domain.errors import N_
from quizapp.question_types.base import (
    RIGHT,
    WRONG,
    Fields,
    Harm,
    ItemText,
    Malformed,
    Mark,
    Presentation,
    one_value,
    place_in,
)
from quizapp.question_types.ordering.content import Content, Response, Scoring

TRIES = 50
MISSING = N_("Some steps have no number yet. Give each step a number of its own.")
TWICE = N_("Two steps have the same number. Give each step a number of its own.")


def present(content: Content, rng: random.Random) -> Presentation:
    """Another order for each attempt, never the right one."""
    right = list(content.by_id)
    order = sorted(right)
    for _ in range(TRIES):
        rng.shuffle(order)
        if order != right:
            return {"order": order}
    return {"order": [*order[1:], *order[:1]]}


def read(_content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    order = presentation["order"]
    places = {}
    names = set()
    for line, step in enumerate(order, 1):
        field = f"{prefix}-{line}"
        names.add(field)
        value = one_value(fields, field)
        if value:
            places[step] = place_in(value, len(order))
    if any(field.startswith(f"{prefix}-") and field not in names for field in fields):
        raise Malformed
    return Response(places=places)


def counted(content: Content, response: Response, scoring: Scoring) -> tuple[int, int]:
    """How many relations between steps are right, and how many there are.

    A step without a number is in no right relation, nor are two with the same number.
    """
    steps, places = list(content.by_id), response.places
    if scoring is Scoring.ADJACENT_PAIRS:
        pairs = list(pairwise(steps))
        right = [
            one in places and two in places and places[two] == places[one] + 1 for one, two in pairs
        ]
    elif scoring is Scoring.RELATIVE_POSITION:
        pairs = list(combinations(steps, 2))
        right = [
            one in places and two in places and places[one] < places[two] for one, two in pairs
        ]
    else:
        right = [places.get(step) == number for number, step in enumerate(steps, 1)]
    return sum(right), len(right)


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """A share of 1 by the question's rule; a strict (safety-critical) one has to be exact.

    - exact: 1 if every step has its number, else 0;
    - adjacent pairs: of the n - 1 pairs of neighbours in the right order, the share whose second
      step has the number that follows the number of the first;
    - relative position: of all n (n - 1) / 2 pairs of steps, the share whose numbers are in the
      right order. With a number for each step this is (tau + 1) / 2, tau being Kendall's rank
      correlation (M. G. Kendall, A new measure of rank correlation, Biometrika 30, 1938).

    The harm is that of acting in a wrong order, so it needs an answer that says an order.
    """
    right, total = counted(content, response, Scoring.EXACT)
    if right == total:
        return RIGHT
    harm = content.harm if is_order(response.places, total) else None
    if is_strict or content.scoring is Scoring.EXACT:
        return Mark(WRONG.share, harm)
    return Mark(Fraction(*counted(content, response, content.scoring)), harm)


def is_order(places: Mapping[str, int], count: int) -> bool:
    """Whether each number from 1 to `count` is given once."""
    return sorted(places.values()) == list(range(1, count + 1))


def advise(content: Content, response: Response) -> str:
    """What keeps an answer from being an order."""
    given = list(response.places.values())
    if not given or is_order(response.places, len(content.steps)):
        return ""
    return TWICE if len(set(given)) < len(given) else MISSING


def key(content: Content) -> Response:
    return Response(places={name: number for number, name in enumerate(content.by_id, 1)})


def tally(_content: Content, response: Response) -> list[str]:
    return [f"{name}={place}" for name, place in sorted(response.places.items())]


def item_text(content: Content) -> ItemText:
    return ItemText(texts=tuple(step.text for step in content.steps))


@dataclass(frozen=True, slots=True)
class LineView:
    """A step as a learner sees it: its line on the page at the start, and the number given."""

    line: int
    text: str
    number: int | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The lines to put in order; in the learner's order as soon as there is one."""

    lines: Sequence[LineView]
    advice: str


@dataclass(frozen=True, slots=True)
class StepFeedback:
    """A step after release, with the number it was given."""

    number: int
    text: str
    rationale: str
    given: int | None


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The steps in the right order, and how the answer's order was counted."""

    steps: Sequence[StepFeedback]
    is_answered: bool
    is_exact: bool
    harm: Harm | None
    scoring: Scoring
    right: int
    total: int


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    places = response.places
    lines = [
        LineView(line, content.by_id[name].text, places.get(name))
        for line, name in enumerate(presentation["order"], 1)
    ]
    if is_order(places, len(lines)):
        lines.sort(key=lambda shown: shown.number or 0)
    return AnswerView(lines, advise(content, response))


def feedback_view(
    content: Content, _presentation: Presentation, response: Response
) -> FeedbackView:
    right, total = counted(content, response, content.scoring)
    mark = grade(content, response, is_strict=True)
    return FeedbackView(
        steps=[
            StepFeedback(number, step.text, step.rationale, response.places.get(name))
            for number, (name, step) in enumerate(content.by_id.items(), 1)
        ],
        is_answered=not response.is_empty,
        is_exact=mark.is_right,
        harm=mark.harm,
        scoring=content.scoring,
        right=right,
        total=total,
    )


def describe(content: Content, response: Response) -> str:
    """The answer in words, for the journal."""
    known = content.by_id
    given = [(place, known[n].text) for n, place in response.places.items() if n in known]
    return "; ".join(f"{place}. {text}" for place, text in sorted(given))
