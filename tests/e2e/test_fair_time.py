"""Agreed time in a browser: breaks by every way of getting about, more time on an open page."""

import re
import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.models import Attempt
from quizapp.infrastructure.context import Context
from tests.e2e.conftest import Visit
from tests.e2e.journeys import WAYS, each_way, start_course, start_quiz
from tests.e2e.server import Server
from tests.e2e.test_pages import demand_no_barriers
from tests.e2e.visitor import Visitor
from tests.factories.accounts import Person, make_person
from tests.factories.adjustments import agree, changes_of, give_minutes, make_agreement


@pytest.fixture
def administrator(server: Server) -> Person:
    return make_helper(server, Role.ADMINISTRATOR)


@pytest.fixture
def instructor(server: Server) -> Person:
    return make_helper(server, Role.INSTRUCTOR)


def make_helper(server: Server, role: Role) -> Person:
    mark = secrets.token_hex(4)
    return make_person(
        server.site, f"Helper {mark}", email=f"helper-{mark}@example.org", grants=[role]
    )


def attempt_of(server: Server, person: Person) -> Attempt:
    with server.site.reading() as ctx:
        found = ctx.session.scalar(select(Attempt).where(Attempt.user_id == person.id))
    assert found is not None
    return found


def set_out(visitor: Visitor, person: Person) -> Page:
    visitor.sign_in(person.email)
    start_course(visitor)
    start_quiz(visitor)
    return visitor.page


def break_button(visitor: Visitor) -> Locator:
    """In the bar, or on a phone among all questions."""
    small = visitor.page.locator("details.palsmall > summary")
    if small.is_visible():
        visitor.hand.press(small)
    return visitor.page.get_by_role("button", name="Take a break").locator("visible=true").first


@each_way
def test_a_break_is_taken_and_ended(
    visit: Visit, server: Server, trainee: Person, administrator: Person, way: str
) -> None:
    agree(server.site, trainee, administrator, make_agreement("1.50", breaks=10))
    visitor = visit(**WAYS[way])
    page = set_out(visitor, trainee)
    page.locator("label.flagbtn").click()
    visitor.follow(break_button(visitor))
    expect(page.get_by_role("heading", name="Take a break?")).to_be_visible()
    visitor.follow(page.get_by_role("button", name="Start the break"))
    expect(page.get_by_role("heading", name="You are on a break")).to_be_visible()
    expect(page.locator("[data-slot]")).to_have_count(0)
    if way != "no script":
        demand_no_barriers(page)
    visitor.follow(page.get_by_role("button", name="Continue"))
    expect(page).to_have_url(re.compile("question-1$"))
    expect(page.locator('[name="s1-flag"]')).to_be_checked()
    kinds = [change.kind for change in changes_of(server.site, attempt_of(server, trainee).id)]
    assert kinds == ["break_started", "break_ended"]


def test_more_time_reaches_the_open_page(
    visit: Visit, server: Server, trainee: Person, instructor: Person
) -> None:
    page = set_out(visit(), trainee)
    before = int(page.locator("[data-left]").inner_text().split()[0])
    attempt = give_minutes(server.site, attempt_of(server, trainee).id, 15, instructor)
    assert attempt.due_at is not None
    page.evaluate("dispatchEvent(new Event('online'))")  # as when a lost connection comes back
    told = f"Your time was extended to {attempt.due_at:%H:%M}."
    expect(page.locator("#new-time")).to_have_text(told)
    expect(page.locator("[data-left]")).to_have_text(f"{before + 15} min left")


def test_at_the_end_the_page_asks_before_it_hands_in(
    visit: Visit, server: Server, trainee: Person, instructor: Person
) -> None:
    page = set_out(visit(), trainee)
    attempt_id = attempt_of(server, trainee).id

    def nearly_over(ctx: Context) -> None:
        attempt = ctx.session.get_one(Attempt, attempt_id)
        attempt.due_at = ctx.now + timedelta(seconds=4)
        attempt.hard_at = ctx.now + timedelta(seconds=34)

    server.site.perform(nearly_over)
    page.reload()
    expect(page.locator("[data-left]")).to_have_text("Last minute")
    give_minutes(server.site, attempt_id, 15, instructor)
    expect(page.locator("#new-time")).to_be_visible()
    expect(page).to_have_url(re.compile("question-1$"))
    assert attempt_of(server, trainee).state == "open"


def test_a_break_that_is_used_up_leads_back_by_itself(
    visit: Visit, server: Server, trainee: Person, administrator: Person
) -> None:
    agree(server.site, trainee, administrator, make_agreement("1.00", breaks=1))
    visitor = visit()
    page = set_out(visitor, trainee)
    visitor.follow(break_button(visitor))
    visitor.follow(page.get_by_role("button", name="Start the break"))
    page.clock.install()
    page.reload()
    page.clock.run_for(61_000)
    expect(page).to_have_url(re.compile("question-1"))
