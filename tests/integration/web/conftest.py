"""Addresses of the whole app, with values that lead somewhere and values that do not."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from quizapp.domain.access.permissions import Permission
from quizapp.infrastructure.site import Site
from quizapp.web import guard
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.marking import QUIZ as MARKED
from tests.integration.web.records import CODE, Records, make_records

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
OF_FINISHED = {
    "attempts.receipt",
    "attempts.receipt_file",
    "attempts.result",
    "grading.attempt",
    "grading.explained",
    "grading.journal",
    "grading.own_explained",
    "grading.own_journal",
    "grading.report_problem",
    "grading.void_attempt",
}
OF_ESSAYS = {
    "grading.answer_file",
    "grading.give_mark",
    "grading.mark_again",
    "grading.mark_answer",
    "grading.next_answer",
    "grading.put_back",
    "grading.question_answers",
}
"""What is asked for with the records that were made, and not with the open attempt."""


@dataclass(frozen=True)
class Address:
    """Something one can ask for."""

    endpoint: str
    method: str
    path: str
    access: Permission | str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@pytest.fixture
def addresses(app: Flask, site: Site, clinic: Clinic) -> list[Address]:
    """Every address of the app, as far as possible of things that exist: Lea's, or in reach."""
    attempts.start(site, clinic.lea)
    known: dict[str, str | int] = {
        "course": COURSE,
        "quiz": "final-check",
        "module": "basics",
        "lesson": "clean-needles",
        "check": "touched-shaft",
        "number": 1,
        "question": 1,
        "person": clinic.lea.code,
        "name": "css/app.css",
        "correction": CODE,
        "problem": CODE,
    }
    made = make_records(site, clinic)
    codes = {"teams": clinic.north, "questions": "nc-1", "grading": "nc-1"}
    return list(_addresses(app, known, codes, clinic.lea.code, made))


def _addresses(
    app: Flask, known: dict[str, str | int], codes: dict[str, str], person: str, made: Records
) -> Iterator[Address]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        feature = rule.endpoint.partition(".")[0]
        values = {"code": codes.get(feature, person), **known}
        if feature == "accounts":
            values["number"] = 99  # no session of anybody here
        if rule.endpoint in OF_FINISHED:
            values["quiz"] = MARKED
        if rule.endpoint in OF_ESSAYS:
            values |= {"code": made.essay, "answer": made.answer}
        if rule.endpoint == "attempts.verify":
            values["code"] = made.receipt
        chosen = {name: values.get(name, 1) for name in rule.arguments}
        path = adapter.build(rule.endpoint, chosen, method=next(iter(rule.methods or {"GET"})))
        access = guard.access_of(app, rule.endpoint)
        assert access is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(rule.endpoint, method, path, access)


def contents(site: Site) -> dict[str, list[str]]:
    """Everything in the database, to be compared with later."""
    metadata = MetaData()
    with site.database.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }
