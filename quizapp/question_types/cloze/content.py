"""What an author writes for, and a learner gives to, a text with gaps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from quizapp.domain.errors import N_
from quizapp.question_types import base, gapped
from quizapp.question_types.base import HarmNote, Problem
from quizapp.question_types.numeric import NUMERIC
from quizapp.question_types.numeric import content as numeric
from quizapp.question_types.outline import Line
from quizapp.question_types.short_text import SHORT_TEXT
from quizapp.question_types.short_text import content as short_text
from quizapp.question_types.single_best_answer import SINGLE_BEST_ANSWER
from quizapp.question_types.single_best_answer import content as single_best_answer

MAX_GAPS = 20
LONGEST_TEXT = 8000


class Named(BaseModel):
    """What every gap has, whatever is asked in it."""

    name: str = Field(
        pattern=gapped.NAME, max_length=gapped.LONGEST_NAME, description="As in the text: {{name}}"
    )
    weight: int = Field(1, ge=1, le=100, description="How much it counts beside the others")


class ChoiceGap(Named, single_best_answer.Content):
    """Options, one of them right, in a list that opens in the text."""

    type: Literal["choice"]


class TextGap(Named, short_text.Content):
    """A word or a few, typed into the text."""

    type: Literal["text"]


class NumberGap(Named, numeric.Content):
    """A number typed into the text."""

    type: Literal["number"]


Gap = ChoiceGap | TextGap | NumberGap
KINDS = {
    "choice": SINGLE_BEST_ANSWER,
    "text": SHORT_TEXT,
    "number": NUMERIC,
}
"""The question type that shows, reads and marks each kind of gap."""


class Content(base.Content):
    """A text with gaps, each marked like a question of its own."""

    text: str = Field(
        min_length=1, max_length=LONGEST_TEXT, description="Markdown with {{name}} for each gap"
    )
    gaps: tuple[Annotated[Gap, Field(discriminator="type")], ...] = Field(
        min_length=1, max_length=MAX_GAPS
    )

    @cached_property
    def ordered(self) -> tuple[Gap, ...]:
        """The gaps as one reads them; those the text does not have come last."""
        places = {name: place for place, name in reversed([*enumerate(gapped.names_in(self.text))])}
        return tuple(sorted(self.gaps, key=lambda gap: places.get(gap.name, len(places))))

    def outline(self) -> Iterable[Line]:
        yield Line(("text",), N_("Text with gaps"), self.text)
        for gap in self.gaps:
            values = {"gap": gap.name}
            path = ("gap", gap.name)
            yield Line((*path, "weight"), N_("Weight"), str(gap.weight), values)
            for line in gap.outline():
                yield replace(line, path=(*path, *line.path), values={**line.values, **values})

    def harms(self) -> list[HarmNote]:
        return [
            HarmNote(f"{number}: {note.label}", note.harm)
            for number, gap in enumerate(self.ordered, 1)
            for note in gap.harms()
        ]

    def shuffle_note(self) -> str:
        notes = [gap.shuffle_note() for gap in self.gaps]
        return next((note for note in notes if note), "")

    def problems(self) -> list[Problem]:
        return [
            *self.mismatches(),
            *(
                replace(problem, path=("gaps", place, *problem.path))
                for place, gap in enumerate(self.gaps)
                for problem in gap.problems()
            ),
        ]

    def mismatches(self) -> list[Problem]:
        """Where the text and the list of gaps say different things."""
        in_text = Counter(gapped.names_in(self.text))
        listed = Counter(gap.name for gap in self.gaps)
        found = []
        if any(name not in listed for name in in_text):
            found.append(_UNDEFINED)
        if any(count > 1 for count in in_text.values()):
            found.append(_REPEATED)
        rest = gapped.GAP.sub("", self.text)
        if "{{" in rest or "}}" in rest:
            found.append(_MALFORMED)
        for place, gap in enumerate(self.gaps):
            path = ("gaps", place, "name")
            if gap.name not in in_text:
                found.append(replace(_UNUSED, path=path))
            if listed[gap.name] > 1:
                found.append(replace(_DUPLICATE, path=path))
        return found


_UNDEFINED = Problem(
    "undefined-gap",
    N_("The text has a gap that is not in the list of gaps."),
    ("text",),
    N_("Add a gap of that name, or take it out of the text."),
)
_REPEATED = Problem(
    "repeated-gap",
    N_("The text has the same gap twice."),
    ("text",),
    N_("Give each gap a name of its own."),
)
_MALFORMED = Problem(
    "malformed-gap",
    N_("The text has braces that make no gap."),
    ("text",),
    N_("Write two braces, a name of small letters, digits and hyphens, and two braces."),
)
_UNUSED = Problem(
    "unused-gap",
    N_("The text does not have this gap."),
    (),
    N_("Write its name in double braces where it belongs, or remove the gap."),
)
_DUPLICATE = Problem(
    "duplicate-gap",
    N_("Two gaps have the same name."),
    (),
    N_("Give each gap a name of its own."),
)


class Response(base.Response):
    """What was given, by the name of the gap; gaps left open are left out."""

    gaps: dict[str, single_best_answer.Response | short_text.Response | numeric.Response] = Field(
        default_factory=dict
    )

    @property
    def is_empty(self) -> bool:
        return not self.gaps

    def of(self, gap: Gap) -> Any:
        """What was given to a gap, as its type has it."""
        kind = KINDS[gap.type]
        found = self.gaps.get(gap.name)
        return found if isinstance(found, kind.response) else kind.response()
