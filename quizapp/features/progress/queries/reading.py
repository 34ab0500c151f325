"""A lesson as one learner reads it: its place, its checks with their answers, its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from quizapp.domain.completion import Module, Step
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Enrollment, Lesson, LessonVersion
from quizapp.features.courses.queries import Outline
from quizapp.features.progress.models import CheckAnswer, LessonProgress
from quizapp.features.progress.queries.outline import ModuleView, StepView, get_course_page
from quizapp.infrastructure.context import Context
from quizapp.question_types import item


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
        answers={row.check_id: row.choice for row in answers},
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


@dataclass(frozen=True, slots=True)
class CheckView:
    """A knowledge check with the reader's last answer; feedback only once there is one."""

    name: str
    stem: str
    view: Any
    chosen: Any
    rationale: str

    @property
    def is_answered(self) -> bool:
        return self.chosen is not None


def list_checks(page: LessonPage) -> dict[str, CheckView]:
    """The checks of a lesson by name."""
    return {
        name: _check(name, stored, page.answers.get(name, ""))
        for name, stored in page.version.document["checks"].items()
    }


def option_values(stored: dict[str, Any]) -> list[str]:
    """What the form of a stored knowledge check can send."""
    content: Any = item.from_body(stored["body"]).parts[0].content
    return [str(place) for place, _ in enumerate(content.named(), 1)]


def _check(name: str, stored: dict[str, Any], choice: str) -> CheckView:
    part = item.from_body(stored["body"]).parts[0]
    content: Any = part.content
    presentation = {"order": [known for known, _ in content.named()]}
    fields = {"choice": [choice]} if choice in option_values(stored) else {}
    response = part.kind.read(content, presentation, fields, "choice")
    view = part.kind.answer_view(content, presentation, response)
    if response.is_empty:
        return CheckView(name, stored["stem"], view, None, "")
    feedback = part.kind.feedback_view(content, presentation, response)
    chosen = next(option for option in feedback.options if option.is_chosen)
    return CheckView(name, stored["stem"], view, chosen, stored["rationale"])
