"""A learner's browser in front of an attempt: what its forms send, what its pages say."""

from typing import Any

from flask import Flask
from lxml import html  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.site import Site
from quizapp.question_types.item import Answer
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.attempts import FINAL, KEYS
from tests.factories.content_sync import COURSE
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

JSON = {"Accept": "application/json"}
WRONG: dict[int, Answer] = {
    1: {"r1": {"choice": "b"}},
    2: {"r1": {"choices": ["a", "c"]}},
    3: {"r1": {"value": True}},
    4: {"r1": {"choice": "b"}},
    5: {"r1": {"value": False}},
    6: {"r1": {"choice": "b"}},
}


class Desk:
    """One person, one quiz, one attempt."""

    def __init__(self, site: Site, app: Flask, person: Person, quiz: str = FINAL) -> None:
        client = app.test_client()
        assert isinstance(client, Visitor)
        client.sign_in(person)
        self.site, self.person, self.quiz, self.visitor = site, person, quiz, client
        self.number = attempts.start(site, person, quiz).number

    def at(self, view: str) -> str:
        return f"/courses/{COURSE}/quizzes/{self.quiz}/attempt-{self.number}/{view}"

    @property
    def head(self) -> Head:
        return attempts.head_of(self.site, self.person, self.quiz, self.number)

    def get(self, view: str, **options: Any) -> TestResponse:
        return self.visitor.get(self.at(view), **options)

    def fields(self, slot: int, answer: Answer | None = None, **more: Any) -> Any:
        """What the page of a question sends; the right answer if none is given."""
        chosen = KEYS[slot] if answer is None else answer
        found = attempts.fields_of(self.site, self.person, self.head, slot, chosen)
        found[f"s{slot}-seen"] = [str(self.head.saved(slot).revision)]
        found.update({name.replace("_", "-"): value for name, value in more.items()})
        return found

    def post(self, view: str, fields: Any = None, **options: Any) -> TestResponse:
        return self.visitor.send(self.at(view), fields, **options)

    def save(self, slot: int, answer: Answer | None = None, **options: Any) -> TestResponse:
        return self.post(f"question-{slot}", self.fields(slot, answer), **options)

    def hand_in(self) -> TestResponse:
        return self.post("submit")

    def rows(self) -> dict[str, list[Any]]:
        """Everything in the database, to compare with later."""
        return everything(self.site)


def form_of(answer: TestResponse, button: str) -> tuple[str, dict[str, str]]:
    """Where the form with a button of these words leads, and its hidden fields."""
    tree = html.fromstring(answer.text)
    (form,) = tree.xpath("//form[.//button[normalize-space()=$words]]", words=button)
    hidden = form.xpath(".//input[@type='hidden']")
    return form.get("action"), {field.get("name"): field.get("value") for field in hidden}


def visible(answer: TestResponse) -> str:
    """The words of a page in one line."""
    return " ".join(" ".join(html.fromstring(answer.text).itertext()).split())


def chosen(answer: TestResponse) -> list[str]:
    """The options that are marked on a page."""
    marked = html.fromstring(answer.text).xpath("//label[input[@checked and @data-k]]")
    return [" ".join(" ".join(label.itertext()).split()) for label in marked]
