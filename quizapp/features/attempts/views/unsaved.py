"""Pages about answers that were not saved: nothing that was typed goes out of sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from quizapp.domain.errors import Conflict, Invalid
from quizapp.domain.timing import Moment, attempt_clock
from quizapp.features.attempts.commands.saving import (
    AnswerSave,
    AttemptClosed,
    OnBreak,
    Outcome,
    QuestionLeft,
)
from quizapp.features.attempts.queries import adjustments, checking, showing, taking, unread
from quizapp.features.attempts.queries.taking import Head, Place
from quizapp.infrastructure.context import Context
from quizapp.web import request
from quizapp.web.errors import text_of


@dataclass(frozen=True, slots=True)
class Posted:
    """A page as it was sent: its answers, those that cannot be read, files that were refused."""

    question: int
    fields: Mapping[str, Sequence[str]]
    saves: Sequence[AnswerSave]
    unread: Mapping[int, Invalid] = field(default_factory=dict)
    files: Sequence[str] = ()

    @property
    def is_refused(self) -> bool:
        return bool(self.unread or self.files)


def address_of(view: str, place: Place, *, question: int | None = None) -> str:
    """The address of a page of this attempt; `url_for` would cost as much as the page itself."""
    address = place.address
    base = f"/courses/{address.course}/quizzes/{address.quiz}/attempt-{address.number}"
    return f"{base}/question-{question}" if question is not None else f"{base}/{view}"


def why_late(ctx: Context, head: Head, question: int) -> Conflict | None:
    """Why nothing more is taken at a question, if so."""
    if not head.is_open or attempt_clock(request.received_at(), head.end) is Moment.OVER:
        return AttemptClosed()
    if question in taking.left_slots(ctx, head):
        return QuestionLeft()
    return OnBreak() if adjustments.get_breaks(ctx, head.id, head.allowance).is_running else None


def time_up(head: Head, lost: Sequence[str] = ()) -> str:
    hand_in = address_of("submit", head)
    return render_template("attempts/time_up.html", head=head, hand_in=hand_in, lost=lost)


def too_late(place: Place, posted: Posted, refusal: Conflict) -> Any:
    """Nothing was written: say so, show the way on, keep what was typed in sight."""
    ctx = request.context()
    head = taking.get_head(ctx, place.address)
    lost = _lost(ctx, head, posted)
    if isinstance(refusal, QuestionLeft):
        title, words = _("This question is closed"), _("Go on")
        way = address_of(
            "question", head, question=taking.standing(ctx, head, posted.question).first
        )
    elif isinstance(refusal, OnBreak):
        title, words = _("You are on a break"), _("Go to the break")
        way = f"{address_of('break', head)}?question={posted.question}"
    elif head.is_open:
        return time_up(head, lost), 409
    else:
        title, words = _("This attempt is closed"), _("See my result")
        way = address_of("result", head)
    text = (
        text_of(refusal)
        if head.is_open
        else _("It was handed in already. Nothing in it changes any more.")
    )
    page = render_template(
        "attempts/closed.html", head=head, title=title, text=text, lost=lost, way=way, words=words
    )
    return page, 409


def _lost(ctx: Context, head: Head, posted: Posted) -> list[str]:
    typed = {
        save.slot: showing.described(ctx, head, save.slot, save.answer)
        for save in posted.saves
        if save.answer != head.saved(save.slot).answer
    }
    typed |= {slot: unread.words_of(ctx, head, slot, posted.fields) for slot in posted.unread}
    return [
        _(
            "Question %(number)s: this answer came too late and was not saved: %(answer)s",
            number=slot,
            answer=typed[slot] or _("No answer"),
        )
        for slot in sorted(typed)
    ]


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Two answers to one question, for the page that lets one choose."""

    slot: int
    prefix: str
    stem: str
    version_id: int
    revision: int
    mine: str
    theirs: str
    fields: list[tuple[str, str]]


def conflict(place: Place, posted: Posted, outcomes: Sequence[Outcome]) -> Any:
    """Let one choose between two answers; what could not be read stays in sight too."""
    ctx = request.context()
    head = taking.get_head(ctx, place.address)
    found = [
        _conflict_of(ctx, head, posted, save, outcome)
        for save, outcome in zip(posted.saves, outcomes, strict=True)
        if not outcome.is_saved
    ]
    lost = [
        _(
            "Question %(number)s was not saved: %(reason)s You entered: %(answer)s",
            number=slot,
            reason=text_of(refusal),
            answer=unread.words_of(ctx, head, slot, posted.fields) or _("No answer"),
        )
        for slot, refusal in posted.unread.items()
    ]
    page = render_template(
        "attempts/conflict.html",
        head=head,
        conflicts=found,
        lost=[*lost, *posted.files],
        here=address_of("question", head, question=found[0].slot),
    )
    return page, 409


def _conflict_of(
    ctx: Context, head: Head, posted: Posted, save: AnswerSave, outcome: Outcome
) -> _Conflict:
    prefix = taking.prefix_of(save.slot)
    own = {f"{prefix}-version", f"{prefix}-seen", f"{prefix}-op"}
    stem, version_id = checking.stem_of(ctx, head, save.slot)
    return _Conflict(
        slot=save.slot,
        prefix=prefix,
        stem=stem,
        version_id=version_id,
        revision=outcome.revision,
        mine=showing.described(ctx, head, save.slot, save.answer),
        theirs=showing.described(ctx, head, save.slot, outcome.answer),
        fields=[
            (name, value)
            for name, values in posted.fields.items()
            if name.startswith(f"{prefix}-") and name not in own
            for value in values
        ],
    )
