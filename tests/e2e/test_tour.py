"""One quiz with every question type: by mouse, by keys alone, on a phone, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from quizapp.question_types import registry
from tests.e2e.answering import Answering, wrongly
from tests.e2e.conftest import Visit
from tests.e2e.journeys import COURSE, WAYS, each_way, expect_saved
from tests.e2e.keys import right_parts, saved_answers
from tests.e2e.server import Server
from tests.e2e.test_pages import DRESSES, WIDER, demand_no_barriers
from tests.e2e.visitor import DESKTOP, PHONE, Visitor
from tests.factories.accounts import Person

TOUR = f"{COURSE}/quizzes/tour"


def begin(visitor: Visitor, person: Person) -> None:
    """From the sign-in to the first question of the tour."""
    visitor.sign_in(person.email)
    visitor.go(COURSE)
    visitor.follow(visitor.page.get_by_role("button", name="Start course").first)
    visitor.go(TOUR)
    visitor.follow(visitor.page.get_by_role("button", name="Start the quiz"))
    expect(visitor.page).to_have_url(re.compile("attempt-1/question-1$"))


def demand_room(page: Page) -> None:
    assert page.evaluate(WIDER) <= 0, f"{page.url} is wider than the screen"


@each_way
def test_the_tour_is_taken_and_all_is_right(
    visit: Visit, server: Server, trainee: Person, way: str
) -> None:
    visitor = visit(**WAYS[way])
    has_script = WAYS[way].get("has_script", True)
    page = visitor.page
    begin(visitor, trainee)
    right = right_parts(server, trainee, page)
    kinds = {part.kind.name for parts in right.values() for part in parts}
    assert kinds == {kind.name for kind in registry.TYPES}
    answering = Answering(visitor, has_script=has_script)
    for slot, parts in right.items():
        expect(page.locator(f"#question-{slot}")).to_be_visible()
        page.wait_for_load_state("networkidle")
        for part in parts:
            answering.give(part)
        if all(part.kind.is_manual for part in parts):
            expect(page.get_by_text("How sure are you?")).to_have_count(0)
        else:
            answering.sure(slot, "Certain")
        if has_script:
            demand_room(page)
        visitor.follow(page.locator("[data-next]").last)
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.get_by_text("Every question is answered")).to_be_visible()
    assert set(saved_answers(server, trainee, page)) == set(right)
    visitor.follow(page.get_by_role("button", name="Submit my answers"))
    expect(page).to_have_url(re.compile("/result$"))
    by_hand = sum(part.kind.is_manual for parts in right.values() for part in parts)
    reviews = page.locator("details.qrev > summary")
    expect(reviews).to_have_count(len(right))
    expect(reviews.get_by_role("img", name="Right", exact=True)).to_have_count(len(right) - by_hand)
    expect(reviews.get_by_role("img", name="Waits to be marked")).to_have_count(by_hand)
    sure = page.get_by_role("table", name=re.compile("how sure you were"))
    certain = sure.get_by_role("row", name=re.compile("Certain")).get_by_role("cell")
    expect(certain).to_have_text([str(len(right) - by_hand), "0"])
    if has_script:
        demand_room(page)


@pytest.mark.parametrize("is_right", [True, False])
def test_every_type_is_without_barriers_before_and_after(
    visit: Visit, server: Server, trainee: Person, *, is_right: bool
) -> None:
    visitor = visit()
    page = visitor.page
    begin(visitor, trainee)
    answering = Answering(visitor)
    for slot, parts in right_parts(server, trainee, page).items():
        demand_no_barriers_in_any_dress(page)
        for part in parts:
            answering.give(part if is_right else wrongly(part))
        visitor.follow(page.get_by_role("button", name="Check my answer"))
        expect(page.locator(f"#question-{slot} .reasons")).to_be_visible()
        demand_no_barriers_in_any_dress(page)
        visitor.follow(page.locator("[data-next]").last)
    visitor.follow(page.get_by_role("button", name="Submit my answers"))
    for review in page.locator("details.qrev > summary").all():
        visitor.hand.press(review)
    demand_no_barriers_in_any_dress(page)


def demand_no_barriers_in_any_dress(page: Page) -> None:
    for is_phone, theme in DRESSES:
        page.set_viewport_size(PHONE if is_phone else DESKTOP)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        demand_no_barriers(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_phone", [False, True])
def test_what_cannot_be_marked_is_told_beside_the_field_at_once(
    visit: Visit, server: Server, trainee: Person, *, is_phone: bool
) -> None:
    visitor = visit(is_phone=is_phone)
    page = visitor.page
    begin(visitor, trainee)
    right = right_parts(server, trainee, page)
    slot = next(slot for slot, parts in right.items() if parts[0].kind.name == "numeric")
    page.goto(page.url.replace("question-1", f"question-{slot}"))
    field, advice = page.get_by_label("Your answer"), page.locator(".typed .advice")
    told = "This is not a number. Write it in digits, such as 0.25."
    expect(advice).to_be_hidden()
    field.fill("a few")
    expect_saved(page)
    expect(advice).to_have_text(told)
    expect(page.get_by_label("Your answer")).to_have_accessible_description(re.compile(told))
    expect(page.locator("#live")).to_have_text(told)
    demand_no_barriers(page)
    field.press("End")
    field.press("Backspace")
    expect(advice).to_be_hidden()
    field.fill("15")
    expect_saved(page)
    expect(advice).to_be_hidden()
    field.fill("a few")
    visitor.follow(page.locator("[data-next]").last)
    page.goto(re.sub(r"question-\d+", "check", page.url))
    expect(page.get_by_role("row", name=re.compile("Needs a look"))).to_contain_text(told)
