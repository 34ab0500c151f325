"""After an exam, by every way of getting about: corrected, reported, voided, extended, checked."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.journeys import WAYS, each_way
from tests.e2e.records import OTHER, records_of
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor


def teacher(visit: Visit, way: str) -> Visitor:
    visitor = visit(**WAYS[way])
    visitor.sign_in("instructor@example.org")
    return visitor


@each_way
def test_marks_are_corrected_after_a_dry_run_and_put_back(
    visit: Visit, server: Server, way: str
) -> None:
    records_of(server)
    visitor = teacher(visit, way)
    page = visitor.page
    visitor.go(f"/teach/questions/{OTHER}/correct")
    visitor.hand.choose(page.get_by_label("The question counts for nothing"))
    visitor.hand.type(page.get_by_label("Why"), "The figure was missing.")
    visitor.follow(page.get_by_role("button", name="See who would change"))
    visitor.heading("Who would change")
    expect(page.get_by_text("Why: The figure was missing.")).to_be_visible()
    visitor.follow(page.get_by_role("button", name="Change the choice"))
    expect(page.get_by_label("Why")).to_have_value("The figure was missing.")
    visitor.follow(page.get_by_role("button", name="See who would change"))
    visitor.follow(page.get_by_role("button", name="Correct the marks"))
    expect(page.get_by_text("In force")).to_be_visible()
    expect(page.get_by_text("The marks were corrected.")).to_be_visible()
    visitor.follow(page.get_by_role("link", name="Undo"))
    visitor.follow(page.get_by_role("button", name="Undo it"))
    expect(page.get_by_text("It was undone: every mark is as it was before.")).to_be_visible()


@each_way
def test_a_report_gets_an_answer(visit: Visit, server: Server, way: str) -> None:
    made = records_of(server)
    learner = visit(**WAYS[way])
    learner.sign_in(made.learner.email)
    learner.go(f"{made.own}/question-3/problem")
    text = f"The bin in the figure is a waste bin ({way})."
    learner.hand.type(learner.page.get_by_label("What is wrong with this question?"), text)
    learner.follow(learner.page.get_by_role("button", name="Send the report"))
    learner.heading("Your reports")

    visitor = teacher(visit, way)
    visitor.go("/teach/problems")
    visitor.follow(visitor.page.get_by_role("link", name=OTHER))
    visitor.follow(visitor.page.get_by_role("link", name=text))
    answer = f"Thank you, it will be drawn anew ({way})."
    visitor.hand.type(visitor.page.get_by_label("Your answer"), answer)
    visitor.follow(visitor.page.get_by_role("button", name="Send the answer"))
    visitor.heading("Reported problems")

    learner.page.reload()
    card = learner.page.get_by_role("article").filter(has_text=answer)
    learner.follow(card.get_by_role("button", name=re.compile("^I have read it")))
    expect(card.get_by_text("Answered", exact=True)).to_be_visible()


@each_way
def test_an_attempt_is_voided_and_counts_again(visit: Visit, server: Server, way: str) -> None:
    made = records_of(server)
    visitor = teacher(visit, way)
    page = visitor.page
    visitor.go(made.attempt)
    visitor.follow(page.get_by_role("link", name="Void this attempt"))
    visitor.hand.type(page.get_by_label("Why"), "A fire alarm.")
    visitor.follow(page.get_by_role("button", name="Void the attempt"))
    expect(page.get_by_role("heading", name="This attempt counts for nothing")).to_be_visible()
    visitor.follow(page.get_by_role("button", name="Let it count again"))
    expect(page.get_by_text("The attempt counts again.")).to_be_visible()
    expect(page.get_by_role("link", name="Void this attempt")).to_be_visible()


@each_way
def test_more_time_is_given(visit: Visit, server: Server, way: str) -> None:
    made = records_of(server)
    visitor = teacher(visit, way)
    page = visitor.page
    visitor.go(made.time)
    visitor.hand.type(page.get_by_label("Minutes"), "2")
    visitor.hand.type(page.get_by_label("Reason"), f"The network was away ({way}).")
    visitor.follow(page.get_by_role("button", name="Give more time"))
    expect(page.get_by_text("2 minutes more")).to_be_visible()
    visitor.go(made.time)
    expect(page.get_by_text(f"The network was away ({way}).")).to_be_visible()


@each_way
def test_anybody_checks_a_receipt(visit: Visit, server: Server, way: str) -> None:
    code = records_of(server).receipt.rpartition("/")[2]
    visitor = visit(**WAYS[way])
    page = visitor.page
    visitor.go("/verify")
    visitor.hand.type(page.get_by_label("Code of the receipt"), code.lower().replace("-", " "))
    visitor.follow(page.get_by_role("button", name="Check", exact=True))
    expect(page.get_by_text("This receipt is genuine")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/verify/{code}$"))
    signed = page.get_by_text("Check the file of a receipt instead")
    visitor.hand.press(signed)
    visitor.hand.type(page.get_by_label("Text of the file"), "{}")
    visitor.follow(page.get_by_role("button", name="Check the file"))
    expect(page.get_by_text("This receipt is genuine")).to_have_count(0)
    expect(page.get_by_label("Text of the file")).to_be_visible()
