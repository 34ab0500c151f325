"""What an exam survives: two tabs, no network, dead servers, a lapsed session, the end of time."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import update

from quizapp.domain.access.roles import SYSTEM
from quizapp.features.accounts.commands import sessions
from quizapp.features.attempts.models import Attempt
from quizapp.infrastructure.context import Context
from tests.e2e.conftest import Visit
from tests.e2e.journeys import expect_saved, option, start_course, start_quiz, tick
from tests.e2e.keys import saved_answers
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor, visiting
from tests.factories.accounts import Person


@pytest.fixture
def exam(visit: Visit, trainee: Person) -> Visitor:
    """A trainee who has just begun a quiz."""
    visitor = visit()
    visitor.sign_in(trainee.email)
    start_course(visitor)
    start_quiz(visitor)
    return visitor


def test_two_tabs_never_overwrite_each_other(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    first, second = exam.page, exam.open_page()
    second.goto(first.url)
    second.wait_for_load_state("networkidle")
    tick(first, 1, "1")
    expect_saved(first)
    before = saved_answers(server, trainee, first)
    exam.expects_failures = True  # the browser logs the conflict
    tick(second, 1, "2")
    expect(second.get_by_role("heading", name="answered somewhere else")).to_be_visible()
    assert saved_answers(server, trainee, first) == before
    second.get_by_role("button", name="Use my answer").click()
    expect(option(second, 1, "2")).to_be_checked()
    assert saved_answers(server, trainee, first) != before


def test_a_second_thought_on_a_slow_line_is_no_conflict(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page

    def dawdle(route: Route) -> None:
        if route.request.method == "POST":
            page.wait_for_timeout(700)
        route.continue_()

    page.route(re.compile("question-1$"), dawdle)
    with page.expect_request(lambda request: request.method == "POST"):
        tick(page, 1, "1")
    tick(page, 1, "2")
    expect_saved(page)
    expect(page.get_by_role("heading", name="Question 1")).to_be_visible()
    page.wait_for_timeout(1500)
    expect_saved(page)
    page.reload()
    expect(option(page, 1, "2")).to_be_checked()
    assert len(saved_answers(server, trainee, page)) == 1


def test_handing_in_with_an_outdated_answer_on_the_device_shows_both(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page
    exam.expects_failures = True
    exam.context.set_offline(True)
    tick(page, 1, "1")
    expect(page.locator("[data-save]")).to_have_text(re.compile("Not saved yet"))
    address = page.url
    page.close()
    exam.context.set_offline(False)
    elsewhere = exam.context.browser
    assert elsewhere is not None
    with visiting(elsewhere, exam.address) as other:
        other.sign_in(trainee.email)
        other.page.goto(address)
        other.page.wait_for_load_state("networkidle")
        tick(other.page, 1, "2")
        expect_saved(other.page)
    later = exam.open_page()
    later.goto(address.replace("question-1", "check"))
    later.get_by_role("button", name="Submit my answers").click()
    expect(later.get_by_role("heading", name="answered somewhere else")).to_be_visible()
    later.get_by_role("link", name="Keep the saved one").click()
    expect(option(later, 1, "2")).to_be_checked()
    later.goto(address.replace("question-1", "check"))
    later.get_by_role("button", name="Submit my answers").click()
    expect(later).to_have_url(re.compile("/result$"))
    assert len(saved_answers(server, trainee, later)) == 1


def test_answers_given_offline_arrive_in_the_end(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page
    exam.expects_failures = True
    exam.context.set_offline(True)
    tick(page, 1, "1")
    expect(page.locator("[data-save]")).to_have_text(re.compile("Not saved yet"))
    tick(page, 1, "2")
    assert saved_answers(server, trainee, page) == {}
    exam.context.set_offline(False)
    expect_saved(page)
    assert len(saved_answers(server, trainee, page)) == 1
    page.reload()
    expect(option(page, 1, "2")).to_be_checked()


def test_what_a_closed_browser_kept_is_sent_when_it_comes_back(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page, address = exam.page, exam.page.url
    exam.expects_failures = True
    exam.context.set_offline(True)
    tick(page, 1, "2")
    expect(page.locator("[data-save]")).to_have_text(re.compile("Not saved yet"))
    page.close()
    exam.context.set_offline(False)
    later = exam.open_page()
    later.goto(address)
    expect(option(later, 1, "2")).to_be_checked()
    expect_saved(later)
    assert len(saved_answers(server, trainee, later)) == 1


def test_a_killed_server_comes_back_and_takes_the_answer(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page
    exam.expects_failures = True
    server.kill_web()
    tick(page, 1, "1")
    server.wait_until_it_answers()
    expect(page.locator("[data-save]")).to_have_text("Saved", timeout=30_000)
    assert len(saved_answers(server, trainee, page)) == 1


def test_a_lapsed_session_keeps_the_answer_until_one_is_back(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page
    exam.expects_failures = True
    server.site.perform(sessions.end_sessions, trainee.id, actor=SYSTEM)
    tick(page, 1, "2")
    notice = page.get_by_role("alert").filter(has_text="You were signed out")
    expect(notice).to_be_visible()
    with exam.context.expect_page() as opened:
        notice.get_by_role("link").click()
    tab = opened.value
    tab.get_by_label("Email").fill(trainee.email)
    tab.get_by_label("Password", exact=True).fill("sample people like good tests")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Good"))
    expect(page.locator("[data-save]")).to_have_text("Saved", timeout=40_000)
    expect(notice).to_be_hidden()
    assert len(saved_answers(server, trainee, page)) == 1


def test_an_answer_after_the_end_is_shown_and_not_taken(
    exam: Visitor, server: Server, trainee: Person
) -> None:
    page = exam.page
    tick(page, 1, "1")
    expect_saved(page)
    before = saved_answers(server, trainee, page)
    server.site.perform(_let_time_run_out, trainee.id)
    exam.expects_failures = True
    tick(page, 1, "2")
    expect(page.get_by_text("came too late and was not saved")).to_be_visible()
    assert saved_answers(server, trainee, page) == before
    page.get_by_role("link", name="See my result").or_(
        page.get_by_role("button", name="See my result")
    ).click()
    expect(page).to_have_url(re.compile("/result$"))


def _let_time_run_out(ctx: Context, user_id: int) -> None:
    past = ctx.now - timedelta(minutes=5)
    ctx.session.execute(
        update(Attempt).where(Attempt.user_id == user_id).values(due_at=past, hard_at=past)
    )
