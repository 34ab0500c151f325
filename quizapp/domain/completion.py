"""When a step, a module and a course count as done, and what is still locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.marking import Verdict


class CourseState(StrEnum):
    """Where an enrollment stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    NOT_PASSED = "not_passed"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson or quiz of a module, by its slug."""

    kind: str
    slug: str


@dataclass(frozen=True, slots=True)
class Module:
    """Steps in order, and the modules that have to be complete before."""

    slug: str
    steps: tuple[Step, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What completes the course: all lessons or none, and quizzes to pass."""

    needs_lessons: bool
    quizzes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody has done: lessons opened and completed, verdicts that count, by slug."""

    opened: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    verdicts: Mapping[str, Verdict] | None = None

    def verdict(self, quiz: str) -> Verdict | None:
        return (self.verdicts or {}).get(quiz)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a course is."""

    state: CourseState
    steps_done: int
    steps_total: int


_PASSED = frozenset({Verdict.PASSED, Verdict.DONE})


def is_done(step: Step, record: Record) -> bool:
    if step.kind == "lesson":
        return step.slug in record.completed
    return record.verdict(step.slug) in _PASSED


def is_begun(step: Step, record: Record) -> bool:
    if step.kind == "lesson":
        return step.slug in record.opened or step.slug in record.completed
    return record.verdict(step.slug) is not None


def is_module_done(module: Module, record: Record) -> bool:
    return all(is_done(step, record) for step in module.steps)


def waiting_for(module: Module, modules: Sequence[Module], record: Record) -> list[str]:
    """The modules that have to be completed before this one opens; empty when it is open."""
    by_slug = {known.slug: known for known in modules}
    return [
        slug
        for slug in module.after
        if slug in by_slug and not is_module_done(by_slug[slug], record)
    ]


def standing(modules: Sequence[Module], rule: Rule, record: Record) -> Standing:
    """Steps done of all, and the state of the whole."""
    steps = [step for module in modules for step in module.steps]
    done = sum(is_done(step, record) for step in steps)
    return Standing(_state(steps, rule, record, done), done, len(steps))


def _state(steps: Sequence[Step], rule: Rule, record: Record, done: int) -> CourseState:
    lessons = {step.slug for step in steps if step.kind == "lesson"}
    has_lessons = not rule.needs_lessons or lessons <= record.completed
    if has_lessons and all(record.verdict(quiz) in _PASSED for quiz in rule.quizzes) and steps:
        return CourseState.COMPLETE
    tried = {Verdict.NOT_PASSED, Verdict.NOT_SAFE}
    if any(record.verdict(step.slug) in tried for step in steps if step.kind == "quiz"):
        return CourseState.NOT_PASSED
    if done or any(is_begun(step, record) for step in steps):
        return CourseState.IN_PROGRESS
    return CourseState.NOT_STARTED
