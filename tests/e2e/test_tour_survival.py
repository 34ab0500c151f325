"""Every question type without a network, in two tabs, and when time runs out."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from quizapp.features.attempts.models import Attempt, JournalEntry
from quizapp.features.attempts.queries.showing import PartView
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from tests.e2e.answering import ESSAY, Answering, wrongly
from tests.e2e.conftest import Visit
from tests.e2e.journeys import expect_saved
from tests.e2e.keys import right_answers, right_parts, saved_answers
from tests.e2e.server import Server
from tests.e2e.test_tour import begin
from tests.e2e.visitor import Visitor
from tests.factories.accounts import Person

HALF_AN_HOUR = 31 * 60 * 1000
LINES = "First the skin.\nThen the muscle.\n\nThat is invasive."
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('answers:')).length"
Parts = dict[int, list[PartView]]


@pytest.fixture
def tour(visit: Visit, trainee: Person) -> Visitor:
    """A trainee at the first question of the tour, whose page has a clock of its own."""
    visitor = visit()
    begin(visitor, trainee)
    visitor.expects_failures = True  # the network is taken away, tabs disagree
    return visitor


@pytest.fixture
def parts(tour: Visitor, server: Server, trainee: Person) -> Parts:
    return right_parts(server, trainee, tour.page)


def slot_of(parts: Parts, kind: str) -> int:
    """The first question of a type."""
    return next(slot for slot, found in parts.items() if found[0].kind.name == kind)


def go_to(page: Page, slot: int) -> None:
    page.goto(re.sub(r"question-\d+", f"question-{slot}", page.url))
    page.wait_for_load_state("networkidle")


def expect_kept(page: Page) -> None:
    expect(page.locator("[data-save]")).to_have_text("Not saved yet. Trying again")


def test_half_an_hour_without_a_network_loses_no_answer_of_any_type(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    page = tour.page
    keys, pin = right_answers(server, trainee, page), slot_of(parts, "hotspot") + 1
    page.clock.install()
    for slot, (part,) in parts.items():
        if part.kind.takes_files or slot == len(parts):
            continue  # a file needs the network; the last question opens after the one before
        go_to(page, slot)
        tour.context.set_offline(True)
        expect(page.get_by_text("Your answers are kept on this device")).to_be_visible()
        Answering(tour).give(part)
        expect_kept(page)
        page.clock.fast_forward(HALF_AN_HOUR)
        assert page.evaluate(KEPT) == 1
        assert slot not in saved_answers(server, trainee, page)
        tour.context.set_offline(False)
        expect_saved(page)
        expect(page.get_by_text("Your answers are kept on this device")).to_be_hidden()
        assert page.evaluate(KEPT) == 0
        saved = item.load(saved_answers(server, trainee, page)[slot])
        assert part.kind.is_manual or slot == pin or saved == keys[slot]


def test_a_file_without_a_network_is_told_and_can_be_given_again(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    page, slot = tour.page, slot_of(parts, "file_upload")
    go_to(page, slot)
    tour.context.set_offline(True)
    file = {"name": "card.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x " * 99}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    told = page.get_by_role("alert").filter(has_text="card.pdf was not uploaded")
    expect(told).to_contain_text("Check your connection, then choose it again.")
    tour.context.set_offline(False)
    Answering(tour).give(parts[slot][0])
    expect(told).to_be_hidden()
    expect_saved(page)
    assert slot in saved_answers(server, trainee, page)


def test_answers_of_two_tabs_arrive_in_order_and_both_pages_know(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    first, second = tour.page, tour.open_page()
    number, words = slot_of(parts, "numeric"), slot_of(parts, "essay")
    go_to(first, number)
    second.goto(first.url)
    go_to(second, words)
    tour.context.set_offline(True)
    second.get_by_label("Your answer").fill(ESSAY)
    expect_kept(second)
    first.get_by_label("Your answer").fill("15")
    expect_kept(first)
    second.route("**/question-*", lambda route: route.abort())  # the first tab is quicker
    tour.context.set_offline(False)
    expect_saved(first)
    assert journal(server, trainee) == [(words, "saved"), (number, "saved")]
    expect_kept(second)
    second.unroute("**/question-*")
    second.evaluate("dispatchEvent(new Event('online'))")
    expect_saved(second)
    second.get_by_label("Your answer").fill(LINES)
    expect_saved(second)
    expect(second.get_by_label("Your answer")).to_have_value(LINES)
    assert item.load(saved_answers(server, trainee, first)[words]) == {"r1": {"text": LINES}}


def test_two_answers_given_offline_to_one_question_are_both_shown(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    slot = slot_of(parts, "essay")
    first, second = tour.page, tour.open_page()
    go_to(first, slot)
    second.goto(first.url)
    second.wait_for_load_state("networkidle")
    tour.context.set_offline(True)
    for page, text in ((first, ESSAY), (second, LINES)):
        page.get_by_label("Your answer").fill(text)
        expect_kept(page)
    second.close()
    tour.context.set_offline(False)
    expect(first.get_by_role("heading", name="answered somewhere else")).to_be_visible()
    assert [first.locator("dd").nth(n).inner_text() for n in (0, 1)] in (
        [LINES, ESSAY],
        [ESSAY, LINES],
    )
    assert [outcome for _, outcome in journal(server, trainee)] == ["saved", "refused"]


def journal(server: Server, person: Person) -> list[tuple[int, str]]:
    """Question and outcome of everything that arrived in a person's only attempt, in order."""
    rows = (
        select(JournalEntry.slot, JournalEntry.outcome)
        .join(Attempt, Attempt.id == JournalEntry.attempt_id)
        .where(Attempt.user_id == person.id)
        .order_by(JournalEntry.received_at)
    )
    with server.site.reading() as ctx:
        return [(slot, outcome) for slot, outcome in ctx.session.execute(rows)]


CONFLICTS = {
    "numeric": ("15 %", "987654 %"),
    "short_text": ("needle", "nothing of this"),
    "matching": ("Dry needling → Solid needle, nothing injected", "Dry needling → "),
    "ordering": ("1. Hear the story and examine", "1. Write the record"),
    "cloze": ("1: taut; 2: skeletal muscle; 3: cannot", "1: nothing of this; "),
    "hotspot": ("Box at the elbow", ""),
}


def test_two_tabs_are_shown_both_answers_of_each_type(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    for kind, (theirs, mine) in CONFLICTS.items():
        slot = slot_of(parts, kind)
        first, second = tour.page, tour.open_page()
        go_to(first, slot)
        second.goto(first.url)
        second.wait_for_load_state("networkidle")
        Answering(tour).give(parts[slot][0])
        expect_saved(first)
        before = saved_answers(server, trainee, first)[slot]
        other = Answering(tour)
        other.on(second).give(wrongly(parts[slot][0]))
        expect(second.get_by_role("heading", name="answered somewhere else")).to_be_visible()
        expect(second.locator("dd").first).to_contain_text(theirs)
        expect(second.locator("dd").last).to_contain_text(mine)
        assert saved_answers(server, trainee, first)[slot] == before
        second.get_by_role("button", name="Use my answer").click()
        expect(second.locator(f"#question-{slot}")).to_be_visible()
        assert saved_answers(server, trainee, first)[slot] != before
        second.close()


def test_a_text_of_several_lines_survives_the_choice_between_two(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    slot = slot_of(parts, "essay")
    first, second = tour.page, tour.open_page()
    go_to(first, slot)
    second.goto(first.url)
    second.wait_for_load_state("networkidle")
    first.get_by_label("Your answer").fill(ESSAY)
    expect_saved(first)
    second.get_by_label("Your answer").fill(LINES)
    expect(second.get_by_role("heading", name="answered somewhere else")).to_be_visible()
    shown = second.locator("dd").last
    assert shown.inner_text() == LINES
    second.get_by_role("button", name="Use my answer").click()
    expect(second.get_by_label("Your answer")).to_have_value(LINES)
    assert item.load(saved_answers(server, trainee, second)[slot]) == {"r1": {"text": LINES}}


def test_what_is_being_typed_when_time_runs_out_is_handed_in(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    page, slot = tour.page, slot_of(parts, "essay")
    server.site.perform(_give_minutes, trainee.id, 10)
    page.clock.install()
    go_to(page, slot)
    expect(page.locator("[data-left]")).to_have_text("10 min left")
    page.get_by_label("Your answer").fill(LINES)
    server.site.perform(_give_minutes, trainee.id, 0)
    page.clock.fast_forward(10 * 60 * 1000)
    expect(page).to_have_url(re.compile("/result$"))
    expect(page.get_by_text("Time was up at")).to_contain_text("Your 1 saved answer was handed in.")
    assert json.loads(saved_answers(server, trainee, page)[slot]) == {"r1": {"text": LINES}}


def test_what_comes_after_the_end_is_shown_and_not_taken(
    tour: Visitor, server: Server, trainee: Person, parts: Parts
) -> None:
    page, slot = tour.page, slot_of(parts, "ordering")
    go_to(page, slot)
    server.site.perform(_give_minutes, trainee.id, -120)
    Answering(tour).give(parts[slot][0])
    expect(page.get_by_text("came too late and was not saved")).to_contain_text("1. Hear the story")
    assert saved_answers(server, trainee, page) == {}
    page.get_by_role("button", name="See my result").click()
    expect(page).to_have_url(re.compile("/result$"))


def _give_minutes(ctx: Context, user_id: int, minutes: int) -> None:
    """The attempt ends in so many minutes, with an hour of grace."""
    ends = ctx.now + timedelta(minutes=minutes)
    values = {"due_at": ends, "hard_at": ends + timedelta(hours=1)}
    ctx.session.execute(update(Attempt).where(Attempt.user_id == user_id).values(values))
