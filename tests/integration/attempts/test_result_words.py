"""What the pages of an attempt say is true of it: its parts, what is hidden, where one may go."""

from typing import Any

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories import quizzes
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.integration.attempts.desk import WRONG, Desk, visible

PARTS = {
    "sections": [
        {"items": ["nc-1"]},
        {"items": ["nc-2"], "minimum": 60},
        {"title": "Depth", "items": ["nc-3"], "minimum": "12.5"},
    ],
    "pass_mark": 40,
}
READ_BELOW = "Read what was missed below."
MISSED = "safety-critical right"


@pytest.fixture
def sit(site: Site, app: Flask, clinic: Clinic) -> Any:
    def sat(wrong: tuple[int, ...] = (), **definition: Any) -> Desk:
        desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site, **definition))
        for slot in range(1, desk.head.item_count + 1):
            desk.save(slot, (WRONG if slot in wrong else KEYS)[slot])
        desk.hand_in()
        return desk

    return sat


def test_a_part_below_its_minimum_is_named(sit: Any) -> None:
    desk = sit((2,), **PARTS)
    page = visible(desk.get("result"))
    assert "Not passed yet" in page
    assert "Part 2 is below its minimum of 60%." in page
    assert "Depth" not in page
    assert "is below the pass mark" not in page
    explained = visible(desk.get("explained"))
    assert "Part 2 is below its minimum of 60%." in explained
    assert "“”" not in explained
    assert "Part 2: 60%" in explained
    assert "Depth: 12.5%" in explained


def test_a_score_below_the_pass_mark_is_named(sit: Any) -> None:
    page = visible(sit((1, 2), **PARTS).get("result"))
    assert "The score is below the pass mark." in page
    assert "Part 2 is below its minimum of 60%." in page


def test_the_start_page_tells_the_minimum_of_each_part(sit: Any) -> None:
    desk = sit(**PARTS)
    page = visible(desk.visitor.get(f"/courses/{COURSE}/quizzes/{desk.quiz}"))
    assert "Part 2: at least 60% of its points, whatever the score of the whole quiz." in page
    assert "The part “Depth”: at least 12.5% of its points" in page
    assert "Part 1" not in page


@pytest.mark.parametrize("wrong", [(), (1, 2)], ids=["right", "wrong"])
def test_answers_are_shown_where_the_score_is_not(sit: Any, wrong: tuple[int, ...]) -> None:
    plan = {"score": "never", "answers": "after_submit", "rationale": "after_submit"}
    sections = [{"items": ["nc-1", "nc-2", "nc-3"]}]
    desk = sit(wrong, feedback=plan, sections=sections)
    answer = desk.get("result")
    page = visible(answer)
    assert answer.text.count('class="qrev"') == 3
    assert "The shaft is no longer clean." in page
    assert "The answers are explained below. The score is not shown." in page
    for words in ("Passed", "passed yet", "Pass mark", "By objective", "of 3", "%", "Try again"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("plan", "is_told"),
    [
        ({"answers": "never", "rationale": "never"}, False),
        ({"answers": "after_submit", "rationale": "never"}, True),
    ],
    ids=["hidden", "shown"],
)
def test_nobody_is_sent_to_answers_that_are_hidden(
    sit: Any, plan: dict[str, str], *, is_told: bool
) -> None:
    desk = sit((1, 2), feedback={"score": "after_submit", **plan})
    page = visible(desk.get("result"))
    assert "Not passed yet" in page
    assert (READ_BELOW in page) is is_told
    assert "Each question says why." not in page
    assert ("The answers of this quiz are not shown." in page) is not is_told
    assert "not shown yet" not in page


def test_practice_promises_no_reasons_that_are_hidden(sit: Any) -> None:
    plan = {"score": "at_once", "answers": "at_once", "rationale": "never"}
    page = visible(sit(mode="practice", feedback=plan).get("result"))
    assert "This was for practice. Nothing counts." in page
    assert "every answer is explained" not in page


def test_the_check_page_promises_no_way_back_where_there_is_none(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    sections = [{"items": ["nc-1", "nc-2"]}]
    slug = quizzes.make_quiz(site, sections=sections, navigation="sequential")
    desk = Desk(site, app, clinic.lea, slug)
    desk.post("question-1", {**desk.fields(1, {}), "goto": "next"})
    desk.post("question-2", {**desk.fields(2), "goto": "check"})
    page = desk.get("check")
    assert "it is worth trying" not in visible(page)
    assert "1 question is not answered" in visible(page)
    assert "/question-1" not in page.text
    assert desk.at("question-2") in page.text
    assert "Closed" in visible(page)


def test_the_check_page_of_a_sequential_quiz_says_what_may_still_change(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    sections = [{"items": ["nc-1", "nc-2"]}]
    slug = quizzes.make_quiz(site, sections=sections, navigation="sequential")
    desk = Desk(site, app, clinic.lea, slug)
    for slot in (1, 2):
        desk.post(f"question-{slot}", {**desk.fields(slot), "goto": "next"})
    page = visible(desk.get("check"))
    assert "You can still go back and change an answer." not in page
    assert "Questions you have left stay as they were saved." in page
