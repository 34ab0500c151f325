"""A question that an attempt was given in two places: a correction reaches both, and both back."""

from collections.abc import Callable

import pytest

from quizapp.features.attempts.models import Attempt
from quizapp.features.grading.commands import correcting
from quizapp.features.grading.models import ACCEPT, VOID
from quizapp.features.grading.queries import corrections, deciding
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.courses import enroll
from tests.factories.quizzes import make_quiz
from tests.integration.attempts.desk import WRONG
from tests.integration.grading.correcting import correct, dry_run, mark, result, undo

TWICE = {"sections": [{"items": ["nc-1", "nc-2", "nc-1"]}]}


@pytest.fixture
def quiz(site: Site, clinic: Clinic) -> str:
    assert clinic.course_id
    return make_quiz(site, "twice", **TWICE)


def sit(site: Site, person: Person, quiz: str, *, first: bool = False) -> Attempt:
    """Both places of the first question wrong, or only the second of them."""
    attempt = attempts.start(site, person, quiz)
    head = attempts.head_of(site, person, quiz, attempt.number)
    given = {1: None if first else WRONG[1], 2: None, 3: WRONG[1]}
    attempts.save(
        site, head, *[make_save(slot, answer) for slot, answer in given.items() if answer]
    )
    attempts.save(
        site, head, *[make_save(slot) for slot, answer in given.items() if answer is None]
    )
    return attempts.submit(site, person, attempt.id)


def marks(site: Site, attempt: Attempt) -> list[object]:
    return [mark(site, attempt, slot) for slot in (1, 2, 3)]


def test_both_places_change_and_the_result_counts_both(
    site: Site, clinic: Clinic, quiz: str
) -> None:
    attempt = sit(site, clinic.lea, quiz)
    assert result(site, attempt) == ("1", "3", "not_passed")
    before = marks(site, attempt)
    seen = dry_run(site, "nc-1", ACCEPT)
    assert (seen.looked_at, seen.changed, seen.people, seen.raised) == (1, 1, 1, 1)
    assert seen.flips == [("not_passed", "passed", 1)]
    assert [effect.after["points"] for effect in seen.effects] == ["3", "3"]
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert result(site, attempt) == ("3", "3", "passed")
    with site.reading(clinic.instructor.actor) as ctx:
        page = corrections.get_correction_page(ctx, made.code, 1)
    assert page.row.effects == 1
    assert [line.effect.slot for line in page.lines] == [1]
    undo(site, clinic.instructor, made)
    assert marks(site, attempt) == before
    assert result(site, attempt) == ("1", "3", "not_passed")


def test_one_of_two_places_changes_alone(site: Site, clinic: Clinic, quiz: str) -> None:
    attempt = sit(site, clinic.lea, quiz, first=True)
    correct(site, clinic.instructor, "nc-1", ACCEPT)
    assert result(site, attempt) == ("3", "3", "passed")


def test_a_question_that_counts_for_nothing_counts_nowhere(
    site: Site, clinic: Clinic, quiz: str
) -> None:
    attempt = sit(site, clinic.lea, quiz)
    correct(site, clinic.instructor, "nc-1", VOID)
    assert result(site, attempt) == ("1", "1", "passed")


def test_an_attempt_handed_in_later_is_corrected_in_both_places(
    site: Site, clinic: Clinic, quiz: str
) -> None:
    running = attempts.start(site, clinic.leo, quiz)
    head = attempts.head_of(site, clinic.leo, quiz)
    attempts.save(site, head, *[make_save(slot, WRONG[1]) for slot in (1, 3)])
    correct(site, clinic.instructor, "nc-1", ACCEPT)
    attempts.submit(site, clinic.leo, running.id)
    assert result(site, running)[:2] == ("2", "3")


def test_a_slice_never_cuts_an_attempt_in_two(
    site: Site,
    clinic: Clinic,
    quiz: str,
    monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], None],
) -> None:
    monkeypatch.setattr(correcting, "AT_ONCE", 1)
    monkeypatch.setattr(correcting.apply_slice, "__defaults__", (1,))
    monkeypatch.setattr(correcting.undo_slice, "__defaults__", (1,))
    monkeypatch.setattr(deciding.chunk_of, "__kwdefaults__", {"after": 0, "limit": 1})
    monkeypatch.setattr(deciding, "CHUNK", 1)
    crowd = []
    for number in range(3):
        person = make_person(site, f"Person{number} More")
        enroll(site, person)
        crowd.append(sit(site, person, quiz))
    before = [marks(site, attempt) for attempt in crowd]
    assert dry_run(site, "nc-1", ACCEPT).changed == 3
    made = correct(site, clinic.instructor, "nc-1", ACCEPT)
    run_jobs()
    assert {result(site, attempt) for attempt in crowd} == {("3", "3", "passed")}
    undo(site, clinic.instructor, made)
    run_jobs()
    assert [marks(site, attempt) for attempt in crowd] == before
    with site.reading(clinic.instructor.actor) as ctx:
        details = corrections.get_correction(ctx, made.code).details
    assert (details["state"], details["done"]) == ("settled", 3)
