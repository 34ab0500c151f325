"""What was typed and cannot be taken comes back with the reason; the rest of its page is saved."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from lxml import html  # type: ignore[import-untyped]
from sqlalchemy import update
from werkzeug.test import TestResponse

from quizapp.features.attempts.models import AttemptItem
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types import hotspot, item
from quizapp.question_types.hotspot.content import Content
from tests.factories import attempts, marking, quizzes
from tests.factories.clinic import Clinic
from tests.factories.markup import sent_by, tree_of
from tests.factories.questions import make_draft, make_question
from tests.integration.attempts.desk import JSON, WRONG, Desk, visible

ESSAY_TEXT = "First the needles come out.\r\nThen <b>lie</b> & wait. " * 12
TOO_LONG = "x" * 20_001
STEPS: dict[str, Any] = {
    "sections": [{"items": ["nc-1", "nc-2", "nc-3"]}],
    "navigation": "sequential",
    "confidence": "required",
}


@dataclass
class Page:
    """Lea's page of a choice, an essay and a picture that asks for two points."""

    desk: Desk

    def fields(self, **answers: Any) -> dict[str, Any]:
        page = sent_by(tree_of(self.desk.get("question-1").text).xpath(".//form[@id='qform']")[0])
        page.update({name.replace("_", "-"): values for name, values in answers.items()})
        return page

    def send(self, **answers: Any) -> TestResponse:
        return self.desk.post("question-1", self.fields(**answers))


@pytest.fixture
def page(site: Site, app: Flask, clinic: Clinic) -> Page:
    sample = next(s for s in hotspot.EXAMPLES if s.title == "Two points")
    body = item.body_of("hotspot", Content.model_validate(sample.content))
    picture = make_question(site, make_draft(sample.stem, body=body)).code
    items = ["nc-1", marking.make_essay(site), picture]
    slug = quizzes.make_quiz(
        site, sections=[{"items": items}], questions_per_page=5, confidence="ask"
    )
    return Page(Desk(site, app, clinic.lea, slug))


def card(answer: TestResponse, slot: int) -> Any:
    (found,) = html.fromstring(answer.text).xpath(f"//*[@id='question-{slot}']")
    return found


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_one_point_too_many_holds_up_nothing_else(page: Page) -> None:
    answer = page.send(
        s1_r1=["2"], s2_r1=[ESSAY_TEXT], s3_r1=["1", "2", "3"], s3_confidence=["2"], s3_flag=["1"]
    )
    assert answer.status_code == 422
    assert page.desk.head.saved(1).is_answered
    assert item.load(page.desk.head.saved(2).answer)["r1"]["text"] == ESSAY_TEXT.replace(
        "\r\n", "\n"
    )
    assert not page.desk.head.saved(3).is_answered
    told = card(answer, 3)
    assert told.xpath(".//*[@role='alert']")
    assert not card(answer, 1).xpath(".//*[@role='alert']")
    sent = sent_by(told)
    assert sent["s3-r1"] == ["1", "2", "3"]
    assert (sent["s3-confidence"], sent["s3-flag"]) == (["2"], ["1"])
    corrected = {**sent_by(tree_of(answer.text).xpath(".//form[@id='qform']")[0])}
    corrected["s3-r1"] = ["1", "2"]
    assert page.desk.post("question-1", corrected).status_code == 303
    assert page.desk.head.saved(3).is_answered
    assert page.desk.head.saved(1).revision == 1


def test_a_text_that_is_too_long_comes_back_whole(page: Page) -> None:
    answer = page.send(s1_r1=["1"], s2_r1=[TOO_LONG + "<é>"])
    assert answer.status_code == 422
    assert "Shorten it" in words(card(answer, 2))
    assert sent_by(card(answer, 2))["s2-r1"] == [TOO_LONG + "<é>"]
    assert page.desk.head.saved(1).is_answered


def test_what_no_field_can_show_stands_beside_the_message(page: Page) -> None:
    answer = page.send(s1_r1=["<77>"], s2_r1=["Out with the needles."])
    assert answer.status_code == 422
    assert "What you entered: <77>" in words(card(answer, 1))
    assert page.desk.head.saved(2).is_answered


def test_an_answer_to_another_question_fills_nothing_in(page: Page) -> None:
    answer = page.send(s1_version=["999999"], s1_r1=["1"], s2_version=["999999"], s2_r1=["Mine."])
    assert answer.status_code == 422
    assert "s1-r1" not in sent_by(card(answer, 1))
    assert sent_by(card(answer, 2))["s2-r1"] == [""]
    assert "What you entered: Mine." in words(card(answer, 2))


def test_a_refused_answer_is_never_saved_over_a_newer_one(page: Page) -> None:
    fields = page.fields(s2_r1=[TOO_LONG])
    page.send(s2_r1=["From another tab."])
    answer = page.desk.post("question-1", fields)
    again = sent_by(tree_of(answer.text).xpath(".//form[@id='qform']")[0])
    conflict = page.desk.post("question-1", {**again, "s2-r1": ["Shorter."]})
    assert conflict.status_code == 409
    assert "From another tab." in visible(conflict)


def test_both_a_conflict_and_a_refusal_are_shown(page: Page) -> None:
    fields = page.fields(s1_r1=["1"], s2_r1=["y" * 20_001])
    page.send(s1_r1=["2"])
    answer = page.desk.post("question-1", fields)
    assert answer.status_code == 409
    assert "Use my answer" in visible(answer)
    assert "y" * 20_001 in visible(answer)


@pytest.mark.parametrize("unreadable", [False, True])
def test_what_came_after_handing_in_is_shown(page: Page, *, unreadable: bool) -> None:
    text = TOO_LONG if unreadable else "Needles out."
    fields = page.fields(s2_r1=[text])
    page.desk.hand_in()
    answer = page.desk.post("question-1", fields)
    assert answer.status_code == 409
    assert "This attempt is closed" in visible(answer)
    assert text in visible(answer)


@pytest.mark.parametrize("unreadable", [False, True])
def test_what_was_typed_to_a_closed_question_is_shown(
    site: Site, app: Flask, clinic: Clinic, *, unreadable: bool
) -> None:
    items = [marking.make_essay(site), "nc-1"]
    slug = quizzes.make_quiz(site, sections=[{"items": items}], navigation="sequential")
    desk = Desk(site, app, clinic.lea, slug)
    form = sent_by(tree_of(desk.get("question-1").text).xpath(".//form[@id='qform']")[0])
    desk.post("question-1", {**form, "s1-r1": ["Early."], "goto": "next"})
    text = TOO_LONG if unreadable else "Late."
    answer = desk.post("question-1", {**form, "s1-r1": [text], "s1-op": ["another-name"]})
    assert answer.status_code == 409
    assert "This question is closed" in visible(answer)
    assert text in visible(answer)
    (way,) = html.fromstring(answer.text).xpath("//main//a[contains(@class, 'btn')]/@href")
    assert way == desk.at("question-2")
    script = desk.post(
        "question-1", {**form, "s1-r1": ["Late."], "s1-op": ["a-third-name"]}, headers=JSON
    )
    assert (script.status_code, script.content_type) == (409, "application/problem+json")


def test_no_way_back_without_saying_how_sure(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site, **STEPS))
    answer = desk.post("question-1", desk.fields(1, WRONG[1], goto=["next"]))
    assert answer.status_code == 422
    assert "Say how sure you are" in words(card(answer, 1))
    assert len(sent_by(card(answer, 1))["s1-r1"]) == 1
    assert desk.head.saved(1).is_answered
    assert desk.get("question-1").status_code == 200
    sure = desk.fields(1, WRONG[1], goto=["next"], s1_confidence=["1"])
    assert desk.post("question-1", sure).location == desk.at("question-2")
    assert desk.post("question-2", {**desk.fields(2, {}), "goto": ["next"]}).status_code == 303
    assert desk.post("submit").location == desk.at("result")


def test_nothing_is_explained_without_saying_how_sure(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    slug = quizzes.make_quiz(
        site,
        mode="practice",
        confidence="required",
        feedback={"score": "at_once", "answers": "at_once", "rationale": "at_once"},
    )
    desk = Desk(site, app, clinic.lea, slug)
    asked = desk.post("question-1", desk.fields(1, goto=["explain"]))
    assert asked.status_code == 422
    assert "Right answer" not in visible(asked)
    asked = desk.post("question-1", desk.fields(1, goto=["explain"], s1_confidence=["3"]))
    assert asked.status_code == 303


def test_nothing_is_demanded_that_can_no_longer_be_given(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    """Attempts that closed a page before this was asked for can be handed in."""
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site, **STEPS))
    attempts.save(site, desk.head, attempts.make_save(1))

    def close(ctx: Context) -> None:
        ctx.session.execute(
            update(AttemptItem)
            .where(AttemptItem.attempt_id == desk.head.id, AttemptItem.slot == 1)
            .values(left_at=ctx.now)
        )

    site.perform(close)
    assert "how sure you are" not in visible(desk.get("check"))
    assert desk.post("submit").location == desk.at("result")


def test_a_lost_reply_is_repeated_after_handing_in(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = Desk(site, app, clinic.lea, quizzes.make_quiz(site, **STEPS))
    fields = desk.fields(1, s1_confidence=["2"])
    first = desk.post("question-1", fields, headers=JSON)
    desk.post("question-1", {**desk.fields(1, s1_confidence=["2"]), "goto": ["next"]})
    left = desk.post("question-1", fields, headers=JSON)
    assert (left.status_code, left.json["slots"]) == (200, first.json["slots"])  # type: ignore[index]
    desk.hand_in()
    closed = desk.post("question-1", fields, headers=JSON)
    assert (closed.status_code, closed.json["slots"]) == (200, first.json["slots"])  # type: ignore[index]
    page = desk.post("question-1", {**fields, "goto": ["next"]})
    assert desk.visitor.get(page.location).location == desk.at("result")
