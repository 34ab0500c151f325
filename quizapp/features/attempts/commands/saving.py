"""Saving answers: idempotent by operation, never over a newer one, journaled in the same act.

The statements run through a `Runner`: plainly in a command's transaction, or by the answer writer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid
from quizapp.domain.timing import Deadline, Moment, attempt_clock
from quizapp.features.attempts.commands import statements
from quizapp.features.attempts.models import OPEN, REFUSED, SAVED
from quizapp.features.attempts.queries import taking
from quizapp.features.attempts.queries.adjustments import BREAK_STARTED
from quizapp.features.attempts.queries.taking import Place
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.runners import Runner, SessionRunner, from_column, to_column

EMPTY = "{}"


class AttemptClosed(Conflict):
    """The attempt was handed in, or its time is over."""

    message = N_("This attempt is closed. Nothing in it changes any more.")


class QuestionLeft(Conflict):
    """The learner has gone on where there is no way back, or has seen the answer."""

    message = N_("This question is closed. Your answer to it stays as it was saved.")


class OnBreak(Conflict):
    """The clock stands still, and so do the answers."""

    message = N_("A break is running. Nothing was saved. End the break, then answer again.")


class WrongItem(Invalid):
    """The post names a question or version that is not in this place of the attempt."""

    message = N_("This page does not belong to this attempt. Reload it and answer again.")


@dataclass(frozen=True, slots=True)
class AnswerSave:
    """One answer as it arrived: the revision its page showed, and the change's own name."""

    slot: int
    seen: int
    op_id: str
    answer: str
    confidence: int | None
    is_flagged: bool

    @property
    def content(self) -> tuple[str, int | None, bool]:
        return self.answer, self.confidence, self.is_flagged


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a save: the revision that counts now, and its answer if this one lost."""

    slot: int
    is_saved: bool
    revision: int
    answer: str
    confidence: int | None
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class _Now:
    """A slot's present state, as read inside the transaction."""

    revision: int
    answer: str
    confidence: int | None
    is_flagged: bool
    last_entry: int

    @property
    def content(self) -> tuple[str, int | None, bool]:
        return self.answer, self.confidence, self.is_flagged


def save_responses(ctx: Context, place: Place, saves: Sequence[AnswerSave]) -> list[Outcome]:
    """The plain way: save in this transaction. What is refused as stale is journaled too."""
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=place.user_id))
    unit = unit_of(place, saves, ctx.now, may_be_left=taking.may_be_left(ctx, place))
    return unit(SessionRunner(ctx.session.connection()))


@dataclass(frozen=True, slots=True)
class SaveUnit:
    """The same saves for the answer writer."""

    attempt_id: int
    user_id: int
    saves: Sequence[AnswerSave]
    now: datetime
    may_be_left: bool
    """Whether a question of this quiz can be closed before the attempt is."""

    def __call__(self, runner: Runner) -> list[Outcome]:
        """Every save of one page, or none.

        Raises AttemptClosed, QuestionLeft or OnBreak before writing, unless the page was saved
        before: who did not get the reply then gets it now.
        """
        if not runner.is_sqlite:
            # A writer on SQLite is alone; here the row keeps the others waiting.
            runner.run(statements.LOCK_ATTEMPT, {"attempt": self.attempt_id})
        try:
            if self.may_be_left:
                self._demand_open(runner)
            return [_save(self.attempt_id, self.user_id, s, self.now, runner) for s in self.saves]
        except (AttemptClosed, QuestionLeft, OnBreak):
            again = self._first_replies(runner)
            if again is None:
                raise
            return again

    def _first_replies(self, runner: Runner) -> list[Outcome] | None:
        """What was replied to this very page; None if it has anything that never arrived."""
        replies = []
        is_known = False
        for save in self.saves:
            key = {"attempt": self.attempt_id, "slot": save.slot}
            operation = {"user": self.user_id, "op_id": save.op_id}
            found = runner.run(statements.READ_SLOT, {**key, **operation})
            if found is None:
                return None
            current = _now_of(found)
            first = _first_reply(key, save, current, runner)
            if first is None and save.content != current.content:
                return None
            is_known = is_known or first is not None
            replies.append(first or Outcome(save.slot, True, current.revision, *current.content))
        return replies if is_known else None

    def _demand_open(self, runner: Runner) -> None:
        for save in self.saves:
            key = {"attempt": self.attempt_id, "slot": save.slot}
            found = runner.run(statements.READ_LEFT, key)
            if found is not None and found[0] is not None:
                raise QuestionLeft

    def at_once(self, runner: Runner) -> list[Outcome] | None:
        """The plain case as one statement: open, in time, nobody else has answered meanwhile."""
        if len(self.saves) != 1 or self.may_be_left:
            return None
        save = self.saves[0]
        found = runner.run(
            statements.SAVE_AT_ONCE,
            {
                "attempt": self.attempt_id,
                "user": self.user_id,
                "slot": save.slot,
                "seen": save.seen,
                "op_id": save.op_id,
                "answer": save.answer,
                "confidence": save.confidence,
                "is_flagged": save.is_flagged,
                "now": to_column(runner, self.now),
            },
        )
        return [Outcome(save.slot, True, found[0], *save.content)] if found else None


def unit_of(
    place: Place, saves: Sequence[AnswerSave], now: datetime, *, may_be_left: bool
) -> SaveUnit:
    return SaveUnit(place.id, place.user_id, saves, now, may_be_left)


def _save(
    attempt_id: int, user_id: int, save: AnswerSave, now: datetime, runner: Runner
) -> Outcome:
    key: dict[str, Any] = {"attempt": attempt_id, "slot": save.slot}
    found = runner.run(statements.READ_SLOT, {**key, "user": user_id, "op_id": save.op_id})
    if found is None or _is_closed(found[0], found[1], found[2], now):
        raise AttemptClosed
    if found[9] and _is_on_break(attempt_id, now, runner):
        raise OnBreak
    current = _now_of(found)
    if save.content == current.content:
        return Outcome(save.slot, True, current.revision, *current.content)
    if save.seen != current.revision:
        return _stale(key, save, current, now, runner, is_used=bool(found[8]))
    op_id = f"{save.op_id}~{current.last_entry + 1}" if found[8] else save.op_id
    revision = current.revision + 1
    entry = {"entry": current.last_entry + 1, "op_id": op_id, "outcome": SAVED}
    _add_entry({**key, **entry, "revision": revision}, save, now, runner)
    runner.change(
        statements.SET_RESPONSE,
        {
            **key,
            "revision": revision,
            "answer": save.answer,
            "confidence": save.confidence,
            "is_flagged": save.is_flagged,
            "now": to_column(runner, now),
        },
    )
    return Outcome(save.slot, True, revision, *save.content)


def _now_of(found: Sequence[Any]) -> _Now:
    return _Now(found[3] or 0, found[4] or EMPTY, found[5], bool(found[6]), found[7] or 0)


def _is_on_break(attempt_id: int, now: datetime, runner: Runner) -> bool:
    """Whether a break ran when the save arrived; one that began later does not matter."""
    values = {"attempt": attempt_id, "now": to_column(runner, now)}
    found = runner.run(statements.READ_BREAK, values)
    if found is None or found[0] != BREAK_STARTED:
        return False
    began = from_column(found[1])
    return began is not None and now < began + timedelta(seconds=found[2])


def _is_closed(state: str, due_at: Any, hard_at: Any, now: datetime) -> bool:
    end = Deadline(from_column(due_at), from_column(hard_at))
    return state != OPEN or attempt_clock(now, end) is Moment.OVER


def _stale(
    key: dict[str, Any],
    save: AnswerSave,
    current: _Now,
    now: datetime,
    runner: Runner,
    *,
    is_used: bool,
) -> Outcome:
    """A save from a page that does not show the newest answer.

    - a repeated operation with the same answer gets its first reply again;
    - a page left as it was (its answer is the one it showed) wants no change;
    - anything else is kept in the journal as refused, and both answers are given back.
    """
    first = _first_reply(key, save, current, runner)
    if first is not None:
        return first
    shown = runner.run(statements.READ_REVISION, {**key, "revision": save.seen})
    before = (shown[0], shown[1], bool(shown[2])) if shown is not None else (EMPTY, None, False)
    if save.content == before:
        return Outcome(save.slot, True, current.revision, *current.content)
    entry = current.last_entry + 1
    op_id = f"{save.op_id}~{entry}" if is_used else save.op_id
    values = {**key, "entry": entry, "op_id": op_id, "outcome": REFUSED}
    _add_entry({**values, "revision": current.revision}, save, now, runner)
    return Outcome(save.slot, False, current.revision, *current.content)


def _first_reply(
    key: dict[str, Any], save: AnswerSave, current: _Now, runner: Runner
) -> Outcome | None:
    """The reply to an operation that was journaled with this answer; None for any other."""
    known = runner.run(statements.READ_OPERATION, {"attempt": key["attempt"], "op_id": save.op_id})
    if known is None or (known[0], known[2], known[3], bool(known[4])) != (
        save.slot,
        *save.content,
    ):
        return None
    if known[5] == SAVED:
        return Outcome(save.slot, True, known[1], *save.content)
    return Outcome(save.slot, False, current.revision, *current.content)


def _add_entry(values: dict[str, Any], save: AnswerSave, now: datetime, runner: Runner) -> None:
    runner.change(
        statements.ADD_ENTRY,
        {
            **values,
            "seen": save.seen,
            "answer": save.answer,
            "confidence": save.confidence,
            "is_flagged": save.is_flagged,
            "now": to_column(runner, now),
        },
    )
