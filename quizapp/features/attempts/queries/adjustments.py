"""What was agreed for people: standing adjustments, time given, breaks, extra attempts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from quizapp.domain import timing
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.domain.timing import Allowance
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import Accommodation, ExtraAttempt, TimeChange
from quizapp.features.teams.queries import visible_learners
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context

ADJUSTED, MINUTES = "adjustment", "minutes"
BREAK_STARTED, BREAK_ENDED = "break_started", "break_ended"
GIVEN = (MINUTES, BREAK_STARTED, BREAK_ENDED)
"""The changes whose seconds add up; an adjustment is worked out anew from the limit."""


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """An adjustment, present or past, and who set it."""

    adjustment: Accommodation
    set_by: str

    @property
    def percent(self) -> int:
        return percent_of(self.adjustment.factor)


@dataclass(frozen=True, slots=True)
class AdjustmentPage:
    """A person's adjustment with its history, for those who may manage it."""

    user: User
    present: AdjustmentRow | None
    past: list[AdjustmentRow]

    @property
    def revision(self) -> int:
        """What a form has seen: the adjustment in force, 0 for none."""
        return self.present.adjustment.id if self.present else 0


@dataclass(frozen=True, slots=True)
class Breaks:
    """How the breaks of an attempt stand, in seconds."""

    total: int
    used: int
    started_at: datetime | None = None
    until: datetime | None = None

    @property
    def left(self) -> int:
        """What can still be begun; while a break runs, all of it is on loan to it."""
        return max(0, self.total - self.used)

    @property
    def is_running(self) -> bool:
        return self.started_at is not None


NO_BREAKS = Breaks(0, 0)


@dataclass(frozen=True, slots=True)
class OwnTime:
    """The time somebody has for a quiz, in minutes: the limit, what was agreed on top, breaks."""

    limit: int
    added: float
    breaks: int
    percent: int
    extra: int

    @property
    def total(self) -> float:
        return self.limit + self.added

    @property
    def is_adjusted(self) -> bool:
        return bool(self.added or self.breaks)


def percent_of(factor: str) -> int:
    """A factor as whole percent of more time: 25 for "1.25"."""
    return int((Fraction(factor) - 1) * 100)


def limit_seconds(definition: Definition) -> int | None:
    minutes = definition.time_limit_minutes
    return minutes * 60 if minutes else None


def get_person(ctx: Context, code: str) -> User:
    """Somebody whose adjustment the actor may manage; raises NotFound for everybody else."""
    found = ctx.session.scalar(
        select(User).where(
            User.code == code, visible_learners(ctx, Permission.ACCOMMODATION_MANAGE)
        )
    )
    if found is None:
        raise NotFound
    return found


def get_page(ctx: Context, code: str) -> AdjustmentPage:
    user = get_person(ctx, code)
    setter = aliased(User)
    rows = [
        AdjustmentRow(adjustment, name)
        for adjustment, name in ctx.session.execute(
            select(Accommodation, setter.name)
            .join(setter, setter.id == Accommodation.set_by)
            .where(Accommodation.user_id == user.id)
            .order_by(Accommodation.id.desc())
        )
    ]
    present = next((row for row in rows if row.adjustment.ended_at is None), None)
    return AdjustmentPage(user, present, [row for row in rows if row is not present])


def find_present(ctx: Context, user_id: int | None) -> Accommodation | None:
    """Somebody's adjustment in force."""
    return ctx.session.scalar(
        select(Accommodation).where(
            Accommodation.user_id == user_id, Accommodation.ended_at.is_(None)
        )
    )


def own_time(ctx: Context, definition: Definition) -> OwnTime | None:
    """The time the actor would have; None where there is no limit."""
    seconds = limit_seconds(definition)
    if seconds is None:
        return None
    present = find_present(ctx, ctx.actor.user_id)
    allowance = allowance_of(present)
    return OwnTime(
        seconds // 60,
        timing.added_seconds(seconds, allowance) / 60,
        allowance.break_seconds // 60,
        percent_of(present.factor) if present else 0,
        present.extra_minutes if present else 0,
    )


def allowance_of(adjustment: Accommodation | None) -> Allowance:
    return Allowance() if adjustment is None else _allowance(document_of(adjustment))


def document_of(adjustment: Accommodation) -> dict[str, Any]:
    """What an attempt keeps of an adjustment: never its reason."""
    return {
        "factor": adjustment.factor,
        "extra_minutes": adjustment.extra_minutes,
        "break_minutes": adjustment.break_minutes,
    }


def kept_allowance(document: Mapping[str, Any] | None) -> Allowance:
    """The allowance an attempt keeps."""
    return Allowance() if document is None else _allowance(document)


def document_from(allowance: Allowance) -> dict[str, Any] | None:
    if allowance == Allowance():
        return None
    return {
        "factor": f"{float(allowance.factor):.2f}",
        "extra_minutes": allowance.extra_seconds // 60,
        "break_minutes": allowance.break_seconds // 60,
    }


def _allowance(document: Mapping[str, Any]) -> Allowance:
    return Allowance(
        Fraction(document["factor"]), document["extra_minutes"] * 60, document["break_minutes"] * 60
    )


def given_seconds(changes: Iterable[TimeChange]) -> int:
    """Seconds on top of limit and adjustment: minutes given, and breaks taken or running."""
    return sum(change.seconds for change in changes if change.kind in GIVEN)


def list_changes(ctx: Context, attempt_id: int) -> list[TimeChange]:
    """What moved the end of an attempt, in order."""
    return list(
        ctx.session.scalars(
            select(TimeChange).where(TimeChange.attempt_id == attempt_id).order_by(TimeChange.id)
        )
    )


def breaks_of(allowance: Allowance, changes: Iterable[TimeChange], now: datetime) -> Breaks:
    """How the breaks of an attempt stand at a moment."""
    own = [change for change in changes if change.kind in {BREAK_STARTED, BREAK_ENDED}]
    used = sum(change.seconds for change in own)
    last = own[-1] if own else None
    if last is not None and last.kind == BREAK_STARTED:
        until = last.at + timedelta(seconds=last.seconds)
        if now < until:
            return Breaks(allowance.break_seconds, used, last.at, until)
    return Breaks(allowance.break_seconds, used)


def get_breaks(ctx: Context, attempt_id: int, document: Mapping[str, Any] | None) -> Breaks:
    """How the breaks of an attempt stand; asks the database only where some were agreed."""
    allowance = kept_allowance(document)
    if not allowance.break_seconds:
        return NO_BREAKS
    return breaks_of(allowance, list_changes(ctx, attempt_id), ctx.now)


def unused_seconds(breaks: Breaks, now: datetime) -> int:
    """What is left of the break that runs."""
    if breaks.started_at is None or breaks.until is None:
        return 0
    seconds = (breaks.until - breaks.started_at) // timedelta(seconds=1)
    return seconds - timing.break_used(breaks.started_at, seconds, now)


def count_extra(ctx: Context, quiz_id: int, user_id: int | None) -> int:
    """How many attempts beyond the cap somebody was given at a quiz."""
    asked = select(func.count()).select_from(ExtraAttempt)
    return (
        ctx.session.scalar(
            asked.where(ExtraAttempt.user_id == user_id, ExtraAttempt.quiz_id == quiz_id)
        )
        or 0
    )
