"""What publishing or retiring a question would touch: attempts, quizzes, and what they may draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select

from quizapp.domain.access.permissions import Permission
from quizapp.domain.drawing import Candidate
from quizapp.features.attempts.models import CLOSED, OPEN, Attempt, AttemptItem
from quizapp.features.attempts.queries import overview
from quizapp.features.grading.queries import remarking
from quizapp.features.questions import queries as question_queries
from quizapp.features.questions.models import OBJECTIVE, TAG, Question, QuestionVersion, Stimulus
from quizapp.features.questions.queries import comparing, showing, surroundings
from quizapp.features.questions.queries.comparing import Change
from quizapp.features.questions.queries.surroundings import Surroundings
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import Quiz
from quizapp.features.quizzes.queries import Pool
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.question_types.base import Problem


@dataclass(frozen=True, slots=True)
class QuizUse:
    """A quiz that asks, or may draw, the question: now, and after the act."""

    quiz: Quiz
    is_fixed: bool
    is_drawn_now: bool
    is_drawn_after: bool
    can_be_filled: bool


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """Attempts that were given the question."""

    open: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act on a question touches."""

    question: Question
    course: Surroundings
    uses: Sequence[QuizUse]

    @property
    def short(self) -> list[QuizUse]:
        """The quizzes nobody could start afterwards."""
        return [use for use in self.uses if not use.can_be_filled]


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """A draft about to go live: what stands in its way, what changes, what it touches."""

    draft: QuestionVersion
    live: QuestionVersion | None
    author: str | None
    problems: Sequence[Problem]
    changes: Sequence[Change]
    effect: Effect
    attempts: AttemptCount
    on_former_rubric: int
    """Finished answers that people mark, by a rubric that the draft changes."""


def find_publish_plan(ctx: Context, question: Question) -> PublishPlan | None:
    """None where there is no draft."""
    if question.draft_version_id is None:
        return None
    draft = ctx.session.get_one(QuestionVersion, question.draft_version_id)
    live = ctx.session.get(QuestionVersion, question.live_version_id or 0)
    course = _course(ctx, question)
    return PublishPlan(
        draft=draft,
        live=live,
        author=showing.author_names(ctx, [draft.author_id]).get(draft.author_id or 0),
        problems=question_queries.problems_of(draft),
        changes=comparing.changes(live, draft, course) if live else [],
        effect=_effect(ctx, question, course, live, draft),
        attempts=_count_attempts(ctx, QuestionVersion.id == live.id) if live else AttemptCount(),
        on_former_rubric=remarking.count_touched(ctx, question, draft) if live else 0,
    )


def get_retirement(ctx: Context, question: Question) -> Effect:
    """What retiring the question touches."""
    live = ctx.session.get(QuestionVersion, question.live_version_id or 0)
    return _effect(ctx, question, _course(ctx, question), live, None)


def count_attempts(ctx: Context, question: Question) -> AttemptCount:
    """Attempts that were given the question in whatever version."""
    return _count_attempts(ctx, QuestionVersion.question_id == question.id)


def get_return(ctx: Context, question: Question) -> Effect:
    """What bringing the question back touches: its live version, if it has one, is asked again."""
    live = ctx.session.get(QuestionVersion, question.live_version_id or 0)
    return _effect(ctx, question, _course(ctx, question), None, live)


def _course(ctx: Context, question: Question) -> Surroundings:
    return surroundings.get_surroundings(ctx, question.course_id, Permission.QUESTION_WRITE)


def _effect(
    ctx: Context,
    question: Question,
    course: Surroundings,
    before: QuestionVersion | None,
    after: QuestionVersion | None,
) -> Effect:
    pool = quiz_queries.load_pool(ctx, question.course_id)
    stimulus = ctx.session.get(Stimulus, question.stimulus_id or 0)
    names = {question.code, stimulus.code if stimulus else question.code}
    later = _pool_after(pool, question, stimulus, after)
    is_single = stimulus is None
    uses = []
    quizzes = list(quiz_queries.list_quizzes(ctx, question.course_id).values())
    definitions = quiz_queries.definitions(ctx, quizzes)
    for quiz in sorted(quizzes, key=lambda found: found.title):
        definition = definitions[quiz.id]
        use = QuizUse(
            quiz=quiz,
            is_fixed=any(names & set(section.items) for section in definition.sections),
            is_drawn_now=is_single and _draws(definition, question, before),
            is_drawn_after=is_single and _draws(definition, question, after),
            can_be_filled=overview.can_be_filled(later, definition),
        )
        if use.is_fixed or use.is_drawn_now or use.is_drawn_after:
            uses.append(use)
    return Effect(question, course, uses)


def _candidate(question: Question, version: QuestionVersion) -> Candidate:
    return Candidate(
        question.id,
        frozenset(version.labels.get(OBJECTIVE, ())),
        version.level,
        version.hazard,
        frozenset(version.labels.get(TAG, ())),
        version.type,
    )


def _draws(definition: Definition, question: Question, version: QuestionVersion | None) -> bool:
    if version is None:
        return False
    candidate = _candidate(question, version)
    return any(
        draw.rule().fits(candidate) for section in definition.sections for draw in section.draws
    )


def _pool_after(
    pool: Pool, question: Question, stimulus: Stimulus | None, version: QuestionVersion | None
) -> Pool:
    """The course's live questions once this one is live in that version, or not at all."""
    candidates = [c for c in pool.candidates if c.question_id != question.id]
    by_code = {code: number for code, number in pool.by_code.items() if number != question.id}
    cases = {
        code: [number for number in numbers if number != question.id]
        for code, numbers in pool.cases.items()
    }
    versions, hazards = dict(pool.versions), dict(pool.hazards)
    if version is not None:
        hazards[question.id] = version.hazard
        by_code[question.code], versions[question.id] = question.id, version.id
        if stimulus is None:
            candidates.append(_candidate(question, version))
        else:
            cases.setdefault(stimulus.code, []).append(question.id)
    return replace(
        pool,
        candidates=candidates,
        by_code=by_code,
        cases={code: numbers for code, numbers in cases.items() if numbers},
        versions=versions,
        hazards=hazards,
    )


def _count_attempts(ctx: Context, *conditions: ColumnElement[bool]) -> AttemptCount:
    rows = ctx.session.execute(
        select(Attempt.state, func.count())
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(*conditions)
        .group_by(Attempt.state)
    )
    counts = dict(rows.all())
    return AttemptCount(counts.get(OPEN, 0), counts.get(CLOSED, 0))
