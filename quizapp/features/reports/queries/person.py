"""One person as a manager may see them: facts and topics, never answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from quizapp.domain.access.permissions import Permission
from quizapp.domain.completion import Module
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import CLOSED, OPEN, Attempt
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.features.courses.models import Course, Hazard, Objective
from quizapp.features.courses.queries import Outline
from quizapp.features.progress.queries.standing import carried_hazards, missed_hazards
from quizapp.features.quizzes.models import Quiz
from quizapp.features.reports.queries import records
from quizapp.features.reports.queries.records import Records, Taken
from quizapp.features.reports.queries.rows import team_names
from quizapp.features.reports.queries.scope import Choices
from quizapp.features.reports.queries.wording import state_of
from quizapp.features.teams.models import Membership
from quizapp.features.teams.queries import visible_learners
from quizapp.infrastructure.context import Context

HANDED_IN, RUNNING = "handed_in", "running"
"""Beside the verdicts: a result that is held back, and an attempt that is not over."""


@dataclass(frozen=True, slots=True)
class QuizLine:
    """How a quiz stands: the verdict of the attempt that counts, None before the first."""

    title: str
    verdict: str | None
    score: float | None
    missed: int | None


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module with what was done of it."""

    number: int
    title: str
    lessons_done: int
    lessons: int
    quizzes: Sequence[QuizLine]


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with where the person stands."""

    course: Course
    state: str
    steps_done: int
    steps: int
    started_at: datetime
    completed_at: datetime | None
    modules: Sequence[ModuleLine]


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """The facts about an attempt."""

    course: Course
    quiz: Quiz
    attempt: Attempt
    verdict: str
    score: float | None
    missed: int | None


@dataclass(frozen=True, slots=True)
class MissedHazard:
    """A safety-critical topic missed in an attempt that counts, and where to read about it."""

    hazard: Hazard
    course: Course
    quiz: Quiz
    attempt: Attempt
    was_certain: bool
    is_carried: bool
    """Whether it was missed in an earlier attempt and not asked in this one."""
    module: str | None
    is_lesson_done: bool


@dataclass(frozen=True, slots=True)
class ObjectiveFigures:
    """Points reached and possible at an objective, in the attempts that count."""

    objective: Objective
    points: Fraction
    items: int

    @property
    def share(self) -> Fraction:
        return self.points / self.items


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything the page of a person shows."""

    user: User
    teams: Sequence[str]
    courses: Sequence[CourseLine]
    attempts: Sequence[AttemptLine]
    missed: Sequence[MissedHazard]
    objectives: Sequence[tuple[Course, Sequence[ObjectiveFigures]]]

    @property
    def first_name(self) -> str:
        return (self.user.name.split() or [""])[0]


def get_person(ctx: Context, choices: Choices, code: str) -> PersonPage:
    """Raises NotFound for people the actor does not follow, as for those who do not exist."""
    user = ctx.session.scalar(
        select(User).where(User.code == code, visible_learners(ctx, Permission.REPORT_READ))
    )
    if user is None:
        raise NotFound
    found = records.get_records(ctx, user.id)
    build = _PageBuilder(ctx, found)
    return PersonPage(
        user=user,
        teams=team_names(ctx, choices, Membership.user_id == user.id).get(user.id, ()),
        courses=[build.course(entry) for entry in found.taken],
        attempts=build.attempts(),
        missed=build.missed(),
        objectives=build.objectives(),
    )


class _PageBuilder:
    """Turns records into lines."""

    def __init__(self, ctx: Context, found: Records) -> None:
        self._ctx = ctx
        self._releases = Releases(ctx)
        self._found = found
        self._courses = {entry.course.id: entry.course for entry in found.taken}

    def course(self, entry: Taken) -> CourseLine:
        outline = self._found.outlines[entry.course.id]
        return CourseLine(
            course=entry.course,
            state=state_of(entry.progress.state, entry.progress.hazards_missed),
            steps_done=entry.progress.steps_done,
            steps=entry.progress.steps_total,
            started_at=entry.enrollment.enrolled_at,
            completed_at=entry.progress.completed_at,
            modules=[
                self._module(entry.course.id, outline, number, module)
                for number, module in enumerate(outline.modules, 1)
            ],
        )

    def attempts(self) -> list[AttemptLine]:
        """All of them, the latest first."""
        lines = [
            self._attempt(self._found.quizzes[quiz_id], attempt)
            for quiz_id, attempts in self._found.attempts.items()
            for attempt in attempts
        ]
        return sorted(lines, key=lambda line: line.attempt.started_at, reverse=True)

    def missed(self) -> list[MissedHazard]:
        """As many as the report counts: those of the graded attempts that count now."""
        graded = [a for quiz_id, a in self._found.counting.items() if self._is_graded(quiz_id)]
        certain = records.list_certain_misses(self._ctx, [attempt.id for attempt in graded])
        return [
            self._hazard(attempt, hazard, was_certain=(attempt.id, code) in certain)
            for attempt in graded
            for code in missed_hazards(attempt)
            if (hazard := self._found.hazards.get((attempt.course_id, code))) is not None
        ]

    def objectives(self) -> list[tuple[Course, list[ObjectiveFigures]]]:
        """By course, the weakest first; of graded attempts whose score the person was told."""
        counting = {
            attempt.id: attempt.course_id
            for quiz_id, attempt in self._found.counting.items()
            if self._is_graded(quiz_id) and self._is_released(quiz_id)
        }
        totals: dict[tuple[int, str], tuple[Fraction, int]] = {}
        for attempt_id, codes, share in records.list_marked(self._ctx, list(counting)):
            for code in codes:
                key = (counting[attempt_id], code)
                points, items = totals.get(key, (Fraction(0), 0))
                totals[key] = (points + share, items + 1)
        figures: dict[int, list[ObjectiveFigures]] = {}
        for key, objective in self._found.objectives.items():
            if key in totals:
                figures.setdefault(key[0], []).append(ObjectiveFigures(objective, *totals[key]))
        return [
            (entry.course, sorted(figures[entry.course.id], key=lambda one: one.share))
            for entry in self._found.taken
            if entry.course.id in figures
        ]

    def _module(self, course_id: int, outline: Outline, number: int, module: Module) -> ModuleLine:
        lessons = [step.slug for step in module.steps if step.kind == "lesson"]
        quizzes = [
            self._quiz(quiz)
            for step in module.steps
            if step.kind == "quiz" and (quiz := self._found.quiz_of(course_id, step.slug))
        ]
        return ModuleLine(
            number=number,
            title=outline.texts[module.slug].title,
            lessons_done=sum((course_id, slug) in self._found.lessons_done for slug in lessons),
            lessons=len(lessons),
            quizzes=quizzes,
        )

    def _quiz(self, quiz: Quiz) -> QuizLine:
        counting = self._found.counting.get(quiz.id)
        if counting is not None:
            line = self._attempt(quiz, counting)
            return QuizLine(quiz.title, line.verdict, line.score, line.missed)
        is_running = any(a.state == OPEN for a in self._found.attempts.get(quiz.id, ()))
        return QuizLine(quiz.title, RUNNING if is_running else None, None, None)

    def _attempt(self, quiz: Quiz, attempt: Attempt) -> AttemptLine:
        course = self._courses[attempt.course_id]
        if attempt.state != CLOSED:
            return AttemptLine(course, quiz, attempt, RUNNING, None, None)
        missed = len(missed_hazards(attempt)) if self._is_graded(quiz.id) else None
        if not self._is_released(quiz.id):
            return AttemptLine(course, quiz, attempt, HANDED_IN, None, missed)
        verdict = attempt.verdict or ""
        score = None if verdict == "pending" else attempt.score
        return AttemptLine(course, quiz, attempt, verdict, score, missed)

    def _hazard(self, attempt: Attempt, hazard: Hazard, *, was_certain: bool) -> MissedHazard:
        course_id, slug = attempt.course_id, hazard.lesson_slug
        module = self._found.outlines[course_id].module_of("lesson", slug) if slug else None
        return MissedHazard(
            hazard=hazard,
            course=self._courses[course_id],
            quiz=self._found.quizzes[attempt.quiz_id],
            attempt=attempt,
            was_certain=was_certain,
            is_carried=hazard.code in carried_hazards(attempt),
            module=module.slug if module else None,
            is_lesson_done=(course_id, slug) in self._found.lessons_done,
        )

    def _is_graded(self, quiz_id: int) -> bool:
        return self._found.is_graded(quiz_id)

    def _is_released(self, quiz_id: int) -> bool:
        """Whether the person has been told the score: a manager does not hear it first."""
        definition = self._found.definitions.get(quiz_id)
        return definition is None or self._releases.of(definition, quiz_id).score
