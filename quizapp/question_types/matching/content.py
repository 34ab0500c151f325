"""What an author writes for, and a learner gives to, prompts that each have one answer."""

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

FEWEST_PAIRS, MOST_PAIRS, MOST_DISTRACTORS = 2, 20, 20
LONGEST_PROMPT, LONGEST_ANSWER, LONGEST_RATIONALE = 1000, 150, 4000


class Scoring(StrEnum):
    """How partly right answers count; safety-critical questions are always all-or-nothing."""

    PER_PAIR = "per_pair"
    ALL_OR_NOTHING = "all_or_nothing"


SCORINGS: Mapping[Scoring, str] = {
    Scoring.PER_PAIR: N_("A share for every right pair"),
    Scoring.ALL_OR_NOTHING: N_("All or nothing"),
}


class Pair(BaseModel):
    """A prompt with its answer, why they belong together, and what a wrong match would do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        "", pattern=r"^[a-z0-9-]{0,40}$", description="Stable name; made of the prompt if left out"
    )
    prompt: str = Field(min_length=1, max_length=LONGEST_PROMPT, description="As Markdown")
    answer: str = Field(
        min_length=1,
        max_length=LONGEST_ANSWER,
        description="The right answer; several prompts may have the same",
    )
    rationale: str = Field("", max_length=LONGEST_RATIONALE, description="Why they belong together")
    harm: Harm | None = Field(None, description="What acting on a wrong match would do")


class Distractor(BaseModel):
    """An answer that belongs to no prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST_ANSWER, description="The answer")
    harm: Harm | None = Field(None, description="What acting on it would do, whatever the prompt")


class Content(base.Content):
    """Prompts with their answers in the author's order, and answers that belong to none."""

    pairs: tuple[Pair, ...] = Field(min_length=FEWEST_PAIRS, max_length=MOST_PAIRS)
    distractors: tuple[Distractor, ...] = Field((), max_length=MOST_DISTRACTORS)
    shuffle: bool = Field(False, description="Show the prompts in another order to each learner")
    scoring: Scoring = Field(Scoring.PER_PAIR, description="How a partly right answer counts")

    sequence_label: ClassVar[str] = N_("Order of prompts")

    @cached_property
    def by_id(self) -> Mapping[str, Pair]:
        """Each pair by its name, in the author's order."""
        names = names_of((pair.id, pair.prompt) for pair in self.pairs)
        return MappingProxyType(dict(zip(names, self.pairs, strict=True)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Every different answer, sorted, so that their order says nothing about the key."""
        texts = [pair.answer for pair in self.pairs] + [other.text for other in self.distractors]
        found: dict[str, str] = {}
        for text in sorted(texts):
            found.setdefault(folded(text), text)
        return tuple(found[words] for words in sorted(found))

    def outline(self) -> Iterable[Line]:
        for number, (name, pair) in enumerate(self.by_id.items(), 1):
            path, values = ("pair", name), {"number": str(number)}
            yield Line((*path, "prompt"), N_("Pair %(number)s: prompt"), pair.prompt, values)
            yield Line((*path, "answer"), N_("Pair %(number)s: answer"), pair.answer, values)
            yield Line((*path, "rationale"), N_("Pair %(number)s: why"), pair.rationale, values)
            harm = HARMS[pair.harm] if pair.harm else ""
            label = N_("Pair %(number)s: acting on a wrong match is")
            yield outline.word((*path, "harm"), label, harm, **values)
        names = names_of(("", other.text) for other in self.distractors)
        for number, (name, other) in enumerate(zip(names, self.distractors, strict=True), 1):
            path, values = ("distractor", name), {"number": str(number)}
            yield Line((*path, "text"), N_("Distractor %(number)s"), other.text, values)
            harm = HARMS[other.harm] if other.harm else ""
            label = N_("Distractor %(number)s: acting on it is")
            yield outline.word((*path, "harm"), label, harm, **values)
        yield outline.yes_no(("shuffle",), N_("Shuffle prompts"), self.shuffle)
        label = N_("How a partly right answer counts")
        yield outline.word(("scoring",), label, SCORINGS[self.scoring])

    def sequence(self) -> Mapping[str, str]:
        return {name: pair.prompt for name, pair in self.by_id.items()}

    def asked(self) -> Any:
        prompts = {name: pair.prompt for name, pair in self.by_id.items()}
        return prompts, [folded(text) for text in self.answers]

    def harms(self) -> list[HarmNote]:
        rated = [(pair.prompt, pair.harm) for pair in self.pairs]
        rated += [(other.text, other.harm) for other in self.distractors]
        return [HarmNote(text, harm) for text, harm in rated if harm is not None]

    def shuffle_note(self) -> str:
        if self.shuffle:
            return N_("Each learner gets the prompts and the answers in another order.")
        return N_("Each learner gets the answers in another order.")

    def problems(self) -> list[Problem]:
        found = []
        prompts: set[str] = set()
        for number, pair in enumerate(self.pairs):
            path = ("pairs", number)
            if not pair.rationale.strip():
                found.append(_NO_REASON.at(*path, "rationale"))
            if folded(pair.prompt) in prompts:
                found.append(_SAME_PROMPT.at(*path, "prompt"))
            prompts.add(folded(pair.prompt))
        taken = {folded(pair.answer) for pair in self.pairs}
        if len(self.answers) < FEWEST_PAIRS:
            found.append(_ONE_ANSWER.at("pairs"))
        for number, other in enumerate(self.distractors):
            if folded(other.text) in taken:
                found.append(_NO_DISTRACTOR.at("distractors", number, "text"))
            taken.add(folded(other.text))
        return found


class Response(base.Response):
    """The answer chosen for each prompt, by the pair's name: the author's words.

    An answer is known by its words, so that a corrected key changes what is right and not what
    was answered.
    """

    matches: dict[str, str] = Field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.matches


_NO_REASON = Problem(
    "missing-rationale",
    N_("A pair has no rationale."),
    remedy=N_("Say why they belong together; learners read it after the quiz."),
)
_SAME_PROMPT = Problem(
    "duplicate-prompt", N_("Two prompts say the same."), remedy=N_("Change or remove one of them.")
)
_ONE_ANSWER = Problem(
    "one-answer",
    N_("There is only one answer to choose from."),
    remedy=N_("Add a distractor, or a pair with another answer."),
)
_NO_DISTRACTOR = Problem(
    "duplicate-answer",
    N_("A distractor is there twice, or it is the answer of a pair."),
    remedy=N_("Change or remove it."),
)
