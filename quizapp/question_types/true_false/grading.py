"""Showing, reading and marking a statement that is true or false."""

import random
from dataclasses import dataclass

from quizapp.domain.errors import N_
from quizapp.question_types.base import (
    RIGHT,
    WRONG,
    Fields,
    ItemText,
    Malformed,
    Mark,
    Presentation,
)
from quizapp.question_types.choices import OptionFeedback, OptionView
from quizapp.question_types.true_false.content import Content, Response

SIDES = ((True, "1", "A", N_("True")), (False, "2", "B", N_("False")))


def present(_content: Content, _rng: random.Random) -> Presentation:
    """True always stands first: a shuffle would only confuse."""
    return {}


def read(_content: Content, _presentation: Presentation, fields: Fields, prefix: str) -> Response:
    values = fields.get(prefix, ())
    if not values:
        return Response()
    known = {place: value for value, place, _, _ in SIDES}
    if len(values) > 1 or values[0] not in known:
        raise Malformed
    return Response(value=known[values[0]])


def grade(content: Content, response: Response, _is_strict: bool) -> Mark:  # noqa: FBT001
    """1 for the right side, else 0 and the harm of the side chosen."""
    if response.value is None:
        return WRONG
    if response.value == content.key:
        return RIGHT
    side = content.when_true if response.value else content.when_false
    return Mark(WRONG.share, side.harm)


def key(content: Content) -> Response:
    return Response(value=content.key)


def tally(_content: Content, response: Response) -> list[str]:
    return [] if response.value is None else ["true" if response.value else "false"]


def item_text(content: Content) -> ItemText:
    return ItemText(("True", "False"), (0 if content.key else 1,))


@dataclass(frozen=True, slots=True)
class AnswerView:
    """True and false to choose from."""

    options: list[OptionView]


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """Both sides with what is right, what was chosen and why."""

    options: list[OptionFeedback]


def answer_view(_content: Content, _presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(
        [
            OptionView(place, letter, text, response.value is value)
            for value, place, letter, text in SIDES
        ]
    )


def feedback_view(
    content: Content, _presentation: Presentation, response: Response
) -> FeedbackView:
    return FeedbackView(
        [
            OptionFeedback(
                letter,
                text,
                (content.when_true if value else content.when_false).rationale,
                value == content.key,
                response.value is value,
                (content.when_true if value else content.when_false).harm,
            )
            for value, _, letter, text in SIDES
        ]
    )


def describe(_content: Content, response: Response) -> str:
    """The answer in words, for the journal."""
    return "" if response.value is None else ("True" if response.value else "False")
