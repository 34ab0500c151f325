"""What an author writes for, and a learner gives to, a question with several right options."""

from pydantic import Field

from quizapp.domain.errors import N_
from quizapp.question_types import base
from quizapp.question_types.base import Problem, Scoring
from quizapp.question_types.choices import ChoicesContent


class Content(ChoicesContent):
    """Options, one or more of them keys."""

    scoring: Scoring = Field(
        Scoring.RIGHT_MINUS_WRONG, description="How a partly right choice counts"
    )
    say_how_many: bool = Field(True, description="Tell learners how many options to choose")

    def problems(self) -> list[Problem]:
        found = super().problems()
        count = len(self.key_ids())
        if count == 0:
            found.append(
                Problem(
                    "missing-key",
                    N_("No option is marked as a key."),
                    ("choices",),
                    N_("Mark each right option with key: true."),
                )
            )
        if count == len(self.choices):
            found.append(
                Problem(
                    "no-distractor",
                    N_("Every option is marked as a key."),
                    ("choices",),
                    N_("Add at least one wrong option."),
                )
            )
        return found


class Response(base.Response):
    """The chosen options' ids, sorted."""

    choices: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.choices
