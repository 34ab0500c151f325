"""Instructors write questions: by mouse, on a phone, by keyboard alone, without any script."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.journeys import WAYS, each_way, enter
from tests.e2e.visitor import Keyboard, Visitor

NEW = "/teach/questions/new?course=dry-needling-foundations&type=single_best_answer"
STEM = "A patient turns pale while sitting. What comes **first**?"
OPTIONS = (("Lay the patient flat", "The head is low then."), ("Go on", "The patient may fall."))
pytestmark = pytest.mark.e2e


def texts(page: Page) -> list[str]:
    return [
        box.input_value() for box in page.locator("[data-option] textarea[name$='-text']").all()
    ]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def write(visitor: Visitor) -> None:
    """Fill in two options, of which A is right, and everything a question needs to go live."""
    page, hand = visitor.page, visitor.hand
    hand.type(page.get_by_label("Stem", exact=True), STEM)
    for letter, (text, reason) in zip("AB", OPTIONS, strict=True):
        hand.type(page.get_by_label(f"Text of option {letter}"), text)
        hand.type(page.get_by_label(f"Why it is right or wrong (option {letter})"), reason)
    hand.choose(page.get_by_role("radio", name="Option A is right"))
    hand.pick(page.get_by_label("Acting on it is (option B)"), "Dangerous")
    hand.tick(page.locator("[name=objectives]").first)
    hand.pick(page.get_by_label("Thinking level"), "Apply")
    hand.press(page.get_by_text("references of the course"))
    hand.tick(page.locator("[name=references]").first)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


@each_way
def test_from_a_draft_to_a_second_version(visit: Visit, way: str) -> None:
    visitor = visit(**WAYS[way])
    visitor.sign_in("instructor@example.org")
    enter(visitor, "Teach")
    page, hand = visitor.page, visitor.hand
    visitor.follow(page.get_by_role("link", name="New question"))
    hand.choose(page.get_by_label("Single best answer"))
    visitor.follow(button(page, "Write the question"))
    for letter in "DC":
        hand.press(button(page, f"Remove option {letter}"))
        expect(button(page, f"Remove option {letter}")).to_have_count(0)
    write(visitor)
    if way == "no script":
        visitor.follow(button(page, "Preview"))
    expect(page.locator("#preview legend strong")).to_have_text("first")
    visitor.follow(button(page, "Save draft").last)
    expect(page.get_by_text("Draft saved as")).to_be_visible()

    visitor.follow(button(page, "Save and go to publish"))
    visitor.follow(button(page, "Publish version 1"))
    expect(page.get_by_text("Version 1 is live. New attempts get it.")).to_be_visible()
    expect(page.locator("legend.stem strong")).to_have_text("first")

    visitor.follow(page.get_by_role("link", name="Edit", exact=True))
    hand.type(page.get_by_label("Stem", exact=True), f"{STEM} Choose **one** act.")
    visitor.follow(button(page, "Save and go to publish"))
    expect(page.locator("ins")).to_contain_text(["one"])
    hand.type(page.get_by_label("What changed, and why"), "Says how many to choose")
    visitor.follow(button(page, "Publish version 2"))
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    expect(page.get_by_text("Says how many to choose").first).to_be_visible()
    visitor.follow(page.get_by_role("link", name="Version 1", exact=True))
    expect(page.locator("legend.stem strong")).to_have_text(["first"])


@each_way
def test_two_authors_at_one_draft_lose_nothing(visit: Visit, way: str) -> None:
    first, second = visit(**WAYS[way]), visit(**WAYS[way])
    second.expects_failures = True
    for author in (first, second):
        author.sign_in("instructor@example.org")
    first.go(NEW)
    write(first)
    first.follow(button(first.page, "Save draft").last)
    second.page.goto(first.page.url)
    first.hand.type(first.page.get_by_label("Stem", exact=True), f"{STEM} Then rest.")
    first.follow(button(first.page, "Save draft").last)

    stem = second.page.get_by_label("Stem", exact=True)
    second.hand.type(stem, f"{STEM} Call for help.")
    second.follow(button(second.page, "Save draft").last)
    second.heading(re.compile("Ines Sample saved a newer draft at"))
    both = second.page.get_by_role("cell", name=re.compile("A patient turns pale"))
    expect(both).to_contain_text(["Then", "Call"])
    expect(both.first.locator("del")).not_to_have_count(0)
    expect(both.last.locator("ins")).not_to_have_count(0)
    second.follow(button(second.page, "Save mine as a copy"))
    expect(stem).to_have_value(f"{STEM} Call for help.")
    first.page.reload()
    expect(first.page.get_by_label("Stem", exact=True)).to_have_value(f"{STEM} Then rest.")
    assert first.page.url != second.page.url


def test_options_move_in_place_and_the_focus_goes_along(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("instructor@example.org")
    visitor.go(NEW)
    page, keys = visitor.page, Keyboard(visitor.page)
    write(visitor)
    live = page.locator("#live")

    keys.press(page.get_by_role("button", name="Remove option C"))
    expect(live).to_have_text("Option C removed")
    assert focused(page) == "part-options-2-text"
    keys.press(page.get_by_role("button", name="Add option"), "Space")
    expect(live).to_have_text("Option D added")
    page.keyboard.type("Call for help")
    for _stop in range(2):  # back over the buttons that follow it
        page.keyboard.press("Shift+Tab")
    assert focused(page) == "part-options-3-up"
    page.keyboard.press("Enter")
    expect(live).to_have_text("This is option C now")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(live).to_have_text("This is option A now")

    assert focused(page) == "part-options-0-down"
    assert texts(page) == ["Call for help", "Lay the patient flat", "Go on", ""]
    expect(page.get_by_role("radio", name="Option B is right")).to_be_checked()
    expect(page.get_by_label("Acting on it is (option C)")).to_have_value("dangerous")
    assert page.url.endswith(NEW)
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text(re.compile("Draft saved as"))).to_be_visible()
    assert texts(page) == ["Call for help", "Lay the patient flat", "Go on"]


def test_the_preview_follows_what_one_types(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("instructor@example.org")
    visitor.go(NEW)
    page = visitor.page

    page.get_by_label("Stem", exact=True).fill("Which **needle**? <script>alert(1)</script>")
    page.get_by_label("Text of option A").fill("The *new* one")

    preview = page.locator("#preview")
    expect(preview.locator("legend strong")).to_have_text("needle")
    expect(preview.locator("label.option em")).to_have_text("new")
    expect(preview.get_by_text("The question has no stem.")).to_have_count(0)
    assert preview.locator("script").count() == 0
    page.on("dialog", lambda dialog: dialog.accept())


def test_without_a_script_every_button_brings_the_whole_form_back(visit: Visit) -> None:
    visitor = visit(has_script=False)
    visitor.sign_in("instructor@example.org")
    visitor.go(NEW)
    page = visitor.page
    write(visitor)

    page.get_by_role("button", name="Add option").click()
    page.get_by_role("button", name="Move option B up").click()
    page.get_by_role("button", name="Preview").click()

    assert texts(page) == ["Go on", "Lay the patient flat", "", "", ""]
    expect(page.get_by_role("radio", name="Option B is right")).to_be_checked()
    expect(page.get_by_label("Stem", exact=True)).to_have_value(STEM)
    expect(page.locator("#preview legend strong")).to_have_text("first")
    expect(page.locator("[name=objectives]").first).to_be_checked()
