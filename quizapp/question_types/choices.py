"""What the types with options share: the option itself, its order, and how learners see it."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from quizapp.domain.errors import N_
from quizapp.question_types import outline
from quizapp.question_types.base import (
    HARMS,
    Content,
    Harm,
    HarmNote,
    Malformed,
    Presentation,
    Problem,
    place_in,
    worst,
)
from quizapp.question_types.outline import Line

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_CHOICES = len(LETTERS)


class Choice(BaseModel):
    """One option: its text, whether it is a key, why, and what choosing it wrongly would do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        "", pattern=r"^[a-z0-9-]{0,40}$", description="Stable name; a, b, c … if left out"
    )
    text: str = Field(min_length=1, max_length=2000, description="The option, as Markdown")
    key: bool = Field(False, description="True for a right answer")
    rationale: str = Field("", max_length=4000, description="Why it is right or wrong")
    harm: Harm | None = Field(None, description="For a wrong option: what acting on it would do")
    pinned: bool = Field(False, description="Keeps its place when options are shuffled")


class ChoicesContent(Content):
    """Options in the author's order."""

    choices: tuple[Choice, ...] = Field(min_length=2, max_length=MAX_CHOICES)
    shuffle: bool = Field(True, description="Show the options in another order to each learner")

    sequence_label: ClassVar[str] = N_("Order of options")

    def named(self) -> tuple[tuple[str, Choice], ...]:
        """Each option with its id."""
        return self._named

    def by_id(self) -> Mapping[str, Choice]:
        return self._by_id

    @cached_property
    def _named(self) -> tuple[tuple[str, Choice], ...]:
        return tuple(
            (choice.id or LETTERS[position].lower(), choice)
            for position, choice in enumerate(self.choices)
        )

    @cached_property
    def _by_id(self) -> Mapping[str, Choice]:
        return MappingProxyType(dict(self._named))

    def key_ids(self) -> frozenset[str]:
        return frozenset(name for name, choice in self.named() if choice.key)

    def outline(self) -> Iterable[Line]:
        for place, (name, choice) in enumerate(self.named()):
            yield from _lines(name, LETTERS[place], choice)
        yield outline.yes_no(("shuffle",), N_("Shuffle options"), self.shuffle)

    def sequence(self) -> Mapping[str, str]:
        return {name: choice.text for name, choice in self.named()}

    def harms(self) -> list[HarmNote]:
        lettered = zip(LETTERS, self.choices, strict=False)
        return [HarmNote(letter, c.harm) for letter, c in lettered if c.harm is not None]

    def shuffle_note(self) -> str:
        return N_("Each learner gets the options in another order.") if self.shuffle else ""

    def acceptable(self) -> Mapping[str, str]:
        return {name: choice.text for name, choice in self.named() if not choice.key}

    def accepting(self, answer: str) -> Self | None:
        if answer not in self.acceptable():
            return None
        right = {"key": True, "harm": None}
        choices = [
            choice.model_copy(update={"id": name, **(right if name == answer else {})})
            for name, choice in self.named()
        ]
        return type(self)(**{**dict(self), "choices": choices})

    def asked(self) -> Any:
        return {name: choice.text for name, choice in self.named()}

    def problems(self) -> list[Problem]:
        found = []
        names = [name for name, _ in self.named()]
        texts: dict[str, int] = {}
        for position, choice in enumerate(self.choices):
            path = ("choices", position)
            if names.count(names[position]) > 1:
                found.append(
                    Problem(
                        "duplicate-choice-id",
                        N_("Two options have the same id."),
                        (*path, "id"),
                        N_("Give each option an id of its own, or none."),
                    )
                )
            if not choice.rationale.strip():
                found.append(
                    Problem(
                        "missing-rationale",
                        N_("An option has no rationale."),
                        path,
                        N_("Say why it is right or wrong; learners read it after the quiz."),
                    )
                )
            folded = " ".join(choice.text.casefold().split())
            if folded in texts:
                found.append(
                    Problem(
                        "duplicate-option",
                        N_("Two options say the same."),
                        (*path, "text"),
                        N_("Change or remove one of them."),
                    )
                )
            texts[folded] = position
            if choice.key and choice.harm is not None:
                found.append(
                    Problem(
                        "harm-on-key",
                        N_("A right option has a harm rating."),
                        (*path, "harm"),
                        N_("Rate the harm of wrong options only."),
                    )
                )
        return found


def _lines(name: str, letter: str, choice: Choice) -> Iterator[Line]:
    """One option in words; `name` tells which it is in every text of the question."""
    path, values = ("option", name), {"letter": letter}
    yield Line((*path, "text"), N_("Option %(letter)s"), choice.text, values)
    label = N_("Option %(letter)s: right answer")
    yield outline.yes_no((*path, "key"), label, choice.key, **values)
    yield Line((*path, "rationale"), N_("Option %(letter)s: why"), choice.rationale, values)
    harm = HARMS[choice.harm] if choice.harm else ""
    yield outline.word((*path, "harm"), N_("Option %(letter)s: acting on it is"), harm, **values)
    label = N_("Option %(letter)s: keeps its place")
    yield outline.yes_no((*path, "pinned"), label, choice.pinned, **values)


def present(content: ChoicesContent, rng: random.Random) -> Presentation:
    """An order of options: shuffled, but pinned options keep their place."""
    names = [name for name, _ in content.named()]
    if not content.shuffle:
        return {"order": names}
    loose = [name for name, choice in content.named() if not choice.pinned]
    rng.shuffle(loose)
    following = iter(loose)
    return {
        "order": [name if choice.pinned else next(following) for name, choice in content.named()]
    }


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option as a learner sees it before release: no field could tell whether it is right.

    `value` is its place on this page, so the author's order stays unknown.
    """

    value: str
    letter: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OptionFeedback:
    """An option after release."""

    letter: str
    text: str
    rationale: str
    is_key: bool
    is_chosen: bool
    harm: Harm | None


def option_views(
    content: ChoicesContent, presentation: Presentation, chosen: Sequence[str]
) -> list[OptionView]:
    known = content.by_id()
    return [
        OptionView(str(place), LETTERS[place - 1], known[name].text, name in chosen)
        for place, name in enumerate(presentation["order"], 1)
    ]


def option_feedback(
    content: ChoicesContent, presentation: Presentation, chosen: Sequence[str]
) -> list[OptionFeedback]:
    known = content.by_id()
    return [
        OptionFeedback(
            LETTERS[place],
            known[name].text,
            known[name].rationale,
            known[name].key,
            name in chosen,
            known[name].harm,
        )
        for place, name in enumerate(presentation["order"])
    ]


def chosen_ids(presentation: Presentation, values: Sequence[str]) -> list[str]:
    """The author's ids of the places ticked on this page; raises Malformed for any other value."""
    order = presentation["order"]
    found = [order[place_in(value, len(order)) - 1] for value in values]
    if len(set(found)) != len(found):
        raise Malformed
    return found


def worst_harm(content: ChoicesContent, chosen: Sequence[str]) -> Harm | None:
    """The worst harm among wrongly chosen options."""
    known = content.by_id()
    return worst(known[name].harm for name in chosen if not known[name].key)
