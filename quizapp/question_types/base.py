"""What every question type provides, and the words types and their callers share."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from quizapp.domain.errors import N_, Invalid

Fields = Mapping[str, Sequence[str]]
"""Posted values by field name, as a form sends them."""

Presentation = dict[str, Any]
"""What one attempt was shown (orders, shuffles), fixed at its start; a JSON document."""


class Harm(StrEnum):
    """What a wrong answer would do to a patient, from least to worst."""

    HARMLESS = "harmless"
    SUBOPTIMAL = "suboptimal"
    DANGEROUS = "dangerous"


class Scoring(StrEnum):
    """How partly right answers count; safety-critical questions are always all-or-nothing."""

    ALL_OR_NOTHING = "all_or_nothing"
    PER_OPTION = "per_option"
    RIGHT_MINUS_WRONG = "right_minus_wrong"


class Malformed(Invalid):
    """The fields cannot have come from the page that was shown."""

    message = N_("This answer does not fit the question. Reload the page and answer again.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author has to put right before a question can go live.

    `path` leads to the place inside the content, e.g. ("choices", 2, "text").
    """

    code: str
    message: str
    path: tuple[str | int, ...] = ()
    remedy: str = ""


class Content(BaseModel):
    """What the author wrote, without stem and rationale, which every question has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def problems(self) -> list[Problem]:
        """What stands in the way of publishing; empty when nothing does."""
        return []

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)


class Response(BaseModel):
    """What the learner gave, in the author's ids: independent of any shuffle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def is_empty(self) -> bool:
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Mark:
    """Points for one response: a share of 1, or None while a person has to mark it."""

    share: Fraction | None
    harm: Harm | None = None

    @classmethod
    def pending(cls) -> "Mark":
        return cls(None)

    @property
    def is_right(self) -> bool:
        return self.share == 1


RIGHT = Mark(Fraction(1))
WRONG = Mark(Fraction(0))


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of a question as plain data, for checks that know no question type."""

    options: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()


@dataclass(frozen=True)
class QuestionType:
    """A type as the registry knows it; its functions are pure."""

    name: str
    label: str
    content: type[Content]
    response: type[Response]
    present: Callable[[Any, random.Random], Presentation]
    read: Callable[[Any, Presentation, Fields, str], Any]
    grade: Callable[[Any, Any, bool], Mark]
    key: Callable[[Any], Any]
    tally: Callable[[Any, Any], list[str]]
    item_text: Callable[[Any], ItemText]
    answer_view: Callable[[Any, Presentation, Any], Any]
    feedback_view: Callable[[Any, Presentation, Any], Any]
    describe: Callable[[Any, Any], str]
    is_automatic: bool = True
    has_options: bool = False

    FOLDER: ClassVar[str] = "question_types"

    @property
    def answer_template(self) -> str:
        return f"{self.FOLDER}/{self.name}/answer.html"

    @property
    def feedback_template(self) -> str:
        return f"{self.FOLDER}/{self.name}/feedback.html"

    @property
    def author_template(self) -> str:
        return f"{self.FOLDER}/{self.name}/author.html"


@dataclass(frozen=True, slots=True)
class Example:
    """A sample that authors see and that the contract test runs.

    Each list holds responses as stored (dicts); `malformed` holds posted fields without prefix.
    """

    title: str
    stem: str
    content: dict[str, Any]
    right: list[dict[str, Any]]
    partly: list[tuple[dict[str, Any], Fraction]] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    malformed: list[dict[str, list[str]]] = field(default_factory=list)
