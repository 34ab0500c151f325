"""Standing adjustments: agreed by those who may, for every attempt, at once for running ones."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from quizapp.domain.access.roles import Grant, Role
from quizapp.domain.errors import AccessDenied, Invalid
from quizapp.features.accounts.models import User
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import adjusting
from quizapp.features.attempts.commands.adjusting import ChangedMeanwhile, OwnAdjustment
from quizapp.features.attempts.models import Accommodation, Attempt
from quizapp.features.attempts.queries import adjustments
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.adjustments import (
    agree,
    attempt_of,
    changes_of,
    end_agreement,
    give_minutes,
    make_agreement,
)
from tests.factories.attempts import FINAL
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.crowd import at_once
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

QUIZ = f"/courses/{COURSE}/quizzes/{FINAL}"
MINUTE = timedelta(minutes=1)
VALUES = {
    "factor": "1.25",
    "extra_minutes": "5",
    "break_minutes": "10",
    "reason": "Agreed in March",
    "seen": "0",
}


def page_of(person: Person) -> str:
    return f"/people/{person.code}/adjustment"


def browser(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


@pytest.fixture
def manager(client_as: Callable[[Role], Visitor]) -> Visitor:
    return client_as(Role.MANAGER)


def test_a_new_attempt_has_the_agreed_time(site: Site, clinic: Clinic) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement("1.50", extra=7, breaks=10))
    attempt = attempts.start(site, clinic.lea)
    assert attempt.due_at == START + 37 * MINUTE
    assert attempt.hard_at == START + 37 * MINUTE + timedelta(seconds=30)
    assert attempt.allowance == {"factor": "1.50", "extra_minutes": 7, "break_minutes": 10}
    assert attempts.start(site, clinic.leo).due_at == START + 20 * MINUTE


def test_a_quiz_without_a_limit_has_nothing_to_adjust(site: Site, clinic: Clinic) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement("2.00", breaks=60))
    attempt = attempts.start(site, clinic.lea, attempts.WARM_UP)
    assert (attempt.due_at, attempt.allowance) == (None, None)


def test_a_window_that_closes_does_not_cut_into_it(site: Site, clinic: Clinic) -> None:
    window = {"closes": START + 10 * MINUTE}
    slug = make_quiz(site, time_limit_minutes=20, window=window)
    agree(site, clinic.lea, clinic.manager, make_agreement("1.50"))
    assert attempts.start(site, clinic.lea, slug).due_at == START + 20 * MINUTE
    assert attempts.start(site, clinic.leo, slug).due_at == START + 10 * MINUTE


def test_a_running_attempt_profits_at_once(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=15)
    (extended,) = agree(site, clinic.lea, clinic.manager, make_agreement("1.50"))
    assert extended.id == attempt.id
    now = attempt_of(site, attempt.id)
    assert now.due_at == START + 30 * MINUTE  # from its start, not from now
    (change,) = changes_of(site, attempt.id)
    assert (change.kind, change.seconds, change.due_at) == ("adjustment", 600, now.due_at)
    assert (change.by_id, change.reason) == (clinic.manager.id, "")
    clock.advance(minutes=14)
    head = attempts.head_of(site, clinic.lea)
    (outcome,) = attempts.save(site, head, attempts.make_save())
    assert outcome.is_saved


def test_a_smaller_or_ended_adjustment_shortens_nothing(site: Site, clinic: Clinic) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement("2.00", breaks=30))
    attempt = attempts.start(site, clinic.lea)
    assert agree(site, clinic.lea, clinic.manager, make_agreement("1.10")) == []
    end_agreement(site, clinic.lea, clinic.manager)
    now = attempt_of(site, attempt.id)
    assert now.due_at == START + 40 * MINUTE
    assert now.allowance == {"factor": "2.00", "extra_minutes": 0, "break_minutes": 30}
    assert changes_of(site, attempt.id) == []
    attempts.submit(site, clinic.lea, attempt.id)
    after = attempts.start(site, clinic.lea)
    assert (after.due_at, after.allowance) == (START + 20 * MINUTE, None)


def test_minutes_given_before_stay_on_top(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    give_minutes(site, attempt.id, 4, clinic.instructor)
    agree(site, clinic.lea, clinic.manager, make_agreement("1.50"))
    agree(site, clinic.lea, clinic.manager, make_agreement("1.00", extra=20))
    assert attempt_of(site, attempt.id).due_at == START + 44 * MINUTE


def test_an_attempt_that_is_over_is_left_alone(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=20, seconds=31)
    assert agree(site, clinic.lea, clinic.manager, make_agreement("3.00")) == []
    assert attempt_of(site, attempt.id).due_at == START + 20 * MINUTE
    assert jobs.close_overdue(site) == 1
    assert attempt_of(site, attempt.id).submitted_by == "deadline"


def test_within_grace_it_still_helps(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=20, seconds=30)
    agree(site, clinic.lea, clinic.manager)
    assert attempt_of(site, attempt.id).due_at == START + 25 * MINUTE
    assert jobs.close_overdue(site) == 0


def test_a_change_ends_one_row_and_adds_another(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement("1.25", reason="First"))
    clock.advance(days=1)
    agree(site, clinic.lea, clinic.administrator, make_agreement("1.50", reason="Second"))
    with site.reading(clinic.manager.actor) as ctx:
        page = adjustments.get_page(ctx, clinic.lea.code)
    assert page.present is not None
    assert (page.present.percent, page.present.set_by) == (50, clinic.administrator.name)
    (past,) = page.past
    assert past.adjustment.reason == "First"
    assert past.adjustment.ended_at == clock.now


@pytest.mark.parametrize(
    ("agreement", "field"),
    [
        (make_agreement("1.03"), "factor"),
        (make_agreement("0.50"), "factor"),
        (make_agreement("3.05"), "factor"),
        (make_agreement("1e5"), "factor"),
        (make_agreement("1.00"), "factor"),
        (make_agreement("1.00", extra=-5), "extra_minutes"),
        (make_agreement(extra=241), "extra_minutes"),
        (make_agreement(breaks=121), "break_minutes"),
        (make_agreement(reason="  "), "reason"),
        (make_agreement(reason="x" * 501), "reason"),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_its_field(
    site: Site, clinic: Clinic, agreement: adjusting.AdjustmentDraft, field: str
) -> None:
    before = everything(site)
    with pytest.raises(Invalid) as refused:
        agree(site, clinic.lea, clinic.manager, agreement)
    assert refused.value.field == field
    assert everything(site) == before


def test_only_managers_of_the_team_and_administrators_may(site: Site, clinic: Clinic) -> None:
    for person in (clinic.instructor, clinic.lea, clinic.leo, clinic.guest_instructor):
        with pytest.raises(AccessDenied):
            agree(site, clinic.lea, person)
    with pytest.raises(AccessDenied):
        agree(site, clinic.leo, clinic.manager)
    agree(site, clinic.leo, clinic.administrator)


def test_nobody_agrees_with_themselves(site: Site, clinic: Clinic) -> None:
    boss = make_person(site, "Bea Both", grants=[Role.LEARNER, Grant(Role.ADMINISTRATOR)])
    with pytest.raises(OwnAdjustment):
        agree(site, boss, boss)
    agree(site, boss, clinic.administrator)


def test_of_two_at_once_one_is_told(site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea)

    def work(by: Person, factor: str) -> list[Attempt]:
        def command(ctx: Context) -> list[Attempt]:
            user = ctx.session.get_one(User, clinic.lea.id)
            return adjusting.set_adjustment(ctx, user, make_agreement(factor), 0)

        return site.perform(command, actor=by.actor)

    found = at_once(
        [partial(work, clinic.manager, "1.25"), partial(work, clinic.administrator, "2.00")] * 3
    )
    refused = [result for result in found if isinstance(result, Exception)]
    assert len(refused) == 5
    assert {type(result) for result in refused} == {ChangedMeanwhile}
    with site.reading() as ctx:
        assert ctx.session.query(Accommodation).count() == 1


def test_a_start_at_the_same_moment_is_not_forgotten(site: Site, clinic: Clinic) -> None:
    for _ in range(3):
        found = at_once(
            [
                partial(attempts.start, site, clinic.lea),
                partial(agree, site, clinic.lea, clinic.manager),
            ]
        )
        attempt = found[0]
        assert isinstance(attempt, Attempt)
        now = attempt_of(site, attempt.id)
        assert now.due_at == START + 25 * MINUTE
        attempts.submit(site, clinic.lea, attempt.id)
        end_agreement(site, clinic.lea, clinic.manager)


def test_a_manager_sets_changes_and_ends_it_in_a_browser(
    site: Site, app: Flask, clinic: Clinic, manager: Visitor
) -> None:
    page = page_of(clinic.lea)
    link = manager.get(f"/team/people/{clinic.lea.code}").text
    assert page in link
    assert "None. Time limits are as for everybody." in manager.get(page).text
    attempts.start(site, clinic.lea)
    answer = manager.fill(page, VALUES)
    assert (answer.status_code, answer.location) == (303, page)
    shown = manager.get(page).text
    assert "1 running attempt of Lea Learner has the new time already." in shown
    assert "25% more time" in shown
    assert "Agreed in March" in shown
    with site.reading() as ctx:
        present = adjustments.find_present(ctx, clinic.lea.id)
    assert present is not None
    seen = {"seen": str(present.id)}
    assert manager.fill(page, {**VALUES, **seen, "factor": "1.00"}).status_code == 303
    with site.reading() as ctx:
        present = adjustments.find_present(ctx, clinic.lea.id)
    assert present is not None
    ask = manager.get(f"{page}/end").text
    assert "keeps its time" in ask
    assert manager.fill(f"{page}/end", {"seen": str(present.id)}).status_code == 303
    assert "The adjustment ended." in manager.get(page).text
    admin = browser(app, clinic.administrator)
    assert page in admin.get(f"/admin/users/{clinic.lea.code}").text
    log = admin.get("/admin/audit-log").text
    for words in ("Set an adjustment", "Changed an adjustment", "Ended an adjustment"):
        assert words in log
    assert "Agreed in March" not in log


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extra_minutes": "five"}, "Enter a whole number of minutes, such as 15"),
        ({"extra_minutes": "-5"}, "Enter a whole number of minutes, such as 15"),
        ({"extra_minutes": "1e999999"}, "Enter a whole number of minutes, such as 15"),
        ({"break_minutes": "500"}, "Enter a whole number from 0 to 120."),
        ({"factor": "9.99"}, "Choose one of the shares of extra time."),
        ({"reason": ""}, "Say why"),
        (
            {"factor": "1.00", "extra_minutes": "0", "break_minutes": ""},
            "Choose more time, or enter minutes. All are zero.",
        ),
    ],
)
def test_wrong_input_comes_back_with_its_reason(
    site: Site, clinic: Clinic, manager: Visitor, changes: dict[str, str], words: str
) -> None:
    before = everything(site)
    answer = manager.fill(page_of(clinic.lea), {**VALUES, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert "There is a problem" in answer.text
    assert everything(site) == before


@pytest.mark.parametrize("seen", ["0", "999", "-1", "x", "9" * 30])
def test_a_form_that_was_overtaken_says_so_and_keeps_what_was_typed(
    site: Site, clinic: Clinic, manager: Visitor, seen: str
) -> None:
    agree(site, clinic.lea, clinic.administrator, make_agreement("1.50"))
    before = everything(site)
    answer = manager.send(page_of(clinic.lea), {**VALUES, "seen": seen, "reason": "My own words"})
    assert answer.status_code == 409
    assert "Somebody changed this adjustment after you opened the page." in answer.text
    assert "My own words" in answer.text
    assert "50% more time" in answer.text
    ended = manager.send(f"{page_of(clinic.lea)}/end", {"seen": seen})
    assert ended.status_code == 303
    assert everything(site) == before


def test_people_out_of_reach_are_not_found(clinic: Clinic, manager: Visitor) -> None:
    for code in (clinic.leo.code, clinic.nora.code, "nobodyx"):
        for path in (f"/people/{code}/adjustment", f"/people/{code}/adjustment/end"):
            assert manager.get(path).status_code == 404
            assert manager.send(path, VALUES).status_code == 404


def test_the_reason_is_for_those_who_may_set_it(site: Site, app: Flask, clinic: Clinic) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement(breaks=10, reason="canary of a reason"))
    attempt = attempts.start(site, clinic.lea)
    of_quiz = f"/teach/quizzes/{COURSE}/{FINAL}"
    for person, paths in (
        (clinic.lea, ["/account/adjustments", QUIZ, f"{QUIZ}/attempt-1/question-1"]),
        (clinic.instructor, [of_quiz, f"{of_quiz}/{clinic.lea.code}/attempt-1/time"]),
    ):
        for path in paths:
            answer = browser(app, person).get(path)
            assert answer.status_code == 200, path
            assert "canary" not in answer.text, path
    assert "canary" not in str(attempt_of(site, attempt.id).allowance)
    assert "canary" in browser(app, clinic.manager).get(page_of(clinic.lea)).text


def test_the_learner_sees_what_was_agreed(site: Site, app: Flask, clinic: Clinic) -> None:
    learner = browser(app, clinic.lea)
    assert "Nothing is agreed" in learner.get("/account/adjustments").text
    agree(site, clinic.lea, clinic.manager, make_agreement("1.50", extra=5, breaks=10))
    text = " ".join(learner.get(QUIZ).text.split())
    assert "35 <small>min</small>" in text
    assert "20 + 15 agreed" in text
    assert "10 minutes of breaks, when you choose" in text
    own = learner.get("/account/adjustments").text
    assert "50% more time" in own
    assert "/account/adjustments" in learner.get("/account").text
    plain = browser(app, clinic.leo).get(QUIZ).text
    assert "agreed" not in plain
