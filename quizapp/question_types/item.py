"""A question as one or more response fields ("parts"), each of a type; most have just one."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from quizapp.question_types import registry
from quizapp.question_types.base import (
    Content,
    Fields,
    Malformed,
    Mark,
    Presentation,
    QuestionType,
    Response,
    worst,
)

FIRST = "r1"
Answer = dict[str, dict[str, Any]]
"""Stored responses by part name; JSON."""


@dataclass(frozen=True, slots=True)
class Part:
    """One response field: its name in forms, its type, its content and its weight."""

    name: str
    kind: QuestionType
    content: Content
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """What can be asked, answered and marked as a whole."""

    parts: tuple[Part, ...]

    @property
    def type_name(self) -> str:
        """The type of its only part, or `several`."""
        return self.parts[0].kind.name if len(self.parts) == 1 else "several"

    @property
    def is_manual(self) -> bool:
        """Whether a person marks all of it: then nobody is asked how sure they are."""
        return all(part.kind.is_manual for part in self.parts)


def body_of(type_name: str, content: Content) -> dict[str, Any]:
    """The stored form of a question with one part."""
    return {"parts": [{"name": FIRST, "type": type_name, "content": content.to_dict()}]}


def from_body(body: dict[str, Any]) -> Item:
    """Rebuild what `body_of` stored."""
    parts = []
    for part in body["parts"]:
        kind = registry.get(part["type"])
        content = kind.content.model_validate(part["content"])
        parts.append(Part(part["name"], kind, content, part.get("weight", 1)))
    return Item(tuple(parts))


def present(item: Item, rng: random.Random) -> dict[str, Presentation]:
    """Fix every shuffle of the item for one attempt."""
    return {part.name: part.kind.present(part.content, rng) for part in item.parts}


def field_prefix(prefix: str, part: Part) -> str:
    return f"{prefix}-{part.name}"


def read(item: Item, presentation: dict[str, Presentation], fields: Fields, prefix: str) -> Answer:
    """The posted answer in the author's ids, empty parts left out; raises Malformed."""
    answer: Answer = {}
    for part in item.parts:
        response = part.kind.read(
            part.content, presentation[part.name], fields, field_prefix(prefix, part)
        )
        if not response.is_empty:
            answer[part.name] = response.to_dict()
    return answer


STAYING = ("-stay", "-at.x")


def stays(fields: Fields) -> bool:
    """Whether a control of an answer sent the page, which then is to be shown again.

    Those are buttons named `<prefix>-stay`, and a picture that was clicked.
    """
    return any(name.endswith(STAYING) for name in fields)


def response_of(part: Part, answer: Answer) -> Response:
    """What was answered to a part; an empty response where nothing was."""
    try:
        return part.kind.response.model_validate(answer.get(part.name, {}))
    except ValidationError as error:
        raise Malformed from error


def grade(
    item: Item,
    answer: Answer,
    *,
    is_strict: bool,
    judged: Mapping[str, Fraction] = MappingProxyType({}),
) -> Mark:
    """The weighted mean of the parts; pending as long as one part is.

    `judged` has what a person gave to parts that no key marks. A strict (safety-critical) item is
    all or nothing over its parts too. An item nothing was answered to is worth nothing at once:
    there is nothing for a person to mark.
    """
    if not answer:
        return Mark(Fraction(0))
    marks = [
        (part, part.kind.grade(part.content, response_of(part, answer), is_strict))
        for part in item.parts
    ]
    harm = worst(mark.harm for _, mark in marks)
    total = Fraction(0)
    for part, mark in marks:
        share = judged.get(part.name) if mark.share is None else mark.share
        if share is None:
            return Mark(None, harm)
        total += part.weight * share
    mean = total / sum(part.weight for part in item.parts)
    return Mark(Fraction(mean == 1) if is_strict else mean, harm)


def waiting_parts(item: Item, answer: Answer) -> list[Part]:
    """The parts of an answer that only a person can mark."""
    return [
        part
        for part in item.parts
        if part.name in answer
        and part.kind.grade(part.content, response_of(part, answer), False).share is None
    ]


def key(item: Item) -> Answer:
    """An answer that earns full marks."""
    return {part.name: part.kind.key(part.content).to_dict() for part in item.parts}


def describe(item: Item, answer: Answer) -> str:
    """The answer in words."""
    texts = [part.kind.describe(part.content, response_of(part, answer)) for part in item.parts]
    return "; ".join(text for text in texts if text)


def advise(item: Item, answer: Answer) -> dict[str, str]:
    """What to tell the learner about parts that cannot be marked as they are, by part name."""
    found = {
        part.name: part.kind.advise(part.content, response_of(part, answer))
        for part in item.parts
        if part.kind.advise is not None and part.name in answer
    }
    return {name: text for name, text in found.items() if text}


def advise_fields(item: Item, answer: Answer, prefix: str) -> dict[str, str]:
    """As `advise`, by the names that the fields have on a page."""
    found: dict[str, str] = {}
    for part in item.parts:
        if part.kind.advise is None or part.name not in answer:
            continue
        response, name = response_of(part, answer), field_prefix(prefix, part)
        if part.kind.advise_fields is None:
            found[name] = part.kind.advise(part.content, response)
        else:
            own = part.kind.advise_fields(part.content, response)
            found.update({f"{name}{end}": text for end, text in own.items()})
    return {name: text for name, text in found.items() if text}


def drawings(item: Item) -> dict[str, str]:
    """The drawings that the parts hold, by name."""
    return {name: svg for part in item.parts for name, svg in part.content.drawings().items()}


def dump(answer: Answer) -> str:
    """The one textual form of an answer: equal answers are equal texts."""
    return json.dumps(answer, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Answer:
    return json.loads(text) if text else {}
