"""Every page in every dress: no barrier, nothing wider than the screen, a quiet console."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journeys import COURSE, QUIZ, start_course, start_quiz
from tests.e2e.places import EVERYONE, LESSON, PAGES, SIGNED_OUT, learner_pages
from tests.e2e.records import OTHER, records_of
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor, visiting

DRESSES = [(False, "light"), (False, "dark"), (True, "light"), (True, "dark")]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def dressed(browser: Browser, server: Server, *, is_phone: bool, theme: str) -> Iterator[Visitor]:
    with visiting(browser, server.address, is_phone=is_phone, theme=theme) as visitor:
        visitor.expects_failures = True  # a page that does not exist is among them
        yield visitor


def demand_no_barriers(page: Page) -> None:
    """No violation of axe's rules, nothing that scrolls sideways, one main heading, a title."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate(WIDER) <= 0, f"{page.url} is wider than the screen"
    assert page.get_by_role("heading", level=1).count() == 1, page.url
    assert page.title(), page.url


def visit_all(visitor: Visitor, paths: list[str]) -> None:
    for path in paths:
        visitor.go(path)
        demand_no_barriers(visitor.page)


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_pages_for_visitors(
    browser: Browser, server: Server, *, is_phone: bool, theme: str
) -> None:
    with dressed(browser, server, is_phone=is_phone, theme=theme) as visitor:
        visit_all(visitor, [*SIGNED_OUT, records_of(server).receipt])
        visitor.go("/sign-in")
        visitor.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(visitor.page.get_by_role("alert").first).to_be_visible()
        demand_no_barriers(visitor.page)


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_pages_for_trainees(
    browser: Browser, server: Server, trainee: object, *, is_phone: bool, theme: str
) -> None:
    with dressed(browser, server, is_phone=is_phone, theme=theme) as visitor:
        page = visitor.page
        visitor.sign_in(trainee.email)  # type: ignore[attr-defined]
        visit_all(visitor, ["/", "/courses", COURSE, LESSON, QUIZ, *EVERYONE])
        start_course(visitor)
        visit_all(visitor, ["/", COURSE, *lessons(page), QUIZ])
        start_quiz(visitor)
        demand_no_barriers(page)
        page.locator("label.option").first.click()
        page.get_by_role("button", name=re.compile("Save and next")).last.click()
        expect(page).to_have_url(re.compile("question-2$"))
        demand_no_barriers(page)
        visitor.go(page.url.removeprefix(visitor.address).replace("question-2", "check"))
        demand_no_barriers(page)
        page.get_by_role("button", name="Submit my answers").click()
        expect(page).to_have_url(re.compile("/result$"))
        demand_no_barriers(page)
        attempt = page.url.removeprefix(visitor.address).removesuffix("/result")
        visit_all(
            visitor,
            [
                f"{attempt}/explained",
                f"{attempt}/journal",
                f"{attempt}/question-1/problem",
                "/problems",
                "/",
                QUIZ,
            ],
        )


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_pages_of_a_learner_with_a_history(
    browser: Browser, server: Server, *, is_phone: bool, theme: str
) -> None:
    with dressed(browser, server, is_phone=is_phone, theme=theme) as visitor:
        visitor.sign_in(records_of(server).learner.email)
        for path in learner_pages(server):
            answer = visitor.page.goto(server.address + path)
            assert answer is not None
            assert answer.status == 200, path
            demand_no_barriers(visitor.page)


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_forms_that_are_refused_and_a_dry_run(
    browser: Browser, server: Server, *, is_phone: bool, theme: str
) -> None:
    made = records_of(server)
    with dressed(browser, server, is_phone=is_phone, theme=theme) as visitor:
        page = visitor.page
        visitor.sign_in("instructor@example.org")
        for path, button in (
            (f"/teach/questions/{OTHER}/correct", "See who would change"),
            (made.to_mark, "Save and next"),
            (made.report, "Send the answer"),
            (made.time, "Give more time"),
            (f"{made.attempt}/void", "Void the attempt"),
        ):
            visitor.go(path)
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("alert")).to_be_focused()
            demand_no_barriers(page)
        visitor.go(f"/teach/questions/{OTHER}/correct")
        page.get_by_label("The question counts for nothing").check()
        page.get_by_label("Why").fill("A word was missing.")
        page.get_by_role("button", name="See who would change").click()
        visitor.heading("Who would change")
        demand_no_barriers(page)


def test_a_bar_that_scrolls_shows_where_one_is(browser: Browser, server: Server) -> None:
    with dressed(browser, server, is_phone=True, theme="light") as visitor:
        visitor.sign_in("instructor@example.org")
        visitor.go("/teach/corrections")
        here = visitor.page.get_by_role("navigation", name="Teach", exact=True).get_by_role(
            "link", name="Corrections"
        )
        expect(here).to_be_in_viewport(ratio=0.9)


def lessons(page: Page) -> list[str]:
    """The addresses of all lessons of the course."""
    page.goto(page.url)
    addresses = page.locator("ol.lessons a").evaluate_all("all => all.map(a => a.pathname)")
    return [path for path in addresses if "/quizzes/" not in path]


@pytest.mark.parametrize("role", list(PAGES))
@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_pages_of_those_who_run_it(
    browser: Browser, server: Server, role: str, *, is_phone: bool, theme: str
) -> None:
    with dressed(browser, server, is_phone=is_phone, theme=theme) as visitor:
        visitor.sign_in(f"{role}@example.org")
        for path in ["/", *PAGES[role](server)]:
            answer = visitor.page.goto(server.address + path)
            assert answer is not None
            assert answer.status == 200, path
            demand_no_barriers(visitor.page)
