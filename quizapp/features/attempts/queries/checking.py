"""What is still open before handing in."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.features.attempts.queries import published, taking
from quizapp.features.attempts.queries.taking import Head, Saved
from quizapp.formats import markdown
from quizapp.infrastructure.context import Context
from quizapp.question_types import item

STEM_LENGTH = 110


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A question that needs a look: not answered, or flagged."""

    number: int
    stem: str
    is_answered: bool
    is_flagged: bool
    lacks_confidence: bool = False
    advice: tuple[str, ...] = ()
    """Texts to translate about an answer that cannot be marked as it is."""
    is_left: bool = False
    """Whether it is closed: there is no way back to it."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything the page before handing in shows."""

    head: Head
    rows: Sequence[CheckRow]
    left: frozenset[int] = frozenset()

    @property
    def open_count(self) -> int:
        return sum(not row.is_answered for row in self.rows)

    @property
    def is_reachable(self) -> bool:
        """Whether an unanswered question can still be answered."""
        return any(not row.is_answered and not row.is_left for row in self.rows)

    @property
    def unsure_count(self) -> int:
        """Answers whose learner has to say how sure they are."""
        return sum(row.lacks_confidence for row in self.rows)

    @property
    def back_to(self) -> int:
        """The first open question, else the last one."""
        return next(
            (r.number for r in self.rows if not r.is_answered and not r.is_left),
            self.head.item_count,
        )


def get_check_page(ctx: Context, head: Head) -> CheckPage:
    slots = published.slots(ctx, head.id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    unsure = list_unsure(ctx, head)
    left = taking.left_slots(ctx, head)
    rows = []
    for slot in slots:
        saved = head.saved(slot.number)
        question = questions[slot.version_id]
        row = CheckRow(
            slot.number,
            shortened(question.stem),
            saved.is_answered,
            saved.is_flagged,
            slot.number in unsure,
            tuple(item.advise(question.item, item.load(saved.answer)).values()),
            slot.number in left,
        )
        if not row.is_answered or row.is_flagged or row.lacks_confidence or row.advice:
            rows.append(row)
    return CheckPage(head, rows, left)


def list_unsure(ctx: Context, head: Head) -> list[int]:
    """The answers whose learner has to say how sure they are, and still can."""
    if published.definition(ctx, head.quiz_version_id).confidence != "required":
        return []
    left = taking.left_slots(ctx, head)
    slots = [slot for slot in published.slots(ctx, head.id) if slot.number not in left]
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    return [
        slot.number
        for slot in slots
        if not questions[slot.version_id].item.is_manual and _is_unsure(head.saved(slot.number))
    ]


def _is_unsure(saved: Saved) -> bool:
    return saved.is_answered and saved.confidence is None


def stem_of(ctx: Context, head: Head, number: int) -> tuple[str, int]:
    """A question's stem, and the version the attempt has."""
    slot = published.slots(ctx, head.id)[number - 1]
    question = published.questions(ctx, [slot.version_id])[slot.version_id]
    return question.stem, slot.version_id


def shortened(stem: str) -> str:
    """A stem's words up to a length, cut between words."""
    text = " ".join(markdown.to_plain(stem).split())
    if len(text) <= STEM_LENGTH:
        return text
    return text[:STEM_LENGTH].rsplit(" ", 1)[0] + " …"
