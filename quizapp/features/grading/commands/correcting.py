"""Correcting marks after the fact: exactly what a dry run showed, and back again."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from quizapp.domain import correcting
from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Overtaken
from quizapp.features.attempts.commands import recounting
from quizapp.features.attempts.events import AttemptGraded
from quizapp.features.attempts.models import Attempt, AttemptItem
from quizapp.features.grading.models import Correction, CorrectionEffect
from quizapp.features.grading.queries import deciding, dry_runs
from quizapp.features.grading.queries.deciding import Decision
from quizapp.features.grading.queries.effects import Effect, by_attempt
from quizapp.features.grading.queries.followers import followers
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure import audit, jobs
from quizapp.infrastructure.context import Context

AT_ONCE = 50
"""As many attempts are corrected in the transaction that confirms; more by a job, in slices."""
SLICE = 10
"""Attempts of one transaction of the job: others save answers between two of them."""
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
APPLYING, UNDOING, SETTLED = "applying", "undoing", "settled"


class DryRunChanged(Overtaken):
    """Marks changed after the dry run was shown."""

    message = N_("Something changed meanwhile. Nothing was corrected. Read the new dry run.")


class StillAtWork(Conflict):
    """A correction of the question is being applied or undone."""

    message = N_("Another correction of this question is being worked in. Try again in a minute.")


class LaterCorrection(Conflict):
    """A later correction of the same question builds on this one."""

    message = N_("A later correction of this question builds on this one. Undo %(code)s first.")


class AlreadyUndone(Overtaken):
    """Somebody undid it before."""

    message = N_("This correction was undone already.")


def correct_marks(
    ctx: Context, question: Question, decision: Decision, reason: str, digest: str
) -> Correction:
    """Make the correction whose dry run has this fingerprint; raises DryRunChanged otherwise.

    Attempts that are open now are corrected when they are handed in.
    """
    _demand(ctx, question.course_id)
    question = ctx.fresh(question)
    _demand_settled(ctx, question.id)
    rule = deciding.load_rule(ctx, question.id, decision)
    given = select(AttemptItem.attempt_id).where(deciding.in_scope(decision)).distinct()
    count = ctx.session.scalar(select(func.count()).select_from(given.subquery())) or 0
    correction = Correction(
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        course_id=question.course_id,
        question_id=question.id,
        kind=decision.kind,
        details={**decision.details(), "state": SETTLED, "total": count, "done": count},
        is_never_lower=decision.is_never_lower,
        reason=reason,
        digest=digest,
        made_by=ctx.actor.user_id,
        made_at=ctx.now,
    )
    effects: list[Effect] = []
    if count <= AT_ONCE:
        _lock(ctx, ctx.session.scalars(given))
        effects = deciding.chunk_of(ctx, rule).effects
        shown = [*effects, *followers(ctx, rule, effects)]
        if dry_runs.digest_of(question.id, decision, shown) != digest:
            raise DryRunChanged
    ctx.session.add(correction)
    ctx.session.flush()
    if count <= AT_ONCE:
        _apply(ctx, correction, effects)
    else:
        correction.details = {**correction.details, "state": APPLYING, "done": 0, "last": 0}
        jobs.enqueue(ctx, "grading.apply_correction", correction_id=correction.id)
    audit.record(
        ctx,
        "correction.made",
        correction,
        question=question.id,
        kind=correction.kind,
        reason=reason,
        attempts=len(by_attempt(effects)) if count <= AT_ONCE else count,
    )
    return correction


def apply_slice(ctx: Context, correction_id: int, limit: int = SLICE) -> bool:
    """Apply a correction to its next attempts; says whether more are left."""
    correction = ctx.session.get_one(Correction, correction_id, with_for_update=True)
    details = correction.details
    if details["state"] != APPLYING:
        return False
    decision = Decision.of(correction)
    ids = list(
        ctx.session.scalars(
            select(AttemptItem.attempt_id)
            .where(deciding.in_scope(decision), AttemptItem.attempt_id > details["last"])
            .distinct()
            .order_by(AttemptItem.attempt_id)
            .limit(limit)
        )
    )
    if not ids:
        correction.details = {**details, "state": SETTLED, "done": details["total"]}
        return False
    _lock(ctx, ids)
    rule = deciding.load_rule(ctx, correction.question_id, decision, correction.id)
    effects = deciding.chunk_of(
        ctx, rule, Attempt.id.in_(ids), deciding.not_done_by(correction)
    ).effects
    _apply(ctx, correction, effects)
    correction.details = {**details, "last": ids[-1], "done": details["done"] + len(ids)}
    if effects:
        changed = len(by_attempt(effects))
        audit.record(ctx, "correction.applied", correction, attempts=changed)
    return True


def correct_at_hand_in(ctx: Context, attempt_id: int) -> None:
    """Apply the corrections in force to an attempt that was just handed in and marked."""
    corrections = ctx.session.scalars(
        select(Correction)
        .join(QuestionVersion, QuestionVersion.question_id == Correction.question_id)
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .where(AttemptItem.attempt_id == attempt_id, Correction.undone_at.is_(None))
        .order_by(Correction.id)
    ).all()
    for correction in corrections:
        rule = deciding.load_rule(
            ctx, correction.question_id, Decision.of(correction), correction.id
        )
        chunk = deciding.chunk_of(
            ctx, rule, Attempt.id == attempt_id, deciding.not_done_by(correction)
        )
        if chunk.effects:
            _store(ctx, correction, chunk.effects)
            recounting.recount(ctx, [attempt_id])
            audit.record(ctx, "correction.applied", correction, attempts=1)


def undo_correction(ctx: Context, correction: Correction) -> None:
    """Give every mark that a correction changed its former value; the latest one comes first."""
    _demand(ctx, correction.course_id)
    ctx.session.get_one(Question, correction.question_id, with_for_update=True)
    correction = ctx.fresh(correction)
    if correction.undone_at is not None:
        raise AlreadyUndone
    _demand_settled(ctx, correction.question_id)
    later = ctx.session.scalar(
        select(Correction.code)
        .where(
            Correction.question_id == correction.question_id,
            Correction.id > correction.id,
            Correction.undone_at.is_(None),
        )
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if later is not None:
        raise LaterCorrection(code=later)
    effects = _effects_after(ctx, correction, 0, AT_ONCE + 1)
    count = len({effect.attempt_id for effect in effects})
    correction.undone_by, correction.undone_at = ctx.actor.user_id, ctx.now
    if count <= AT_ONCE:
        _take_back(ctx, effects)
    else:
        correction.details = {**correction.details, "state": UNDOING, "done": 0, "last": 0}
        jobs.enqueue(ctx, "grading.undo_correction", correction_id=correction.id)
    audit.record(ctx, "correction.undone", correction, question=correction.question_id)


def undo_slice(ctx: Context, correction_id: int, limit: int = SLICE) -> bool:
    """Take a correction back in its next attempts; says whether more are left."""
    correction = ctx.session.get_one(Correction, correction_id, with_for_update=True)
    details = correction.details
    if details["state"] != UNDOING:
        return False
    effects = _effects_after(ctx, correction, details["last"], limit)
    ids = {effect.attempt_id for effect in effects}
    if not effects:
        correction.details = {**details, "state": SETTLED, "done": details["total"]}
        return False
    _take_back(ctx, effects)
    correction.details = {**details, "last": max(ids), "done": details["done"] + len(ids)}
    return True


def _demand(ctx: Context, course_id: int) -> None:
    policy.demand(ctx.actor, Permission.ATTEMPT_CORRECT, Belonging(course_id=course_id))


def _demand_settled(ctx: Context, question_id: int) -> None:
    others = ctx.session.scalars(select(Correction).where(Correction.question_id == question_id))
    if any(other.details["state"] != SETTLED for other in others):
        raise StillAtWork


def _lock(ctx: Context, attempt_ids: Iterable[int]) -> None:
    """Let nobody hand in or mark these attempts, or those whose verdict depends on them."""
    recounting.lock_with_later(ctx, list(attempt_ids))


def _apply(ctx: Context, correction: Correction, effects: Sequence[Effect]) -> None:
    _store(ctx, correction, effects)
    _count_anew(ctx, [effect.attempt_id for effect in effects])


def _store(ctx: Context, correction: Correction, effects: Sequence[Effect]) -> None:
    if not effects:
        return
    _write(ctx, [(e.attempt_id, e.slot, e.after) for e in effects])
    ctx.session.execute(
        insert(CorrectionEffect),
        [
            {
                "correction_id": correction.id,
                "attempt_id": effect.attempt_id,
                "slot": effect.slot,
                "before": effect.before,
                "after": effect.after,
            }
            for effect in effects
        ],
    )


def _effects_after(
    ctx: Context, correction: Correction, attempt_id: int, limit: int
) -> list[CorrectionEffect]:
    """Everything it changed in the next attempts, as many as `limit` says."""
    mine = CorrectionEffect.correction_id == correction.id
    wanted = (
        select(CorrectionEffect.attempt_id)
        .where(mine, CorrectionEffect.attempt_id > attempt_id)
        .distinct()
        .order_by(CorrectionEffect.attempt_id)
        .limit(limit)
    )
    return list(
        ctx.session.scalars(
            select(CorrectionEffect)
            .where(mine, CorrectionEffect.attempt_id.in_(wanted))
            .order_by(CorrectionEffect.attempt_id, CorrectionEffect.slot)
        )
    )


def _take_back(ctx: Context, effects: Sequence[CorrectionEffect]) -> None:
    ids = [effect.attempt_id for effect in effects]
    _lock(ctx, ids)
    rows = ctx.session.execute(
        select(
            AttemptItem.attempt_id,
            AttemptItem.slot,
            AttemptItem.share,
            AttemptItem.harm,
            AttemptItem.awarded,
            AttemptItem.is_void,
        ).where(AttemptItem.attempt_id.in_(ids))
    )
    now = {(row.attempt_id, row.slot): deciding.state_of(row) for row in rows}
    _write(
        ctx,
        [
            (
                effect.attempt_id,
                effect.slot,
                correcting.undone(
                    now[effect.attempt_id, effect.slot], effect.before, effect.after
                ).to_dict(),
            )
            for effect in effects
        ],
    )
    _count_anew(ctx, ids)


def _write(ctx: Context, states: Sequence[tuple[int, int, dict[str, Any]]]) -> None:
    """The marks of items, by attempt and slot."""
    if not states:
        return
    ctx.session.connection().execute(
        update(AttemptItem.__table__)  # type: ignore[arg-type]
        .where(
            AttemptItem.attempt_id == bindparam("key_attempt"),
            AttemptItem.slot == bindparam("key_slot"),
        )
        .values({name: bindparam(f"new_{name}") for name in correcting.CHANGEABLE}),
        [
            {
                "key_attempt": attempt_id,
                "key_slot": slot,
                **{f"new_{name}": state[name] for name in correcting.CHANGEABLE},
            }
            for attempt_id, slot, state in states
        ],
    )


def _count_anew(ctx: Context, attempt_ids: Iterable[int]) -> None:
    ids = set(attempt_ids)
    recounting.recount(ctx, ids)
    for attempt in ctx.session.scalars(
        select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id)
    ).all():
        ctx.publish(AttemptGraded(attempt.id, attempt.user_id, attempt.course_id, attempt.quiz_id))
