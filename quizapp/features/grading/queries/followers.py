"""The attempts after those that a correction changes: a hazard missed before decides theirs too."""

from collections.abc import Sequence

from sqlalchemy import select

from quizapp.features.attempts.models import CLOSED, Attempt
from quizapp.features.attempts.queries import marks
from quizapp.features.grading.queries import deciding
from quizapp.features.grading.queries.deciding import Rule
from quizapp.features.grading.queries.effects import Effect
from quizapp.infrastructure.context import Context

NOWHERE = 0
"""Stands for the slot: none of its own marks changes."""


def followers(ctx: Context, rule: Rule, effects: Sequence[Effect]) -> list[Effect]:
    """Later attempts whose verdict alone changes, once `effects` of the rule are made."""
    causes = {e.attempt_id for e in effects if e.before["share"] != e.after["share"]}
    if not causes:
        return []
    rows = ctx.session.scalars(
        select(Attempt).where(Attempt.state == CLOSED, marks.from_these_on(causes))
    )
    later = {attempt.id: attempt for attempt in rows}
    deciding.load_rules(ctx, rule, {attempt.quiz_version_id for attempt in later.values()})
    changed = {effect.attempt_id for effect in effects}
    found = []
    for sittings in marks.list_sittings(ctx, causes, later):
        still_open: frozenset[str] = frozenset()
        for sitting in map(rule.after, sittings):
            attempt = later.get(sitting.attempt_id)
            if attempt is not None and attempt.id not in changed:
                after = rule.total(attempt.quiz_version_id, tuple(sitting.items), still_open)
                if after.verdict != attempt.verdict:
                    found.append(_effect(attempt, str(after.verdict)))
            still_open = sitting.left_open(still_open)
    return found


def _effect(attempt: Attempt, verdict: str) -> Effect:
    return Effect(
        attempt.id,
        NOWHERE,
        attempt.user_id,
        attempt.number,
        attempt.quiz_id,
        deciding.result_of(attempt.points, attempt.max_points, attempt.verdict),
        deciding.result_of(attempt.points, attempt.max_points, verdict),
    )
