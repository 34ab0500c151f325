"""Minutes for a running attempt, attempts beyond the cap: given once, with a reason, on record."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import AccessDenied, Invalid
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import extending
from quizapp.features.attempts.commands.extending import AttemptsLeft, NoCap, OwnAttempt, TimeMoved
from quizapp.features.attempts.commands.retiming import AttemptFinished, NoTimeLimit
from quizapp.features.attempts.commands.saving import AttemptClosed
from quizapp.features.attempts.commands.starting import NoAttemptsLeft
from quizapp.features.attempts.models import CLOSED, OPEN, Attempt, ExtraAttempt
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.adjustments import (
    agree,
    attempt_of,
    changes_of,
    give_attempt,
    give_minutes,
)
from tests.factories.attempts import FINAL
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.courses import enroll
from tests.factories.crowd import at_once
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything
from tests.integration.attempts.conftest import Way

MINUTE = timedelta(minutes=1)
OVERVIEW = f"/teach/quizzes/{COURSE}/{FINAL}"
ATTEMPT = f"/courses/{COURSE}/quizzes/{FINAL}/attempt-1"


@pytest.fixture
def teacher(client_as: Callable[[Role], Visitor]) -> Visitor:
    return client_as(Role.INSTRUCTOR)


def time_page(person: Person, number: int = 1) -> str:
    return f"{OVERVIEW}/{person.code}/attempt-{number}/time"


def use_up(site: Site, person: Person) -> None:
    for _ in range(3):
        attempts.submit(site, person, attempts.start(site, person).id)


def test_minutes_move_the_end_and_nothing_else(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempt, other = attempts.start(site, clinic.lea), attempts.start(site, clinic.leo)
    clock.advance(minutes=3)
    give_minutes(site, attempt.id, 10, clinic.instructor)
    give_minutes(site, attempt.id, 5, clinic.instructor)
    now = attempt_of(site, attempt.id)
    assert (now.due_at, now.hard_at) == (
        START + 35 * MINUTE,
        START + 35 * MINUTE + timedelta(seconds=30),
    )
    assert [(c.kind, c.seconds, c.by_id) for c in changes_of(site, attempt.id)] == [
        ("minutes", 600, clinic.instructor.id),
        ("minutes", 300, clinic.instructor.id),
    ]
    assert attempt_of(site, other.id).due_at == START + 20 * MINUTE


def test_a_save_in_the_given_time_counts(
    site: Site, clinic: Clinic, clock: FrozenClock, way: Way
) -> None:
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    give_minutes(site, attempt.id, 10, clinic.instructor)
    edge = START + 30 * MINUTE + timedelta(seconds=30)
    (outcome,) = way(head, [attempts.make_save(1)], edge)
    assert outcome.is_saved
    with pytest.raises(AttemptClosed):
        way(head, [attempts.make_save(2)], edge + timedelta(microseconds=1))
    assert clock.now == START


@pytest.mark.parametrize(
    ("minutes", "reason", "field"),
    [
        (0, "Why", "minutes"),
        (-5, "Why", "minutes"),
        (241, "Why", "minutes"),
        (5, " ", "reason"),
        (5, "x" * 501, "reason"),
    ],
)
def test_wrong_minutes_are_refused(
    site: Site, clinic: Clinic, minutes: int, reason: str, field: str
) -> None:
    attempt = attempts.start(site, clinic.lea)
    with pytest.raises(Invalid) as refused:
        site.perform(
            extending.give_minutes, attempt.id, minutes, reason, attempt.due_at,
            actor=clinic.instructor.actor,
        )  # fmt: skip
    assert refused.value.field == field
    assert changes_of(site, attempt.id) == []


def test_only_instructors_of_the_course_may(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    for person in (clinic.lea, clinic.leo, clinic.manager, clinic.administrator):
        with pytest.raises(AccessDenied):
            give_minutes(site, attempt.id, 5, person)
        with pytest.raises(AccessDenied):
            give_attempt(site, clinic.lea, person)
    assert changes_of(site, attempt.id) == []


def test_nobody_gives_themselves_time(site: Site, clinic: Clinic) -> None:
    both = make_person(site, "Bea Both", grants=[Role.LEARNER, Grant(Role.INSTRUCTOR)])
    enroll(site, both)
    attempt = attempts.start(site, both)
    with pytest.raises(OwnAttempt):
        give_minutes(site, attempt.id, 5, both)
    with pytest.raises(OwnAttempt):
        give_attempt(site, both, both)
    give_minutes(site, attempt.id, 5, clinic.instructor)


def test_a_finished_attempt_gets_no_more_time(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempt, other = attempts.start(site, clinic.lea), attempts.start(site, clinic.leo)
    attempts.submit(site, clinic.lea, attempt.id)
    clock.advance(minutes=20, seconds=31)  # Leo's is over, though the worker has not come by yet
    before = everything(site)
    for finished in (attempt, other):
        with pytest.raises(AttemptFinished):
            give_minutes(site, finished.id, 5, clinic.instructor)
    assert everything(site) == before


def test_without_a_limit_there_is_nothing_to_add_to(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea, attempts.WARM_UP)
    with pytest.raises(NoTimeLimit):
        give_minutes(site, attempt.id, 5, clinic.instructor)


def test_a_window_is_moved_by_minutes(site: Site, clinic: Clinic) -> None:
    slug = make_quiz(site, window={"closes": START + 10 * MINUTE})
    attempt = attempts.start(site, clinic.lea, slug)
    give_minutes(site, attempt.id, 5, clinic.instructor)
    assert attempt_of(site, attempt.id).due_at == START + 15 * MINUTE


def test_the_same_form_sent_twice_gives_once(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)

    def work(by: Person) -> Attempt:
        return site.perform(
            extending.give_minutes, attempt.id, 10, "An alarm", attempt.due_at, actor=by.actor
        )

    second = make_person(site, "Ines Second", grants=[Role.INSTRUCTOR])
    found = at_once([partial(work, clinic.instructor), partial(work, second)] * 3)
    refused = [result for result in found if isinstance(result, Exception)]
    assert len(refused) == 5
    assert {type(result) for result in refused} == {TimeMoved}
    assert attempt_of(site, attempt.id).due_at == START + 30 * MINUTE


def test_extending_and_closing_at_once_end_in_one_of_the_two(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    """At the last moment of grace the extension wins; a microsecond later the worker does."""
    for late in (timedelta(0), timedelta(microseconds=1)):
        attempt = attempts.start(site, clinic.lea)
        assert attempt.hard_at is not None
        clock.now = attempt.hard_at + late
        works: list[Callable[[], Any]] = [
            partial(give_minutes, site, attempt.id, 10, clinic.instructor),
            partial(jobs.close_overdue, site),
        ]
        given = at_once(works * 2)[0::2]
        now = attempt_of(site, attempt.id)
        if late:
            assert [type(result) for result in given] == [AttemptFinished] * 2
            assert (now.state, now.submitted_by) == (CLOSED, "deadline")
            assert now.submitted_at == attempt.due_at
        else:
            assert now.state == OPEN
            assert now.due_at is not None
            assert attempt.due_at is not None
            assert now.due_at > attempt.due_at
            attempts.submit(site, clinic.lea, attempt.id)


def test_the_worker_leaves_what_was_extended_after_it_looked(
    site: Site, clinic: Clinic, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its list of overdue attempts and its turn to close one, the end moves."""
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=20, seconds=31)
    plain = site.perform

    def slowly(command: Any, *arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()

        def extend(ctx: Context) -> None:
            found = ctx.session.get_one(Attempt, attempt.id)
            assert found.hard_at is not None
            found.due_at, found.hard_at = START + 60 * MINUTE, START + 60 * MINUTE

        plain(extend)
        return plain(command, *arguments, **options)

    monkeypatch.setattr(site, "perform", slowly)
    jobs.close_overdue(site)
    assert attempt_of(site, attempt.id).state == OPEN


def test_an_extra_attempt_is_one_more_try(site: Site, clinic: Clinic) -> None:
    use_up(site, clinic.lea)
    with pytest.raises(NoAttemptsLeft):
        attempts.start(site, clinic.lea)
    give_attempt(site, clinic.lea, clinic.instructor)
    fourth = attempts.start(site, clinic.lea)
    assert fourth.number == 4
    attempts.submit(site, clinic.lea, fourth.id)
    with pytest.raises(NoAttemptsLeft):
        attempts.start(site, clinic.lea)
    use_up(site, clinic.leo)
    with pytest.raises(NoAttemptsLeft):
        attempts.start(site, clinic.leo)


def test_an_extra_attempt_is_for_who_has_none_left(site: Site, clinic: Clinic) -> None:
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    with pytest.raises(AttemptsLeft):
        give_attempt(site, clinic.lea, clinic.instructor)
    attempts.start(site, clinic.lea, attempts.WARM_UP)
    with pytest.raises(NoCap):
        give_attempt(site, clinic.lea, clinic.instructor, attempts.WARM_UP)


def test_two_instructors_at_once_give_one(site: Site, clinic: Clinic) -> None:
    use_up(site, clinic.lea)
    second = make_person(site, "Ines Second", grants=[Role.INSTRUCTOR])
    found = at_once(
        [partial(give_attempt, site, clinic.lea, by) for by in (clinic.instructor, second)] * 3
    )
    assert sorted(type(result).__name__ for result in found) == ["AttemptsLeft"] * 5 + ["NoneType"]
    with site.reading() as ctx:
        assert ctx.session.query(ExtraAttempt).count() == 1


def test_a_voided_attempt_is_no_try(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    use_up(site, clinic.lea)

    def void(ctx: Context) -> None:
        ctx.session.query(Attempt).filter(Attempt.number == 2).update({"voided_at": clock.now})

    site.perform(void)
    assert attempts.start(site, clinic.lea).number == 4


def test_an_instructor_gives_time_in_a_browser(
    site: Site, app: Flask, clinic: Clinic, teacher: Visitor, clock: FrozenClock
) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=1)
    page = time_page(clinic.lea)
    assert page in teacher.get(OVERVIEW).text
    assert attempt.due_at is not None
    fields = {"minutes": "15", "reason": "A fire alarm", "seen": attempt.due_at.isoformat()}
    answer = teacher.fill(page, fields)
    assert (answer.status_code, answer.location) == (303, OVERVIEW)
    assert "Lea Learner has 15 minutes more, until 09:35." in teacher.get(OVERVIEW).text
    again = teacher.send(page, fields)
    assert again.status_code == 409
    assert "was moved after you opened the page" in again.text
    assert "“A fire alarm”" in again.text
    learner = app.test_client()
    assert isinstance(learner, Visitor)
    learner.sign_in(clinic.lea)
    told = learner.get(f"{ATTEMPT}/time", headers={"Accept": "application/json"}).get_json()
    assert told == {
        "is_open": True,
        "seconds_left": 34 * 60,
        "said": "Your time was extended to 09:35.",
        "finish": "Finish by 09:35 (UTC)",
    }
    assert 'data-ends-in="2040"' in learner.get(f"{ATTEMPT}/question-1").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minutes": "soon", "reason": "x"}, "Enter a whole number of minutes, such as 15"),
        ({"minutes": "", "reason": "x"}, "Enter a whole number from 1 to 240."),
        ({"minutes": "1e9", "reason": "x"}, "Enter a whole number of minutes, such as 15"),
        ({"minutes": "1e999999", "reason": "x"}, "Enter a whole number of minutes, such as 15"),
        ({"minutes": "-15", "reason": "x"}, "Enter a whole number of minutes, such as 15"),
        ({"minutes": "9" * 400, "reason": "x"}, "Enter a whole number of minutes, such as 15"),
        ({"minutes": "241", "reason": "x"}, "Enter a whole number from 1 to 240."),
        ({"minutes": "5", "reason": ""}, "Say why"),
    ],
)
def test_wrong_input_comes_back(
    site: Site, clinic: Clinic, teacher: Visitor, fields: dict[str, str], words: str
) -> None:
    attempts.start(site, clinic.lea)
    before = everything(site)
    answer = teacher.send(time_page(clinic.lea), fields)
    assert answer.status_code == 422
    (wrong,) = [name for name in fields if f'id="{name}-error"' in answer.text]
    assert words in answer.text.partition(f'id="{wrong}-error"')[2].partition("</p>")[0]
    assert everything(site) == before


@pytest.mark.parametrize("seen", ["", "x", "2026-03-02T09:20:00", "9" * 400])
def test_a_form_with_another_end_changes_nothing(
    site: Site, clinic: Clinic, teacher: Visitor, seen: str
) -> None:
    attempts.start(site, clinic.lea)
    before = everything(site)
    fields = {"minutes": "5", "reason": "x", "seen": seen}
    assert teacher.send(time_page(clinic.lea), fields).status_code == 409
    assert everything(site) == before


def test_the_page_of_a_finished_attempt_shows_the_way_on(
    site: Site, clinic: Clinic, teacher: Visitor
) -> None:
    attempt = attempts.start(site, clinic.lea)
    attempts.submit(site, clinic.lea, attempt.id)
    page = teacher.get(time_page(clinic.lea)).text
    assert "This attempt is finished" in page
    assert f"{OVERVIEW}/{clinic.lea.code}/extra-attempt" in page
    assert attempt.due_at is not None
    fields = {"minutes": "5", "reason": "x", "seen": attempt.due_at.isoformat()}
    before = everything(site)
    answer = teacher.send(time_page(clinic.lea), fields)
    assert answer.status_code == 409
    assert "its time cannot be changed" in answer.text
    assert everything(site) == before


def test_an_extra_attempt_in_a_browser(
    site: Site, app: Flask, clinic: Clinic, teacher: Visitor
) -> None:
    page = f"{OVERVIEW}/{clinic.lea.code}/extra-attempt"
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    assert "2 attempts are left" in teacher.get(page).text
    assert teacher.send(page, {"reason": "x"}).status_code == 409
    for _ in range(2):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    assert page in teacher.get(OVERVIEW).text
    assert teacher.send(page, {"reason": ""}).status_code == 422
    answer = teacher.fill(page, {"reason": "The power was out"})
    assert (answer.status_code, answer.location) == (303, OVERVIEW)
    assert "Lea Learner can start one more attempt." in teacher.get(OVERVIEW).text
    again = teacher.send(page, {"reason": "The power was out"})
    assert again.status_code == 409
    assert "No extra one is needed." in again.text
    learner = app.test_client()
    assert isinstance(learner, Visitor)
    learner.sign_in(clinic.lea)
    start = " ".join(learner.get(f"/courses/{COURSE}/quizzes/{FINAL}").text.split())
    assert "<dd>1 <small>of 4</small></dd>" in start
    result = learner.get(f"/courses/{COURSE}/quizzes/{FINAL}/attempt-3/result").text
    assert "1 attempt left." in result


def test_what_is_not_there_is_not_found(site: Site, clinic: Clinic, teacher: Visitor) -> None:
    attempts.start(site, clinic.lea)
    before = everything(site)
    for path in (
        time_page(clinic.lea, 2),
        time_page(clinic.leo),
        f"{OVERVIEW}/{clinic.leo.code}/extra-attempt",
        f"/teach/quizzes/{COURSE}/none/{clinic.lea.code}/attempt-1/time",
    ):
        assert teacher.get(path).status_code == 404, path
        assert teacher.send(path, {"minutes": "5", "reason": "x"}).status_code == 404, path
    assert everything(site) == before


def test_the_overview_says_that_extra_time_applies(
    site: Site, clinic: Clinic, teacher: Visitor
) -> None:
    agree(site, clinic.lea, clinic.manager)
    attempts.start(site, clinic.lea)
    attempts.start(site, clinic.leo)
    assert teacher.get(OVERVIEW).text.count("Extra time") == 1


def test_a_head_knows_the_moved_end(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    give_minutes(site, attempt.id, 7, clinic.instructor)
    head = attempts.head_of(site, clinic.lea)
    assert head.end.due_at == START + 27 * MINUTE
