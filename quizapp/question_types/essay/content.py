"""What an author writes for, and a learner gives to, a question that is answered in a long text."""

from collections.abc import Iterable, Iterator

from pydantic import Field, field_validator

from quizapp.domain.errors import N_
from quizapp.question_types import base
from quizapp.question_types.base import Problem
from quizapp.question_types.outline import Line
from quizapp.question_types.rubric import MarkedByHand

LONGEST = 20_000
MOST_WORDS = 5000


class Content(MarkedByHand):
    """The rubric it is marked with, what markers should know, and advice on its length."""

    min_words: int | None = Field(
        None, ge=1, le=MOST_WORDS, description="Advice; nothing is refused"
    )
    max_words: int | None = Field(
        None, ge=1, le=MOST_WORDS, description="Advice; nothing is refused"
    )

    def problems(self) -> list[Problem]:
        return [*_length_problems(self), *super().problems()]

    def outline(self) -> Iterable[Line]:
        yield Line(("min_words",), N_("Words at least"), str(self.min_words or ""))
        yield Line(("max_words",), N_("Words at most"), str(self.max_words or ""))
        yield from super().outline()


class Response(base.Response):
    """The text as typed, each line ended by LF."""

    text: str = ""

    @field_validator("text")
    @classmethod
    def _can_be_kept(cls, text: str) -> str:
        if len(text) > LONGEST or "\0" in text:
            raise ValueError("this text cannot be kept")
        return text

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


def _length_problems(content: Content) -> Iterator[Problem]:
    shortest, longest = content.min_words, content.max_words
    if shortest is not None and longest is not None and shortest > longest:
        yield Problem(
            "words-reversed",
            N_("The least number of words is above the most."),
            ("min_words",),
            N_("Exchange the two, or leave one out."),
        )
