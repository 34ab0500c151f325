"""What an author writes for, and a learner gives to, a question answered in a few words."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline, spelling, typed
from quizapp.question_types.base import HarmNote, Problem
from quizapp.question_types.outline import Line
from quizapp.question_types.spelling import Rules
from quizapp.question_types.typed import MAX_ANSWERS, Listed

LONGEST = 500
LONGEST_ANSWER = 200
MAX_TYPOS = 3
LETTERS_PER_TYPO = 4


class TextAnswer(Listed):
    """A wording the author foresees; * stands for any characters."""

    text: str = Field(
        min_length=1,
        max_length=LONGEST_ANSWER,
        description=r"The answer; * stands for any characters, \* for an asterisk",
    )
    typos: int = Field(
        0, ge=0, le=MAX_TYPOS, description="So many typing errors make no difference"
    )

    @property
    def words(self) -> str:
        return self.text

    @property
    def has_wildcard(self) -> bool:
        return spelling.has_wildcard(self.text)


class Content(base.Content):
    """Wordings with what they earn.

    An answer written exactly as listed counts first; then the first in the list that fits with its
    wildcards or typing errors.
    """

    answers: tuple[TextAnswer, ...] = Field(min_length=1, max_length=MAX_ANSWERS)
    ignore_case: bool = Field(True, description="Capital letters make no difference")
    ignore_accents: bool = Field(False, description="Accents make no difference: é is e")
    ignore_punctuation: bool = Field(False, description="Punctuation makes no difference")

    @property
    def rules(self) -> Rules:
        return Rules(self.ignore_case, self.ignore_accents, self.ignore_punctuation)

    @cached_property
    def patterns(self) -> tuple[tuple[str, ...], ...]:
        """Each answer cut at its wildcards and folded."""
        return tuple(spelling.pieces(answer.text, self.rules) for answer in self.answers)

    def place_of(self, text: str) -> int | None:
        """The answer that a text is."""
        given = spelling.fold(text, self.rules)
        for place, pattern in enumerate(self.patterns):
            if pattern == (given,):
                return place
        for place, answer in enumerate(self.answers):
            pattern = self.patterns[place]
            is_near = (
                len(pattern) == 1
                and answer.typos
                and spelling.distance(pattern[0], given, answer.typos) <= answer.typos
            )
            if is_near or spelling.fits(pattern, given):
                return place
        return None

    def outline(self) -> Iterable[Line]:
        for place, answer in enumerate(self.answers):
            yield from typed.lines_of(place, answer)
            number = str(place + 1)
            label = N_("Answer %(number)s: typing errors allowed")
            typos = str(answer.typos or "")
            yield Line(("answer", number, "typos"), label, typos, {"number": number})
        for name, label in IGNORED.items():
            yield outline.yes_no((name,), label, getattr(self, name))

    accepts_text: ClassVar[bool] = True

    def accepting(self, answer: str) -> Self | None:
        text = " ".join(answer.split()).replace("*", r"\*")
        if not text or len(text) > LONGEST_ANSWER:
            return None
        listed = TextAnswer(text=text)
        return type(self)(**{**dict(self), "answers": (listed, *self.answers)[:MAX_ANSWERS]})

    def asked(self) -> Any:
        return None

    def harms(self) -> list[HarmNote]:
        return typed.harms_of(self.answers)

    def problems(self) -> list[Problem]:
        found = typed.problems_of(self.answers)
        rights = [answer for answer in self.answers if answer.share == 1]
        if rights and all(answer.has_wildcard for answer in rights):
            found.append(
                Problem(
                    "only-wildcards",
                    N_("Every right answer has an asterisk."),
                    ("answers", self.answers.index(rights[0]), "text"),
                    N_("Add a right answer without one, for learners to read."),
                )
            )
        for place in range(len(self.answers)):
            found += self._problems_of(place)
        return found

    def _problems_of(self, place: int) -> list[Problem]:
        answer, pattern = self.answers[place], self.patterns[place]
        path = ("answers", place, "text")
        found = []
        if not any(piece.strip() for piece in pattern) and (len(pattern) == 1 or answer.share):
            found.append(
                Problem(
                    "no-letters",
                    N_("An answer holds nothing that could be compared."),
                    path,
                    N_("Write at least one letter or digit."),
                )
            )
        if any(self._hides(earlier, pattern) for earlier in self.patterns[:place]):
            found.append(typed.never_reached(place))
        if answer.typos and answer.has_wildcard:
            found.append(
                Problem(
                    "typos-with-wildcard",
                    N_("An answer with an asterisk allows typing errors as well."),
                    (*path[:2], "typos"),
                    N_("Use one or the other."),
                )
            )
        elif len(pattern[0]) < answer.typos * LETTERS_PER_TYPO:
            found.append(
                Problem(
                    "too-many-typos",
                    N_("So many typing errors make other words of a short answer."),
                    (*path[:2], "typos"),
                    N_("Allow one error for every four letters at most."),
                )
            )
        return found

    @staticmethod
    def _hides(earlier: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
        """Whether an answer further up leaves nothing to this one."""
        if len(pattern) == 1:
            return earlier == pattern
        return spelling.covers(earlier, pattern)


IGNORED = {
    "ignore_case": N_("Capital letters make no difference"),
    "ignore_accents": N_("Accents make no difference"),
    "ignore_punctuation": N_("Punctuation makes no difference"),
}


class Response(base.Response):
    """What was typed, as it was typed."""

    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text
