"""Reading the answers of a posted page: what cannot have come from the page that was shown is told.

A page whose one answer cannot be read still has the others.
"""

from collections.abc import Sequence

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import Invalid
from quizapp.features.attempts.commands.saving import AnswerSave, WrongItem
from quizapp.features.attempts.queries import published, taking, uploads
from quizapp.features.attempts.queries.published import Slot
from quizapp.features.attempts.queries.taking import Place
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Fields, Malformed
from quizapp.question_types.file_upload.content import StoredFile
from quizapp.question_types.item import Answer, Item

MAX_OPERATION = 64


def read_saves(
    ctx: Context, place: Place, slots: Sequence[int], fields: Fields
) -> list[AnswerSave]:
    """The answers of a posted page; raises WrongItem or Malformed, naming nothing else."""
    saves, unread = read_page(ctx, place, slots, fields)
    for refusal in unread.values():
        raise refusal
    return saves


def read_page(
    ctx: Context, place: Place, slots: Sequence[int], fields: Fields
) -> tuple[list[AnswerSave], dict[int, Invalid]]:
    """The answers of a posted page that can be read, and why the others cannot, by slot."""
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=place.user_id))
    layout = published.slots(ctx, place.id)
    questions = published.questions(ctx, [layout[n - 1].version_id for n in slots])
    saves: list[AnswerSave] = []
    unread: dict[int, Invalid] = {}
    for number in slots:
        slot = layout[number - 1]
        try:
            saves.append(_read(ctx, place, slot, questions[slot.version_id].item, fields))
        except (WrongItem, Malformed) as refusal:
            unread[number] = refusal
    return saves, unread


def _read(ctx: Context, place: Place, slot: Slot, question: Item, fields: Fields) -> AnswerSave:
    prefix = taking.prefix_of(slot.number)
    if _one(fields, f"{prefix}-version") != str(slot.version_id):
        raise WrongItem
    answer = item.read(question, slot.presentation, fields, prefix)
    if any(part.kind.takes_files for part in question.parts):
        _demand_stored(ctx, place, slot.number, question, answer)
    return AnswerSave(
        slot=slot.number,
        seen=_number(_one(fields, f"{prefix}-seen"), upto=1_000_000),
        op_id=_operation(_one(fields, f"{prefix}-op")),
        answer=item.dump(answer),
        confidence=_confidence(fields, prefix),
        is_flagged=bool(fields.get(f"{prefix}-flag")),
    )


def list_advice(
    ctx: Context, place: Place, saves: Sequence[AnswerSave]
) -> dict[int, dict[str, str]]:
    """By slot and field: texts to translate about answers that cannot be marked as they are."""
    layout = published.slots(ctx, place.id)
    questions = published.questions(ctx, [layout[save.slot - 1].version_id for save in saves])
    found = {}
    for save in saves:
        question = questions[layout[save.slot - 1].version_id].item
        prefix = taking.prefix_of(save.slot)
        if any(part.kind.advise is not None for part in question.parts):
            found[save.slot] = item.advise_fields(question, item.load(save.answer), prefix)
    return {slot: texts for slot, texts in found.items() if texts}


def _demand_stored(ctx: Context, place: Place, slot: int, question: Item, answer: Answer) -> None:
    """Raise WrongItem for a file that was not stored for this very place."""
    named = {
        StoredFile.model_validate(file)
        for part in question.parts
        if part.kind.takes_files
        for file in answer.get(part.name, {}).get("files", ())
    }
    if named and not named <= uploads.list_stored(ctx, place.id, slot):
        raise WrongItem


def _one(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    if len(values) != 1:
        raise WrongItem
    return values[0]


def _number(text: str, *, upto: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= upto):  # noqa: PLR2004
        raise WrongItem
    return int(text)


def _operation(text: str) -> str:
    if not 8 <= len(text) <= MAX_OPERATION or not text.isascii() or "~" in text:  # noqa: PLR2004
        raise WrongItem
    return text


def _confidence(fields: Fields, prefix: str) -> int | None:
    values = fields.get(f"{prefix}-confidence", ())
    if not values or values[0] == "":
        return None
    if len(values) > 1 or values[0] not in {"1", "2", "3"}:
        raise Malformed
    return int(values[0])
