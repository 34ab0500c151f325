"""What is still open before handing in."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.taking import Head
from quizapp.formats import markdown
from quizapp.infrastructure.context import Context

STEM_LENGTH = 110


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A question that needs a look: not answered, or flagged."""

    number: int
    stem: str
    is_answered: bool
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything the page before handing in shows."""

    head: Head
    rows: Sequence[CheckRow]

    @property
    def open_count(self) -> int:
        return sum(not row.is_answered for row in self.rows)

    @property
    def back_to(self) -> int:
        """The first open question, else the last one."""
        return next((r.number for r in self.rows if not r.is_answered), self.head.item_count)


def get_check_page(ctx: Context, head: Head) -> CheckPage:
    slots = published.slots(ctx, head.id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    rows = []
    for slot in slots:
        saved = head.saved(slot.number)
        if saved.is_answered and not saved.is_flagged:
            continue
        stem = shortened(questions[slot.version_id].stem)
        rows.append(CheckRow(slot.number, stem, saved.is_answered, saved.is_flagged))
    return CheckPage(head, rows)


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
