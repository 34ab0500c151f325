"""Standing adjustments of a person: agreed, changed, ended; running attempts profit at once."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from quizapp.domain import timing
from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_, AccessDenied, Invalid, Overtaken
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import retiming
from quizapp.features.attempts.models import OPEN, Accommodation, Attempt
from quizapp.features.attempts.queries import adjustments, published
from quizapp.features.teams.queries import belonging_of
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context

FACTORS = tuple(f"{1 + step / 20:.2f}" for step in range(41))
"""From 1.00 to 3.00 in steps of 0.05."""
MAX_EXTRA_MINUTES = 240
MAX_BREAK_MINUTES = 120
MAX_REASON = 500


class ChangedMeanwhile(Overtaken):
    """Somebody else set, changed or ended it after the form was opened."""

    message = N_(
        "Somebody changed this adjustment after you opened the page. Nothing was overwritten. "
        "Look at it as it is now, then decide again."
    )


class OwnAdjustment(AccessDenied):
    """Nobody agrees an adjustment with themselves."""

    message = N_("Nobody sets their own adjustment. Ask somebody else who may.")


@dataclass(frozen=True, slots=True)
class AdjustmentDraft:
    """What was agreed: a factor such as "1.25", minutes on top, minutes of breaks, and why."""

    factor: str
    extra_minutes: int
    break_minutes: int
    reason: str


def set_adjustment(ctx: Context, user: User, draft: AdjustmentDraft, seen: int) -> list[Attempt]:
    """Put an adjustment in the place of the one that was seen (0: none).

    Gives the running attempts that now end later.
    """
    _demand(ctx, user)
    _check(draft)
    present = _end_present(ctx, user, seen)
    adjustment = Accommodation(
        user_id=user.id,
        factor=draft.factor,
        extra_minutes=draft.extra_minutes,
        break_minutes=draft.break_minutes,
        reason=" ".join(draft.reason.split()),
        set_by=ctx.actor.user_id,
        set_at=ctx.now,
    )
    ctx.session.add(adjustment)
    ctx.session.flush()
    agreed = adjustments.document_of(adjustment)
    if present is None:
        audit.record(ctx, "adjustment.set", user, **agreed)
    else:
        audit.record(ctx, "adjustment.changed", user, **agreed)
    return _extend_running(ctx, user, adjustment)


def end_adjustment(ctx: Context, user: User, seen: int) -> None:
    """From now on attempts start without it; running ones keep what they have."""
    _demand(ctx, user)
    if _end_present(ctx, user, seen) is not None:
        audit.record(ctx, "adjustment.ended", user)


def _demand(ctx: Context, user: User) -> None:
    policy.demand(ctx.actor, Permission.ACCOMMODATION_MANAGE, belonging_of(ctx, user.id))
    if user.id == ctx.actor.user_id:
        raise OwnAdjustment


def _check(draft: AdjustmentDraft) -> None:
    if draft.factor not in FACTORS:
        raise Invalid(N_("Choose one of the shares of extra time."), field="factor")
    for name, value, most in (
        ("extra_minutes", draft.extra_minutes, MAX_EXTRA_MINUTES),
        ("break_minutes", draft.break_minutes, MAX_BREAK_MINUTES),
    ):
        if not 0 <= value <= most:
            raise Invalid(N_("Enter a whole number from 0 to %(most)s."), field=name, most=most)
    if Fraction(draft.factor) == 1 and not draft.extra_minutes and not draft.break_minutes:
        raise Invalid(N_("Choose more time, or enter minutes. All are zero."), field="factor")
    if not draft.reason.strip() or len(draft.reason) > MAX_REASON:
        raise Invalid(
            N_("Say why, in at most %(count)s characters."), field="reason", count=MAX_REASON
        )


def _end_present(ctx: Context, user: User, seen: int) -> Accommodation | None:
    """End the row in force, if it is the one that was seen; raises ChangedMeanwhile."""
    lock_person(ctx, user.id)
    present = adjustments.find_present(ctx, user.id)
    if (present.id if present else 0) != seen:
        raise ChangedMeanwhile
    if present is not None:
        present.ended_at = ctx.now
        ctx.session.flush()
    return present


def lock_person(ctx: Context, user_id: int) -> None:
    """Starting an attempt and changing an adjustment wait for each other here."""
    asked = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    ctx.session.execute(asked)


def _extend_running(ctx: Context, user: User, adjustment: Accommodation) -> list[Attempt]:
    extended = []
    running = ctx.session.scalars(
        select(Attempt)
        .where(Attempt.user_id == user.id, Attempt.state == OPEN)
        .order_by(Attempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for attempt in running:
        limit = adjustments.limit_seconds(published.definition(ctx, attempt.quiz_version_id))
        if limit is None or not retiming.is_running(ctx, attempt):
            continue
        before = adjustments.kept_allowance(attempt.allowance)
        after = timing.kindest(limit, before, adjustments.allowance_of(adjustment))
        if after == before:
            continue
        attempt.allowance = adjustments.document_from(after)
        change = retiming.move_end(ctx, attempt, adjustments.ADJUSTED)
        audit.record(ctx, "attempt.time_changed", attempt, minutes=change.seconds // 60)
        extended.append(attempt)
    return extended
