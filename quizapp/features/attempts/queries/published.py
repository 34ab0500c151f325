"""What never changes once it is there, kept in the process and bounded; safe to lose.

Published versions, and what each attempt was given.
"""

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from markupsafe import Markup
from sqlalchemy import select

from quizapp.domain import pages
from quizapp.domain.pages import Asked, Page
from quizapp.features.attempts.models import AttemptItem
from quizapp.features.questions.models import QuestionVersion, StimulusVersion
from quizapp.features.quizzes.models import QuizVersion
from quizapp.formats import figures, markdown
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Presentation
from quizapp.question_types.item import Item

T = TypeVar("T")
MAX_KEPT = 4096


@dataclass(frozen=True, slots=True)
class PublishedQuestion:
    """A question version ready to be shown and marked; markup is sanitized already."""

    version_id: int
    question_id: int
    item: Item
    stem: str
    stem_html: Markup
    figure_html: Markup
    rationale: str
    hazard: str | None
    objectives: tuple[str, ...]
    references: tuple[str, ...]
    evidence: str | None
    level: str


@dataclass(frozen=True, slots=True)
class PublishedStimulus:
    """A case's text ready to be shown."""

    version_id: int
    title: str
    html: Markup
    figure_html: Markup
    is_stepwise: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A question's place in an attempt, and what was shown there."""

    number: int
    section: int
    version_id: int
    stimulus_version_id: int | None
    presentation: dict[str, Presentation]
    hazard: str | None


class Kept(Generic[T]):
    """A bounded memory by key; forgets everything when it is full."""

    def __init__(self) -> None:
        self._values: dict[Hashable, T] = {}

    def put(self, key: Hashable, value: T) -> None:
        if len(self._values) >= MAX_KEPT:
            self._values = {}
        self._values[key] = value

    def get(self, key: Hashable) -> T | None:
        return self._values.get(key)


def kept(ctx: Context, kind: str) -> Kept[Any]:
    """The memory of a kind of thing; a command gets one that is thrown away."""
    if ctx.memory is None:
        return Kept()
    found: Kept[Any] | None = ctx.memory.get(kind)
    if found is None:
        found = ctx.memory[kind] = Kept()
    return found


def questions(ctx: Context, version_ids: Iterable[int]) -> dict[int, PublishedQuestion]:
    """Published versions by id; what is not in memory is read in one statement."""
    memory: Kept[PublishedQuestion] = kept(ctx, "questions")
    found = {number: memory.get(number) for number in version_ids}
    missing = [number for number, value in found.items() if value is None]
    if missing:
        rows = ctx.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(missing)))
        for version in rows:
            question = found[version.id] = published_question(version)
            if version.published_at is not None:
                memory.put(version.id, question)
    return {number: value for number, value in found.items() if value is not None}


def published_question(version: QuestionVersion) -> PublishedQuestion:
    return PublishedQuestion(
        version_id=version.id,
        question_id=version.question_id,
        item=item.from_body(version.body),
        stem=version.stem,
        stem_html=stem_html(version.stem),
        figure_html=figure_html(version.figure, f"q{version.id}"),
        rationale=version.rationale,
        hazard=version.hazard,
        objectives=tuple(version.labels.get("objective", ())),
        references=tuple(version.labels.get("reference", ())),
        evidence=version.evidence,
        level=version.level,
    )


def stem_html(stem: str) -> Markup:
    """A stem of one paragraph as a line (it labels the answer), a longer one as blocks."""
    return markdown.to_html(stem) if "\n" in stem.strip() else markdown.to_inline_html(stem)


def figure_html(svg: str | None, name: str) -> Markup:
    return figures.inline(svg, name) if svg else Markup()


def stimuli(ctx: Context, version_ids: Iterable[int | None]) -> dict[int, PublishedStimulus]:
    """Published case versions by id."""
    memory: Kept[PublishedStimulus] = kept(ctx, "stimuli")
    found = {number: memory.get(number) for number in version_ids if number is not None}
    missing = [number for number, value in found.items() if value is None]
    if missing:
        rows = ctx.session.scalars(select(StimulusVersion).where(StimulusVersion.id.in_(missing)))
        for version in rows:
            stimulus = found[version.id] = PublishedStimulus(
                version.id,
                version.title,
                markdown.to_html(version.text),
                figure_html(version.figure, f"case{version.id}"),
                version.is_stepwise,
            )
            memory.put(version.id, stimulus)
    return {number: value for number, value in found.items() if value is not None}


def definition(ctx: Context, quiz_version_id: int) -> Definition:
    """A quiz version's definition."""
    memory: Kept[Definition] = kept(ctx, "definitions")
    found = memory.get(quiz_version_id)
    if found is None:
        version = ctx.session.get_one(QuizVersion, quiz_version_id)
        found = Definition.model_validate(version.definition)
        memory.put(quiz_version_id, found)
    return found


def layout(ctx: Context, attempt_id: int, quiz_version_id: int) -> tuple[Page, ...]:
    """The pages of an attempt."""
    memory: Kept[tuple[Page, ...]] = kept(ctx, "layouts")
    found = memory.get(attempt_id)
    if found is None:
        asked = slots(ctx, attempt_id)
        cases = stimuli(ctx, {slot.stimulus_version_id for slot in asked})
        quiz = definition(ctx, quiz_version_id)
        found = tuple(
            pages.layout(
                [_asked(slot, cases.get(slot.stimulus_version_id or 0)) for slot in asked],
                quiz.questions_per_page,
                is_sequential=quiz.navigation == "sequential",
            )
        )
        memory.put(attempt_id, found)
    return found


def _asked(slot: Slot, case: PublishedStimulus | None) -> Asked:
    return Asked(slot.section, slot.stimulus_version_id, case is not None and case.is_stepwise)


def slots(ctx: Context, attempt_id: int) -> tuple[Slot, ...]:
    """What an attempt was given, in order; fixed when it started."""
    memory: Kept[tuple[Slot, ...]] = kept(ctx, "slots")
    found = memory.get(attempt_id)
    if found is None:
        rows = ctx.session.execute(
            select(
                AttemptItem.slot,
                AttemptItem.section,
                AttemptItem.question_version_id,
                AttemptItem.stimulus_version_id,
                AttemptItem.presentation,
                AttemptItem.hazard,
            )
            .where(AttemptItem.attempt_id == attempt_id)
            .order_by(AttemptItem.slot)
        )
        found = tuple(
            Slot(
                row.slot,
                row.section,
                row.question_version_id,
                row.stimulus_version_id,
                json.loads(row.presentation),
                row.hazard,
            )
            for row in rows
        )
        memory.put(attempt_id, found)
    return found
