"""What is told about an answer that cannot be marked as it is: by the page and by the save."""

import json
from typing import Any

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.markup import sent_by, tree_of
from tests.factories.questions import make_draft, make_question
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.attempts.desk import JSON

DEPTH = {
    "answers": [{"value": "25", "rationale": "Measured."}],
    "units": [{"name": "mm"}, {"name": "cm", "factor": "10"}],
    "unit_input": "choose",
}
RATE = {"answers": [{"value": "75", "rationale": "Counted."}]}
GAPS = {
    "text": "Of {{all}} bins, {{full}} are full.",
    "gaps": [{"type": "number", "name": name, **RATE} for name in ("all", "full")],
}
STEPS = {"steps": [{"text": word, "rationale": "So."} for word in ("Wash", "Needle", "Write")]}
ADDRESS = f"/courses/{COURSE}/quizzes/advice/attempt-1/question-"
NO_NUMBER = "This is not a number. Write it in digits, such as 0.25."
CASES: dict[str, tuple[int, dict[str, str], dict[str, str]]] = {
    "no number": (1, {"": "a few", "-unit": "1"}, {"": NO_NUMBER}),
    "no unit": (1, {"": "25"}, {"": "Choose the unit as well."}),
    "a unit that was typed": (
        1,
        {"": "25 inch", "-unit": "1"},
        {"": "Write the number alone and choose the unit from the list."},
    ),
    "one gap": (2, {"-1": "90", "-2": "many"}, {"-2": NO_NUMBER}),
    "two gaps": (2, {"-1": "lots", "-2": "many"}, {"-1": NO_NUMBER, "-2": NO_NUMBER}),
    "a number twice": (
        3,
        {"-1": "1", "-2": "1", "-3": "2"},
        {"": "Two steps have the same number. Give each step a number of its own."},
    ),
    "all well": (1, {"": "25", "-unit": "1"}, {}),
    "nothing": (2, {}, {}),
}


@pytest.fixture
def visitor(site: Site, app: Flask, clinic: Clinic) -> Visitor:
    """Lea before a quiz of a number, a text with two numbers, and an order."""
    codes = []
    for kind, content in (("numeric", DEPTH), ("cloze", GAPS), ("ordering", STEPS)):
        parts = [{"name": "r1", "type": kind, "content": content}]
        codes.append(make_question(site, make_draft("Say.", body={"parts": parts})).code)
    make_quiz(site, "advice", sections=[{"items": codes}])
    attempts.start(site, clinic.lea, "advice")
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.lea)
    return client


def save(visitor: Visitor, slot: int, given: dict[str, str]) -> Any:
    page = visitor.get(f"{ADDRESS}{slot}")
    fields = sent_by(tree_of(page.text).xpath(f".//*[@id='question-{slot}']")[0])
    fields.update({f"s{slot}-r1{name}": [value] for name, value in given.items()})
    reply = visitor.send(f"{ADDRESS}{slot}", fields, headers=JSON)
    return json.loads(reply.text)["slots"][str(slot)]


def advice_on_page(visitor: Visitor, slot: int) -> dict[str, str]:
    """What the page shows beside its fields, by the name of each."""
    tree = tree_of(visitor.get(f"{ADDRESS}{slot}").text)
    shown = tree.xpath(".//*[contains(@class, 'advice')][not(@hidden)]//*[@data-advice]")
    return {place.get("data-advice"): place.text_content() for place in shown}


@pytest.mark.parametrize("case", list(CASES))
def test_a_save_is_told_the_advice_that_the_page_shows(visitor: Visitor, case: str) -> None:
    slot, given, advice = CASES[case]
    reply = save(visitor, slot, given)
    expected = {f"s{slot}-r1{name}": text for name, text in advice.items()}
    assert reply.get("advice", {}) == expected
    assert advice_on_page(visitor, slot) == expected


def test_advice_describes_the_field_it_is_about(visitor: Visitor) -> None:
    save(visitor, 2, {"-1": "lots"})
    tree = tree_of(visitor.get(f"{ADDRESS}2").text)
    for name, is_shown in (("s2-r1-1", True), ("s2-r1-2", False)):
        (field,) = tree.xpath(".//input[@name=$name]", name=name)
        (advice,) = tree.xpath(".//*[@id=$id]", id=field.get("aria-describedby"))
        assert (advice.get("hidden") is None) is is_shown


def test_an_answer_that_lost_to_a_newer_one_gets_no_advice(
    visitor: Visitor, site: Site, clinic: Clinic
) -> None:
    page = visitor.get(f"{ADDRESS}1")
    fields = sent_by(tree_of(page.text).xpath(".//*[@id='question-1']")[0])
    save(visitor, 1, {"": "25", "-unit": "1"})
    stale = visitor.send(f"{ADDRESS}1", {**fields, "s1-r1": ["a few"]}, headers=JSON)
    assert stale.status_code == 409
    assert json.loads(stale.text)["slots"]["1"] == {"revision": 1, "saved": False}
    assert attempts.head_of(site, clinic.lea, "advice").saved(1).revision == 1
