"""Showing, reading and marking prompts that each have one answer."""

import random
from dataclasses import dataclass
from fractions import Fraction

from quizapp.question_types.base import (
    Fields,
    Harm,
    ItemText,
    Malformed,
    Mark,
    Presentation,
    one_value,
    place_in,
    worst,
)
from quizapp.question_types.matching.content import Content, Pair, Response, Scoring
from quizapp.question_types.naming import folded


def present(content: Content, rng: random.Random) -> Presentation:
    """The answers in another order for each attempt, the prompts only where the author says so.

    `answers` are places in the sorted answers, so that nothing depends on the key.
    """
    prompts = list(content.by_id)
    if content.shuffle:
        prompts.sort()
        rng.shuffle(prompts)
    answers = list(range(len(content.answers)))
    rng.shuffle(answers)
    return {"prompts": prompts, "answers": answers}


def read(content: Content, presentation: Presentation, fields: Fields, prefix: str) -> Response:
    order = presentation["answers"]
    matches = {}
    names = set()
    for place, name in enumerate(presentation["prompts"], 1):
        field = f"{prefix}-{place}"
        names.add(field)
        value = one_value(fields, field)
        if value:
            matches[name] = content.answers[order[place_in(value, len(order)) - 1]]
    if any(field.startswith(f"{prefix}-") and field not in names for field in fields):
        raise Malformed
    return Response(matches=matches)


def is_right(pair: Pair, answer: str | None) -> bool:
    return answer is not None and folded(answer) == folded(pair.answer)


def grade(content: Content, response: Response, is_strict: bool) -> Mark:  # noqa: FBT001
    """A share of 1 by the question's rule; a strict (safety-critical) one is all or nothing.

    - per pair: right pairs / pairs; a prompt without an answer counts as not right;
    - all or nothing: 1 if every pair is right.

    The harm is the worst of all wrong matches: that of the prompt, and that of the answer chosen
    for it where it is a distractor.
    """
    matches = response.matches
    right = sum(is_right(pair, matches.get(name)) for name, pair in content.by_id.items())
    share = Fraction(right, len(content.by_id))
    if is_strict or content.scoring is Scoring.ALL_OR_NOTHING:
        share = Fraction(share == 1)
    harms = [_harm(content, pair, matches.get(name)) for name, pair in content.by_id.items()]
    return Mark(share, worst(harms))


def _harm(content: Content, pair: Pair, answer: str | None) -> Harm | None:
    if answer is None or is_right(pair, answer):
        return None
    own = [other.harm for other in content.distractors if folded(other.text) == folded(answer)]
    return worst([pair.harm, *own])


def key(content: Content) -> Response:
    shown = {folded(answer): answer for answer in content.answers}
    return Response(
        matches={name: shown[folded(pair.answer)] for name, pair in content.by_id.items()}
    )


def tally(_content: Content, response: Response) -> list[str]:
    return [f"{name}={answer}" for name, answer in sorted(response.matches.items())]


def item_text(content: Content) -> ItemText:
    return ItemText(texts=(*(pair.prompt for pair in content.pairs), *content.answers))


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """An answer of the list; `value` is its place there."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt as a learner sees it; `chosen` is the value of the answer chosen for it."""

    place: int
    text: str
    chosen: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The prompts, the answers to choose from, and how these are used up."""

    prompts: list[PromptView]
    answers: list[AnswerChoice]
    unused: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class PairFeedback:
    """A prompt after release."""

    prompt: str
    answer: str
    chosen: str | None
    is_right: bool
    rationale: str
    harm: Harm | None


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """Each prompt with what belongs to it, what was chosen and why."""

    pairs: list[PairFeedback]
    is_answered: bool


def answer_view(content: Content, presentation: Presentation, response: Response) -> AnswerView:
    answers = [content.answers[number] for number in presentation["answers"]]
    values = {folded(text): str(place) for place, text in enumerate(answers, 1)}
    used = len({folded(pair.answer) for pair in content.pairs})
    return AnswerView(
        prompts=[
            PromptView(
                place,
                content.by_id[name].prompt,
                values.get(folded(response.matches.get(name, "")), ""),
            )
            for place, name in enumerate(presentation["prompts"], 1)
        ],
        answers=[AnswerChoice(str(place), text) for place, text in enumerate(answers, 1)],
        unused=len(answers) - used,
        is_shared=used < len(content.pairs),
    )


def feedback_view(content: Content, presentation: Presentation, response: Response) -> FeedbackView:
    found = []
    for name in presentation["prompts"]:
        pair, chosen = content.by_id[name], response.matches.get(name)
        found.append(
            PairFeedback(
                pair.prompt,
                pair.answer,
                chosen,
                is_right(pair, chosen),
                pair.rationale,
                _harm(content, pair, chosen),
            )
        )
    return FeedbackView(found, is_answered=not response.is_empty)


def describe(content: Content, response: Response) -> str:
    """The answer in words, for the journal."""
    matches = response.matches
    given = [
        (pair.prompt, matches[name]) for name, pair in content.by_id.items() if name in matches
    ]
    return "; ".join(f"{prompt} → {answer}" for prompt, answer in given)
