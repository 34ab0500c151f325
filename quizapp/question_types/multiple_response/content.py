"""What an author writes for, and a learner gives to, a question with several right options."""

from collections.abc import Iterable, Mapping

from pydantic import Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline
from quizapp.question_types.base import Problem, Scoring
from quizapp.question_types.choices import ChoicesContent
from quizapp.question_types.outline import Line

SCORINGS: Mapping[Scoring, str] = {
    Scoring.RIGHT_MINUS_WRONG: N_("Right picks minus wrong picks"),
    Scoring.PER_OPTION: N_("A share for every option judged rightly"),
    Scoring.ALL_OR_NOTHING: N_("All or nothing"),
}


class Content(ChoicesContent):
    """Options, one or more of them keys."""

    scoring: Scoring = Field(
        Scoring.RIGHT_MINUS_WRONG, description="How a partly right choice counts"
    )
    say_how_many: bool = Field(True, description="Tell learners how many options to choose")

    def outline(self) -> Iterable[Line]:
        yield from super().outline()
        label = N_("How a partly right answer counts")
        yield outline.word(("scoring",), label, SCORINGS[self.scoring])
        label = N_("Tell learners how many options to choose")
        yield outline.yes_no(("say_how_many",), label, self.say_how_many)

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
