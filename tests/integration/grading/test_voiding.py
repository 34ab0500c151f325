"""Voiding a whole attempt: it stays readable, counts for nothing, and can be undone."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import AccessDenied
from quizapp.features.attempts.commands import starting, voiding
from quizapp.features.attempts.commands.extending import OwnAttempt
from quizapp.features.attempts.commands.voiding import ReasonNeeded, StillOpen
from quizapp.features.attempts.models import Attempt
from quizapp.features.progress.models import CourseProgress
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.courses import enroll
from tests.factories.marking import QUIZ, hand_in, make_essay, make_marked_quiz
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, everything
from tests.integration.attempts.desk import WRONG, visible
from tests.integration.grading.correcting import sit
from tests.integration.grading.test_records import of_person

REASON = "The fire alarm rang."


def void(site: Site, person: Person, attempt: Attempt, reason: str = REASON) -> None:
    site.perform(voiding.void_attempt, attempt, reason, actor=person.actor)


def restore(site: Site, person: Person, attempt: Attempt) -> None:
    site.perform(voiding.restore_attempt, attempt, actor=person.actor)


def progress_of(site: Site, person: Person) -> CourseProgress:
    with site.reading() as ctx:
        return ctx.session.scalars(
            select(CourseProgress).where(CourseProgress.user_id == person.id)
        ).one()


def test_a_voided_attempt_counts_for_nothing(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea, {4: WRONG[4]})
    before = progress_of(site, clinic.lea)
    assert (before.state, before.hazards_missed) == ("not_passed", 1)
    void(site, clinic.instructor, attempt)
    after = progress_of(site, clinic.lea)
    assert (after.state, after.best_score, after.hazards_missed) == ("not_started", None, 0)
    restore(site, clinic.instructor, attempt)
    again = progress_of(site, clinic.lea)
    assert (again.state, again.best_score, again.hazards_missed) == (
        before.state, before.best_score, before.hazards_missed,
    )  # fmt: skip
    assert actions(site)[-2:] == ["attempt.voided", "attempt.restored"]


def test_it_gives_the_try_back(site: Site, clinic: Clinic) -> None:
    tries = [sit(site, clinic.lea, {4: WRONG[4]}) for _ in range(3)]
    with pytest.raises(starting.NoAttemptsLeft):
        attempts.start(site, clinic.lea)
    void(site, clinic.instructor, tries[1])
    assert attempts.start(site, clinic.lea).number == 4


def test_no_pause_is_asked_for_after_it(site: Site, clinic: Clinic) -> None:
    slug = make_quiz(site, "slow", cooling_off_minutes=60)
    attempt = attempts.start(site, clinic.lea, slug)
    attempts.submit(site, clinic.lea, attempt.id)
    with pytest.raises(starting.TooSoon):
        attempts.start(site, clinic.lea, slug)
    void(site, clinic.instructor, attempt)
    assert attempts.start(site, clinic.lea, slug).number == 2


def test_the_next_best_attempt_counts_instead(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1], 2: WRONG[2], 3: WRONG[3]})
    best = sit(site, clinic.lea)
    assert progress_of(site, clinic.lea).best_score == 1.0
    void(site, clinic.instructor, best)
    assert progress_of(site, clinic.lea).best_score == 0.5


def test_overviews_leave_it_out(
    client_as: Callable[[Role], Visitor], site: Site, clinic: Clinic
) -> None:
    author, manager = client_as(Role.INSTRUCTOR), client_as(Role.MANAGER)
    kept = sit(site, clinic.leo)
    attempt = sit(site, clinic.lea, {4: WRONG[4]})
    void(site, clinic.instructor, attempt)
    page = visible(author.get(f"/teach/quizzes/{COURSE}/final-check"))
    assert "1 finished attempt," in page
    assert "Voided" in page
    voided = author.get(f"/teach/quizzes/{COURSE}/final-check?verdict=voided")
    assert "1 attempt matches." in visible(voided)
    not_safe = author.get(f"/teach/quizzes/{COURSE}/final-check?verdict=not_safe")
    assert "0 attempts match." in visible(not_safe)
    person = visible(manager.get(f"/team/people/{clinic.lea.code}"))
    assert "Not safe yet" not in person
    assert kept.id


def test_nobody_voids_or_restores_their_own_attempt(site: Site, clinic: Clinic) -> None:
    both = make_person(site, "Bea Both", grants=[Role.LEARNER, Grant(Role.INSTRUCTOR)])
    enroll(site, both)
    attempt = sit(site, both)
    before = everything(site)
    with pytest.raises(OwnAttempt):
        void(site, both, attempt)
    assert everything(site) == before
    void(site, clinic.instructor, attempt)
    with pytest.raises(OwnAttempt):
        restore(site, both, attempt)


def test_an_open_attempt_cannot_be_voided(author: Visitor, site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    before = everything(site)
    with pytest.raises(StillOpen):
        void(site, clinic.instructor, attempt)
    path = f"{of_person(clinic.lea)}/void"
    assert "still open" in author.get(path).text
    assert author.send(path, {"reason": REASON}).status_code == 303
    assert everything(site) == before


def test_doing_either_twice_changes_nothing(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea)
    void(site, clinic.instructor, attempt)
    before = everything(site)
    void(site, clinic.instructor, attempt, "Another reason.")
    assert everything(site) == before
    restore(site, clinic.instructor, attempt)
    before = everything(site)
    restore(site, clinic.instructor, attempt)
    assert everything(site) == before


def test_two_at_once_void_it_once(site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea)
    barrier = threading.Barrier(2)

    def one() -> None:
        barrier.wait()
        void(site, clinic.instructor, attempt)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert actions(site).count("attempt.voided") == 1


def test_the_learner_reads_why(app: Flask, author: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    path = of_person(clinic.lea)
    answer = author.fill(f"{path}/void", {"reason": f"  {REASON} "})
    assert answer.location == path
    page = visible(author.get(path))
    assert REASON in page
    assert "Ina Instructor" in page
    lea = app.test_client()
    assert isinstance(lea, Visitor)
    lea.sign_in(clinic.lea)
    own = f"/courses/{COURSE}/quizzes/final-check"
    for where in (f"{own}/attempt-1/result", f"{own}/attempt-1/explained"):
        words = visible(lea.get(where))
        assert REASON in words
        assert "does not count as a try" in words
    assert "Voided" in visible(lea.get(own))
    assert "Voided" in visible(lea.get("/"))
    author.send(f"{path}/void", {"do": "undo"})
    assert REASON not in lea.get(f"{own}/attempt-1/result").text


def test_a_reason_is_needed(author: Visitor, site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea)
    before = everything(site)
    path = f"{of_person(clinic.lea)}/void"
    for reason in ("", "   ", "x" * 501):
        assert author.send(path, {"reason": reason}).status_code == 422
        with pytest.raises(ReasonNeeded):
            void(site, clinic.instructor, attempt, reason)
    assert everything(site) == before


def test_only_instructors_of_the_course_void(outsider: Visitor, site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea)
    before = everything(site)
    for person in (clinic.lea, clinic.manager, clinic.administrator, clinic.guest_instructor):
        with pytest.raises(AccessDenied):
            void(site, person, attempt)
        with pytest.raises(AccessDenied):
            restore(site, person, attempt)
    path = f"{of_person(clinic.lea)}/void"
    assert outsider.get(path).status_code == 404
    assert outsider.send(path, {"reason": REASON}).status_code == 404
    assert everything(site) == before


def test_answers_that_wait_are_not_promised_a_mark(
    app: Flask, author: Visitor, site: Site, clinic: Clinic
) -> None:
    make_essay(site)
    make_marked_quiz(site)
    attempt = hand_in(site, clinic.lea)
    at = f"/teach/quizzes/{COURSE}/{QUIZ}/{clinic.lea.code}/attempt-1"
    author.send(f"{at}/void", {"reason": REASON})
    assert attempt.verdict == "pending"
    assert "Nothing waits to be marked" in author.get("/teach/grading").text
    assert "Let it count again to have them marked." in author.get(at).text
    lea = app.test_client()
    assert isinstance(lea, Visitor)
    lea.sign_in(clinic.lea)
    own = f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-1"
    assert "wait to be marked" not in lea.get(f"{own}/result").text
    told = lea.get(f"{own}/explained").text
    assert "Nobody marks them now, so there is no verdict." in told
    assert "The verdict follows" not in told
