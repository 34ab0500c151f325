"""What an author writes for, and a learner gives to, a statement that is true or false."""

from pydantic import BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base
from quizapp.question_types.base import Harm, Problem


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
