"""Reading how far people are: the outline with its marks, a lesson, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp.domain import completion
from quizapp.domain.completion import Module, Record, Step
from quizapp.domain.marking import Verdict
from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.features.attempts.queries import history
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Enrollment, Lesson, LessonVersion
from quizapp.features.courses.queries import Outline
from quizapp.features.progress.models import (
    CheckAnswer,
    CourseProgress,
    LessonProgress,
)
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import Quiz
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class FullRecord:
    """What somebody has done in a course, with the figures a report shows."""

    record: Record
    attempts: dict[str, list[Attempt]]
    counting: dict[str, Attempt]
    best_score: float | None
    hazards_missed: int


def get_record(ctx: Context, course_id: int, user_id: int | None) -> FullRecord:
    """Lessons opened and completed, and the attempt that counts at each quiz."""
    lessons = ctx.session.execute(
        select(Lesson.slug, LessonProgress.completed_at)
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(Lesson.course_id == course_id, LessonProgress.user_id == user_id)
    ).all()
    quizzes = quiz_queries.list_quizzes(ctx, course_id)
    definitions = quiz_queries.definitions(ctx, quizzes.values())
    by_quiz = history.list_of_course(ctx, course_id, user_id)
    attempts = {slug: by_quiz.get(quiz.id, []) for slug, quiz in quizzes.items()}
    counting = {
        slug: found
        for slug, quiz in quizzes.items()
        if (found := history.counting_attempt(attempts[slug], definitions[quiz.id].counts))
    }
    record = Record(
        opened=frozenset(row.slug for row in lessons),
        completed=frozenset(row.slug for row in lessons if row.completed_at is not None),
        verdicts={
            slug: Verdict(attempt.verdict or Verdict.PENDING) for slug, attempt in counting.items()
        },
    )
    graded = [
        attempt
        for slug, attempt in counting.items()
        if definitions[quizzes[slug].id].mode == "graded"
    ]
    scores = [attempt.score for attempt in graded if attempt.score is not None]
    return FullRecord(
        record=record,
        attempts=attempts,
        counting=counting,
        best_score=sum(scores) / len(scores) if scores else None,
        hazards_missed=sum(len(missed_hazards(attempt)) for attempt in graded),
    )


def missed_hazards(attempt: Attempt) -> list[str]:
    """The hazards an attempt missed."""
    return [reason["hazard"] for reason in attempt.reasons or () if reason["ground"] == "hazard"]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the outline as a learner sees it."""

    kind: str
    slug: str
    title: str
    state: str
    minutes: int | None
    quiz: "QuizView | None" = None


@dataclass(frozen=True, slots=True)
class QuizView:
    """What the outline says about a quiz."""

    questions: int
    verdict: str | None
    score: float | None
    running: Attempt | None


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module of the outline with how far one is."""

    number: int
    slug: str
    title: str
    summary: str
    steps: list[StepView]
    done: int
    minutes_left: int
    waiting_for: list[str]
    is_current: bool

    @property
    def is_done(self) -> bool:
        return self.done == len(self.steps)

    @property
    def is_locked(self) -> bool:
        return bool(self.waiting_for)


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Everything the page of a course shows."""

    course: Course
    outline: Outline
    enrollment: Enrollment | None
    progress: CourseProgress | None
    modules: list[ModuleView]
    next_step: tuple[ModuleView, StepView] | None
    definitions: dict[str, Definition]
    minutes: int

    @property
    def percent(self) -> int:
        row = self.progress
        return 100 * row.steps_done // row.steps_total if row and row.steps_total else 0


def get_course_page(ctx: Context, course: Course) -> CoursePage:
    outline = course_queries.get_outline(ctx, course)
    enrollment = course_queries.find_enrollment(ctx, course.id, ctx.actor.user_id)
    full = get_record(ctx, course.id, ctx.actor.user_id)
    lessons = course_queries.list_lessons(ctx, course.id)
    quizzes = quiz_queries.list_quizzes(ctx, course.id)
    definitions = {
        slug: definition
        for quiz_id, definition in quiz_queries.definitions(ctx, quizzes.values()).items()
        for slug, quiz in quizzes.items()
        if quiz.id == quiz_id
    }
    build = _OutlineBuilder(outline, full, lessons, quizzes, definitions)
    modules, next_step = build.modules()
    return CoursePage(
        course=course,
        outline=outline,
        enrollment=enrollment,
        progress=ctx.session.get(CourseProgress, enrollment.id) if enrollment else None,
        modules=modules,
        next_step=next_step,
        definitions=definitions,
        minutes=sum(step.minutes or 0 for module in modules for step in module.steps),
    )


class _OutlineBuilder:
    """Puts marks on an outline."""

    def __init__(
        self,
        outline: Outline,
        full: FullRecord,
        lessons: dict[str, Lesson],
        quizzes: dict[str, Quiz],
        definitions: dict[str, Definition],
    ) -> None:
        self._outline = outline
        self._full = full
        self._lessons = lessons
        self._quizzes = quizzes
        self._definitions = definitions

    def modules(self) -> tuple[list[ModuleView], tuple[ModuleView, StepView] | None]:
        views: list[ModuleView] = []
        found: tuple[ModuleView, StepView] | None = None
        for number, module in enumerate(self._outline.modules, 1):
            view = self._module(number, module, is_current=False)
            pending = [step for step in view.steps if step.state in {"now", "open"}]
            if found is None and pending and not view.is_locked:
                view = self._module(number, module, is_current=True)
                first = next((step for step in view.steps if step.state == "now"), None)
                found = (view, first or next(s for s in view.steps if s.state == "open"))
            views.append(view)
        return views, found

    def _module(self, number: int, module: Module, *, is_current: bool) -> ModuleView:
        record = self._full.record
        waiting = completion.waiting_for(module, self._outline.modules, record)
        steps = [self._step(step, is_locked=bool(waiting)) for step in module.steps]
        text = self._outline.texts[module.slug]
        return ModuleView(
            number=number,
            slug=module.slug,
            title=text.title,
            summary=text.summary,
            steps=steps,
            done=sum(step.state == "done" for step in steps),
            minutes_left=sum(step.minutes or 0 for step in steps if step.state != "done"),
            waiting_for=[self._outline.texts[slug].title for slug in waiting],
            is_current=is_current,
        )

    def _step(self, step: Step, *, is_locked: bool) -> StepView:
        record = self._full.record
        state = "open"
        if completion.is_done(step, record):
            state = "done"
        elif is_locked:
            state = "locked"
        elif completion.is_begun(step, record):
            state = "now"
        if step.kind == "lesson":
            lesson = self._lessons[step.slug]
            return StepView("lesson", step.slug, lesson.title, state, lesson.minutes)
        definition = self._definitions[step.slug]
        attempts = self._full.attempts[step.slug]
        counting = self._full.counting.get(step.slug)
        running = next((attempt for attempt in attempts if attempt.state == OPEN), None)
        quiz = QuizView(
            questions=quiz_queries.item_count(definition),
            verdict=counting.verdict if counting else None,
            score=counting.score if counting else None,
            running=running,
        )
        if running is not None and state == "open":
            state = "now"
        return StepView(
            "quiz", step.slug, definition.title, state, definition.time_limit_minutes, quiz
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The step before or after a lesson."""

    kind: str
    slug: str
    module: str
    title: str
    minutes: int | None
    is_locked: bool


@dataclass(frozen=True, slots=True)
class LessonPage:
    """Everything the page of a lesson shows, but for its rendered text."""

    course: Course
    outline: Outline
    module: Module
    lesson: Lesson
    version: LessonVersion
    place: int
    module_size: int
    enrollment: Enrollment | None
    completed_at: datetime | None
    is_opened: bool
    answers: dict[str, str]
    previous: Neighbour | None
    next: Neighbour | None


def get_lesson_page(ctx: Context, course: Course, lesson: Lesson) -> LessonPage:
    outline = course_queries.get_outline(ctx, course)
    module = outline.module_of("lesson", lesson.slug)
    assert module is not None  # noqa: S101 - the view has asked for it by its module
    user_id = ctx.actor.user_id
    row = ctx.session.get(LessonProgress, (user_id, lesson.id)) if user_id else None
    answers = ctx.session.execute(
        select(CheckAnswer.check_id, CheckAnswer.choice).where(
            CheckAnswer.user_id == user_id, CheckAnswer.lesson_id == lesson.id
        )
    )
    page = get_course_page(ctx, course)
    before, after = _neighbours(page.modules, lesson.slug)
    step = Step("lesson", lesson.slug)
    return LessonPage(
        course=course,
        outline=outline,
        module=module,
        lesson=lesson,
        version=course_queries.get_lesson_version(ctx, lesson),
        place=module.steps.index(step) + 1,
        module_size=len(module.steps),
        enrollment=page.enrollment,
        completed_at=row.completed_at if row else None,
        is_opened=row is not None,
        answers=dict(answers.tuples().all()),
        previous=before,
        next=after,
    )


def _neighbours(
    modules: Sequence[ModuleView], slug: str
) -> tuple[Neighbour | None, Neighbour | None]:
    flat = [(module, step) for module in modules for step in module.steps]
    place = next(n for n, (_, s) in enumerate(flat) if s.kind == "lesson" and s.slug == slug)
    before = flat[place - 1] if place else None
    after = flat[place + 1] if place + 1 < len(flat) else None
    return _neighbour(before), _neighbour(after)


def _neighbour(found: tuple[ModuleView, StepView] | None) -> Neighbour | None:
    if found is None:
        return None
    module, step = found
    return Neighbour(
        step.kind, step.slug, module.slug, step.title, step.minutes, step.state == "locked"
    )


def list_own_progress(ctx: Context) -> list[CourseProgress]:
    """One's enrollments with where they stand, the latest change first."""
    return list(
        ctx.session.scalars(
            select(CourseProgress)
            .where(CourseProgress.user_id == ctx.actor.user_id)
            .order_by(CourseProgress.changed_at.desc())
        )
    )
