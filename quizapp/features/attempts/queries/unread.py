"""What was typed and cannot be taken, as the page that comes back shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from quizapp.features.attempts.queries import published, taking
from quizapp.features.attempts.queries.published import PublishedQuestion, Slot
from quizapp.features.attempts.queries.showing import QuestionView, Refused
from quizapp.features.attempts.queries.taking import Place, Saved
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Fields, Malformed

ABOUT = ("-version", "-seen", "-op", "-flag", "-confidence", "-size", "-drop", "-stay", ".x", ".y")
"""What names end with that hold no answer."""
LONGEST_REVISION = 7


@dataclass(frozen=True, slots=True)
class Unread:
    """A question with what was typed, as far as it can be read; the rest is in `controls`.

    Those are the names of fields, each with all that begins with it and a hyphen.
    """

    view: QuestionView
    controls: tuple[str, ...]

    def told(self, untaken: Fields) -> QuestionView:
        """The question with what its fields could not show, as text beside the message."""
        assert self.view.refused is not None  # noqa: S101 - set by `unread_view`
        texts = [
            value
            for name, values in untaken.items()
            if is_under(name, [self.view.prefix]) and not name.endswith(ABOUT)
            for value in values
        ]
        refused = replace(self.view.refused, typed=[*self.view.refused.typed, *texts])
        return replace(self.view, refused=refused)


def unread_view(
    ctx: Context, place: Place, view: QuestionView, fields: Fields, message: str
) -> Unread:
    """A question whose posted answer was refused; fields of another question fill nothing in."""
    slot, question = _find(ctx, place, view.number)
    if not _is_of(slot, fields):
        typed = raw_values(fields, view.prefix)
        return Unread(replace(view, refused=Refused(message, typed)), ())
    parts, controls = [], []
    for part, own in zip(question.item.parts, view.parts, strict=True):
        order = slot.presentation[part.name]
        try:
            response = part.kind.read(part.content, order, fields, own.prefix)
        except Malformed:
            parts.append(own)
            controls.append(own.prefix)
        else:
            shown = part.kind.answer_view(part.content, order, response)
            parts.append(replace(own, view=shown))
    saved = _as_posted(view, fields)
    told = replace(view, parts=parts, saved=saved, refused=Refused(message))
    return Unread(told, tuple(controls))


def words_of(ctx: Context, place: Place, number: int, fields: Fields) -> str:
    """A posted answer in words, or as it was typed where it cannot be read."""
    slot, question = _find(ctx, place, number)
    prefix = taking.prefix_of(number)
    if not _is_of(slot, fields):
        return "; ".join(raw_values(fields, prefix))
    texts = []
    for part in question.item.parts:
        name = item.field_prefix(prefix, part)
        try:
            response = part.kind.read(part.content, slot.presentation[part.name], fields, name)
        except Malformed:
            texts += raw_values(fields, name)
        else:
            texts.append(part.kind.describe(part.content, response))
    return "; ".join(filter(None, texts))


def raw_values(fields: Fields, name: str) -> list[str]:
    """What was typed into the fields of a question or of a part of it."""
    return [
        value
        for field, values in fields.items()
        if is_under(field, [name]) and not field.endswith(ABOUT)
        for value in values
        if value
    ]


def is_under(field: str, names: Iterable[str]) -> bool:
    """Whether a field is one of these, or belongs to one."""
    return any(field == name or field.startswith(f"{name}-") for name in names)


def _find(ctx: Context, place: Place, number: int) -> tuple[Slot, PublishedQuestion]:
    slot = published.slots(ctx, place.id)[number - 1]
    return slot, published.questions(ctx, [slot.version_id])[slot.version_id]


def _is_of(slot: Slot, fields: Fields) -> bool:
    prefix = taking.prefix_of(slot.number)
    return list(fields.get(f"{prefix}-version", ())) == [str(slot.version_id)]


def _as_posted(view: QuestionView, fields: Fields) -> Saved:
    """Flag and confidence as sent, and the revision its page showed: a newer one is not lost."""
    seen = "".join(fields.get(f"{view.prefix}-seen", ()))
    is_number = seen.isascii() and seen.isdigit() and len(seen) < LONGEST_REVISION
    sure = list(fields.get(f"{view.prefix}-confidence", ()))
    return Saved(
        int(seen) if is_number else view.saved.revision,
        view.saved.answer,
        int(sure[0]) if sure in (["1"], ["2"], ["3"]) else None,
        bool(fields.get(f"{view.prefix}-flag")),
    )
