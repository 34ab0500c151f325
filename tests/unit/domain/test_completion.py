"""When steps, modules and courses count as done, and what is locked."""

import pytest

from quizapp.domain import completion
from quizapp.domain.completion import CourseState, Module, Record, Rule, Standing, Step
from quizapp.domain.marking import Verdict

READ, TEST = Step("lesson", "read"), Step("quiz", "test")
LAST = Step("quiz", "last")
BASICS = Module("basics", (READ, TEST))
FINAL = Module("final", (LAST,), after=("basics",))
MODULES = (BASICS, FINAL)
RULE = Rule(needs_lessons=True, quizzes=frozenset({"last"}))


def record(*, opened: str = "", completed: str = "", **verdicts: Verdict) -> Record:
    return Record(frozenset(opened.split()), frozenset(completed.split()), verdicts)


@pytest.mark.parametrize(
    ("step", "done", "is_done", "is_begun"),
    [
        (READ, Record(), False, False),
        (READ, record(opened="read"), False, True),
        (READ, record(completed="read"), True, True),
        (TEST, Record(), False, False),
        (TEST, record(test=Verdict.NOT_PASSED), False, True),
        (TEST, record(test=Verdict.NOT_SAFE), False, True),
        (TEST, record(test=Verdict.PENDING), False, True),
        (TEST, record(test=Verdict.PASSED), True, True),
        (TEST, record(test=Verdict.DONE), True, True),
    ],
)
def test_a_step_is_done_by_completing_or_passing_it(
    step: Step, done: Record, *, is_done: bool, is_begun: bool
) -> None:
    assert completion.is_done(step, done) is is_done
    assert completion.is_begun(step, done) is is_begun


def test_a_module_waits_for_the_one_before_it() -> None:
    half = record(completed="read", test=Verdict.NOT_PASSED)
    assert completion.waiting_for(FINAL, MODULES, half) == ["basics"]


def test_a_module_opens_when_the_one_before_it_is_done() -> None:
    done = record(completed="read", test=Verdict.PASSED)
    assert completion.waiting_for(FINAL, MODULES, done) == []


def test_a_module_that_no_longer_exists_locks_nothing() -> None:
    orphan = Module("orphan", (LAST,), after=("gone",))
    assert completion.waiting_for(orphan, (orphan,), Record()) == []


@pytest.mark.parametrize(
    ("done", "state", "steps"),
    [
        (Record(), CourseState.NOT_STARTED, 0),
        (record(opened="read"), CourseState.IN_PROGRESS, 0),
        (record(completed="read"), CourseState.IN_PROGRESS, 1),
        (record(completed="read", last=Verdict.NOT_PASSED), CourseState.NOT_PASSED, 1),
        (record(last=Verdict.NOT_SAFE), CourseState.NOT_PASSED, 0),
        (record(last=Verdict.PENDING), CourseState.IN_PROGRESS, 0),
        (record(last=Verdict.PASSED), CourseState.IN_PROGRESS, 1),
        (record(completed="read", last=Verdict.PASSED), CourseState.COMPLETE, 2),
        (
            record(completed="read", last=Verdict.PASSED, test=Verdict.NOT_SAFE),
            CourseState.COMPLETE,
            2,
        ),
    ],
)
def test_the_course_stands_where_its_steps_are(
    done: Record, state: CourseState, steps: int
) -> None:
    assert completion.standing(MODULES, RULE, done) == Standing(state, steps, 3)


def test_lessons_may_not_be_needed() -> None:
    rule = Rule(needs_lessons=False, quizzes=frozenset({"last"}))
    found = completion.standing(MODULES, rule, record(last=Verdict.PASSED))
    assert found.state is CourseState.COMPLETE


def test_a_course_without_steps_is_never_complete() -> None:
    rule = Rule(needs_lessons=True, quizzes=frozenset())
    assert completion.standing((), rule, Record()).state is CourseState.NOT_STARTED
