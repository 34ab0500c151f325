"""Breaks: the clock stands still up to what was agreed, questions are hidden, nothing is lost."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.domain.errors import AccessDenied
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import pausing
from quizapp.features.attempts.commands.pausing import NoBreakLeft
from quizapp.features.attempts.commands.saving import AttemptClosed, OnBreak
from quizapp.features.attempts.queries import adjustments, showing
from quizapp.features.attempts.queries.adjustments import Breaks
from quizapp.features.attempts.queries.fragments import Fragments, Frame, plain
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.adjustments import (
    agree,
    attempt_of,
    changes_of,
    end_agreement,
    give_minutes,
    make_agreement,
)
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.crowd import at_once
from tests.factories.quizzes import make_quiz
from tests.integration.admin.watching import everything
from tests.integration.attempts.conftest import Way
from tests.integration.attempts.desk import JSON, Desk, form_of, visible

MINUTE = timedelta(minutes=1)
TEN = make_agreement("1.00", breaks=10)


@pytest.fixture
def desk(site: Site, app: Flask, clinic: Clinic) -> Desk:
    """Lea has ten minutes of breaks in an attempt of twenty."""
    agree(site, clinic.lea, clinic.manager, TEN)
    return Desk(site, app, clinic.lea)


def start_break(desk: Desk) -> Breaks:
    return desk.site.perform(pausing.start_break, desk.head.id, actor=desk.person.actor)


def end_break(desk: Desk) -> None:
    desk.site.perform(pausing.end_break, desk.head.id, actor=desk.person.actor)


def breaks_of(desk: Desk) -> Breaks:
    with desk.site.reading(desk.person.actor) as ctx:
        return adjustments.get_breaks(ctx, desk.head.id, desk.head.allowance)


def due(desk: Desk) -> timedelta:
    """The end, from the start."""
    found = attempt_of(desk.site, desk.head.id).due_at
    assert found is not None
    return found - START


def test_the_clock_stands_still_and_the_rest_is_taken_back(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(minutes=5)
    breaks = start_break(desk)
    assert (breaks.until, due(desk)) == (START + 15 * MINUTE, 30 * MINUTE)
    clock.advance(minutes=4)
    end_break(desk)
    assert due(desk) == 24 * MINUTE
    assert [(c.kind, c.seconds) for c in changes_of(desk.site, desk.head.id)] == [
        ("break_started", 600),
        ("break_ended", -360),
    ]
    assert breaks_of(desk).left == 360


def test_several_breaks_until_they_are_used_up(desk: Desk, clock: FrozenClock) -> None:
    for minutes in (4, 3):
        start_break(desk)
        clock.advance(minutes=minutes)
        end_break(desk)
        clock.advance(minutes=1)
    breaks = start_break(desk)
    assert breaks.until == clock.now + 3 * MINUTE
    clock.advance(minutes=8)  # stays away longer: after three minutes the clock runs again
    assert not breaks_of(desk).is_running
    end_break(desk)
    assert due(desk) == 30 * MINUTE
    before = everything(desk.site)
    with pytest.raises(NoBreakLeft):
        start_break(desk)
    assert everything(desk.site) == before


def test_starting_and_ending_again_changes_nothing(desk: Desk, clock: FrozenClock) -> None:
    found = at_once([partial(start_break, desk)] * 4)
    assert {breaks.until for breaks in found} == {START + 10 * MINUTE}
    clock.advance(minutes=2)
    at_once([partial(end_break, desk)] * 4)
    assert due(desk) == 22 * MINUTE
    assert len(changes_of(desk.site, desk.head.id)) == 2


def test_the_worker_waits_for_the_end_of_the_break(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(minutes=19)
    start_break(desk)
    clock.advance(minutes=10, seconds=50)  # past the first end: the break has covered it
    assert jobs.close_overdue(desk.site) == 0
    clock.advance(minutes=1)
    assert jobs.close_overdue(desk.site) == 1
    attempt = attempt_of(desk.site, desk.head.id)
    assert (attempt.submitted_by, attempt.submitted_at) == ("deadline", START + 30 * MINUTE)


def test_an_answer_on_the_way_is_taken_during_a_break(
    desk: Desk, way: Way, clock: FrozenClock
) -> None:
    head, arrived = desk.head, clock.now
    clock.advance(seconds=1)
    start_break(desk)
    clock.advance(minutes=1)
    (outcome,) = way(head, [attempts.make_save()], arrived)
    assert outcome.is_saved


def test_while_the_clock_stands_still_no_answer_is_taken(
    desk: Desk, way: Way, clock: FrozenClock
) -> None:
    head, known = desk.head, attempts.make_save(2)
    first = way(head, [known], clock.now)
    clock.advance(seconds=1)
    start_break(desk)
    before = everything(desk.site)
    for seconds in (0, 599):
        with pytest.raises(OnBreak):
            way(head, [attempts.make_save()], clock.now + timedelta(seconds=seconds))
    assert way(head, [known], clock.now) == first
    assert everything(desk.site) == before
    clock.advance(minutes=2)
    end_break(desk)
    for seconds in (0, 599):
        (outcome,) = way(
            head, [attempts.make_save(3 + seconds // 599)], clock.now + timedelta(seconds=seconds)
        )
        assert outcome.is_saved


def test_after_a_break_that_is_over_by_itself_answers_are_taken(
    desk: Desk, way: Way, clock: FrozenClock
) -> None:
    head = desk.head
    start_break(desk)
    (outcome,) = way(head, [attempts.make_save()], clock.now + 10 * MINUTE)
    assert outcome.is_saved


def test_what_was_typed_in_another_tab_stays_in_sight(desk: Desk) -> None:
    fields = desk.fields(1, s1_r1=["77"])
    start_break(desk)
    for sent in (fields, desk.fields(3)):
        answer = desk.post("question-1" if sent is fields else "question-3", sent)
        assert answer.status_code == 409
        assert "A break is running" in visible(answer)
        assert "this answer came too late and was not saved" in visible(answer)
        assert "/break?question=" in answer.text
    assert "not saved: 77" in visible(desk.post("question-1", fields))
    script = desk.post("question-3", desk.fields(3), headers=JSON)
    assert script.status_code == 409
    assert "A break is running" in script.json["detail"]  # type: ignore[index]


def test_no_break_begins_when_time_is_up(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(minutes=20, microseconds=1)  # within grace: saves arrive, nobody pauses
    with pytest.raises(AttemptClosed):
        start_break(desk)
    desk.hand_in()
    with pytest.raises(AttemptClosed):
        start_break(desk)
    end_break(desk)
    assert changes_of(desk.site, desk.head.id) == []


def test_without_agreed_minutes_there_is_no_break(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = Desk(site, app, clinic.leo)
    with pytest.raises(NoBreakLeft):
        start_break(desk)
    assert "Take a break" not in desk.get("question-1").text
    assert desk.get("break").status_code == 303
    assert desk.post("break").status_code == 409


def test_nobody_pauses_for_somebody_else(site: Site, desk: Desk, clinic: Clinic) -> None:
    for person in (clinic.leo, clinic.instructor, clinic.manager):
        with pytest.raises(AccessDenied):
            site.perform(pausing.start_break, desk.head.id, actor=person.actor)
    assert changes_of(site, desk.head.id) == []


def test_handing_in_during_a_break_ends_it(desk: Desk, clock: FrozenClock) -> None:
    start_break(desk)
    clock.advance(minutes=3)
    assert desk.hand_in().status_code == 303
    attempt = attempt_of(desk.site, desk.head.id)
    assert (attempt.submitted_by, attempt.submitted_at) == ("learner", clock.now)
    assert due(desk) == 23 * MINUTE


def test_breaks_agreed_in_mid_attempt_can_be_taken(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = Desk(site, app, clinic.leo)
    agree(site, clinic.leo, clinic.administrator, TEN)
    assert due(desk) == 20 * MINUTE
    assert "Take a break" in desk.get("question-1").text
    end_agreement(site, clinic.leo, clinic.administrator)
    start_break(desk)
    assert due(desk) == 30 * MINUTE


def test_time_given_during_a_break_stays(desk: Desk, clinic: Clinic, clock: FrozenClock) -> None:
    start_break(desk)
    give_minutes(desk.site, desk.head.id, 7, clinic.instructor)
    agree(desk.site, clinic.lea, clinic.manager, make_agreement("1.50", breaks=20))
    clock.advance(minutes=2)
    end_break(desk)
    assert due(desk) == (20 + 10 + 7 + 2) * MINUTE
    assert breaks_of(desk).left == 18 * 60


def test_a_clock_that_jumps_back_takes_nothing(desk: Desk, clock: FrozenClock) -> None:
    clock.advance(minutes=5)
    start_break(desk)
    clock.advance(minutes=-8)
    assert breaks_of(desk).is_running
    end_break(desk)
    assert due(desk) == 20 * MINUTE
    assert breaks_of(desk).left == 600


def test_a_clock_that_jumps_ahead_takes_no_more_than_was_agreed(
    desk: Desk, clock: FrozenClock
) -> None:
    start_break(desk)
    clock.advance(minutes=15)
    end_break(desk)
    assert due(desk) == 30 * MINUTE
    assert breaks_of(desk).left == 0


SPELLS = st.lists(st.tuples(st.integers(0, 240), st.integers(0, 400)), min_size=1, max_size=5)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(SPELLS)
def test_the_end_moves_by_the_time_away(
    site: Site, clinic: Clinic, clock: FrozenClock, spells: list[tuple[int, int]]
) -> None:
    """However breaks and work alternate: time away, up to what was agreed, is given back."""
    clock.now = START
    slug = make_quiz(site, time_limit_minutes=20)
    agree(site, clinic.leo, clinic.administrator, TEN)
    attempt_id = attempts.start(site, clinic.leo, slug).id
    away = 0
    for working, resting in spells:
        clock.advance(seconds=working)
        if away == 600 or clock.now > START + timedelta(seconds=1200 + away):
            break
        site.perform(pausing.start_break, attempt_id, actor=clinic.leo.actor)
        clock.advance(seconds=resting)
        site.perform(pausing.end_break, attempt_id, actor=clinic.leo.actor)
        away = min(600, away + resting)
        assert attempt_of(site, attempt_id).due_at == START + timedelta(seconds=1200 + away)
    attempts.submit(site, clinic.leo, attempt_id)


def test_the_questions_are_hidden_during_a_break(desk: Desk, clock: FrozenClock) -> None:
    page = desk.get("question-3")
    assert "Take a break" in page.text
    saved = desk.post("question-3", desk.fields(3, goto="break"))
    assert saved.location == desk.at("break") + "?question=3"
    asked = desk.visitor.get(saved.location)
    assert "You have 10 minutes of breaks left in this attempt." in visible(asked)
    where, fields = form_of(asked, "Start the break")
    begun = desk.visitor.send(where, fields)
    assert (begun.status_code, begun.location) == (303, saved.location)
    clock.advance(minutes=2)
    resting = desk.visitor.get(begun.location)
    assert "You are on a break" in visible(resting)
    assert "until 09:10 (UTC)" in visible(resting)
    for view in ("question-1", "question-3", "check"):
        hidden = desk.get(view)
        assert hidden.status_code == 303
        assert "/break" in hidden.location
    where, fields = form_of(resting, "Continue")
    gone_on = desk.visitor.send(where, fields)
    assert (gone_on.status_code, gone_on.location) == (303, desk.at("question-3"))
    assert desk.get("question-3").status_code == 200
    assert due(desk) == 22 * MINUTE


@pytest.mark.parametrize("question", ["", "0", "99", "x", "-1", "9" * 30])
def test_going_on_leads_to_a_question_that_is_there(desk: Desk, question: str) -> None:
    start_break(desk)
    answer = desk.post("break/end", {"question": question})
    assert answer.status_code == 303
    assert desk.visitor.get(answer.location).status_code == 200


def test_a_break_over_by_itself_leads_back_to_the_questions(desk: Desk, clock: FrozenClock) -> None:
    start_break(desk)
    clock.advance(minutes=10)
    assert desk.get("question-1").status_code == 200
    answer = desk.get("break?question=2")
    assert (answer.status_code, answer.location) == (303, desk.at("question-2"))
    assert "Take a break" not in desk.get("question-1").text


def test_the_quick_way_shows_the_button_as_the_plain_one_does(desk: Desk, app: Flask) -> None:
    def render(template: str, values: dict[str, Any]) -> str:
        return app.jinja_env.get_template(template).render(**values)

    kept = Fragments(render)
    with desk.site.reading(desk.person.actor) as ctx, app.test_request_context():
        page = showing.get_page(ctx, desk.head, 1)
        for offers_break in (True, False, True):
            frame = Frame("", "p", "t", "/h", "/s", "0", "", ["op"], True, offers_break)
            quick = kept.page(page, frame)
            assert quick == plain(render, page, frame)
            assert ('value="break"' in quick) is offers_break
