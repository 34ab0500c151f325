"""Reading the bank: a question, its versions, what stands in their way, and lists with filters.

Beside it: `showing` (a version as a page shows it), `comparing` (two versions), `surroundings`
(what a course offers its questions), `wording`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, NotFound
from quizapp.features.questions.models import (
    LIVE,
    OBJECTIVE,
    Question,
    QuestionLabel,
    QuestionVersion,
    Stimulus,
    StimulusVersion,
)
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of
from quizapp.question_types import item
from quizapp.question_types.base import Problem
from quizapp.question_types.item import Item

PAGE_SIZE = 25
SORTS = {
    "changed": (Question.changed_at, Question.id),
    "code": (Question.code,),
    "question": (QuestionVersion.search_text, Question.id),
}


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """What to look for; empty means anything."""

    text: str = ""
    course_id: int | None = None
    objective: str = ""
    type: str = ""
    state: str = ""
    level: str = ""
    hazard: str = ""  # a code, "any" or "none"
    sort: str = "-changed"
    page: int = 1


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A line of the list: the question and the version an author would look at."""

    question: Question
    version: QuestionVersion


def shown_version() -> ColumnElement[bool]:
    """The draft if there is one, else the live version."""
    shown = func.coalesce(Question.draft_version_id, Question.live_version_id)
    return QuestionVersion.id == shown


def list_questions(ctx: Context, wanted: QuestionFilter) -> tuple[list[QuestionRow], Page]:
    """One page of the questions the actor may see; the nearest one where there are fewer."""
    base = _filtered(ctx, wanted)
    count = ctx.session.scalar(select(func.count()).select_from(base.subquery())) or 0
    page = page_of(wanted.page, count, PAGE_SIZE)
    columns = SORTS.get(wanted.sort.lstrip("-"), SORTS["changed"])
    order = [column.desc() if wanted.sort.startswith("-") else column.asc() for column in columns]
    rows = ctx.session.execute(
        base.with_only_columns(Question, QuestionVersion)
        .order_by(*order)
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    return [QuestionRow(question, version) for question, version in rows], page


def _filtered(ctx: Context, wanted: QuestionFilter) -> Select[Any]:
    asked = (
        select(Question.id)
        .join(QuestionVersion, shown_version())
        .where(visible_questions(ctx, Permission.QUESTION_READ))
    )
    conditions: list[ColumnElement[bool]] = [
        or_(
            QuestionVersion.search_text.contains(word, autoescape=True),
            func.lower(Question.code).contains(word, autoescape=True),
        )
        for word in wanted.text.casefold().split()
    ]
    if wanted.course_id:
        conditions.append(Question.course_id == wanted.course_id)
    if wanted.type:
        conditions.append(QuestionVersion.type == wanted.type)
    if wanted.state:
        conditions.append(_state(wanted.state))
    if wanted.level:
        conditions.append(QuestionVersion.level == wanted.level)
    if wanted.hazard:
        conditions.append(_hazard(wanted.hazard))
    if wanted.objective:
        conditions.append(
            QuestionVersion.id.in_(
                select(QuestionLabel.version_id).where(
                    QuestionLabel.kind == OBJECTIVE, QuestionLabel.value == wanted.objective
                )
            )
        )
    return asked.where(*conditions)


def _hazard(hazard: str) -> ColumnElement[bool]:
    if hazard == "any":
        return QuestionVersion.hazard.is_not(None)
    return (
        QuestionVersion.hazard.is_(None) if hazard == "none" else QuestionVersion.hazard == hazard
    )


def _state(state: str) -> ColumnElement[bool]:
    if state == "draft":
        return Question.draft_version_id.is_not(None)
    return Question.state == state


def visible_questions(ctx: Context, permission: Permission) -> ColumnElement[bool]:
    """The policy's reach as a condition on questions."""
    span = policy.reach(ctx.actor, permission)
    if span.everything:
        return true()
    return Question.course_id.in_(span.course_ids) if span.course_ids else false()


def get_question(
    ctx: Context, code: str, permission: Permission = Permission.QUESTION_READ
) -> Question:
    found = ctx.session.scalar(select(Question).where(Question.code == code))
    if found is None or not policy.may(ctx.actor, permission, Belonging(course_id=found.course_id)):
        raise NotFound
    return found


def list_versions(ctx: Context, question: Question) -> list[QuestionVersion]:
    """All versions, the newest first."""
    return list(
        ctx.session.scalars(
            select(QuestionVersion)
            .where(QuestionVersion.question_id == question.id)
            .order_by(QuestionVersion.number.desc())
        )
    )


def get_version(ctx: Context, question: Question, number: int) -> QuestionVersion:
    found = ctx.session.scalar(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.number == number
        )
    )
    if found is None:
        raise NotFound
    return found


def get_shown_version(ctx: Context, question: Question) -> QuestionVersion:
    """The draft if there is one, else the live version."""
    return ctx.session.get_one(
        QuestionVersion, question.draft_version_id or question.live_version_id
    )


def find_stimulus(ctx: Context, question: Question) -> StimulusVersion | None:
    """The case a question belongs to, as it is now."""
    if question.stimulus_id is None:
        return None
    stimulus = ctx.session.get_one(Stimulus, question.stimulus_id)
    return ctx.session.get(StimulusVersion, stimulus.version_id)


def count_by_state(ctx: Context) -> dict[str, int]:
    """How many questions the actor may see in each state, and how many have a draft."""
    rows = ctx.session.execute(
        select(Question.state, func.count(), func.count(Question.draft_version_id))
        .where(visible_questions(ctx, Permission.QUESTION_READ))
        .group_by(Question.state)
    ).all()
    counts = {state: count for state, count, _ in rows}
    return {**counts, "with_draft": sum(drafts for _, _, drafts in rows)}


def item_of(version: QuestionVersion) -> Item:
    """The version's parts ready to be shown or marked."""
    return item.from_body(version.body)


def problems_of(version: QuestionVersion) -> list[Problem]:
    """What stands in the way of publishing a version."""
    own = [problem for part in item_of(version).parts for problem in part.content.problems()]
    return problems_in(own, version.stem, version.level, version.labels)


def problems_in(
    own: Iterable[Problem], stem: str, level: str, labels: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """What stands in the way of a text that is being written; `own` are those of its type."""
    found = []
    if not stem.strip():
        found.append(
            Problem(
                "missing-stem",
                N_("The question has no stem."),
                ("stem",),
                N_("Write what is asked."),
            )
        )
    found += own
    if not labels.get("objective"):
        found.append(
            Problem(
                "missing-objective",
                N_("The question has no objective."),
                ("objectives",),
                N_("Choose what it shows that a learner can do."),
            )
        )
    if not labels.get("reference"):
        found.append(
            Problem(
                "missing-reference",
                N_("The question has no reference."),
                ("references",),
                N_("Name at least one source."),
            )
        )
    if not level:
        found.append(
            Problem(
                "missing-level",
                N_("The question has no thinking level."),
                ("level",),
                N_("Say what answering asks of the mind."),
            )
        )
    return found


def live_versions(ctx: Context, question_ids: Iterable[int]) -> dict[int, QuestionVersion]:
    """The live version of each question, by question id."""
    rows = ctx.session.scalars(
        select(QuestionVersion)
        .join(Question, Question.live_version_id == QuestionVersion.id)
        .where(Question.id.in_(list(question_ids)), Question.state == LIVE)
    )
    return {version.question_id: version for version in rows}
