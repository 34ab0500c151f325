"""What an author writes for, and a learner gives to, a statement that is true or false."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline
from quizapp.question_types.base import HARMS, Harm, HarmNote, Problem
from quizapp.question_types.outline import Line

TRUTH = {True: N_("True"), False: N_("False")}


class Side(BaseModel):
    """What is told to somebody who answered this way, and what acting on it would do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rationale: str = Field("", max_length=4000, description="Why this answer is right or wrong")
    harm: Harm | None = Field(None, description="If this answer is wrong: what it would do")


class Content(base.Content):
    """Whether the statement in the stem is true, and the rationale for either answer."""

    key: bool = Field(description="True if the statement is true")
    when_true: Side = Field(Side(), description="For those who answer True")
    when_false: Side = Field(Side(), description="For those who answer False")

    def outline(self) -> Iterable[Line]:
        yield outline.word(("key",), N_("The statement is"), TRUTH[self.key])
        for name, side, why, harm in (
            (
                "when_true",
                self.when_true,
                N_("For those who answer True"),
                N_("Harm of answering True"),
            ),
            (
                "when_false",
                self.when_false,
                N_("For those who answer False"),
                N_("Harm of answering False"),
            ),
        ):
            yield Line((name, "rationale"), why, side.rationale)
            yield outline.word((name, "harm"), harm, HARMS[side.harm] if side.harm else "")

    def harms(self) -> list[HarmNote]:
        sides = (("A", self.when_true), ("B", self.when_false))
        return [HarmNote(letter, side.harm) for letter, side in sides if side.harm is not None]

    def acceptable(self) -> Mapping[str, str]:
        return {str(not self.key).lower(): TRUTH[not self.key]}

    def accepting(self, answer: str) -> Self | None:
        """The other side as the key: whoever answered either way is right by one of the two."""
        if answer not in self.acceptable():
            return None
        return self.model_copy(update={"key": not self.key})

    def asked(self) -> Any:
        return None

    def problems(self) -> list[Problem]:
        found = []
        for name, side, value in (
            ("when_true", self.when_true, True),
            ("when_false", self.when_false, False),
        ):
            if not side.rationale.strip():
                found.append(
                    Problem(
                        "missing-rationale",
                        N_("An answer has no rationale."),
                        (name,),
                        N_("Say why it is right or wrong; learners read it after the quiz."),
                    )
                )
            if value == self.key and side.harm is not None:
                found.append(
                    Problem(
                        "harm-on-key",
                        N_("A right option has a harm rating."),
                        (name, "harm"),
                        N_("Rate the harm of wrong options only."),
                    )
                )
        return found


class Response(base.Response):
    """True, False, or None when nothing was chosen."""

    value: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self.value is None
