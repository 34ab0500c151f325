"""Showing, reading and marking a question with one best answer."""

from dataclasses import dataclass

from quizapp.question_types import choices
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
from quizapp.question_types.single_best_answer.content import Content, Response

present = choices.present


def read(_content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    values = fields.get(prefix, ())
    if len(values) > 1:
        raise Malformed
    found = choices.chosen_ids(presentation, values)
    return Response(choice=found[0] if found else None)


def grade(content: Content, response: Response, _is_strict: bool) -> Mark:  # noqa: FBT001
    """1 for the key, else 0 and the harm of what was chosen."""
    if response.choice is None:
        return WRONG
    if response.choice in content.key_ids():
        return RIGHT
    return Mark(WRONG.share, choices.worst_harm(content, [response.choice]))


def key(content: Content) -> Response:
    return Response(choice=next(iter(content.key_ids()), None))


def tally(_content: Content, response: Response) -> list[str]:
    return [response.choice] if response.choice is not None else []


def item_text(content: Content) -> ItemText:
    return ItemText(
        tuple(choice.text for choice in content.choices),
        tuple(place for place, choice in enumerate(content.choices) if choice.key),
    )


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The options to choose one from."""

    options: list[OptionView]


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The options with what is right, what was chosen and why."""

    options: list[OptionFeedback]


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(choices.option_views(content, presentation, tally(content, response)))


def feedback_view(content: Content, presentation: Presentation, response: Response) -> FeedbackView:
    return FeedbackView(choices.option_feedback(content, presentation, tally(content, response)))


def describe(content: Content, response: Response) -> str:
    """The answer in words, for the journal."""
    return content.by_id()[response.choice].text if response.choice is not None else ""
