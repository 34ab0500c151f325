"""Marking by a corrected key: what could count as right too, and whether two texts ask the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quizapp.question_types import item
from quizapp.question_types.base import RIGHT, Mark
from quizapp.question_types.item import Answer, Item


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that counts as right beside the key.

    Either one answer to a part (by name, or typed), or a whole answer exactly as it was stored.
    """

    part: str = ""
    answer: str = ""
    whole: str = ""

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Accepted":
        return cls(**{name: str(value) for name, value in document.items()})

    def to_dict(self) -> dict[str, str]:
        if self.whole:
            return {"whole": self.whole}
        return {"part": self.part, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Alternative:
    """An answer to a part that could be accepted, as authors know it."""

    accepted: Accepted
    label: str


def is_automatic(asked: Item) -> bool:
    """Whether a key decides all of it: what people marked, no corrected key marks again."""
    return all(part.kind.is_automatic for part in asked.parts)


def alternatives(asked: Item) -> list[Alternative]:
    """Every answer to choose from that is not right yet."""
    return [
        Alternative(Accepted(part.name, name), label)
        for part in asked.parts
        for name, label in part.content.acceptable().items()
    ]


def text_parts(asked: Item) -> list[str]:
    """The parts that take one more right answer in words."""
    return [part.name for part in asked.parts if part.content.accepts_text]


def with_accepted(asked: Item, accepted: Accepted) -> Item | None:
    """The item with one more right answer in a part; None where that part cannot have it."""
    parts = []
    is_changed = False
    for part in asked.parts:
        content = part.content.accepting(accepted.answer) if part.name == accepted.part else None
        is_changed |= content is not None
        parts.append(part if content is None else replace(part, content=content))
    return Item(tuple(parts)) if is_changed else None


def ask_the_same(one: Item, other: Item) -> bool:
    """Whether answers to the one can be marked by the key of the other."""
    return [(p.name, p.kind.name, p.content.asked()) for p in one.parts] == [
        (p.name, p.kind.name, p.content.asked()) for p in other.parts
    ]


def keys(asked: Item, accepted: Iterable[Accepted]) -> list[Item]:
    """The item with its key, with each accepted answer beside it, and with all of them."""
    found, all_of_them = [asked], asked
    for answer in accepted:
        one = with_accepted(asked, answer)
        if one is not None:
            found.append(one)
            all_of_them = with_accepted(all_of_them, answer) or all_of_them
    return [*found, all_of_them] if len(found) > 2 else found  # noqa: PLR2004 - two or more accepted


def grade(asked: Sequence[Item], whole: frozenset[str], answer: str, *, is_strict: bool) -> Mark:
    """The best mark by any of the keys; an answer among `whole` is right as it stands."""
    if answer in whole:
        return RIGHT
    given: Answer = item.load(answer)
    marks = [item.grade(one, given, is_strict=is_strict) for one in asked]
    return max(marks, key=lambda mark: -1 if mark.share is None else mark.share)
