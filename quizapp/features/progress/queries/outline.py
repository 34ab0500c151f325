"""A course's outline with the marks of one learner, and what comes next."""

from dataclasses import dataclass

from quizapp.domain import completion
from quizapp.domain.completion import Module, Step
from quizapp.features.attempts.models import OPEN, Attempt
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Enrollment, Lesson
from quizapp.features.courses.queries import Outline
from quizapp.features.progress.models import CourseProgress
from quizapp.features.progress.queries.standing import FullRecord, get_record
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context

HANDED_IN = "handed_in"
"""Stands for the verdict while the quiz does not show it yet."""


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
class Requirement:
    """A quiz one has to pass."""

    title: str
    pass_mark: float
    is_passed: bool


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
    def step_count(self) -> int:
        return sum(len(module.steps) for module in self.modules)

    @property
    def modules_done(self) -> int:
        return sum(module.is_done for module in self.modules)

    @property
    def lesson_count(self) -> int:
        return sum(step.kind == "lesson" for module in self.modules for step in module.steps)

    @property
    def lessons_done(self) -> int:
        return sum(
            step.kind == "lesson" and step.state == "done"
            for module in self.modules
            for step in module.steps
        )

    @property
    def required_quizzes(self) -> list[Requirement]:
        """The quizzes to pass, in the order of the outline."""
        return [
            Requirement(
                step.title, float(self.definitions[step.slug].pass_mark), step.state == "done"
            )
            for module in self.modules
            for step in module.steps
            if step.kind == "quiz" and step.slug in self.outline.rule.quizzes
        ]

    @property
    def percent(self) -> int:
        row = self.progress
        return 100 * row.steps_done // row.steps_total if row and row.steps_total else 0


def get_course_page(ctx: Context, course: Course) -> CoursePage:
    outline = course_queries.get_outline(ctx, course)
    enrollment = course_queries.find_enrollment(ctx, course.id, ctx.actor.user_id)
    full = get_record(ctx, course.id, ctx.actor.user_id, outline.rule)
    lessons = course_queries.list_lessons(ctx, course.id)
    quizzes = quiz_queries.list_quizzes(ctx, course.id)
    definitions = {
        slug: definition
        for quiz_id, definition in quiz_queries.definitions(ctx, quizzes.values()).items()
        for slug, quiz in quizzes.items()
        if quiz.id == quiz_id
    }
    releases = Releases(ctx)
    hidden = {
        slug for slug, attempt in full.counting.items() if not releases.is_score_shown(attempt)
    }
    cases = quiz_queries.case_sizes(ctx, course.id)
    sizes = {slug: quiz_queries.item_count(known, cases) for slug, known in definitions.items()}
    build = _OutlineBuilder(outline, full, lessons, hidden, definitions, sizes)
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
        hidden: set[str],
        definitions: dict[str, Definition],
        sizes: dict[str, int],
    ) -> None:
        self._outline = outline
        self._full = full
        self._lessons = lessons
        self._hidden = hidden
        self._definitions = definitions
        self._sizes = sizes

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
        is_hidden = step.slug in self._hidden
        quiz = QuizView(
            questions=self._sizes[step.slug],
            verdict=HANDED_IN if is_hidden else counting.verdict if counting else None,
            score=counting.score if counting and not is_hidden else None,
            running=running,
        )
        if running is not None and state == "open":
            state = "now"
        return StepView(
            "quiz", step.slug, definition.title, state, definition.time_limit_minutes, quiz
        )
