"""A rubric that does not add up: said at its place in the editor, and it never goes live."""

from typing import Any

import pytest

from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.factories.marking import ESSAY, RUBRIC, essay_body, hand_in, make_essay, make_marked_quiz
from tests.factories.questions import make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything
from tests.integration.attempts.desk import visible
from tests.integration.grading.test_marking_pages import fields_of, path_of
from tests.integration.questions.teaching import BANK, form_of, get_question, page
from tests.integration.questions.writing import sent_again

AMOUNTS = ["1e999999", "-1", "NaN", "1,000,000", "0x10", "²", "9" * 400]


@pytest.mark.parametrize("points", AMOUNTS)
@pytest.mark.parametrize("field", ["part-rubric_points", "part-criteria-0-levels-0-points"])
def test_points_that_are_no_number_are_refused_at_their_field(
    site: Site, clinic: Clinic, author: Visitor, field: str, points: str
) -> None:
    assert clinic.course_id
    make_essay(site)
    form = form_of(author.get(f"{BANK}/{ESSAY}/edit"))
    before = everything(site)
    answer = author.send(f"{BANK}/{ESSAY}/edit", sent_again(form, do="save", **{field: points}))
    assert answer.status_code == 422
    tree = page(answer)
    (summary,) = tree.xpath("//*[@class='errsum mb-5']")
    assert f"#{field}" in summary.xpath(".//a/@href")
    assert tree.xpath(f'//*[@id="{field}-error"]')
    assert form_of(answer)[field] == points
    assert everything(site) == before


@pytest.mark.parametrize(
    ("changes", "words", "place"),
    [
        ({"points": "7"}, "The rubric does not add up to its points.", "part-rubric_points"),
        (
            {
                "criteria": [
                    {**RUBRIC["criteria"][0], "levels": RUBRIC["criteria"][0]["levels"][:2]}
                ]
            },
            "A criterion has no level with 0 points.",
            "part-criteria-0-levels-0-points",
        ),
        ({"criteria": []}, "The rubric has no criterion.", "part-criteria"),
    ],
)
def test_a_rubric_that_does_not_add_up_cannot_go_live(
    site: Site, clinic: Clinic, author: Visitor, changes: dict[str, Any], words: str, place: str
) -> None:
    assert clinic.course_id
    body = essay_body(rubric={**RUBRIC, **changes})
    make_question(site, make_draft(body=body), code="uneven", is_live=False)
    answer = author.get(f"{BANK}/uneven/publish")
    (link,) = page(answer).xpath('//section[@aria-labelledby="todo"]//a')
    assert words in link.text_content()
    assert link.get("href").partition("#")[2] == place
    assert page(author.get(f"{BANK}/uneven/edit")).xpath(f'//*[@id="{place}"]')
    assert author.send(f"{BANK}/uneven/publish", {"note": "x"}).status_code == 422
    assert get_question(site, "uneven").state == "draft"


@pytest.mark.parametrize("value", ["1e999999", "-1", "²", "9" * 400, "3", "all all"])
@pytest.mark.parametrize("field", ["level-r1-order", "round", "rubric", "replaces"])
def test_a_mark_with_values_no_page_sends_is_refused(
    site: Site, clinic: Clinic, author: Visitor, field: str, value: str
) -> None:
    make_essay(site)
    make_marked_quiz(site)
    path = path_of(site, hand_in(site, clinic.lea))
    fields = fields_of(author.get(path), {"order": "all", "reasons": "given"})
    before = everything(site)
    answer = author.send(path, {**fields, field: value})
    assert answer.status_code in {409, 422}
    assert visible(answer)
    assert page(answer).xpath("//*[@role='alert']//h2")
    assert everything(site) == before
