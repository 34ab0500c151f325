"""What happened stays as it was written: the database itself refuses changes."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from quizapp.features.questions.models import QuestionVersion
from quizapp.infrastructure.site import Site
from tests.factories import questions
from tests.factories.clinic import Clinic
from tests.factories.progress import complete_course

TABLES = {
    "answer_journal": "outcome",
    "audit_events": "action",
    "completions": "user_id",
    "course_versions": "digest",
    "lesson_versions": "body",
    "quiz_versions": "title",
    "stimulus_versions": "text",
}
SAYING = "do not change"


@pytest.mark.parametrize("table", TABLES)
def test_history_refuses_change_and_removal(site: Site, clinic: Clinic, table: str) -> None:
    complete_course(site, clinic.lea)
    column = TABLES[table]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DBAPIError, match=SAYING), site.database.transaction() as session:
            session.execute(text(statement))
    with site.database.reading() as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0  # noqa: S608


def change(site: Site, version_id: int, values: dict[str, Any]) -> None:
    with site.database.transaction() as session:
        version = session.get_one(QuestionVersion, version_id)
        for name, value in values.items():
            setattr(version, name, value)


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "values",
    [
        {"stem": "Another question?"},
        {"body": {"parts": []}},
        {"rationale": "Another reason."},
        {"hazard": "lung-injury"},
        {"level": "evaluate"},
        {"digest": "0"},
        {"number": 7},
        {"published_at": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_published_version_refuses_change(site: Site, values: dict[str, Any]) -> None:
    question = questions.make_question(site)
    assert question.live_version_id is not None
    with pytest.raises(DBAPIError, match=SAYING):
        change(site, question.live_version_id, values)


@pytest.mark.usefixtures("clinic")
def test_a_published_version_is_never_removed(site: Site) -> None:
    question = questions.make_question(site)
    with pytest.raises(DBAPIError, match=SAYING), site.database.transaction() as session:
        session.execute(
            text("DELETE FROM question_versions WHERE id = :id"), {"id": question.live_version_id}
        )


@pytest.mark.usefixtures("clinic")
def test_a_published_version_may_be_replaced(site: Site) -> None:
    question = questions.make_question(site)
    questions.edit_question(site, question.code, stem="A better question?")
    with site.database.reading() as session:
        first = session.get_one(QuestionVersion, question.live_version_id)
    assert (first.state, first.stem) == ("replaced", "Is a needle used twice?")


@pytest.mark.usefixtures("clinic")
def test_a_draft_may_change_and_go(site: Site) -> None:
    question = questions.make_question(site, is_live=False)
    assert question.draft_version_id is not None
    change(site, question.draft_version_id, {"stem": "Another question?"})
    with site.database.reading() as session:
        draft = session.get_one(QuestionVersion, question.draft_version_id)
    assert draft.stem == "Another question?"
