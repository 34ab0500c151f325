"""Showing and reading a long text; its mark comes from a person."""

import random
from dataclasses import dataclass

from quizapp.domain.errors import N_
from quizapp.question_types import rubric
from quizapp.question_types.base import (
    WRONG,
    Fields,
    ItemText,
    Malformed,
    Mark,
    Presentation,
    one_value,
)
from quizapp.question_types.essay.content import LONGEST, Content, Response
from quizapp.question_types.rubric import CriterionView, Marked


class TooLong(Malformed):
    """More text than a page lets one type."""

    message = N_("This text has more than 20,000 characters. Shorten it, then save again.")


def present(_content: Content, _rng: random.Random) -> Presentation:
    return {}


def read(_content: Content, _presentation: Presentation, fields: Fields, prefix: str) -> Response:
    """The text with one kind of newline; nothing else is changed."""
    text = one_value(fields, prefix).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Malformed
    if len(text) > LONGEST:
        raise TooLong
    return Response(text=text)


def grade(_content: Content, response: Response, _is_strict: bool) -> Mark:  # noqa: FBT001
    """Nothing for an empty text; anything else waits for a person."""
    return WRONG if response.is_empty else Mark.pending()


def key(_content: Content) -> Response:
    return Response()


def tally(_content: Content, response: Response) -> list[str]:
    return [] if response.is_empty else ["answered"]


def item_text(_content: Content) -> ItemText:
    return ItemText()


def describe(_content: Content, response: Response) -> str:
    return "" if response.is_empty else response.text


def advise(content: Content, response: Response) -> str:
    """Advice on the length; the text is taken as it is."""
    count = words_in(response.text)
    if content.min_words is not None and count < content.min_words:
        return N_("This text has fewer words than asked for.")
    if content.max_words is not None and count > content.max_words:
        return N_("This text has more words than asked for.")
    return ""


def words_in(text: str) -> int:
    """Whatever stands between spaces."""
    return len(text.split())


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The text so far, and what length is asked for."""

    text: str
    words: int
    min_words: int | None
    max_words: int | None
    longest: int


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The text, the rubric, how it was judged by now, and the model answer if it may be shown."""

    text: str
    words: int
    rubric: tuple[CriterionView, ...]
    model_answer: str
    marked: tuple[Marked, ...] | None = None


def answer_view(content: Content, _presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(
        response.text, words_in(response.text), content.min_words, content.max_words, LONGEST
    )


def feedback_view(
    content: Content, _presentation: Presentation, response: Response
) -> FeedbackView:
    return FeedbackView(
        response.text,
        words_in(response.text),
        rubric.table(content.rubric),
        content.released_answer,
    )
