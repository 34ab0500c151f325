"""Before marks are corrected: what there is to choose, and who a choice would change."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select

from quizapp.domain.errors import N_, Invalid
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import CLOSED, Attempt, AttemptItem, Response
from quizapp.features.grading.models import ACCEPT, FULL_MARKS, NEW_KEY, VOID
from quizapp.features.grading.queries import deciding
from quizapp.features.grading.queries.deciding import Decision
from quizapp.features.grading.queries.effects import Effect, by_attempt, order_of, score_of
from quizapp.features.grading.queries.followers import followers
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure.context import Context
from quizapp.question_types import accepting, item
from quizapp.question_types.accepting import Accepted, Alternative
from quizapp.question_types.item import Item

SHOWN = 100
GIVEN_SHOWN = 30
KINDS = (ACCEPT, NEW_KEY, VOID, FULL_MARKS)


class NothingToCorrect(Invalid):
    """The decision would reach no version of the question."""

    message = N_("No version of this question can be corrected in this way.")


@dataclass(frozen=True, slots=True)
class GivenVersion:
    """A published version, how many attempts were given it, whether the newest asks the same."""

    version: QuestionVersion
    asked: Item
    finished: int
    open: int
    shares_key: bool


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as learners gave it, and how often."""

    accepted: Accepted
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that can be decided about a question."""

    question: Question
    versions: Sequence[GivenVersion]
    alternatives: Sequence[Alternative]
    text_parts: Sequence[str]
    answers: Sequence[GivenAnswer]

    @property
    def newest(self) -> GivenVersion:
        """The version whose key a new key is."""
        return self.versions[0]

    @property
    def rekeyable(self) -> list[GivenVersion]:
        """Older versions whose answers the newest key can mark."""
        return [given for given in self.versions[1:] if given.shares_key]

    @property
    def is_automatic(self) -> bool:
        return all(accepting.is_automatic(given.asked) for given in self.versions)

    @property
    def can_accept(self) -> bool:
        return self.is_automatic and bool(self.alternatives or self.text_parts or self.answers)

    @property
    def finished(self) -> int:
        return sum(given.finished for given in self.versions)

    @property
    def open(self) -> int:
        return sum(given.open for given in self.versions)

    def numbers(self) -> dict[int, int]:
        """The number of each version, by id."""
        return {given.version.id: given.version.number for given in self.versions}


def find_choices(ctx: Context, question: Question) -> Choices | None:
    """What can be decided; None while the question was never published."""
    versions = ctx.session.scalars(
        select(QuestionVersion)
        .where(
            QuestionVersion.question_id == question.id, QuestionVersion.published_at.is_not(None)
        )
        .order_by(QuestionVersion.number.desc())
    ).all()
    if not versions:
        return None
    counts = _counts(ctx, question)
    items = {version.id: item.from_body(version.body) for version in versions}
    newest = items[versions[0].id]
    given = [
        GivenVersion(
            version,
            items[version.id],
            counts.get((version.id, CLOSED), 0),
            sum(n for (known, state), n in counts.items() if known == version.id)
            - counts.get((version.id, CLOSED), 0),
            accepting.ask_the_same(items[version.id], newest),
        )
        for version in versions
    ]
    found: dict[Accepted, Alternative] = {}
    for one in given:
        for alternative in accepting.alternatives(one.asked):
            found.setdefault(alternative.accepted, alternative)
    parts = list(dict.fromkeys(name for one in given for name in accepting.text_parts(one.asked)))
    is_listed = bool(found) or bool(parts)
    return Choices(
        question,
        given,
        list(found.values()),
        parts,
        [] if is_listed else _answers(ctx, items),
    )


def _counts(ctx: Context, question: Question) -> dict[tuple[int, str], int]:
    rows = ctx.session.execute(
        select(QuestionVersion.id, Attempt.state, func.count(Attempt.id.distinct()))
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(QuestionVersion.question_id == question.id)
        .group_by(QuestionVersion.id, Attempt.state)
    )
    return {(version_id, state): count for version_id, state, count in rows}


def _answers(ctx: Context, items: Mapping[int, Item]) -> list[GivenAnswer]:
    """The answers given most often that were not fully right, where a key lists no others."""
    rows = ctx.session.execute(
        select(
            Response.answer, func.min(AttemptItem.question_version_id), func.count().label("times")
        )
        .join(
            AttemptItem,
            (AttemptItem.attempt_id == Response.attempt_id) & (AttemptItem.slot == Response.slot),
        )
        .where(
            AttemptItem.question_version_id.in_(list(items)),
            AttemptItem.share != "1",
            Response.answer != "{}",
        )
        .group_by(Response.answer)
        .order_by(func.count().desc(), Response.answer)
        .limit(GIVEN_SHOWN)
    )
    return [
        GivenAnswer(
            Accepted(whole=answer), item.describe(items[version_id], item.load(answer)), times
        )
        for answer, version_id, times in rows
    ]


def decide(
    choices: Choices,
    kind: str,
    *,
    version_id: int | None = None,
    accepted: Accepted | None = None,
    is_never_lower: bool = False,
) -> Decision:
    """The decision a form describes, reaching the versions it fits; raises NothingToCorrect.

    `version_id` limits it to one version.
    """
    wanted = [v for v in choices.versions if version_id in {None, v.version.id}]
    if kind == ACCEPT:
        wanted = [v for v in wanted if accepted is not None and _takes(v.asked, accepted)]
    elif kind == NEW_KEY:
        wanted = [v for v in wanted if v in choices.rekeyable]
    if kind in {ACCEPT, NEW_KEY} and not choices.is_automatic:
        wanted = []
    if kind not in KINDS or not wanted:
        raise NothingToCorrect(field="accepted" if kind == ACCEPT else "kind")
    return Decision(
        kind,
        frozenset(v.version.id for v in wanted),
        accepted if kind == ACCEPT else None,
        choices.newest.version.id if kind == NEW_KEY else None,
        is_never_lower and kind in {NEW_KEY, VOID},
    )


def _takes(asked: Item, accepted: Accepted) -> bool:
    return bool(accepted.whole) or accepting.with_accepted(asked, accepted) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One attempt of the dry run, with the words its row shows."""

    effect: Effect
    name: str
    quiz: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a decision would change, and its fingerprint."""

    decision: Decision
    digest: str
    looked_at: int
    effects: Sequence[Effect]
    lines: Sequence[Line]
    open: int

    @property
    def attempts(self) -> Sequence[Effect]:
        """One effect for each attempt that changes, in whatever number of places."""
        return by_attempt(self.effects)

    @property
    def changed(self) -> int:
        return len(self.attempts)

    @property
    def people(self) -> int:
        return len({effect.user_id for effect in self.effects})

    @property
    def flips(self) -> list[tuple[str, str, int]]:
        """Verdicts that change: before, after, and in how many attempts."""
        counts = Counter(
            (e.before["verdict"], e.after["verdict"]) for e in self.attempts if e.is_flip
        )
        return [(before, after, count) for (before, after), count in sorted(counts.items())]

    @property
    def newly_unsafe(self) -> int:
        return sum(effect.is_newly_unsafe for effect in self.attempts)

    @property
    def emptied(self) -> int:
        """Attempts in which no question would count any more."""
        return sum(not Fraction(effect.after["max_points"]) for effect in self.attempts)

    @property
    def raised(self) -> int:
        return sum(_gain(effect) > 0 for effect in self.attempts)

    @property
    def lowered(self) -> int:
        return sum(_gain(effect) < 0 for effect in self.attempts)

    @property
    def hidden(self) -> int:
        return self.changed - len(self.lines)


def _gain(effect: Effect) -> float:
    return score_of(effect.after) - score_of(effect.before)


def get_dry_run(ctx: Context, choices: Choices, decision: Decision) -> DryRun:
    """Look at every finished attempt once: two statements for each chunk of them.

    Those after an attempt that changes may change with it, by a hazard missed before.
    """
    rule = deciding.load_rule(ctx, choices.question.id, decision)
    effects: list[Effect] = []
    looked_at, last = 0, 0
    while True:
        chunk = deciding.chunk_of(ctx, rule, after=last)
        effects += chunk.effects
        looked_at, last = looked_at + chunk.looked_at, chunk.last_id
        if chunk.looked_at < deciding.CHUNK:
            break
    effects += followers(ctx, rule, effects)
    ordered = order_of(effects)
    return DryRun(
        decision,
        digest_of(choices.question.id, decision, effects),
        looked_at,
        ordered,
        lines_of(ctx, by_attempt(ordered)[:SHOWN]),
        sum(v.open for v in choices.versions if v.version.id in decision.version_ids),
    )


def digest_of(question_id: int, decision: Decision, effects: Iterable[Effect]) -> str:
    """A fingerprint of a decision and everything it changes."""
    document = [
        question_id,
        decision.kind,
        decision.details(),
        decision.is_never_lower,
        sorted((e.attempt_id, e.slot, sorted(e.before.items()), sorted(e.after.items()))
               for e in effects),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def lines_of(ctx: Context, effects: Sequence[Effect]) -> list[Line]:
    """Names and quizzes of some effects, in two statements."""
    names = _by_id(ctx, User.id, User.name, {effect.user_id for effect in effects})
    titles = _by_id(ctx, Quiz.id, Quiz.title, {effect.quiz_id for effect in effects})
    return [Line(e, names.get(e.user_id, ""), titles.get(e.quiz_id, "")) for e in effects]


def _by_id(ctx: Context, key: object, value: object, ids: set[int]) -> dict[int, str]:
    rows = ctx.session.execute(select(key, value).where(key.in_(ids)))  # type: ignore[call-overload, attr-defined]
    return dict(rows.all())
