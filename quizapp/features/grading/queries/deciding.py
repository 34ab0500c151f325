"""What a correction makes of attempts: which marks change, and the results before and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from quizapp.domain import correcting, marking
from quizapp.domain.correcting import ItemState
from quizapp.domain.marking import MarkedItem, Rules, Total, Verdict
from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem, Response
from quizapp.features.grading.models import (
    ACCEPT,
    FULL_MARKS,
    NEW_KEY,
    VOID,
    Correction,
    CorrectionEffect,
)
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


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision changes in one attempt: the item's mark and the result around it."""

    attempt_id: int
    slot: int
    user_id: int
    number: int
    quiz_id: int
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_flip(self) -> bool:
        return bool(self.before["verdict"] != self.after["verdict"])

    @property
    def is_newly_unsafe(self) -> bool:
        return self.is_flip and self.after["verdict"] == Verdict.NOT_SAFE


@dataclass(slots=True)
class Rule:
    """A decision ready to be applied, with the keys in force once it is."""

    decision: Decision
    keys: Keys
    quiz_rules: dict[int, Rules] = field(default_factory=dict)
    totals: dict[tuple[int, tuple[MarkedItem, ...]], Total] = field(default_factory=dict)

    def total(self, quiz_version_id: int, items: tuple[MarkedItem, ...]) -> Total:
        """Many attempts have the same marks: each pattern is added up once."""
        key = quiz_version_id, items
        found = self.totals.get(key)
        if found is None:
            found = self.totals[key] = marking.total(items, self.quiz_rules[quiz_version_id])
        return found

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
    """The next finished attempts that were given one of the versions, in a few statements."""
    rows = ctx.session.execute(
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
        .where(in_scope(rule.decision), Attempt.state == CLOSED, Attempt.id > after, *conditions)
        .order_by(Attempt.id)
        .limit(limit)
    ).all()
    changed = {row.id: (row, new) for row in rows if (new := rule.judge(row)) != state_of(row)}
    return Chunk(len(rows), rows[-1].id if rows else after, _effects(ctx, rule, changed))


def in_scope(decision: Decision) -> ColumnElement[bool]:
    return AttemptItem.question_version_id.in_(sorted(decision.version_ids))


def not_done_by(correction: Correction) -> ColumnElement[bool]:
    """Attempts that a correction has not changed yet."""
    return ~exists().where(
        CorrectionEffect.correction_id == correction.id,
        CorrectionEffect.attempt_id == Attempt.id,
    )


def _effects(
    ctx: Context, rule: Rule, changed: Mapping[int, tuple[Any, ItemState]]
) -> list[Effect]:
    marked = _marked_items(ctx, changed)
    _load_rules(ctx, rule, {row.quiz_version_id for row, _new in changed.values()})
    found = []
    for attempt_id, (row, new) in changed.items():
        items = tuple(_with_state(one, row.slot, new) for one in marked[attempt_id])
        after = rule.total(row.quiz_version_id, items)
        if rule.decision.kind == VOID and rule.decision.is_never_lower:
            before = Verdict(row.verdict), _score(row.points, row.max_points)
            if correcting.is_lower(before, (after.verdict, after.score)):
                continue
        found.append(
            Effect(
                attempt_id,
                row.slot,
                row.user_id,
                row.number,
                row.quiz_id,
                {**state_of(row).to_dict(), **_result(row.points, row.max_points, row.verdict)},
                {**new.to_dict(), **_result(after.points, after.max_points, after.verdict)},
            )
        )
    return found


def _score(points: str, maximum: str) -> Fraction:
    """The share of the points that a result has."""
    return Fraction(points) / Fraction(maximum) if Fraction(maximum) else Fraction(0)


def _result(points: object, maximum: object, verdict: object) -> dict[str, Any]:
    return {"points": str(points), "max_points": str(maximum), "verdict": str(verdict)}


def _with_state(one: MarkedItem, slot: int, state: ItemState) -> MarkedItem:
    if one.slot != slot:
        return one
    return replace(one, share=state.share, awarded=state.awarded, is_void=state.is_void)


def _marked_items(ctx: Context, attempt_ids: Iterable[int]) -> dict[int, list[MarkedItem]]:
    ids = list(attempt_ids)
    found: dict[int, list[MarkedItem]] = {attempt_id: [] for attempt_id in ids}
    if not ids:
        return found
    rows = ctx.session.execute(
        select(
            AttemptItem.attempt_id,
            AttemptItem.slot,
            AttemptItem.section,
            AttemptItem.share,
            AttemptItem.hazard,
            AttemptItem.awarded,
            AttemptItem.is_void,
        )
        .where(AttemptItem.attempt_id.in_(ids))
        .order_by(AttemptItem.attempt_id, AttemptItem.slot)
    )
    for row in rows:
        found[row.attempt_id].append(
            MarkedItem(
                row.slot,
                row.section,
                correcting.exact(row.share),
                row.hazard,
                awarded=correcting.exact(row.awarded),
                is_void=row.is_void,
            )
        )
    return found


def _load_rules(ctx: Context, rule: Rule, version_ids: set[int]) -> None:
    missing = version_ids - set(rule.quiz_rules)
    if not missing:
        return
    rows = ctx.session.execute(
        select(QuizVersion.id, QuizVersion.definition).where(QuizVersion.id.in_(missing))
    )
    for row in rows:
        definition = Definition.model_validate(row.definition)
        rule.quiz_rules[row.id] = quiz_queries.rules_of(definition)


def score_of(result: Mapping[str, Any]) -> float:
    """The share of the points in a result that an effect keeps."""
    return float(_score(result["points"], result["max_points"]))


def effect_of(row: CorrectionEffect, attempt: Attempt) -> Effect:
    """A stored effect."""
    return Effect(
        row.attempt_id,
        row.slot,
        attempt.user_id,
        attempt.number,
        attempt.quiz_id,
        row.before,
        row.after,
    )


def order_of(effects: Sequence[Effect]) -> list[Effect]:
    """Those who would become not safe, other changed verdicts, then changed points."""
    return sorted(
        effects,
        key=lambda effect: (not effect.is_newly_unsafe, not effect.is_flip, effect.attempt_id),
    )
