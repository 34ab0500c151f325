"""What an author writes for, and a learner gives to, steps that have to be put in order."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, outline
from quizapp.question_types.base import HARMS, Harm, HarmNote, Problem
from quizapp.question_types.naming import folded, names_of
from quizapp.question_types.outline import Line

FEWEST_STEPS, MOST_STEPS = 3, 10
LONGEST_TEXT, LONGEST_RATIONALE = 1000, 4000


class Scoring(StrEnum):
    """How partly right orders count; safety-critical questions have to be exact."""

    ADJACENT_PAIRS = "adjacent_pairs"
    RELATIVE_POSITION = "relative_position"
    EXACT = "exact"


SCORINGS: Mapping[Scoring, str] = {
    Scoring.ADJACENT_PAIRS: N_("A share for every two steps that rightly follow each other"),
    Scoring.RELATIVE_POSITION: N_("A share for every two steps of which the right one comes first"),
    Scoring.EXACT: N_("All or nothing"),
}


class Step(BaseModel):
    """One step and why it stands where it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        "", pattern=r"^[a-z0-9-]{0,40}$", description="Stable name; made of the text if left out"
    )
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="The step, as Markdown")
    rationale: str = Field(
        "", max_length=LONGEST_RATIONALE, description="Why it comes here; one step at least says it"
    )


class Content(base.Content):
    """Steps in the right order."""

    steps: tuple[Step, ...] = Field(
        min_length=FEWEST_STEPS, max_length=MOST_STEPS, description="In the right order"
    )
    harm: Harm | None = Field(None, description="What acting in a wrong order would do")
    scoring: Scoring = Field(Scoring.ADJACENT_PAIRS, description="How a partly right order counts")

    sequence_label: ClassVar[str] = N_("Right order")

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """Each step by its name, in the right order."""
        names = names_of((step.id, step.text) for step in self.steps)
        return MappingProxyType(dict(zip(names, self.steps, strict=True)))

    def outline(self) -> Iterable[Line]:
        for number, (name, step) in enumerate(self.by_id.items(), 1):
            path, values = ("step", name), {"number": str(number)}
            yield Line((*path, "text"), N_("Step %(number)s"), step.text, values)
            yield Line((*path, "rationale"), N_("Step %(number)s: why"), step.rationale, values)
        label = N_("Acting in a wrong order is")
        yield outline.word(("harm",), label, HARMS[self.harm] if self.harm else "")
        label = N_("How a partly right order counts")
        yield outline.word(("scoring",), label, SCORINGS[self.scoring])

    def sequence(self) -> Mapping[str, str]:
        return {name: step.text for name, step in self.by_id.items()}

    def asked(self) -> Any:
        return {name: step.text for name, step in self.by_id.items()}

    def harms(self) -> list[HarmNote]:
        return [HarmNote(N_("A wrong order"), self.harm, is_word=True)] if self.harm else []

    def shuffle_note(self) -> str:
        return N_("Each learner gets the steps in another order, never in the right one.")

    def problems(self) -> list[Problem]:
        found = []
        seen: set[str] = set()
        for number, step in enumerate(self.steps):
            if folded(step.text) in seen:
                found.append(_SAME_STEP.at("steps", number, "text"))
            seen.add(folded(step.text))
        if not any(step.rationale.strip() for step in self.steps):
            found.append(_NO_REASON)
        return found


class Response(base.Response):
    """The number given to each step, by the step's name, as typed: numbers may be there twice."""

    places: dict[str, int] = Field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.places


_SAME_STEP = Problem(
    "duplicate-step", N_("Two steps say the same."), remedy=N_("Change or remove one of them.")
)
_NO_REASON = Problem(
    "missing-rationale",
    N_("No step says why it comes where it does."),
    ("steps", 0, "rationale"),
    N_("Say it at one step at least; learners read it after the quiz."),
)
