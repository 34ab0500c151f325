"""Matching and ordering by mouse, on a phone, by keyboard alone and without JavaScript."""

import secrets

import pytest
from playwright.sync_api import Locator, Page, expect

from quizapp.features.attempts.commands import starting
from quizapp.features.courses import queries as course_queries
from quizapp.features.questions import commands as question_commands
from quizapp.features.quizzes import commands as quiz_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.matching import EXAMPLES as MATCHES
from quizapp.question_types.matching import MATCHING
from quizapp.question_types.ordering import EXAMPLES as ORDERS
from quizapp.question_types.ordering import ORDERING
from tests.e2e.conftest import Visit
from tests.e2e.journeys import COURSE, WAYS, each_way, expect_saved
from tests.e2e.keys import saved_answers
from tests.e2e.server import Server
from tests.e2e.test_pages import DRESSES, demand_no_barriers
from tests.factories.accounts import Person
from tests.factories.courses import enroll
from tests.factories.questions import make_draft
from tests.factories.quizzes import make_definition

SLUG = COURSE.rpartition("/")[2]
RIGHT = ["stop", "flat", "check", "stay", "record"]


@pytest.fixture(scope="module")
def quiz(server: Server) -> str:
    """A practice quiz with one question of each kind."""
    slug = f"rows-{secrets.token_hex(3)}"

    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, SLUG)
        codes = []
        for kind, sample in ((MATCHING, MATCHES[0]), (ORDERING, ORDERS[0])):
            content = kind.content.model_validate(sample.content)
            draft = make_draft(
                sample.stem,
                body=item.body_of(kind.name, content),
                labels={"objective": ["L3-1"], "reference": ["R1"]},
            )
            question = question_commands.create_question(ctx, course.id, draft)
            question_commands.publish_question(ctx, question)
            codes.append(question.code)
        definition = make_definition(slug, mode="practice", sections=[{"items": codes}])
        quiz_commands.save_quiz(ctx, course, definition)

    server.site.perform(command)
    return slug


@pytest.fixture
def attempt(server: Server, trainee: Person, quiz: str) -> str:
    """The address of an attempt that has just begun; its quiz stands in no module."""

    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, SLUG)
        starting.start_attempt(ctx, course, quiz_queries.get_quiz(ctx, course, quiz))

    enroll(server.site, trainee, SLUG)
    server.site.perform(command, actor=trainee.actor)
    return f"{COURSE}/quizzes/{quiz}/attempt-1"


def texts(page: Page) -> list[str]:
    return page.locator(".order .lbl").all_inner_texts()


def numbers(page: Page) -> list[str]:
    return [select.input_value() for select in page.locator(".order select").all()]


def arrow(page: Page, way: str, step: str) -> Locator:
    return page.get_by_role("button", name=f"Move {way}: {step}")


@each_way
def test_both_are_answered_kept_and_explained(
    visit: Visit, trainee: Person, attempt: str, way: str
) -> None:
    visitor = visit(**WAYS[way])
    page = visitor.page
    visitor.sign_in(trainee.email)
    visitor.go(f"{attempt}/question-1")
    for pair in MATCHES[0].content["pairs"]:
        visitor.hand.pick(page.get_by_label(pair["prompt"]), pair["answer"])
    visitor.follow(page.get_by_role("button", name="Save and next"))
    for number, name in enumerate(RIGHT, 1):
        step = next(s["text"] for s in ORDERS[0].content["steps"] if s["id"] == name)
        visitor.hand.pick(page.get_by_label(f"Number of: {step}"), str(number))
    visitor.follow(page.get_by_role("button", name="Save and check"))
    visitor.follow(page.get_by_role("button", name="Submit my answers"))

    expect(page.get_by_text("100%").first).to_be_visible()
    details = page.locator("details.qrev")
    details.nth(1).locator("summary").first.click()
    expect(details.nth(1).get_by_text("Your order is right.")).to_be_visible()


@pytest.mark.parametrize("way", ["mouse", "phone", "keyboard"])
def test_arrows_move_lines_and_say_so(
    visit: Visit, server: Server, trainee: Person, attempt: str, way: str
) -> None:
    visitor = visit(**WAYS[way])
    page = visitor.page
    visitor.sign_in(trainee.email)
    visitor.go(f"{attempt}/question-2")
    page.wait_for_load_state("networkidle")
    before = texts(page)
    assert numbers(page) == [""] * 5
    assert (
        page.locator('[data-cell="2"]').first.get_attribute("aria-label")
        == "Question 2, not answered"
    )

    visitor.hand.press(arrow(page, "down", before[0]))
    expect(page.locator("#live")).to_have_text(f"{before[0]} is now number 2 of 5")
    expect(arrow(page, "down", before[0])).to_be_focused()
    visitor.hand.press(arrow(page, "up", before[4]))

    after = [before[1], before[0], before[2], before[4], before[3]]
    assert texts(page) == after
    assert numbers(page) == list("12345")
    expect_saved(page)
    page.reload()
    assert texts(page) == after
    assert numbers(page) == list("12345")
    assert saved_answers(server, trainee, page)[2]


def test_a_line_at_the_end_stays_where_it_is(visit: Visit, trainee: Person, attempt: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in(trainee.email)
    visitor.go(f"{attempt}/question-2")
    before = texts(page)
    up = arrow(page, "up", before[0])
    expect(up).to_have_attribute("aria-disabled", "true")
    up.click(force=True)
    assert (texts(page), numbers(page)) == (before, [""] * 5)


def test_numbers_there_twice_are_kept_with_advice(
    visit: Visit, trainee: Person, attempt: str
) -> None:
    visitor = visit(has_script=False)
    page = visitor.page
    visitor.sign_in(trainee.email)
    visitor.go(f"{attempt}/question-2")
    before = texts(page)
    for place, number in enumerate(["2", "2", "1", "", "5"]):
        page.locator(".order select").nth(place).select_option(number)
    visitor.follow(page.get_by_role("button", name="Save and check"))
    page.go_back()
    page.reload()
    assert texts(page) == before
    assert numbers(page) == ["2", "2", "1", "", "5"]
    expect(page.get_by_text("Two steps have the same number.")).to_be_visible()


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
def test_there_are_no_barriers(
    visit: Visit, trainee: Person, attempt: str, *, is_phone: bool, theme: str
) -> None:
    visitor = visit(is_phone=is_phone, theme=theme)
    page = visitor.page
    visitor.sign_in(trainee.email)
    visitor.go(f"{attempt}/question-1")
    demand_no_barriers(page)
    page.locator(".match select").first.select_option(index=1)
    demand_no_barriers(page)
    visitor.go(f"{attempt}/question-2")
    demand_no_barriers(page)
    arrow(page, "down", texts(page)[0]).click()
    page.locator(".order select").nth(2).select_option("")
    expect_saved(page)
    page.reload()
    expect(page.get_by_text("Some steps have no number yet.")).to_be_visible()
    demand_no_barriers(page)
    visitor.go(f"{attempt}/check")
    page.get_by_role("button", name="Submit my answers").click()
    for summary in page.locator("details.qrev > summary").all():
        summary.click()
    demand_no_barriers(page)


@pytest.mark.parametrize(("is_phone", "theme"), DRESSES)
@pytest.mark.parametrize("kind", ["matching", "ordering"])
def test_the_editors_have_no_barriers(
    visit: Visit, kind: str, *, is_phone: bool, theme: str
) -> None:
    visitor = visit(is_phone=is_phone, theme=theme)
    visitor.expects_failures = True  # a draft without a question is refused
    visitor.sign_in("instructor@example.org")
    visitor.go(f"/teach/questions/new?course={SLUG}&type={kind}")
    demand_no_barriers(visitor.page)
    visitor.page.get_by_role("button", name="Save draft").last.click()
    expect(visitor.page.get_by_role("alert").first).to_be_visible()
    demand_no_barriers(visitor.page)


def test_rows_of_two_lists_are_added_moved_and_removed(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in("instructor@example.org")
    visitor.go(f"/teach/questions/new?course={SLUG}&type=matching")
    page.wait_for_load_state("networkidle")
    said = page.locator("#live")
    page.get_by_label("Prompt (pair 1)").fill("Needle")
    page.get_by_label("Prompt (pair 2)").fill("Lancet")
    page.get_by_role("button", name="Move pair 2 up").click()
    expect(said).to_have_text("This is pair 1 now")
    expect(page.get_by_label("Prompt (pair 1)")).to_have_value("Lancet")
    page.get_by_role("button", name="Add distractor").click()
    expect(said).to_have_text("Distractor 2 added")
    expect(page.get_by_label("Text of distractor 2")).to_be_focused()
    page.get_by_role("button", name="Remove pair 1").click()
    expect(said).to_have_text("Pair 1 removed")
    expect(page.get_by_label("Prompt (pair 1)")).to_have_value("Needle")
    expect(page.locator("#preview .match").get_by_text("Needle")).to_be_visible()
