"""An instructor's first question: with a script, by keyboard alone, and without any script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitor import Keyboard, Visitor

Visit = Callable[..., Visitor]
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


def write(page: Page) -> None:
    page.get_by_label("Stem", exact=True).fill(STEM)
    for letter, (text, reason) in zip("AB", OPTIONS, strict=True):
        page.get_by_label(f"Text of option {letter}").fill(text)
        page.get_by_label(f"Why it is right or wrong (option {letter})").fill(reason)
    page.get_by_role("radio", name="Option A is right").check()
    page.get_by_label("Acting on it is (option B)").select_option("dangerous")
    page.locator("[name=objectives]").first.check()
    page.get_by_text("references of the course").click()
    page.locator("[name=references]").first.check()
    page.get_by_label("Thinking level").select_option("apply")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_first_question_goes_live(visit: Visit, has_script: bool) -> None:  # noqa: FBT001
    visitor = visit(has_script=has_script)
    visitor.sign_in("instructor@example.org")
    visitor.go("/teach/questions")
    page = visitor.page
    page.get_by_role("link", name="New question").click()
    page.get_by_label("Single best answer").check()
    page.get_by_role("button", name="Write the question").click()
    page.get_by_role("button", name="Remove option D").click()
    page.get_by_role("button", name="Remove option C").click()
    write(page)

    page.get_by_role("button", name="Save and go to publish").click()
    page.get_by_role("button", name="Publish version 1").click()

    expect(page.get_by_text("Version 1 is live. New attempts get it.")).to_be_visible()
    expect(page.locator("legend.stem strong")).to_have_text("first")
    assert not visitor.problems


def test_options_move_in_place_and_the_focus_goes_along(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("instructor@example.org")
    visitor.go(NEW)
    page, keys = visitor.page, Keyboard(visitor.page)
    write(page)
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
    write(page)

    page.get_by_role("button", name="Add option").click()
    page.get_by_role("button", name="Move option B up").click()
    page.get_by_role("button", name="Preview").click()

    assert texts(page) == ["Go on", "Lay the patient flat", "", "", ""]
    expect(page.get_by_role("radio", name="Option B is right")).to_be_checked()
    expect(page.get_by_label("Stem", exact=True)).to_have_value(STEM)
    expect(page.locator("#preview legend strong")).to_have_text("first")
    expect(page.locator("[name=objectives]").first).to_be_checked()
