"""Where there is no way back, what is explained at once, what is demanded before handing in."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories import attempts, marking, quizzes
from tests.factories.clinic import Clinic
from tests.factories.content_sync import BankFolder, sync
from tests.integration.attempts.desk import JSON, Desk

STEPS = {"sections": [{"items": ["nc-1", "nc-2", "nc-3"]}], "navigation": "sequential"}
PRACTICE = {
    "mode": "practice",
    "feedback": {"score": "at_once", "answers": "at_once", "rationale": "at_once"},
    "sections": [{"items": ["nc-1", "nc-2"]}],
}
REASON = "Used needles carry"


def sit(site: Site, app: Flask, clinic: Clinic, **definition: Any) -> Desk:
    return Desk(site, app, clinic.lea, quizzes.make_quiz(site, **definition))


def go_on(desk: Desk, number: int, target: str = "next") -> str:
    answer = desk.post(f"question-{number}", {**desk.fields(number), "goto": target})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location).rsplit("/", 1)[1]


def test_a_sequential_quiz_goes_forwards_only(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, **STEPS)
    assert "There is no way back to it" in desk.get("question-1").get_data(as_text=True)
    assert go_on(desk, 1) == "question-2"
    back = desk.get("question-1")
    assert back.status_code == 303
    assert back.location.endswith("question-2")
    page = desk.get("question-2").get_data(as_text=True)
    assert "There is no way back to question 1." in page
    assert "data-prev" not in page
    ahead = desk.get("question-3")
    assert ahead.location.endswith("question-2")
    assert "Question 3 comes later." in desk.get("question-2").get_data(as_text=True)


@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
def test_an_answer_to_a_closed_question_changes_nothing(
    site: Site, app: Flask, clinic: Clinic, headers: dict[str, str]
) -> None:
    desk = sit(site, app, clinic, **STEPS)
    late = desk.fields(1, {"r1": {"choice": "b"}})
    go_on(desk, 1)
    before = desk.head.saved(1)
    answer = desk.post("question-1", {**late, "s1-seen": ["1"]}, headers=headers)
    assert answer.status_code == 409
    assert "This question is closed" in answer.get_data(as_text=True)
    assert desk.head.saved(1) == before


def test_the_last_page_stays_open_until_handing_in(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, **STEPS)
    go_on(desk, 1)
    go_on(desk, 2)
    assert "no way back" not in desk.get("question-3").get_data(as_text=True)
    assert go_on(desk, 3) == "check"
    assert desk.get("question-3").status_code == 200


def test_leaving_for_later_closes_nothing(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, **STEPS)
    go_on(desk, 1, "leave")
    assert desk.get("question-1").status_code == 200


def test_a_stepwise_case_has_no_way_back_and_the_rest_has(
    site: Site, app: Flask, clinic: Clinic, tmp_path: Path
) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("questions/cases.yaml", "reveal: all", "reveal: stepwise")
    sync(site, bank.root)
    desk = sit(site, app, clinic, sections=[{"items": ["nc-1", "nc-case"]}], questions_per_page=5)
    assert go_on(desk, 1) == "question-2"
    assert desk.get("question-1").status_code == 200
    assert desk.get("question-3").location.endswith("question-2")
    answer = desk.post("question-2", {**desk.fields(2, {"r1": {"value": True}}), "goto": "next"})
    assert answer.location.endswith("question-3")
    assert desk.get("question-2").location.endswith("question-3")
    assert desk.get("question-1").status_code == 200


def test_practice_explains_a_question_once_it_is_asked_for(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    desk = sit(site, app, clinic, **PRACTICE)
    page = desk.get("question-1").get_data(as_text=True)
    assert "Check my answer" in page
    assert 'class="rationale' not in page
    assert go_on(desk, 1, "explain") == "question-1"
    told = desk.get("question-1").get_data(as_text=True)
    assert "Check my answer" not in told
    assert 'name="s1-r1"' not in told
    assert "Right" in told
    assert go_on_without_fields(desk, 1) == "question-2"
    assert "Check my answer" in desk.get("question-2").get_data(as_text=True)


@pytest.mark.parametrize("release", ["after_submit", "never"])
def test_practice_keeps_the_reasons_the_plan_keeps(
    site: Site, app: Flask, clinic: Clinic, release: str
) -> None:
    feedback = {"score": "at_once", "answers": "at_once", "rationale": release}
    desk = sit(site, app, clinic, **{**PRACTICE, "feedback": feedback})
    go_on(desk, 1, "explain")
    told = desk.get("question-1").text
    assert "Right" in told
    assert 'class="why"' not in told
    assert "Why it matters." not in told
    plain = sit(site, app, clinic, slug="plain", **PRACTICE)
    go_on(plain, 1, "explain")
    assert 'class="why"' in plain.get("question-1").text


def go_on_without_fields(desk: Desk, number: int) -> str:
    answer = desk.post(f"question-{number}", {"goto": "next"})
    assert answer.status_code == 303
    return str(answer.location).rsplit("/", 1)[1]


def test_a_graded_quiz_explains_nothing_while_it_runs(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    desk = sit(site, app, clinic, **{**PRACTICE, "mode": "graded"})
    assert "Check my answer" not in desk.get("question-1").get_data(as_text=True)
    assert go_on(desk, 1, "explain") == "question-1"
    page = desk.get("question-1").get_data(as_text=True)
    assert 'name="s1-r1"' in page


def test_a_section_says_what_it_is_about_where_it_begins(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    sections = [
        {"title": "Hygiene", "intro": "Think of **clean** hands.", "items": ["nc-1", "nc-2"]},
        {"title": "Depth", "items": ["nc-3"]},
    ]
    desk = sit(site, app, clinic, sections=sections)
    assert "<strong>clean</strong> hands" in desk.get("question-1").get_data(as_text=True)
    assert "Hygiene" not in desk.get("question-2").get_data(as_text=True)
    assert "Depth" in desk.get("question-3").get_data(as_text=True)


def test_required_confidence_is_asked_for_before_handing_in(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    desk = sit(site, app, clinic, confidence="required")
    desk.post("question-1", desk.fields(1))
    refused = desk.post("submit")
    assert refused.location.endswith("check")
    assert "how sure you are" in desk.get("check").get_data(as_text=True)
    assert desk.head.is_open
    desk.post("question-1", {**desk.fields(1), "s1-confidence": ["3"]})
    assert desk.post("submit").location.endswith("result")
    assert not desk.head.is_open


def test_an_unanswered_question_needs_no_confidence(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, confidence="required")
    assert desk.post("submit").location.endswith("result")


def test_nobody_is_asked_how_sure_they_are_of_what_a_person_marks(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    marking.make_essay(site)
    items = ["nc-1", marking.ESSAY]
    desk = sit(site, app, clinic, confidence="required", sections=[{"items": items}])
    assert "How sure are you?" in desk.get("question-1").get_data(as_text=True)
    assert "How sure are you?" not in desk.get("question-2").get_data(as_text=True)
    attempts.save(site, desk.head, attempts.make_save(2, {"r1": {"text": marking.TEXT}}))
    assert desk.post("submit").location.endswith("result")


def test_what_is_explained_is_left_without_saving(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, **PRACTICE)
    go_on(desk, 1, "explain")
    assert "data-next>Next question" in desk.get("question-1").text
    assert "data-next>Save and check" in desk.get("question-2").text
    go_on(desk, 2, "explain")
    assert "data-next>Check and submit" in desk.get("question-2").text


def test_a_survey_has_no_right_answers(site: Site, app: Flask, clinic: Clinic) -> None:
    desk = sit(site, app, clinic, mode="survey")
    desk.post("question-1", desk.fields(1))
    desk.post("submit")
    page = desk.get("result").get_data(as_text=True)
    assert "Thank you" in page
    assert "Pass mark" not in page
    assert "rationale" not in page


def test_a_stepwise_case_is_explained_step_by_step_in_practice(
    site: Site, app: Flask, clinic: Clinic, tmp_path: Path
) -> None:
    bank = BankFolder(tmp_path)
    bank.replace("questions/cases.yaml", "reveal: all", "reveal: stepwise")
    sync(site, bank.root)
    desk = sit(site, app, clinic, **{**PRACTICE, "sections": [{"items": ["nc-case"]}]})
    fields = {**desk.fields(1, {"r1": {"value": True}}), "goto": "explain"}
    assert desk.post("question-1", fields).location.endswith("question-1")
    told = desk.get("question-1")
    assert told.status_code == 200
    assert 'name="s1-r1"' not in told.get_data(as_text=True)
    assert go_on_without_fields(desk, 1) == "question-2"
    assert desk.get("question-2").status_code == 200
    assert desk.get("question-1").status_code == 200
