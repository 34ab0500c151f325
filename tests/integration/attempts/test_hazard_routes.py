"""No route turns a missed hazard into a pass: whatever is done, in whatever order.

ROUTES lists everything that can touch the result of an attempt. A feature that adds a way to do so
adds a line: a function that takes a `Case` and a number to choose by.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quizapp import worker
from quizapp.domain.errors import Refusal
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import adjusting, extending, voiding
from quizapp.features.attempts.commands.adjusting import AdjustmentDraft
from quizapp.features.attempts.models import PASSED, Attempt, AttemptItem
from quizapp.features.attempts.queries import adjustments
from quizapp.features.grading.models import (
    ACCEPT,
    FULL_MARKS,
    NEW_KEY,
    VOID,
    Correction,
)
from quizapp.features.progress.models import COMPLETE, CourseProgress
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types.accepting import Accepted
from quizapp.question_types.item import Answer
from tests.factories import attempts, progress
from tests.factories.accounts import Person, make_person
from tests.factories.attempts import KEYS, make_save
from tests.factories.clinic import Clinic
from tests.factories.courses import enroll
from tests.factories.marking import (
    ESSAY,
    FULL,
    HALF,
    NONE,
    TEXT,
    make_essay,
    mark,
    mark_anew,
)
from tests.factories.quizzes import make_quiz
from tests.integration.attempts.desk import WRONG
from tests.integration.grading.correcting import correct, new_key, undo

HAZARD, SLOT, ESSAY_SLOT = "nc-4", 4, 7
OPTIONS = ("a", "b")
_numbers = count(1)


@pytest.fixture(autouse=True)
def _exam(site: Site) -> None:
    """The final check, with an essay at its end."""
    make_essay(site)
    make_exam(site, 75)


def make_exam(site: Site, pass_mark: int) -> None:
    make_quiz(
        site,
        attempts.FINAL,
        pass_mark=pass_mark,
        time_limit_minutes=20,
        attempts=3,
        sections=[
            {"items": ["nc-1", "nc-2", "nc-3", "nc-4"]},
            {"items": ["nc-case"], "minimum": 50},
            {"items": [ESSAY]},
        ],
    )


@dataclass
class Case:
    """A learner's attempt that missed a hazard, and the key in force as told by a simple model.

    `made` are the corrections of the hazard's question in force, oldest first, each with the
    options that were right (by version 1) before it.
    """

    site: Site
    clinic: Clinic
    person: Person
    attempt: Attempt
    right: frozenset[str] = frozenset({"a"})
    newest_key: str = "a"
    has_newer: bool = False
    """Whether a version was published after the one that was answered: its key can be applied."""
    made: list[tuple[Correction, frozenset[str]]] = field(default_factory=list)

    @property
    def is_missed(self) -> bool:
        """Whether what was answered (option b) is not right by the key in force."""
        return "b" not in self.right

    def accept(self, option: str) -> None:
        if option != "a":
            self._correct(ACCEPT, self.right | {option}, accepted=Accepted("r1", option))

    def apply_newest_key(self, *, is_never_lower: bool) -> None:
        right = frozenset({self.newest_key}) if self.has_newer else self.right
        self._correct(NEW_KEY, right, is_never_lower=is_never_lower)

    def change(self, kind: str, *, is_never_lower: bool) -> None:
        self._correct(kind, self.right, is_never_lower=is_never_lower)

    def undo_latest(self) -> None:
        if self.made:
            correction, before = self.made.pop()
            undo(self.site, self.clinic.instructor, correction)
            worker.sweep(self.site)  # many attempts are corrected by a job
            self.right = before

    def _correct(self, kind: str, right: frozenset[str], **options: Any) -> None:
        made = correct(self.site, self.clinic.instructor, HAZARD, kind, **options)
        worker.sweep(self.site)
        self.made.append((made, self.right))
        self.right = right


def retry(case: Case, number: int) -> None:
    """Another attempt, with no answer to the hazard and another answer wrong."""
    with suppress(Refusal):
        sit(case.site, case.person, {SLOT: {}, number % 3 + 1: WRONG[number % 3 + 1]})


def accept_an_option(case: Case, number: int) -> None:
    with suppress(Refusal):
        case.accept(OPTIONS[number % len(OPTIONS)])


def publish_another_key(case: Case, number: int) -> None:
    """Editing alone changes no finished attempt."""
    case.newest_key, case.has_newer = OPTIONS[number % len(OPTIONS)], True
    new_key(case.site, HAZARD, case.newest_key)


def apply_the_newest_key(case: Case, number: int) -> None:
    with suppress(Refusal):
        case.apply_newest_key(is_never_lower=bool(number % 2))


def void_the_question(case: Case, number: int) -> None:
    case.change(VOID, is_never_lower=bool(number % 2))


def give_full_marks(case: Case, number: int) -> None:
    case.change(FULL_MARKS, is_never_lower=bool(number % 2))


def correct_another_question(case: Case, number: int) -> None:
    kind = (VOID, FULL_MARKS, ACCEPT)[number % 3]
    accepted = Accepted("r1", "b") if kind == ACCEPT else None
    correct(case.site, case.clinic.instructor, "nc-1", kind, accepted=accepted)
    worker.sweep(case.site)


def undo_the_latest_correction(case: Case, _number: int) -> None:
    case.undo_latest()


def mark_by_hand(case: Case, number: int) -> None:
    """The essay: for the first time, anew, or in the place of the mark it has."""
    levels = (FULL, HALF, NONE)[number % 3]
    with suppress(Refusal):
        mark(case.site, case.clinic.instructor, case.attempt, levels, slot=ESSAY_SLOT)


def have_the_essay_marked_anew(case: Case, number: int) -> None:
    mark_anew(case.site, case.clinic.instructor, number)


def award_the_essay(case: Case, number: int) -> None:
    correct(case.site, case.clinic.instructor, ESSAY, (VOID, FULL_MARKS)[number % 2])
    worker.sweep(case.site)


def void_the_attempt(case: Case, _number: int) -> None:
    _perform(case, voiding.void_attempt, "The alarm rang.")


def let_it_count_again(case: Case, _number: int) -> None:
    _perform(case, voiding.restore_attempt)


def _perform(case: Case, command: Callable[..., None], *values: object) -> None:
    with case.site.reading() as ctx:
        attempt = ctx.session.get_one(Attempt, case.attempt.id)
    case.site.perform(command, attempt, *values, actor=case.clinic.instructor.actor)


def agree_an_adjustment(case: Case, number: int) -> None:
    def command(ctx: Context) -> None:
        present = adjustments.find_present(ctx, case.person.id)
        draft = AdjustmentDraft("1.50", number % 20, 0, "Reads slowly.")
        user = adjustments.get_person(ctx, case.person.code)
        adjusting.set_adjustment(ctx, user, draft, present.id if present else 0)

    with suppress(Refusal):
        case.site.perform(command, actor=case.clinic.administrator.actor)


def give_minutes(case: Case, number: int) -> None:
    """To an attempt that is finished: refused."""
    with suppress(Refusal):
        case.site.perform(
            extending.give_minutes, case.attempt.id, number % 60 + 1, "Alarm.", None,
            actor=case.clinic.instructor.actor,
        )  # fmt: skip


def give_an_extra_attempt(case: Case, _number: int) -> None:
    with case.site.reading() as ctx:
        quiz = ctx.session.get_one(Quiz, case.attempt.quiz_id)
        user = ctx.session.get_one(User, case.person.id)
    with suppress(Refusal):
        case.site.perform(
            extending.give_attempt, quiz, user, "Alarm.", actor=case.clinic.instructor.actor
        )


def lower_the_pass_mark(case: Case, number: int) -> None:
    """A new version of the quiz: attempts keep theirs."""
    make_exam(case.site, number % 50)


ROUTES: list[Callable[[Case, int], None]] = [
    retry,
    accept_an_option,
    publish_another_key,
    apply_the_newest_key,
    void_the_question,
    give_full_marks,
    correct_another_question,
    undo_the_latest_correction,
    mark_by_hand,
    have_the_essay_marked_anew,
    award_the_essay,
    void_the_attempt,
    let_it_count_again,
    agree_an_adjustment,
    give_minutes,
    give_an_extra_attempt,
    lower_the_pass_mark,
]


def sit(site: Site, person: Person, answers: dict[int, Answer]) -> Attempt:
    attempt = attempts.start(site, person)
    head = attempts.head_of(site, person, number=attempt.number)
    given = {**KEYS, **answers}
    given[ESSAY_SLOT] = {"r1": {"text": TEXT}}
    saves = [make_save(slot, answer) for slot, answer in given.items() if answer]
    attempts.save(site, head, *saves)
    return attempts.submit(site, person, attempt.id)


@contextmanager
def case_of(site: Site, clinic: Clinic, wrong: frozenset[int]) -> Iterator[Case]:
    """A newcomer who has done everything but the hazard; the question is as it was afterwards."""
    person = make_person(site, "Noa Newest", email=f"noa{next(_numbers)}@example.org")
    enroll(site, person)
    for slug in ("clean-needles", "safe-depth"):
        progress.complete_lesson(site, person, slug)
    attempts.submit(site, person, attempts.start(site, person, attempts.WARM_UP).id)
    answers = {slot: WRONG[slot] for slot in {*wrong, SLOT}}
    case = Case(site, clinic, person, sit(site, person, answers))
    mark_by_hand(case, 0)
    try:
        yield case
    finally:
        while case.made:
            case.undo_latest()
        if case.newest_key != "a":
            new_key(site, HAZARD, "a")


def verdicts(case: Case) -> tuple[str | None, bool]:
    """The attempt's verdict, and whether the course counts as complete."""
    with case.site.reading() as ctx:
        verdict = ctx.session.get_one(Attempt, case.attempt.id).verdict
        state = ctx.session.scalars(
            select(CourseProgress.state).where(CourseProgress.user_id == case.person.id)
        ).one()
    return verdict, state == COMPLETE


def test_no_route_turns_a_missed_hazard_into_a_pass(site: Site, clinic: Clinic) -> None:
    steps = st.lists(st.tuples(st.sampled_from(ROUTES), st.integers(0, 60)), max_size=7)
    wrong = st.frozensets(st.sampled_from([1, 2, 3, 5, 6]), max_size=3)

    # Making a failure smaller would take as long as a hundred more examples.
    @settings(
        max_examples=15,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(wrong=wrong, steps=steps)
    def holds(wrong: frozenset[int], steps: list[tuple[Callable[[Case, int], None], int]]) -> None:
        with case_of(site, clinic, wrong) as case:
            was_right = False
            for route, number in steps:
                route(case, number)
                was_right |= not case.is_missed
                verdict, is_complete = verdicts(case)
                if case.is_missed:
                    assert verdict != PASSED
                if not was_right:
                    assert not is_complete

    holds()


def test_each_route_does_something_by_itself(site: Site, clinic: Clinic) -> None:
    """A route that quietly stopped working would prove nothing."""
    with case_of(site, clinic, frozenset({1})) as case:
        retry(case, 0)
        publish_another_key(case, 1)
        apply_the_newest_key(case, 0)
        assert verdicts(case) == (PASSED, True)
        undo_the_latest_correction(case, 0)
        assert verdicts(case)[0] == "not_safe"
        for route in (void_the_question, give_full_marks, correct_another_question):
            before = len(marks(case))
            route(case, 0)
            assert before == len(marks(case))
            assert verdicts(case)[0] == "not_safe"
        assert any(is_void for _share, _awarded, is_void in marks(case))
        for number in (1, 2):
            given = marks(case)
            mark_by_hand(case, number)
            assert marks(case) != given
        have_the_essay_marked_anew(case, 0)
        mark_by_hand(case, 0)
        assert marks(case)[ESSAY_SLOT - 1][0] == "1"
        award_the_essay(case, 0)
        assert marks(case)[ESSAY_SLOT - 1][2]
        assert verdicts(case)[0] == "not_safe"
        void_the_attempt(case, 0)
        assert voided(case)
        let_it_count_again(case, 0)
        assert not voided(case)


def test_no_route_leads_past_a_question_of_the_hazard(site: Site, clinic: Clinic) -> None:
    """A quiz drawn by chance asks about it until it is right; one that cannot ask is not safe."""
    quiz = "drawn-check"
    sections = [{"draws": [{"count": 1, "types": ["single_best_answer", "true_false"]}]}]
    make_quiz(site, quiz, sections=[{"items": [HAZARD]}])
    missed = attempts.start(site, clinic.leo, quiz)
    attempts.submit(site, clinic.leo, missed.id)
    make_quiz(site, quiz, sections=sections)
    for _ in range(4):
        again = attempts.start(site, clinic.leo, quiz)
        with site.reading() as ctx:
            hazards = select(AttemptItem.hazard).where(AttemptItem.attempt_id == again.id)
            assert list(ctx.session.scalars(hazards)) == ["lung-injury"]
        assert attempts.submit(site, clinic.leo, again.id).verdict == "not_safe"
    make_quiz(site, quiz, sections=[{"items": ["nc-1"]}])
    last = attempts.start(site, clinic.leo, quiz)
    head = attempts.head_of(site, clinic.leo, quiz, last.number)
    attempts.save(site, head, make_save(1))
    done = attempts.submit(site, clinic.leo, last.id)
    assert (done.verdict, done.score) == ("not_safe", 1.0)


def test_the_model_knows_when_the_answer_becomes_right(site: Site, clinic: Clinic) -> None:
    with case_of(site, clinic, frozenset()) as case:
        accept_an_option(case, 1)
        assert not case.is_missed
        assert verdicts(case) == (PASSED, True)


def marks(case: Case) -> list[tuple[str | None, str | None, bool]]:
    with case.site.reading() as ctx:
        rows = ctx.session.execute(
            select(AttemptItem.share, AttemptItem.awarded, AttemptItem.is_void)
            .where(AttemptItem.attempt_id == case.attempt.id)
            .order_by(AttemptItem.slot)
        )
        return [(row.share, row.awarded, row.is_void) for row in rows]


def voided(case: Case) -> bool:
    with case.site.reading() as ctx:
        return ctx.session.get_one(Attempt, case.attempt.id).voided_at is not None
