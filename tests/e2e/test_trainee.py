"""A trainee reads, answers, hands in and sees the result."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.journeys import (
    COURSE,
    QUIZ,
    expect_saved,
    option,
    question_count,
    start_course,
    start_quiz,
)
from tests.e2e.journeys import tick as click
from tests.e2e.keys import right_options, saved_answers
from tests.e2e.server import Server
from tests.e2e.visitor import Keyboard
from tests.factories.accounts import Person


@pytest.mark.parametrize("is_phone", [False, True])
def test_from_first_sign_in_to_a_passed_quiz(
    visit: Visit, server: Server, trainee: Person, *, is_phone: bool
) -> None:
    visitor = visit(is_phone=is_phone)
    page = visitor.page
    visitor.sign_in(trainee.email)
    page.get_by_role("link", name="See open courses").click()
    page.get_by_role("link", name=re.compile("Dry needling: foundations")).first.click()
    page.get_by_role("button", name="Start course").first.click()
    read_first_lesson(page)
    start_quiz(visitor)
    right = right_options(server, trainee, page)
    for slot, values in right.items():
        for value in values:
            click(page, slot, value)
        expect_saved(page)
        page.get_by_role("button", name=re.compile("Save and (next|check)")).last.click()
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.get_by_text("Every question is answered")).to_be_visible()
    page.get_by_role("button", name="Submit my answers").click()
    visitor.heading("Passed")
    expect(page.get_by_text("100%").first).to_be_visible()
    visitor.go("/")
    expect(page.get_by_text("Passed").first).to_be_visible()


def read_first_lesson(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Next lesson|Continue lesson")).click()
    check = page.locator("form.kcheck").first
    check.get_by_role("radio").first.check()
    check.get_by_role("button", name="Check answer").click()
    expect(page.locator("[data-feedback]").first).to_have_text(re.compile("Correct|Not quite"))
    page.get_by_role("button", name="Mark as complete").click()
    expect(page.get_by_text("Lesson marked as complete").first).to_be_visible()


def test_by_keyboard_alone(visit: Visit, server: Server, trainee: Person) -> None:
    visitor = visit()
    page, keys = visitor.page, Keyboard(visitor.page)
    visitor.go("/sign-in")
    keys.type(page.get_by_label("Email"), trainee.email)
    keys.type(page.get_by_label("Password", exact=True), "sample people like good tests")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    visitor.go(COURSE)
    keys.press(page.get_by_role("link", name="Skip to main content"))
    keys.press(page.get_by_role("button", name="Start course").first)
    keys.press(page.get_by_role("link", name=re.compile("Next lesson|Continue lesson")))
    check = page.locator("form.kcheck").first
    keys.choose(check.get_by_role("radio").nth(1))
    keys.press(check.get_by_role("button", name="Check answer"))
    expect(page.locator("[data-feedback]").first).to_be_focused()
    keys.press(page.get_by_role("button", name="Mark as complete"), "Space")
    expect(page.get_by_text("Lesson marked as complete").first).to_be_visible()
    visitor.go(QUIZ)
    keys.press(page.get_by_role("checkbox"), "Space")
    keys.press(page.get_by_role("button", name="Start the quiz"))
    expect(page).to_have_url(re.compile("question-1$"))
    take_by_keyboard(page, keys, right_options(server, trainee, page))
    keys.press(page.get_by_role("button", name="Submit my answers"))
    visitor.heading("Passed")


def take_by_keyboard(page: Page, keys: Keyboard, right: dict[int, list[str]]) -> None:
    """Letters choose, digits say how sure, N goes on; the last ones with Tab and arrows."""
    for slot, values in right.items():
        expect(page.locator(f"#question-{slot}")).to_be_visible()
        page.wait_for_load_state("networkidle")  # the keys work once the scripts are there
        if slot > 2:
            for value in values:
                tick(keys, option(page, slot, value))
            keys.press(page.locator("[data-next]"))
            continue
        for value in values:
            page.keyboard.press(option(page, slot, value).get_attribute("data-k") or "")
        page.keyboard.press("m")
        expect(page.locator(f'[name="s{slot}-flag"]')).to_be_checked()
        page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/check$"))


def tick(keys: Keyboard, target: Locator) -> None:
    if target.get_attribute("type") == "radio":
        keys.choose(target)
    else:
        keys.press(target, "Space")


def test_without_javascript(visit: Visit, server: Server, trainee: Person) -> None:
    visitor = visit(has_script=False)
    page = visitor.page
    visitor.sign_in(trainee.email)
    start_course(visitor)
    read_first_lesson(page)
    start_quiz(visitor)
    right = right_options(server, trainee, page)
    for slot, values in right.items():
        for value in values if slot > 1 else []:
            click(page, slot, value)
        page.get_by_role("button", name=re.compile("Save and (next|check)")).last.click()
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.get_by_text("1 question is not answered")).to_be_visible()
    assert len(saved_answers(server, trainee, page)) == len(right) - 1
    page.get_by_role(
        "link", name=re.compile("question 1|Go to question", re.IGNORECASE)
    ).first.click()
    expect(page).to_have_url(re.compile("question-1$"))
    page.get_by_role("button", name="Check and submit").first.click()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Passed|Not safe yet"))


def test_what_is_not_answered_is_listed_before_handing_in(
    visit: Visit, server: Server, trainee: Person
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in(trainee.email)
    start_course(visitor)
    start_quiz(visitor)
    total = question_count(page)
    page.get_by_role("button", name="Check and submit").first.click()
    expect(page.get_by_text(f"{total} questions are not answered")).to_be_visible()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Not passed|Not safe"))
    assert saved_answers(server, trainee, page) == {}
