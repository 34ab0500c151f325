"""Showing, reading and marking a text with gaps: each gap by the type it is of."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizapp.question_types import base, gapped
from quizapp.question_types.base import Fields, Harm, ItemText, Mark, Presentation
from quizapp.question_types.cloze.content import KINDS, ChoiceGap, Content, Gap, Response


def present(content: Content, rng: random.Random) -> Presentation:
    return {"gaps": {gap.name: KINDS[gap.type].present(gap, rng) for gap in content.gaps}}


def read(content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    """A gap's field is named by its place in the text, from 1."""
    found = {}
    for number, gap in enumerate(content.ordered, 1):
        name = f"{prefix}-{number}"
        given = fields
        if isinstance(gap, ChoiceGap):
            value = base.one_value(fields, name)
            given = {name: [value]} if value else {}
        response = KINDS[gap.type].read(gap, presentation["gaps"][gap.name], given, name)
        if not response.is_empty:
            found[gap.name] = response
    return Response(gaps=found)


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """The mean of the gaps by weight, and the worst harm of any.

    A strict (safety-critical) text is all or nothing.
    """
    marks = [(gap.weight, _mark(gap, response)) for gap in content.gaps]
    earned = sum((weight * (mark.share or Fraction(0)) for weight, mark in marks), Fraction(0))
    share = earned / sum(weight for weight, _ in marks)
    harms = [mark.harm for _, mark in marks if mark.harm is not None]
    harm = max(harms, key=list(Harm).index, default=None)
    return Mark(Fraction(share == 1) if is_strict else share, harm)


def _mark(gap: Gap, response: Response) -> Mark:
    return KINDS[gap.type].grade(gap, response.of(gap), False)


def advise(content: Content, response: Response) -> str:
    """What to tell about the first gap that cannot be marked as it is."""
    return next(iter(advise_fields(content, response).values()), "")


def advise_fields(content: Content, response: Response) -> dict[str, str]:
    """What to tell about each gap that cannot be marked as it is."""
    found = {f"-{number}": _advice(gap, response) for number, gap in enumerate(content.ordered, 1)}
    return {field: advice for field, advice in found.items() if advice}


def _advice(gap: Gap, response: Response) -> str:
    kind = KINDS[gap.type]
    return kind.advise(gap, response.of(gap)) if kind.advise is not None else ""


def key(content: Content) -> Response:
    found = {gap.name: KINDS[gap.type].key(gap) for gap in content.gaps}
    return Response(gaps={name: given for name, given in found.items() if not given.is_empty})


def tally(content: Content, response: Response) -> list[str]:
    """Each gap's own lines after its name."""
    return [
        f"{gap.name}: {line}"
        for gap in content.ordered
        for line in KINDS[gap.type].tally(gap, response.of(gap))
    ]


def item_text(content: Content) -> ItemText:
    words = [text for gap in content.gaps for text in KINDS[gap.type].item_text(gap).words]
    return ItemText(texts=(gapped.GAP.sub("…", content.text), *words))


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap while answering: `number` of `count` as one reads, and its type's own view."""

    number: int
    count: int
    how: str
    view: Any
    advice: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The text, and its gaps by name."""

    text: str
    gaps: Mapping[str, GapView]


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    found = {}
    for number, gap in enumerate(content.ordered, 1):
        order = presentation["gaps"][gap.name]
        view = KINDS[gap.type].answer_view(gap, order, response.of(gap))
        advice = _advice(gap, response)
        found[gap.name] = GapView(number, len(content.gaps), gap.type, view, advice)
    return AnswerView(content.text, found)


@dataclass(frozen=True, slots=True)
class GapFeedback:
    """A gap after release: what was given, its `state` (right, partly, wrong, open), and why."""

    number: int
    how: str
    given: str
    state: str
    view: Any


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The text with what was given, and the gaps by name."""

    text: str
    gaps: Mapping[str, GapFeedback]


def feedback_view(content: Content, presentation: Presentation, response: Response) -> FeedbackView:
    found = {}
    for number, gap in enumerate(content.ordered, 1):
        kind = KINDS[gap.type]
        given = response.of(gap)
        share = _mark(gap, response).share
        state = "open" if given.is_empty else _state(share or Fraction(0))
        view = kind.feedback_view(gap, presentation["gaps"][gap.name], given)
        found[gap.name] = GapFeedback(number, gap.type, kind.describe(gap, given), state, view)
    return FeedbackView(content.text, found)


def _state(share: Fraction) -> str:
    if share == 1:
        return "right"
    return "partly" if share else "wrong"


def describe(content: Content, response: Response) -> str:
    """The answer of each gap after its number."""
    texts = [
        (number, KINDS[gap.type].describe(gap, response.of(gap)))
        for number, gap in enumerate(content.ordered, 1)
    ]
    return "; ".join(f"{number}: {text}" for number, text in texts if text)
