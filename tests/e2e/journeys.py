"""Steps that several journeys take."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.visitor import Visitor

COURSE = "/courses/dry-needling-foundations"
QUIZ = f"{COURSE}/quizzes/mechanisms-quiz"
WAYS: dict[str, dict[str, bool]] = {
    "mouse": {},
    "phone": {"is_phone": True},
    "keyboard": {"is_keyboard": True},
    "no script": {"has_script": False},
}
"""How people get about; each is a set of options of `visit`."""
each_way = pytest.mark.parametrize("way", list(WAYS))


def enter(visitor: Visitor, area: str, sub: str = "") -> None:
    """Go to a part of the product by its bars, which a phone folds into a menu."""
    menu = visitor.page.locator("details.menu.only-small > summary")
    if menu.is_visible():
        visitor.hand.press(menu)
    main = visitor.page.get_by_role("navigation", name=re.compile("^Main"))
    visitor.follow(main.get_by_role("link", name=area, exact=True))
    if sub:
        below = visitor.page.get_by_role("navigation", name=area, exact=True)
        visitor.follow(below.get_by_role("link", name=sub, exact=True))


def option(page: Page, slot: int, value: str) -> Locator:
    return page.locator(f'input.q-input[name="s{slot}-r1"][value="{value}"]')


def tick(page: Page, slot: int, value: str) -> None:
    """Click an option as people do: on its text."""
    page.locator("label.option").filter(has=option(page, slot, value)).click()


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save]")).to_have_text("Saved")


def start_course(visitor: Visitor) -> None:
    visitor.go(COURSE)
    visitor.page.get_by_role("button", name="Start course").first.click()
    expect(visitor.page.get_by_role("heading", name="Your progress")).to_be_visible()


def start_quiz(visitor: Visitor) -> None:
    visitor.go(QUIZ)
    visitor.page.get_by_role("checkbox").check()
    visitor.page.get_by_role("button", name="Start the quiz").click()
    expect(visitor.page).to_have_url(re.compile("attempt-1/question-1$"))
    visitor.page.wait_for_load_state("networkidle")


def question_count(page: Page) -> int:
    text = page.get_by_role("heading", level=2, name=re.compile("^Question")).first.inner_text()
    return int(text.rsplit(maxsplit=1)[1])
