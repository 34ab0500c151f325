"""An essay and a file: handed in, marked without a name, told back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quizapp.features.attempts.queries import published
from quizapp.features.courses import queries as course_queries
from quizapp.infrastructure.context import Context
from tests.e2e.conftest import Visit
from tests.e2e.journeys import COURSE, WAYS, each_way, enter, expect_saved
from tests.e2e.server import Server
from tests.e2e.test_pages import demand_no_barriers
from tests.e2e.visitor import Visitor
from tests.factories.accounts import Person

TOUR = f"{COURSE}/quizzes/tour"
TEXT = "It goes through the skin, so it is invasive. It may bleed or become infected."
PDF = b"%PDF-1.7\n" + b"of no importance " * 2000
FILE = {"name": "emergency-card.pdf", "mimeType": "application/pdf", "buffer": PDF}
PROGRAM = {"name": "card.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 200}


def slots(server: Server, page: Page) -> dict[str, int]:
    """Where the tour's attempt asks each type of question."""

    def read(ctx: Context) -> dict[str, int]:
        from sqlalchemy import select

        from quizapp.features.attempts.models import Attempt

        course_queries.get_course(ctx, COURSE.rpartition("/")[2])
        attempt_id = ctx.session.scalars(select(Attempt.id).order_by(Attempt.id.desc())).first()
        assert attempt_id is not None
        layout = published.slots(ctx, attempt_id)
        asked = published.questions(ctx, [slot.version_id for slot in layout])
        return {asked[slot.version_id].item.type_name: slot.number for slot in layout}

    assert page.url
    with server.site.reading() as ctx:
        return read(ctx)


def begin(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person.email)
    visitor.go(COURSE)
    visitor.follow(visitor.page.get_by_role("button", name="Start course").first)
    visitor.go(TOUR)
    boxes = visitor.page.get_by_role("checkbox")
    if boxes.count():
        visitor.hand.tick(boxes.first)
    visitor.follow(visitor.page.get_by_role("button", name="Start the quiz"))


def go_to(visitor: Visitor, number: int) -> None:
    visitor.page.goto(re.sub(r"question-\d+", f"question-{number}", visitor.page.url))


def give_file(page: Page, file: Any, *, has_script: bool) -> None:
    page.locator("input[type=file]").set_input_files(file)
    if not has_script:
        with page.expect_navigation():
            page.get_by_role("button", name="Upload").click()


@each_way
def test_a_file_is_uploaded_and_marked(
    visit: Visit, server: Server, trainee: Person, way: str
) -> None:
    options = WAYS[way]
    has_script = options.get("has_script", True)
    visitor = visit(**options)
    visitor.expects_failures = True  # a refused file
    begin(visitor, trainee)
    page = visitor.page
    place = slots(server, page)
    go_to(visitor, place["file_upload"])
    give_file(page, PROGRAM, has_script=has_script)
    expect(page.get_by_text("This file is a program, whatever its name says.")).to_be_visible()
    give_file(page, FILE, has_script=has_script)
    expect(page.get_by_role("checkbox", name="emergency-card.pdf")).to_be_checked()
    if has_script:
        expect_saved(page)
    look(page, has_script=has_script)
    page.reload()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Open emergency-card.pdf").click()
    assert caught.value.path().read_bytes() == PDF
    go_to(visitor, place["essay"])
    visitor.hand.type(page.get_by_label("Your answer"), TEXT)
    with page.expect_navigation():
        page.locator("[data-next]").last.click()
    page.goto(re.sub(r"question-\d+", "check", page.url))
    visitor.follow(page.get_by_role("button", name="Submit my answers"))
    visitor.heading(re.compile("wait to be marked"))

    marker = visit(**options)
    marker.sign_in("instructor@example.org")
    enter(marker, "Teach", "Answers to mark")
    for code in ("dn-tour-file", "dn-tour-essay"):
        mark_all(marker, server, code, trainee, has_script=has_script)
    page.reload()
    expect(page.get_by_text("Being marked")).to_have_count(0)
    look(page, has_script=has_script)


def look(page: Page, *, has_script: bool) -> None:
    """Where scripts are off, the tool that finds barriers cannot run either."""
    if has_script:
        demand_no_barriers(page)


def mark_all(
    marker: Visitor, server: Server, code: str, learner: Person, *, has_script: bool
) -> None:
    page = marker.page
    page.goto(f"{server.address}/teach/grading/{code}/next")
    while "/answers/" in page.url:
        look(page, has_script=has_script)
        text = page.locator("main").inner_text()
        assert learner.name not in text
        assert "emergency-card" not in text
        for group in page.locator("fieldset.judge").all():
            marker.hand.choose(group.get_by_role("radio").first)
        marker.hand.type(page.get_by_label(re.compile("Comment for the learner")), "Good.")
        marker.follow(page.get_by_role("button", name="Save and next"))


@pytest.mark.parametrize("is_phone", [False, True])
def test_a_mark_that_is_not_complete_is_told_at_its_place(
    visit: Visit, server: Server, trainee: Person, *, is_phone: bool
) -> None:
    visitor = visit(is_phone=is_phone)
    begin(visitor, trainee)
    go_to(visitor, slots(server, visitor.page)["essay"])
    visitor.page.get_by_label("Your answer").fill(TEXT)
    with visitor.page.expect_navigation():
        visitor.page.locator("[data-next]").last.click()
    visitor.page.goto(re.sub(r"question-\d+", "check", visitor.page.url))
    visitor.follow(visitor.page.get_by_role("button", name="Submit my answers"))

    marker = visit(is_phone=is_phone)
    marker.expects_failures = True  # 422
    marker.sign_in("instructor@example.org")
    page = marker.page
    page.goto(f"{server.address}/teach/grading/dn-tour-essay/next")
    page.locator("fieldset.judge").first.get_by_role("radio").first.check()
    page.get_by_label(re.compile("Comment for the learner")).fill("Kept.")
    marker.follow(page.get_by_role("button", name="Save and next"))
    expect(page.get_by_role("alert")).to_be_focused()
    links = page.get_by_role("alert").get_by_role("link")
    expect(links).to_have_count(page.locator("fieldset.judge").count() - 1)
    expect(page.get_by_label(re.compile("Comment for the learner"))).to_have_value("Kept.")
    expect(page.locator("fieldset.judge").first.get_by_role("radio").first).to_be_checked()
    demand_no_barriers(page)
    for group in page.locator("fieldset.judge").all():
        group.get_by_role("radio").last.check()
    marker.follow(page.get_by_role("button", name="Save and stop"))
    expect(page).to_have_url(re.compile("/teach/grading/dn-tour-essay$"))
    demand_no_barriers(page)
