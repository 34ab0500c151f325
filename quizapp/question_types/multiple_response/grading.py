"""Showing, reading and marking a question with several right options."""

from dataclasses import dataclass
from fractions import Fraction

from quizapp.question_types import choices
from quizapp.question_types.base import Fields, ItemText, Mark, Presentation, Scoring
from quizapp.question_types.choices import OptionFeedback, OptionView
from quizapp.question_types.multiple_response.content import Content, Response

present = choices.present


def read(_content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    found = choices.chosen_ids(presentation, fields.get(prefix, ()))
    return Response(choices=tuple(sorted(found)))


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """A share of 1 by the question's rule; a strict (safety-critical) one is all or nothing.

    - all or nothing: 1 if exactly the keys were chosen;
    - right minus wrong: (right picks - wrong picks) / number of keys, never below 0;
    - per option: options judged rightly (key chosen, distractor left) / number of options,
      0 when nothing was chosen.
    """
    keys = content.key_ids()
    chosen = frozenset(response.choices)
    scoring = Scoring.ALL_OR_NOTHING if is_strict else content.scoring
    if not chosen:
        share = Fraction(0)
    elif scoring is Scoring.ALL_OR_NOTHING:
        share = Fraction(chosen == keys)
    elif scoring is Scoring.PER_OPTION:
        judged = len(content.choices) - len(keys ^ chosen)
        share = Fraction(judged, len(content.choices))
    else:
        share = max(Fraction(0), Fraction(len(chosen & keys) - len(chosen - keys), len(keys)))
    return Mark(share, choices.worst_harm(content, sorted(chosen)))


def key(content: Content) -> Response:
    return Response(choices=tuple(sorted(content.key_ids())))


def tally(_content: Content, response: Response) -> list[str]:
    return list(response.choices)


def item_text(content: Content) -> ItemText:
    return ItemText(
        tuple(choice.text for choice in content.choices),
        tuple(place for place, choice in enumerate(content.choices) if choice.key),
    )


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The options, and how many to choose where the author says so."""

    options: list[OptionView]
    count: int | None


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """The options with what is right, what was chosen and why."""

    options: list[OptionFeedback]


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    return AnswerView(
        choices.option_views(content, presentation, response.choices),
        len(content.key_ids()) if content.say_how_many else None,
    )


def feedback_view(content: Content, presentation: Presentation, response: Response) -> FeedbackView:
    return FeedbackView(choices.option_feedback(content, presentation, response.choices))


def describe(content: Content, response: Response) -> str:
    """The answer in words, for the journal."""
    known = content.by_id()
    return "; ".join(known[name].text for name in response.choices)
