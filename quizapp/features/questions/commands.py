"""Writing questions: drafts, publishing, retiring. A published version never changes again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, insert, select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid, Overtaken
from quizapp.features.questions import queries
from quizapp.features.questions.events import QuestionPublished
from quizapp.features.questions.models import (
    DRAFT,
    LIVE,
    REPLACED,
    RETIRED,
    SITE,
    Question,
    QuestionLabel,
    QuestionVersion,
    Stimulus,
    StimulusVersion,
)
from quizapp.formats import markdown
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Problem


class NotReady(Invalid):
    """Something keeps a question from going live; `problems` says what."""

    message = N_("This question cannot go live yet: %(first)s")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(first=problems[0].message)
        self.problems = list(problems)


class DraftChanged(Overtaken):
    """Somebody saved a newer draft while this one was being written."""

    message = N_("Somebody saved a newer draft meanwhile. Nothing was overwritten.")


class NothingToPublish(Conflict):
    """The question has no draft."""

    message = N_("This question has no draft to publish.")


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """Everything an author writes about a question; `body` is the parts with their content."""

    stem: str
    body: Mapping[str, Any]
    level: str
    rationale: str = ""
    figure: str | None = None
    evidence: str | None = None
    hazard: str | None = None
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def digest(self) -> str:
        """A fingerprint of what learners and examiners would see."""
        values = {**asdict(self), "labels": {k: list(v) for k, v in self.labels.items() if v}}
        return hashlib.sha256(
            json.dumps(values, sort_keys=True, ensure_ascii=False, default=dict).encode()
        ).hexdigest()


def create_question(
    ctx: Context, course_id: int, draft: QuestionDraft, code: str | None = None
) -> Question:
    """Add a question as a draft; without a code it gets the next number."""
    policy.demand(ctx.actor, Permission.QUESTION_WRITE, Belonging(course_id=course_id))
    question = Question(
        course_id=course_id,
        code=code or "",
        origin=SITE,
        created_at=ctx.now,
        changed_at=ctx.now,
    )
    if code is None:
        question.code = _next_code(ctx)
    ctx.session.add(question)
    ctx.session.flush()
    _add_draft(ctx, question, draft)
    audit.record(ctx, "question.created", question, code=question.code)
    return question


def save_draft(
    ctx: Context,
    question: Question,
    draft: QuestionDraft,
    revision: int,
    digest: str | None = None,
) -> None:
    """Change the draft, or begin one beside the live version.

    `revision` is the one the author saw (0: none), `digest` that of the text they began with:
    after a publication or a discarded draft the same revision may be another text. Raises
    DraftChanged if either is not current.
    """
    _demand_write(ctx, question)
    question = ctx.fresh(question)
    shown = queries.get_shown_version(ctx, question)
    current = shown.revision if question.draft_version_id else 0
    if current != revision or digest not in {None, shown.digest}:
        raise DraftChanged
    if question.draft_version_id is None:
        _add_draft(ctx, question, draft)
    else:
        _write(ctx, shown, draft)
        shown.revision += 1
    question.changed_at = ctx.now
    audit.record(ctx, "question.draft_saved", question)


def publish_question(ctx: Context, question: Question, note: str = "") -> QuestionVersion:
    """Make the draft live; attempts already started keep the version they have."""
    _demand_write(ctx, question)
    question = ctx.fresh(question)
    if question.draft_version_id is None:
        raise NothingToPublish
    version = ctx.session.get_one(QuestionVersion, question.draft_version_id)
    problems = queries.problems_of(version)
    if problems:
        raise NotReady(problems)
    if question.live_version_id is not None:
        ctx.session.get_one(QuestionVersion, question.live_version_id).state = REPLACED
    version.state, version.published_at, version.note = LIVE, ctx.now, note
    question.live_version_id, question.draft_version_id = version.id, None
    question.state, question.changed_at = LIVE, ctx.now
    ctx.session.flush()
    audit.record(ctx, "question.made_live", question, version=version.number, note=note)
    ctx.publish(QuestionPublished(question.id, version.id))
    return version


def discard_draft(ctx: Context, question: Question, digest: str | None = None) -> None:
    """Throw the draft away; the live version stays. A question never live keeps its draft.

    `digest` is that of the draft the author saw: raises DraftChanged if it is another by now.
    """
    _demand_write(ctx, question)
    question = ctx.fresh(question)
    if question.draft_version_id is None or question.live_version_id is None:
        raise NothingToPublish
    version = ctx.session.get_one(QuestionVersion, question.draft_version_id)
    if digest not in {None, version.digest}:
        raise DraftChanged
    question.draft_version_id = None
    ctx.session.flush()
    _forget_labels(ctx, version)
    ctx.session.delete(version)
    audit.record(ctx, "question.draft_discarded", question)


def retire_question(ctx: Context, question: Question) -> None:
    """Take a question out of every future attempt; past ones keep it."""
    _demand_write(ctx, question)
    question = ctx.fresh(question)
    question.state, question.changed_at = RETIRED, ctx.now
    audit.record(ctx, "question.retired", question)


def restore_question(ctx: Context, question: Question) -> None:
    """Bring a retired question back."""
    _demand_write(ctx, question)
    question = ctx.fresh(question)
    question.state = LIVE if question.live_version_id else DRAFT
    question.changed_at = ctx.now
    audit.record(ctx, "question.restored", question)


def save_stimulus(
    ctx: Context, course_id: int, code: str, values: Mapping[str, Any]
) -> tuple[Stimulus, bool]:
    """Create a case or give it a new version; says whether anything changed."""
    policy.demand(ctx.actor, Permission.QUESTION_WRITE, Belonging(course_id=course_id))
    stimulus = ctx.session.scalar(select(Stimulus).where(Stimulus.code == code))
    if stimulus is None:
        stimulus = Stimulus(course_id=course_id, code=code)
        ctx.session.add(stimulus)
        ctx.session.flush()
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    newest = (
        ctx.session.get_one(StimulusVersion, stimulus.version_id) if stimulus.version_id else None
    )
    if newest is not None and newest.digest == digest:
        return stimulus, False
    version = StimulusVersion(
        stimulus_id=stimulus.id,
        number=(newest.number if newest else 0) + 1,
        digest=digest,
        created_at=ctx.now,
        **values,
    )
    ctx.session.add(version)
    ctx.session.flush()
    stimulus.version_id = version.id
    audit.record(ctx, "stimulus.published", stimulus, version=version.number)
    return stimulus, True


def _demand_write(ctx: Context, question: Question) -> None:
    policy.demand(ctx.actor, Permission.QUESTION_WRITE, Belonging(course_id=question.course_id))


def _next_code(ctx: Context) -> str:
    last = ctx.session.scalar(select(func.max(Question.id))) or 0
    number = last + 1
    while ctx.session.scalar(select(Question.id).where(Question.code == f"Q-{number:04d}")):
        number += 1
    return f"Q-{number:04d}"


def _add_draft(ctx: Context, question: Question, draft: QuestionDraft) -> None:
    last = ctx.session.scalar(
        select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question.id)
    )
    version = QuestionVersion(
        question_id=question.id,
        number=(last or 0) + 1,
        state=DRAFT,
        author_id=ctx.actor.user_id,
        created_at=ctx.now,
    )
    _fill(ctx, version, draft)
    ctx.session.add(version)
    ctx.session.flush()
    _add_labels(ctx, version)
    question.draft_version_id = version.id
    ctx.session.flush()


def _write(ctx: Context, version: QuestionVersion, draft: QuestionDraft) -> None:
    _forget_labels(ctx, version)
    _fill(ctx, version, draft)
    version.author_id = ctx.actor.user_id
    ctx.session.flush()
    _add_labels(ctx, version)


def _fill(ctx: Context, version: QuestionVersion, draft: QuestionDraft) -> None:
    parts = item.from_body(dict(draft.body))
    version.type = parts.type_name
    version.stem = draft.stem
    version.body = dict(draft.body)
    version.rationale = draft.rationale
    version.figure = draft.figure
    version.level = draft.level
    version.evidence = draft.evidence
    version.hazard = draft.hazard
    version.labels = {kind: list(values) for kind, values in draft.labels.items() if values}
    version.digest = draft.digest()
    version.changed_at = ctx.now
    texts = [draft.stem, *(t for p in parts.parts for t in p.kind.item_text(p.content).words)]
    version.search_text = " ".join(markdown.to_plain(text) for text in texts).casefold()


def _add_labels(ctx: Context, version: QuestionVersion) -> None:
    rows = [
        {"version_id": version.id, "kind": kind, "value": value}
        for kind, values in version.labels.items()
        for value in dict.fromkeys(values)
    ]
    if rows:
        ctx.session.execute(insert(QuestionLabel), rows)


def _forget_labels(ctx: Context, version: QuestionVersion) -> None:
    for label in ctx.session.scalars(
        select(QuestionLabel).where(QuestionLabel.version_id == version.id)
    ):
        ctx.session.delete(label)
    ctx.session.flush()
