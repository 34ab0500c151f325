"""Marks corrected after the fact: as the dry run showed, never past a missed hazard, and back."""

import threading
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from quizapp.domain.errors import AccessDenied, NotFound
from quizapp.features.attempts.models import Attempt
from quizapp.features.grading.commands import correcting
from quizapp.features.grading.commands.correcting import (
    AlreadyUndone,
    DryRunChanged,
    LaterCorrection,
    StillAtWork,
)
from quizapp.features.grading.models import (
    ACCEPT,
    FULL_MARKS,
    NEW_KEY,
    VOID,
    Correction,
    CorrectionEffect,
)
from quizapp.features.grading.queries import dry_runs
from quizapp.features.grading.queries.dry_runs import NothingToCorrect
from quizapp.features.progress.models import CourseProgress
from quizapp.features.questions import queries as question_queries
from quizapp.infrastructure.site import Site
from quizapp.question_types.accepting import Accepted
from tests.factories import attempts, progress
from tests.factories.accounts import Person, make_person
from tests.factories.attempts import KEYS, make_save
from tests.factories.clinic import Clinic
from tests.factories.courses import enroll
from tests.integration.admin.watching import actions, counted, everything
from tests.integration.attempts.desk import WRONG
from tests.integration.grading.correcting import (
    B_TOO,
    correct,
    dry_run,
    mark,
    new_key,
    result,
    sit,
    undo,
)

HALF = Fraction(1, 2)


def test_another_answer_counts_as_right_too(site: Site, clinic: Clinic) -> None:
    wrong = sit(site, clinic.lea, {1: WRONG[1]})
    right = sit(site, clinic.leo)
    correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert result(site, wrong) == ("6", "6", "passed")
    assert mark(site, wrong, 1) == (1, None, False)
    assert result(site, right) == ("6", "6", "passed")


def test_a_hazard_answered_rightly_by_the_corrected_key_is_no_longer_missed(
    site: Site, clinic: Clinic
) -> None:
    attempt = sit(site, clinic.lea, {4: WRONG[4]})
    assert result(site, attempt)[2] == "not_safe"
    correct(site, clinic.instructor, "nc-4", ACCEPT)
    assert result(site, attempt) == ("6", "6", "passed")


@pytest.mark.parametrize("kind", [VOID, FULL_MARKS])
@pytest.mark.parametrize("is_never_lower", [False, True])
def test_a_missed_hazard_stays_missed(
    site: Site, clinic: Clinic, kind: str, *, is_never_lower: bool
) -> None:
    attempt = sit(site, clinic.lea, {4: WRONG[4]})
    correct(site, clinic.instructor, "nc-4", kind, is_never_lower=is_never_lower)
    points = {VOID: ("5", "5"), FULL_MARKS: ("6", "6")}[kind]
    assert result(site, attempt) == (*points, "not_safe")
    assert mark(site, attempt, 4)[0] == 0


def test_a_void_question_counts_for_nothing(site: Site, clinic: Clinic) -> None:
    wrong = sit(site, clinic.lea, {1: WRONG[1]})
    right = sit(site, clinic.leo)
    correct(site, clinic.instructor, "nc-1", VOID)
    assert result(site, wrong) == ("5", "5", "passed")
    assert result(site, right) == ("5", "5", "passed")


def test_never_lower_voids_only_where_it_does_not_hurt(site: Site, clinic: Clinic) -> None:
    helped = sit(site, clinic.lea, {1: WRONG[1]})
    hurt = sit(site, clinic.leo, {2: WRONG[2]})
    correct(site, clinic.instructor, "nc-1", VOID, is_never_lower=True)
    assert result(site, helped) == ("5", "5", "passed")
    assert result(site, hurt) == ("5", "6", "passed")


def test_full_marks_are_for_everybody(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {1: WRONG[1], 2: WRONG[2], 3: WRONG[3]})
    assert result(site, attempt) == ("3", "6", "not_passed")
    for code in ("nc-1", "nc-2"):
        correct(site, clinic.instructor, code, FULL_MARKS)
    assert result(site, attempt) == ("5", "6", "passed")


def test_full_marks_stay_whatever_a_later_key_says(site: Site, clinic: Clinic) -> None:
    right, wrong = sit(site, clinic.lea), sit(site, clinic.leo, {1: WRONG[1], 4: WRONG[4]})
    assert len(dry_run(site, "nc-1", FULL_MARKS).effects) == 1
    correct(site, clinic.instructor, "nc-1", FULL_MARKS)
    new_key(site, "nc-1", "c")
    made = correct(site, clinic.instructor, "nc-1", NEW_KEY)
    assert result(site, right)[0] == "6"
    assert mark(site, right, 1) == (0, 1, False)
    assert result(site, wrong) == ("5", "6", "not_safe")
    undo(site, clinic.instructor, made)
    assert mark(site, right, 1) == (1, None, False)


def test_the_newest_key_marks_older_answers(site: Site, clinic: Clinic) -> None:
    gains, loses = sit(site, clinic.lea, {1: WRONG[1]}), sit(site, clinic.leo)
    new_key(site, "nc-1", "b")
    assert result(site, gains)[0] == "5"
    correct(site, clinic.instructor, "nc-1", NEW_KEY)
    assert result(site, gains) == ("6", "6", "passed")
    assert result(site, loses) == ("5", "6", "passed")


def test_never_lower_keeps_points_but_not_safety(site: Site, clinic: Clinic) -> None:
    plain, critical = sit(site, clinic.lea), sit(site, clinic.leo)
    new_key(site, "nc-1", "b")
    new_key(site, "nc-4", "b")
    correct(site, clinic.instructor, "nc-1", NEW_KEY, is_never_lower=True)
    assert result(site, plain) == ("6", "6", "passed")
    assert mark(site, plain, 1) == (0, 1, False)
    correct(site, clinic.instructor, "nc-4", NEW_KEY, is_never_lower=True)
    assert result(site, critical) == ("6", "6", "not_safe")
    assert mark(site, critical, 4) == (0, 1, False)


def test_a_partly_right_answer_keeps_its_share_by_the_key(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {2: {"r1": {"choices": ["a"]}}})
    correct(site, clinic.instructor, "nc-2", FULL_MARKS)
    assert mark(site, attempt, 2) == (HALF, 1, False)


def test_an_accepted_option_of_several_may_be_left_out_or_chosen(
    site: Site, clinic: Clinic
) -> None:
    with_c = sit(site, clinic.lea, {2: {"r1": {"choices": ["a", "b", "c"]}}})
    without = sit(site, clinic.leo)
    correct(site, clinic.instructor, "nc-2", ACCEPT, accepted=Accepted("r1", "c"))
    assert result(site, with_c)[0] == result(site, without)[0] == "6"


def test_the_key_of_a_question_that_asks_something_else_marks_nothing(
    site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea)
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, "nc-1")
        body = question_queries.get_shown_version(ctx, question).body
    part = body["parts"][0]
    choices = [
        {**choice, "text": f"Another {number}"}
        for number, choice in enumerate(part["content"]["choices"])
    ]
    from tests.factories.questions import edit_question

    content = {**part["content"], "choices": choices}
    edit_question(site, "nc-1", body={"parts": [{**part, "content": content}]})
    with pytest.raises(NothingToCorrect):
        dry_run(site, "nc-1", NEW_KEY)


def test_a_key_of_before_does_not_survive_a_new_one(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {1: WRONG[1]})
    correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert result(site, attempt)[0] == "6"
    new_key(site, "nc-1", "c")
    correct(site, clinic.instructor, "nc-1", NEW_KEY)
    assert result(site, attempt)[0] == "5"


def test_undoing_restores_exactly(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1], 4: WRONG[4]})
    sit(site, clinic.leo, {2: {"r1": {"choices": ["a"]}}})
    new_key(site, "nc-1", "c")
    left_out = frozenset({"corrections", "correction_effects", "audit_events", "jobs"})
    changed_at = frozenset({"course_progress"})
    before = everything(site, besides=left_out | changed_at)
    made = [
        correct(site, clinic.instructor, "nc-1", ACCEPT),
        correct(site, clinic.instructor, "nc-1", NEW_KEY, is_never_lower=True),
        correct(site, clinic.instructor, "nc-1", FULL_MARKS),
        correct(site, clinic.instructor, "nc-1", VOID),
        correct(site, clinic.instructor, "nc-4", VOID),
        correct(site, clinic.instructor, "nc-2", FULL_MARKS),
    ]
    assert everything(site, besides=left_out | changed_at) != before
    for correction in reversed(made):
        undo(site, clinic.instructor, correction)
    assert everything(site, besides=left_out | changed_at) == before


def test_what_a_later_correction_builds_on_cannot_be_undone(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    first = correct(site, clinic.instructor, "nc-1", ACCEPT)
    second = correct(site, clinic.instructor, "nc-1", VOID)
    before = everything(site)
    with pytest.raises(LaterCorrection) as refusal:
        undo(site, clinic.instructor, first)
    assert refusal.value.values["code"] == second.code
    assert everything(site) == before
    undo(site, clinic.instructor, second)
    undo(site, clinic.instructor, first)
    with pytest.raises(AlreadyUndone):
        undo(site, clinic.instructor, first)


def test_a_dry_run_that_is_out_of_date_corrects_nothing(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    seen = dry_run(site, "nc-1", ACCEPT)
    sit(site, clinic.leo, {1: WRONG[1]})
    before = everything(site)
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, "nc-1")
    with pytest.raises(DryRunChanged):
        site.perform(
            correcting.correct_marks, question, seen.decision, "Why", seen.digest,
            actor=clinic.instructor.actor,
        )  # fmt: skip
    assert everything(site) == before


def test_the_dry_run_says_who_changes_and_how(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1], 2: WRONG[2]})
    sit(site, clinic.leo)
    new_key(site, "nc-4", "b")
    seen = dry_run(site, "nc-4", NEW_KEY)
    assert (seen.looked_at, len(seen.effects), seen.people) == (2, 2, 2)
    assert (seen.raised, seen.lowered, seen.newly_unsafe) == (0, 2, 2)
    assert seen.flips == [("not_passed", "not_safe", 1), ("passed", "not_safe", 1)]
    assert {line.name for line in seen.lines} == {"Lea Learner", "Leo Learner"}
    assert {line.quiz for line in seen.lines} == {"Final check"}


def test_the_dry_run_changes_nothing(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    before = everything(site)
    for kind in (ACCEPT, VOID, FULL_MARKS):
        dry_run(site, "nc-1", kind)
    assert everything(site) == before


def test_the_dry_run_asks_the_same_for_few_and_for_many(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    with counted(site) as few:
        dry_run(site, "nc-1", VOID)
    for number in range(8):
        person = make_person(site, f"Person{number} More")
        enroll(site, person)
        sit(site, person, {1: WRONG[1]})
    with counted(site) as many:
        assert len(dry_run(site, "nc-1", VOID).effects) == 9
    assert len(few) == len(many)


def test_an_open_attempt_is_corrected_when_it_is_handed_in(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, *[make_save(s, {**KEYS, 1: WRONG[1], 2: WRONG[2]}[s]) for s in KEYS])
    first = correct(site, clinic.instructor, "nc-1", ACCEPT)
    correct(site, clinic.instructor, "nc-2", VOID)
    done = attempts.submit(site, clinic.lea, attempt.id)
    assert (done.points, done.max_points, done.verdict) == ("5", "5", "passed")
    with site.reading() as ctx:
        count = ctx.session.scalar(select(func.count()).select_from(CorrectionEffect))
    assert count == 2
    assert actions(site)[-3:] == ["correction.applied", "correction.applied", "attempt.submitted"]
    undo(site, clinic.instructor, first)
    assert result(site, attempt) == ("4", "5", "passed")


def test_an_undone_correction_no_longer_waits_for_anybody(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    made = correct(site, clinic.instructor, "nc-1", FULL_MARKS)
    undo(site, clinic.instructor, made)
    assert attempts.submit(site, clinic.lea, attempt.id).points == "0"


def test_progress_follows_but_a_completion_stays(site: Site, clinic: Clinic) -> None:
    for slug in ("clean-needles", "safe-depth"):
        progress.complete_lesson(site, clinic.lea, slug)
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, attempts.WARM_UP).id)
    sit(site, clinic.lea, {4: WRONG[4]})
    assert course_state(site, clinic.lea) == "not_passed"
    made = correct(site, clinic.instructor, "nc-4", ACCEPT)
    assert course_state(site, clinic.lea) == "complete"
    undo(site, clinic.instructor, made)
    assert course_state(site, clinic.lea) == "complete"


def course_state(site: Site, person: Person) -> str:
    with site.reading() as ctx:
        return ctx.session.scalars(
            select(CourseProgress.state).where(CourseProgress.user_id == person.id)
        ).one()


def test_only_instructors_of_the_course_correct(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    made = correct(site, clinic.instructor, "nc-1", VOID)
    before = everything(site)
    for person in (clinic.lea, clinic.manager, clinic.administrator, clinic.guest_instructor):
        with pytest.raises((AccessDenied, NotFound)):
            correct(site, person, "nc-1", FULL_MARKS)
        with pytest.raises(AccessDenied):
            undo(site, person, made)
    assert everything(site) == before


@pytest.fixture
def _in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "AT_ONCE", 2)
    monkeypatch.setattr(correcting.apply_slice, "__defaults__", (2,))
    monkeypatch.setattr(correcting.undo_slice, "__defaults__", (2,))


@pytest.fixture
def crowd(site: Site, clinic: Clinic) -> list[Attempt]:
    """Five attempts with a wrong answer to the first question."""
    assert clinic.course_id
    found = []
    for number in range(5):
        person = make_person(site, f"Person{number} More")
        enroll(site, person)
        found.append(sit(site, person, {1: WRONG[1]}))
    return found


@pytest.mark.usefixtures("_in_slices")
def test_many_attempts_are_corrected_by_a_job(
    site: Site, clinic: Clinic, crowd: list[Attempt], run_jobs: object
) -> None:
    seen = dry_run(site, "nc-1", ACCEPT)
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert made.details["state"] == "applying"
    assert {result(site, attempt)[0] for attempt in crowd} == {"5"}
    with pytest.raises(StillAtWork):
        correct(site, clinic.instructor, "nc-1", VOID)
    with pytest.raises(StillAtWork):
        undo(site, clinic.instructor, made)
    run_jobs()  # type: ignore[operator]
    assert {result(site, attempt)[0] for attempt in crowd} == {"6"}
    assert effects_of(site, made) == len(seen.effects) == 5
    undo(site, clinic.instructor, made)
    run_jobs()  # type: ignore[operator]
    assert {result(site, attempt)[0] for attempt in crowd} == {"5"}


@pytest.mark.usefixtures("_in_slices")
def test_a_job_that_died_goes_on_where_it_was(
    site: Site, clinic: Clinic, crowd: list[Attempt]
) -> None:
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert site.perform(correcting.apply_slice, made.id)
    assert [result(site, attempt)[0] for attempt in crowd] == ["6", "6", "5", "5", "5"]
    late = sit(site, clinic.lea, {1: WRONG[1]})
    assert result(site, late)[0] == "6"
    while site.perform(correcting.apply_slice, made.id):
        pass
    assert {result(site, attempt)[0] for attempt in (*crowd, late)} == {"6"}
    assert effects_of(site, made) == 6
    assert not site.perform(correcting.apply_slice, made.id)


def effects_of(site: Site, correction: Correction) -> int:
    with site.reading() as ctx:
        count = ctx.session.scalar(
            select(func.count()).where(CorrectionEffect.correction_id == correction.id)
        )
    return count or 0


def test_two_at_once_make_two_corrections_one_after_the_other(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {1: WRONG[1]})
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, "nc-1")
    seen = dry_run(site, "nc-1", ACCEPT)
    barrier, outcomes = threading.Barrier(2), []

    def one() -> None:
        barrier.wait()
        try:
            site.perform(
                correcting.correct_marks, question, seen.decision, "Why", seen.digest,
                actor=clinic.instructor.actor,
            )  # fmt: skip
            outcomes.append("made")
        except DryRunChanged:
            outcomes.append("shown again")

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "shown again"]
    assert result(site, attempt)[0] == "6"


def test_a_hand_in_at_the_same_time_is_corrected_once(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, *[make_save(s, {**KEYS, 1: WRONG[1]}[s]) for s in KEYS])
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, "nc-1")
    seen = dry_run(site, "nc-1", ACCEPT)
    barrier = threading.Barrier(2)

    def hand_in() -> None:
        barrier.wait()
        attempts.submit(site, clinic.lea, attempt.id)

    thread = threading.Thread(target=hand_in)
    thread.start()
    barrier.wait()
    try:
        site.perform(
            correcting.correct_marks, question, seen.decision, "Why", seen.digest,
            actor=clinic.instructor.actor,
        )  # fmt: skip
    except DryRunChanged:
        thread.join()
        correct(site, clinic.instructor, "nc-1", ACCEPT)
    thread.join()
    assert result(site, attempt)[0] == "6"


def test_an_answer_no_version_has_cannot_be_accepted(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    for answer in (Accepted("r1", "a"), Accepted("r1", "z"), Accepted("r9", "b"), None):
        with pytest.raises(NothingToCorrect):
            dry_run(site, "nc-1", ACCEPT, accepted=answer)
    assert B_TOO in {a.accepted for a in choices(site).alternatives}


def choices(site: Site) -> dry_runs.Choices:
    with site.reading() as ctx:
        found = dry_runs.find_choices(ctx, question_queries.get_question(ctx, "nc-1"))
    assert found is not None
    return found
