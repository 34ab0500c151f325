"""What a correction makes of attempts: which marks change, and the results before and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select

from quizapp.domain import correcting, marking
from quizapp.domain.correcting import ItemState
from quizapp.domain.marking import MarkedItem, Rules, Total, Verdict
from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem, Response
from quizapp.features.attempts.queries import marks
from quizapp.features.attempts.queries.marks import Sitting
from quizapp.features.grading.models import (
    ACCEPT,
    FULL_MARKS,
    NEW_KEY,
    VOID,
    Correction,
    CorrectionEffect,
)
from quizapp.features.grading.queries.effects import Effect, share_of
from quizapp.features.questions.models import QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import QuizVersion
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.question_types import accepting, item
from quizapp.question_types.accepting import Accepted
from quizapp.question_types.base import Mark
from quizapp.question_types.item import Item

CHUNK = 2000
"""Attempts looked at with the same few statements."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How answers to some versions of a question are to count."""

    kind: str
    version_ids: frozenset[int]
    accepted: Accepted | None = None
    key_version_id: int | None = None
    is_never_lower: bool = False

    @classmethod
    def of(cls, correction: Correction) -> "Decision":
        details = correction.details
        answer = details.get("accepted")
        return cls(
            correction.kind,
            frozenset(details["versions"]),
            Accepted.from_dict(answer) if answer else None,
            details.get("key_version"),
            correction.is_never_lower,
        )

    def details(self) -> dict[str, Any]:
        """As a correction's row keeps it."""
        found: dict[str, Any] = {"versions": sorted(self.version_ids)}
        if self.accepted is not None:
            found["accepted"] = self.accepted.to_dict()
        if self.key_version_id is not None:
            found["key_version"] = self.key_version_id
        return found


class Keys:
    """Marks answers to the versions of a question by the keys that decisions leave in force."""

    def __init__(self, items: Mapping[int, Item], decisions: Iterable[Decision]) -> None:
        self._items = items
        self._decisions = list(decisions)
        self._in_force: dict[int, tuple[list[Item], frozenset[str]]] = {}
        self._marks: dict[tuple[int, str, bool], Mark] = {}

    def mark(self, version_id: int, answer: str, *, is_strict: bool) -> Mark:
        key = (version_id, answer, is_strict)
        found = self._marks.get(key)
        if found is None:
            items, whole = self._of(version_id)
            found = accepting.grade(items, whole, answer, is_strict=is_strict)
            self._marks[key] = found
        return found

    def gives_full_marks(self, version_id: int) -> bool:
        """Whether everybody has all points for that version, whatever its key says."""
        return any(
            decision.kind == FULL_MARKS and version_id in decision.version_ids
            for decision in self._decisions
        )

    def _of(self, version_id: int) -> tuple[list[Item], frozenset[str]]:
        if version_id not in self._in_force:
            asked: Item = self._items[version_id]
            accepted: list[Accepted] = []
            for decision in self._decisions:
                if version_id not in decision.version_ids:
                    continue
                if decision.kind == NEW_KEY and decision.key_version_id is not None:
                    asked, accepted = self._items[decision.key_version_id], []
                elif decision.kind == ACCEPT and decision.accepted is not None:
                    accepted.append(decision.accepted)
            self._in_force[version_id] = (
                accepting.keys(asked, accepted),
                frozenset(answer.whole for answer in accepted if answer.whole),
            )
        return self._in_force[version_id]


@dataclass(slots=True)
class Rule:
    """A decision ready to be applied, with the keys in force once it is."""

    decision: Decision
    keys: Keys
    quiz_rules: dict[int, Rules] = field(default_factory=dict)
    totals: dict[tuple[int, tuple[MarkedItem, ...], frozenset[str]], Total] = field(
        default_factory=dict
    )
    states: dict[int, dict[int, ItemState]] = field(default_factory=dict)
    """What it has changed so far, by attempt and slot: attempts after them depend on it."""

    def total(
        self, quiz_version_id: int, items: tuple[MarkedItem, ...], still_open: frozenset[str]
    ) -> Total:
        """Many attempts have the same marks: each pattern is added up once."""
        key = quiz_version_id, items, still_open
        found = self.totals.get(key)
        if found is None:
            rules = self.quiz_rules[quiz_version_id]
            found = self.totals[key] = marking.total(items, rules, still_open)
        return found

    def after(self, sitting: Sitting) -> Sitting:
        """An attempt with what the decision has changed in it."""
        states = self.states.get(sitting.attempt_id, {})
        return replace(
            sitting, items=tuple(_with_state(one, states.get(one.slot)) for one in sitting.items)
        )

    def judge(self, row: Any) -> ItemState:
        """The state of an item after the decision."""
        state = state_of(row)
        if self.decision.kind == VOID:
            return correcting.void(state)
        if self.decision.kind == FULL_MARKS:
            return correcting.full_marks(state)
        mark = self.keys.mark(
            row.question_version_id, row.answer or "", is_strict=row.hazard is not None
        )
        is_never_lower = self.decision.is_never_lower or self.decision.kind == ACCEPT
        harm = None if mark.harm is None else str(mark.harm)
        judged = correcting.judge_again(state, mark.share, harm, is_never_lower=is_never_lower)
        if self.keys.gives_full_marks(row.question_version_id) and judged.counted is not None:
            return correcting.full_marks(judged)
        return judged


def state_of(row: Any) -> ItemState:
    return correcting.state_of(row.share, row.harm, row.awarded, row.is_void)


def load_items(ctx: Context, question_id: int) -> dict[int, Item]:
    """Every published version of a question, ready to be marked."""
    rows = ctx.session.execute(
        select(QuestionVersion.id, QuestionVersion.body).where(
            QuestionVersion.question_id == question_id, QuestionVersion.published_at.is_not(None)
        )
    )
    return {row.id: item.from_body(row.body) for row in rows}


def list_in_force(ctx: Context, question_id: int) -> list[Correction]:
    """The corrections of a question that count, in the order in which they were made."""
    return list(
        ctx.session.scalars(
            select(Correction)
            .where(Correction.question_id == question_id, Correction.undone_at.is_(None))
            .order_by(Correction.id)
        )
    )


def load_rule(
    ctx: Context, question_id: int, decision: Decision, before: int | None = None
) -> Rule:
    """The rule of a decision on top of the corrections made before it (a correction's id)."""
    earlier = [
        Decision.of(correction)
        for correction in list_in_force(ctx, question_id)
        if before is None or correction.id < before
    ]
    return Rule(decision, Keys(load_items(ctx, question_id), [*earlier, decision]))


Changed = tuple[Any, ItemState]
"""A place of an attempt as its row, and the state it will be in."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some attempts looked at: how many, the last one's id, and what changes in them."""

    looked_at: int
    last_id: int
    effects: list[Effect]


def chunk_of(
    ctx: Context,
    rule: Rule,
    *conditions: ColumnElement[bool],
    after: int = 0,
    limit: int = CHUNK,
) -> Chunk:
    """The next finished attempts that were given one of the versions, in a few statements.

    An attempt may have been given them in several places: it is looked at as a whole.
    """
    wanted = (
        select(Attempt.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(in_scope(rule.decision), Attempt.state == CLOSED, Attempt.id > after, *conditions)
        .distinct()
        .order_by(Attempt.id)
        .limit(limit)
    )
    rows = _given(ctx, rule, wanted)
    changed: dict[int, list[Changed]] = {}
    for row in rows:
        new = rule.judge(row)
        if new != state_of(row):
            changed.setdefault(row.id, []).append((row, new))
    looked_at = len({row.id for row in rows})
    return Chunk(looked_at, rows[-1].id if rows else after, _effects(ctx, rule, changed))


def _given(ctx: Context, rule: Rule, attempts: Select[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The places of some attempts that a decision is about, with their answers and marks."""
    return ctx.session.execute(
        select(
            Attempt.id,
            Attempt.user_id,
            Attempt.number,
            Attempt.quiz_id,
            Attempt.quiz_version_id,
            Attempt.points,
            Attempt.max_points,
            Attempt.verdict,
            AttemptItem.slot,
            AttemptItem.share,
            AttemptItem.harm,
            AttemptItem.awarded,
            AttemptItem.is_void,
            AttemptItem.hazard,
            AttemptItem.question_version_id,
            Response.answer,
        )
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .outerjoin(
            Response,
            (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot),
        )
        .where(in_scope(rule.decision), Attempt.id.in_(attempts))
        .order_by(Attempt.id, AttemptItem.slot)
    ).all()


def in_scope(decision: Decision) -> ColumnElement[bool]:
    return AttemptItem.question_version_id.in_(sorted(decision.version_ids))


def not_done_by(correction: Correction) -> ColumnElement[bool]:
    """Attempts that a correction has not changed yet."""
    return ~exists().where(
        CorrectionEffect.correction_id == correction.id,
        CorrectionEffect.attempt_id == Attempt.id,
    )


def _effects(ctx: Context, rule: Rule, changed: Mapping[int, Sequence[Changed]]) -> list[Effect]:
    if not changed:
        return []
    load_rules(ctx, rule, {places[0][0].quiz_version_id for places in changed.values()})
    found: list[Effect] = []
    for sittings in marks.list_sittings(ctx, changed, changed):
        still_open: frozenset[str] = frozenset()
        for sitting in sittings:
            places = changed.get(sitting.attempt_id)
            if places:
                found += _decided(rule, sitting, places, still_open)
            still_open = rule.after(sitting).left_open(still_open)
    return sorted(found, key=lambda effect: (effect.attempt_id, effect.slot))


def _decided(
    rule: Rule, sitting: Sitting, places: Sequence[Changed], still_open: frozenset[str]
) -> list[Effect]:
    """What changes in one attempt; nothing where voiding may not lower it."""
    attempt = places[0][0]
    rule.states[attempt.id] = {row.slot: new for row, new in places}
    items = tuple(rule.after(sitting).items)
    after = rule.total(attempt.quiz_version_id, items, still_open)
    if rule.decision.kind == VOID and rule.decision.is_never_lower:
        before = Verdict(attempt.verdict), share_of(attempt.points, attempt.max_points)
        if correcting.is_lower(before, (after.verdict, after.score)):
            del rule.states[attempt.id]
            return []
    return [
        Effect(
            attempt.id,
            row.slot,
            row.user_id,
            row.number,
            row.quiz_id,
            {**state_of(row).to_dict(), **result_of(row.points, row.max_points, row.verdict)},
            {**new.to_dict(), **result_of(after.points, after.max_points, after.verdict)},
        )
        for row, new in places
    ]


def result_of(points: object, maximum: object, verdict: object) -> dict[str, Any]:
    return {"points": str(points), "max_points": str(maximum), "verdict": str(verdict)}


def _with_state(one: MarkedItem, state: ItemState | None) -> MarkedItem:
    if state is None:
        return one
    return replace(one, share=state.share, awarded=state.awarded, is_void=state.is_void)


def load_rules(ctx: Context, rule: Rule, version_ids: set[int]) -> None:
    missing = version_ids - set(rule.quiz_rules)
    if not missing:
        return
    rows = ctx.session.execute(
        select(QuizVersion.id, QuizVersion.definition).where(QuizVersion.id.in_(missing))
    )
    for row in rows:
        definition = Definition.model_validate(row.definition)
        rule.quiz_rules[row.id] = quiz_queries.rules_of(definition)
