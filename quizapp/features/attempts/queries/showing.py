"""What one page of an attempt shows: its questions as a learner sees them, and the navigator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from markupsafe import Markup

from quizapp.domain import pages
from quizapp.domain.pages import Page
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import (
    PublishedQuestion,
    PublishedStimulus,
    Slot,
)
from quizapp.features.attempts.queries.results import without_reasons
from quizapp.features.attempts.queries.taking import (
    NOTHING,
    Head,
    Place,
    Saved,
    explains_at_once,
    left_slots,
    page_of,
    prefix_of,
)
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.formats.bank_files.models import Release, Section
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import QuestionType
from quizapp.question_types.item import Answer


@dataclass(frozen=True, slots=True)
class PartView:
    """A response field as its type's template shows it."""

    kind: QuestionType
    view: Any
    prefix: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What is told about a question that was checked while practising."""

    parts: Sequence[PartView]
    share: Fraction | None
    rationale: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer was not taken, and what was typed that its fields cannot show."""

    message: str
    typed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as a learner sees it: only `explained`, after it was checked, knows the key."""

    number: int
    prefix: str
    version_id: int
    stem_html: Markup
    figure_html: Markup
    parts: Sequence[PartView]
    saved: Saved
    is_marked_critical: bool
    stimulus: PublishedStimulus | None
    explained: Explained | None = None
    asks_confidence: bool = True
    """Where the quiz asks how sure one is; not about what only a person can mark."""
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A question in the navigator."""

    number: int
    is_answered: bool
    is_flagged: bool
    is_here: bool
    is_critical: bool
    is_shut: bool


@dataclass(frozen=True)
class TakingPage:
    """One page of an attempt."""

    head: Head
    definition: Definition
    span: Page
    layout: Sequence[Page]
    left: frozenset[int]
    questions: Sequence[QuestionView]
    slots: Sequence[Slot]

    @property
    def first(self) -> int:
        return self.span.first

    @property
    def last(self) -> int:
        return self.span.last

    @property
    def section(self) -> Section | None:
        """The part of the quiz that begins here, if it has something to say."""
        section = self.definition.sections[self.span.section]
        return section if self.span.starts_section and (section.title or section.intro) else None

    @property
    def takes_files(self) -> bool:
        """Whether its form sends files, as several parts."""
        return any(part.kind.takes_files for view in self.questions for part in view.parts)

    @property
    def goes_one_way(self) -> bool:
        """Whether going on closes this page for good: not at the end, to check what is open."""
        if self.span.chain is None or self.next is None:
            return False
        return not explains_at_once(self.definition)

    @property
    def explains(self) -> bool:
        """Whether the answers here can be asked for now."""
        return explains_at_once(self.definition) and not self.left.issuperset(
            range(self.first, self.last + 1)
        )

    @property
    def is_explained(self) -> bool:
        """Whether all of its questions are answered, explained and closed."""
        return all(view.explained is not None for view in self.questions)

    @property
    def cells(self) -> list[Cell]:
        """Every question of the attempt, for the navigator."""
        return [Cell(*state) for state in self.cell_states()]

    def cell_states(self) -> list[tuple[int, bool, bool, bool, bool, bool]]:
        """The fields of each cell, in order."""
        marks = self.definition.mark_hazards
        shut = self._shut
        answers, first, last = self.head.answers, self.first, self.last
        states = []
        for slot in self.slots:
            number = slot.number
            saved = answers.get(number, NOTHING)
            states.append(
                (
                    number,
                    saved.answer != "{}",
                    saved.is_flagged,
                    first <= number <= last,
                    marks and slot.hazard is not None,
                    number in shut,
                )
            )
        return states

    @cached_property
    def _shut(self) -> frozenset[int]:
        """Questions one cannot go to: left for good, or further on where one goes step by step."""
        if all(page.chain is None for page in self.layout):
            return frozenset()
        return frozenset(
            number
            for page in self.layout
            if pages.open_page(self.layout, page, self.left) is not page
            and not (page.first in self.left and explains_at_once(self.definition))
            for number in range(page.first, page.last + 1)
        )

    @property
    def previous(self) -> int | None:
        number = self.first - 1
        return number if number and number not in self._shut else None

    @property
    def next(self) -> int | None:
        return self.last + 1 if self.last < self.head.item_count else None


def get_page(ctx: Context, head: Head, number: int) -> TakingPage:
    """Everything the page with a question shows; raises NotFound past the last one."""
    span = page_of(ctx, head, number)
    layout = published.layout(ctx, head.id, head.quiz_version_id)
    definition = published.definition(ctx, head.quiz_version_id)
    left = left_slots(ctx, head)
    slots = published.slots(ctx, head.id)
    here = slots[span.first - 1 : span.last]
    questions = published.questions(ctx, [slot.version_id for slot in here])
    stimuli = published.stimuli(ctx, [slot.stimulus_version_id for slot in here])
    views = [
        question_view(
            slot,
            questions[slot.version_id],
            head.saved(slot.number),
            stimuli.get(slot.stimulus_version_id or 0),
            shows_hazards=definition.mark_hazards,
            explains=slot.number in left and explains_at_once(definition),
        )
        for slot in here
    ]
    if definition.feedback.rationale is not Release.AT_ONCE:
        views = [_without_reasons(view) for view in views]
    return TakingPage(
        head=head,
        definition=definition,
        span=span,
        layout=layout,
        left=left,
        questions=views,
        slots=slots,
    )


def question_view(
    slot: Slot,
    question: PublishedQuestion,
    saved: Saved,
    stimulus: PublishedStimulus | None,
    *,
    shows_hazards: bool,
    explains: bool = False,
) -> QuestionView:
    answer = item.load(saved.answer)
    prefix = prefix_of(slot.number)
    return QuestionView(
        number=slot.number,
        prefix=prefix,
        version_id=slot.version_id,
        stem_html=question.stem_html,
        figure_html=question.figure_html,
        parts=part_views(question, slot.presentation, answer, prefix),
        saved=saved,
        is_marked_critical=shows_hazards and slot.hazard is not None,
        stimulus=stimulus,
        explained=_explained(slot, question, answer, prefix) if explains else None,
        asks_confidence=not question.item.is_manual,
    )


def _explained(slot: Slot, question: PublishedQuestion, answer: Answer, prefix: str) -> Explained:
    mark = item.grade(question.item, answer, is_strict=slot.hazard is not None)
    return Explained(
        parts=[
            PartView(
                part.kind,
                part.kind.feedback_view(
                    part.content, slot.presentation[part.name], item.response_of(part, answer)
                ),
                item.field_prefix(prefix, part),
            )
            for part in question.item.parts
        ],
        share=mark.share,
        rationale=question.rationale,
        evidence=question.evidence,
    )


def _without_reasons(view: QuestionView) -> QuestionView:
    """The answers alone, where the quiz keeps its reasons for later or for itself."""
    told = view.explained
    if told is None:
        return view
    parts = [replace(part, view=without_reasons(part.view)) for part in told.parts]
    return replace(view, explained=replace(told, parts=parts, rationale="", evidence=None))


def part_views(
    question: PublishedQuestion, presentation: Mapping[str, Any], answer: Answer, prefix: str
) -> list[PartView]:
    return [
        PartView(
            part.kind,
            part.kind.answer_view(
                part.content, presentation[part.name], item.response_of(part, answer)
            ),
            item.field_prefix(prefix, part),
        )
        for part in question.item.parts
    ]


def described(ctx: Context, head: Place, slot_number: int, answer: str) -> str:
    """A stored answer of a slot in words."""
    slot = published.slots(ctx, head.id)[slot_number - 1]
    question = published.questions(ctx, [slot.version_id])[slot.version_id]
    return item.describe(question.item, item.load(answer))
