"""What every question type provides, and the words types and their callers share."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from quizapp.domain.errors import N_, Invalid
from quizapp.question_types import outline
from quizapp.question_types.outline import Line

Fields = Mapping[str, Sequence[str]]
"""Posted values by field name, as a form sends them."""

Presentation = dict[str, Any]
"""What one attempt was shown (orders, shuffles), fixed at its start; a JSON document."""


class Harm(StrEnum):
    """What a wrong answer would do to a patient, from least to worst."""

    HARMLESS = "harmless"
    SUBOPTIMAL = "suboptimal"
    DANGEROUS = "dangerous"


HARMS: Mapping[Harm, str] = {
    Harm.HARMLESS: N_("Harmless"),
    Harm.SUBOPTIMAL: N_("Not the best care"),
    Harm.DANGEROUS: N_("Dangerous"),
}
"""The ratings in words, to be translated where they are shown."""


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

    def at(self, *path: str | int) -> "Problem":
        """The same problem at a place."""
        return replace(self, path=path)


@dataclass(frozen=True, slots=True)
class HarmNote:
    """What acting on a wrong answer would be; `label` is how authors know the answer.

    `is_word` marks a label that is a text of the site, to be translated.
    """

    label: str
    harm: Harm
    is_word: bool = False


class Content(BaseModel):
    """What the author wrote, without stem and rationale, which every question has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kept_inside: ClassVar[frozenset[str]] = frozenset()
    """Fields that loading fills in, not authors; no file has them."""

    sequence_label: ClassVar[str] = ""
    """What a change in `sequence` is called, for example "Order of options"."""

    def problems(self) -> list[Problem]:
        """What stands in the way of publishing; empty when nothing does."""
        return []

    def figures(self) -> list[str]:
        """The names of the course's figures that the content shows."""
        return []

    def with_figures(self, drawings: Mapping[str, str]) -> Self:
        """The content with the drawings it names, as it is stored: a version stands alone."""
        del drawings
        return self

    def drawings(self) -> Mapping[str, str]:
        """The drawings it holds, by name."""
        return {}

    def outline(self) -> Iterable[Line]:
        """Every part in words, for comparing two texts of a question."""
        return outline.of_document(self.model_dump(mode="json"))

    def sequence(self) -> Mapping[str, str]:
        """What the author put in an order: text by stable name. Empty where there is none."""
        return {}

    def harms(self) -> list[HarmNote]:
        """What acting on each of the rated wrong answers would be."""
        return []

    def shuffle_note(self) -> str:
        """What differs from learner to learner, to be translated; empty where nothing does."""
        return ""

    accepts_text: ClassVar[bool] = False
    """Whether `accepting` takes an answer in the learners' words."""

    def acceptable(self) -> Mapping[str, str]:
        """Answers that are wrong now and could count as right too: the words of each, by name."""
        return {}

    def accepting(self, answer: str) -> Self | None:
        """The content with one more right answer, `acceptable` or typed; None if it cannot be."""
        del answer
        return None

    def asked(self) -> Any:
        """What learners are given to answer with, without the key.

        Answers to one of two contents that ask the same can be marked by the key of the other.
        """
        return self.model_dump(mode="json")

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


def worst(harms: Iterable[Harm | None]) -> Harm | None:
    """The worst of some ratings, None where nothing is rated."""
    rated = [harm for harm in harms if harm is not None]
    return max(rated, key=list(Harm).index, default=None)


def one_value(fields: Fields, name: str) -> str:
    """The value of a field that stands once on its page; empty if not sent, else Malformed."""
    values = fields.get(name, ())
    if len(values) > 1:
        raise Malformed
    return values[0] if values else ""


def place_in(value: str, count: int) -> int:
    """A place from 1 to `count` as a page sends it; raises Malformed for anything else."""
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(count))
    if not is_number or not 1 <= int(value) <= count:
        raise Malformed
    return int(value)


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of a question as plain data, for checks that know no question type.

    `keys` are places in `options`; `texts` is whatever else learners read.
    """

    options: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return self.options + self.texts


@dataclass(frozen=True)
class QuestionType:
    """A type as the registry knows it; its functions are pure.

    `advise` (content, response) gives a text to translate for an answer that is kept as typed but
    cannot be marked as it is; empty where there is nothing to say. Where a part has several fields,
    `advise_fields` gives a text for each, by the end of the field's name. A type that is not
    `is_automatic` waits for a person: its `grade` is pending, its `key` an empty response. One that
    `has_options` gives views with `options`, shown by `answer_options`. One that `shows_figures`
    names figures of the course; the page of one that `takes_files` sends files.
    """

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
    hint: str = ""
    advise: Callable[[Any, Any], str] | None = None
    advise_fields: Callable[[Any, Any], Mapping[str, str]] | None = None
    is_automatic: bool = True
    has_options: bool = False
    shows_figures: bool = False
    takes_files: bool = False

    FOLDER: ClassVar[str] = "question_types"

    @property
    def is_manual(self) -> bool:
        return not self.is_automatic

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
    `other` is the same question with another key: before release learners see no difference.
    Only types that a person marks have none; their `right` are answers that wait.
    """

    title: str
    stem: str
    content: dict[str, Any]
    right: list[dict[str, Any]]
    partly: list[tuple[dict[str, Any], Fraction]] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    malformed: list[dict[str, list[str]]] = field(default_factory=list)
    other: dict[str, Any] | None = None
