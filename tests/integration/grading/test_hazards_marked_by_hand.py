"""A hazard in an essay: missed by its mark, it stays missed until its mark itself is full."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quizapp import worker
from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import Refusal
from quizapp.features.attempts.commands import voiding
from quizapp.features.attempts.models import PASSED, Attempt
from quizapp.features.grading.models import FULL_MARKS, VOID, Correction
from quizapp.features.grading.queries import marking
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person
from tests.factories.adjustments import attempt_of
from tests.factories.clinic import Clinic
from tests.factories.courses import enroll
from tests.factories.marking import (
    ESSAY,
    HALF,
    NONE,
    hand_in,
    make_essay,
    make_marked_quiz,
    mark,
    mark_anew,
    result_of,
)
from tests.integration.grading.correcting import correct, undo

ALMOST = {"order": "some", "reasons": "given"}
MISSED = (NONE, HALF, ALMOST)
"""Marks that are not full; the last one alone would be a pass by its points."""
_numbers = count(1)


@dataclass
class Case:
    """An attempt whose one safety-critical essay was marked as missed."""

    site: Site
    clinic: Clinic
    attempt: Attempt
    markers: tuple[Person, Person]
    made: list[Correction] = field(default_factory=list)


def mark_it(case: Case, number: int) -> None:
    with suppress(Refusal):
        mark(case.site, case.markers[number % 2], case.attempt, MISSED[number % 3])


def have_it_marked_anew(case: Case, number: int) -> None:
    mark_anew(case.site, case.clinic.instructor, number)


def correct_it(case: Case, number: int) -> None:
    kind = (VOID, FULL_MARKS)[number % 2]
    made = correct(case.site, case.clinic.instructor, ESSAY, kind, is_never_lower=number > 1)
    worker.sweep(case.site)
    case.made.append(made)


def undo_the_latest(case: Case, _number: int) -> None:
    if case.made:
        undo(case.site, case.clinic.instructor, case.made.pop())
        worker.sweep(case.site)


def void_or_restore(case: Case, _number: int) -> None:
    attempt = attempt_of(case.site, case.attempt.id)
    actor = case.clinic.instructor.actor
    if attempt.voided_at:
        case.site.perform(voiding.restore_attempt, attempt, actor=actor)
    else:
        case.site.perform(voiding.void_attempt, attempt, "The alarm rang.", actor=actor)


ROUTES: tuple[Callable[[Case, int], None], ...] = (
    mark_it,
    have_it_marked_anew,
    correct_it,
    undo_the_latest,
    void_or_restore,
)


def make_case(site: Site, clinic: Clinic) -> Case:
    person = make_person(site, "Noa Newest", email=f"noa{next(_numbers)}@example.org")
    enroll(site, person)
    grant = Grant(Role.INSTRUCTOR, course_id=clinic.course_id)
    email = f"ben{next(_numbers)}@example.org"
    ben = make_person(site, "Ben Second", grants=[grant], email=email)
    return Case(site, clinic, hand_in(site, person), (clinic.instructor, ben))


@pytest.mark.parametrize("is_double", [False, True])
def test_no_route_turns_it_into_a_pass(site: Site, clinic: Clinic, *, is_double: bool) -> None:
    make_essay(site, hazard="re-used-needle")
    make_marked_quiz(site, pass_mark=0, double_marking=is_double)
    steps = st.lists(st.tuples(st.sampled_from(ROUTES), st.integers(0, 5)), max_size=7)

    # Making a failure smaller would take as long as a hundred more examples.
    @settings(
        max_examples=15,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=steps)
    def holds(steps: list[tuple[Callable[[Case, int], None], int]]) -> None:
        case = make_case(site, clinic)
        for route, number in [(mark_it, 2), (mark_it, 5), *steps]:
            route(case, number)
            assert result_of(site, case.attempt)[1] != PASSED

    holds()


def test_each_route_does_something_by_itself(site: Site, clinic: Clinic) -> None:
    """A route that quietly stopped working would prove nothing."""
    make_essay(site, hazard="re-used-needle")
    make_marked_quiz(site, pass_mark=0)
    case = make_case(site, clinic)
    for number, route in enumerate((mark_it, *ROUTES[1:])):
        before = attempt_of(site, case.attempt.id), len(case.made), waiting(case)
        route(case, number)
        after = attempt_of(site, case.attempt.id), len(case.made), waiting(case)
        assert (before[0].verdict, before[0].voided_at, *before[1:]) != (
            after[0].verdict,
            after[0].voided_at,
            *after[1:],
        ), route


def waiting(case: Case) -> int:
    """How many answers the instructor has to mark."""
    with case.site.reading(case.clinic.instructor.actor) as ctx:
        return sum(row.to_mark for row in marking.list_queue(ctx))
