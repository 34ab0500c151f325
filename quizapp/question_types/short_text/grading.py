"""Showing, reading and marking a question answered in a few words."""

import random
from dataclasses import dataclass
from fractions import Fraction

from quizapp.question_types import spelling, typed
from quizapp.question_types.base import Fields, ItemText, Mark, Presentation
from quizapp.question_types.short_text.content import LONGEST, Content, Response
from quizapp.question_types.typed import OTHER, Feedback, Judged


def present(_content: Content, _rng: random.Random) -> Presentation:
    return {}


def read(_content: Content, _presentation: Presentation, fields: Fields, prefix: str) -> Response:
    return Response(text=typed.text_of(fields, prefix, LONGEST))


def judge(content: Content, response: Response) -> Judged:
    place = content.place_of(response.text) if response.text else None
    return Judged(place, Fraction(0) if place is None else content.answers[place].share)


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """The share of the answer that was given; a strict (safety-critical) one is all or nothing."""
    judged = judge(content, response)
    answer = content.answers[judged.place] if judged.place is not None else None
    return typed.mark(answer, judged.share, is_strict=is_strict)


def key(content: Content) -> Response:
    """The first answer that earns everything; one without wildcards where there is one."""
    rights = [answer for answer in content.answers if answer.share == 1]
    rights.sort(key=lambda answer: answer.has_wildcard)
    text = rights[0].text if rights else ""
    return Response(text=spelling.filled(text, "").strip())


def tally(content: Content, response: Response) -> list[str]:
    """The place of the answer in the list (from 1), or `other`."""
    if response.is_empty:
        return []
    place = content.place_of(response.text)
    return [OTHER if place is None else str(place + 1)]


def item_text(content: Content) -> ItemText:
    return ItemText(texts=tuple(answer.words for answer in content.answers))


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A field for a few words."""

    text: str
    longest: int


def answer_view(_content: Content, _presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(response.text, LONGEST)


def feedback_view(content: Content, _presentation: Presentation, response: Response) -> Feedback:
    return typed.feedback(
        content.answers,
        [typed.foreseen(answer, spelling.filled(answer.text, "…")) for answer in content.answers],
        response.text,
        judge(content, response),
    )


def describe(_content: Content, response: Response) -> str:
    """The answer as it was typed."""
    return response.text
