"""What no page of ours sends is refused as the table of refusals says, and nothing changes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from quizapp.features.accounts.models import DISABLED, User
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.integration.attempts.desk import JSON, WRONG, Desk

FORM = "application/x-www-form-urlencoded"
COURSE = "/courses/needle-care"
HEADERS: list[dict[str, str]] = [{}, JSON]
as_page_and_as_script = pytest.mark.parametrize("headers", HEADERS, ids=["page", "script"])


@pytest.fixture
def desk(site: Site, app: Flask, clinic: Clinic) -> Desk:
    """Lea's, with the first question answered."""
    desk = Desk(site, app, clinic.lea)
    desk.save(1)
    return desk


def refused(desk: Desk, status: int, ask: Callable[[], TestResponse], *, is_json: bool) -> str:
    """Ask, and see that the answer is the refusal and the database is as before."""
    before = desk.rows()
    answer = ask()
    assert answer.status_code == status
    expected = "application/problem+json" if is_json else "text/html; charset=utf-8"
    assert answer.content_type == expected
    assert desk.rows() == before
    return answer.text


@as_page_and_as_script
@pytest.mark.parametrize(
    "address",
    [
        f"{COURSE}/quizzes/no-such-quiz/start",
        f"{COURSE}/quizzes/no-such-quiz/attempt-1/submit",
        f"{COURSE}/quizzes/no-such-quiz/attempt-1/question-1",
        f"{COURSE}/quizzes/warm-up/attempt-1/submit",
        f"{COURSE}/quizzes/final-check/attempt-2/submit",
        f"{COURSE}/quizzes/final-check/attempt-0/question-1",
        f"{COURSE}/quizzes/final-check/attempt-1/question-7",
        "/courses/no-such-course/quizzes/final-check/attempt-1/submit",
        "/courses/no-such-course/start",
        f"{COURSE}/basics/no-such-lesson/complete",
        f"{COURSE}/final/clean-needles/complete",
        f"{COURSE}/basics/clean-needles/checks/no-such-check",
    ],
)
def test_what_does_not_exist_is_not_found(
    desk: Desk, address: str, headers: dict[str, str]
) -> None:
    fields = desk.fields(1)
    refused(
        desk,
        404,
        lambda: desk.visitor.send(address, fields, headers=headers),
        is_json=bool(headers),
    )


@as_page_and_as_script
@pytest.mark.parametrize("view", ["question-1", "submit"])
def test_an_attempt_of_somebody_else_is_not_found(
    site: Site, app: Flask, clinic: Clinic, desk: Desk, view: str, headers: dict[str, str]
) -> None:
    """Leo has no attempt of that number; Lea's is asked for with everything her page knows."""
    fields = desk.fields(1, WRONG[1])
    leo = Desk(site, app, clinic.leo, "warm-up").visitor
    text = refused(
        desk,
        404,
        lambda: leo.send(desk.at(view), fields, headers=headers),
        is_json=bool(headers),
    )
    assert "needle" not in text.replace(desk.at(view), "")


def test_the_fields_of_somebody_elses_page_do_not_reach_their_attempt(
    site: Site, app: Flask, clinic: Clinic, desk: Desk
) -> None:
    leo = Desk(site, app, clinic.leo)
    assert leo.post("question-1", desk.fields(1, WRONG[1], s1_seen=["0"])).status_code == 303
    assert desk.head.saved(1).revision == 1
    assert leo.head.saved(1).revision == 1


MALFORMED: dict[str, dict[str, Any]] = {
    "nothing at all": {"s1-version": [], "s1-seen": [], "s1-op": [], "s1-r1": []},
    "another version": {"s1-version": ["999999"]},
    "a version that is no number": {"s1-version": ["x"]},
    "two versions": {"s1-version": ["1", "1"]},
    "no revision": {"s1-seen": []},
    "a negative revision": {"s1-seen": ["-1"]},
    "a revision in other digits": {"s1-seen": ["²"]},
    "an endless revision": {"s1-seen": ["9" * 400]},
    "no operation": {"s1-op": []},
    "a short operation": {"s1-op": ["x"]},
    "an endless operation": {"s1-op": ["x" * 65]},
    "an operation with our own mark": {"s1-op": ["operation~2"]},
    "an option that is not on the page": {"s1-r1": ["4"]},
    "an option in other digits": {"s1-r1": ["²"]},
    "an author's name of an option": {"s1-r1": ["a"]},
    "two options where one is asked for": {"s1-r1": ["1", "2"]},
    "a confidence that is none": {"s1-confidence": ["4"]},
    "two confidences": {"s1-confidence": ["1", "2"]},
}


@as_page_and_as_script
@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_answer_is_refused(
    desk: Desk, changes: dict[str, Any], headers: dict[str, str]
) -> None:
    fields = {**desk.fields(1, WRONG[1]), **changes}
    refused(
        desk,
        422,
        lambda: desk.post("question-1", fields, headers=headers),
        is_json=bool(headers),
    )


def test_the_page_comes_back_with_the_reason(desk: Desk) -> None:
    answer = desk.post("question-1", {**desk.fields(1), "s1-version": ["999999"]})
    assert "This page does not belong to this attempt." in answer.text
    assert 'name="s1-r1"' in answer.text


@as_page_and_as_script
@pytest.mark.parametrize(
    ("size", "status"), [(400_000, 422), (1_000_000, 422), (3_000_000, 413)], ids=str
)
def test_an_answer_as_long_as_a_book_is_refused(
    desk: Desk, size: int, status: int, headers: dict[str, str]
) -> None:
    fields = {**desk.fields(1), "s1-r1": ["x" * size]}
    refused(
        desk,
        status,
        lambda: desk.post("question-1", fields, headers=headers),
        is_json=bool(headers),
    )


@as_page_and_as_script
@pytest.mark.parametrize("raw", [b"%ff", b"\xff", b"%ED%A0%80", b"%00"])
def test_bytes_that_are_no_text_are_refused(
    desk: Desk, raw: bytes, headers: dict[str, str]
) -> None:
    body = b"csrf_token=%s&s1-version=1&s1-seen=1&s1-op=operation-1&s1-r1=" % (
        desk.visitor.token().encode()
    )
    text = refused(
        desk,
        422,
        lambda: desk.visitor.post(
            desk.at("question-1"), data=body + raw, content_type=FORM, headers=headers
        ),
        is_json=bool(headers),
    )
    assert "Nothing was changed" in text


@as_page_and_as_script
@pytest.mark.parametrize("view", ["question-1", "submit"])
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_without_its_token_nothing_is_taken(
    desk: Desk, view: str, token: str | None, headers: dict[str, str]
) -> None:
    fields = desk.fields(1, WRONG[1])
    if token is not None:
        fields["csrf_token"] = token
    refused(
        desk,
        400,
        lambda: desk.visitor.post(desk.at(view), data=fields, headers=headers),
        is_json=bool(headers),
    )


@pytest.mark.parametrize("view", ["question-1", "submit"])
def test_somebody_disabled_meanwhile_is_out(site: Site, desk: Desk, view: str) -> None:
    fields = desk.fields(1, WRONG[1])

    def disable(ctx: Context) -> None:
        ctx.session.execute(update(User).where(User.id == desk.person.id).values(state=DISABLED))

    site.perform(disable)
    before = desk.rows()
    answer = desk.post(view, fields)
    if view == "submit":
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
    else:
        assert answer.status_code == 401
        assert "is kept on this page" in answer.get_data(as_text=True)
    script = desk.post(view, fields, headers=JSON)
    assert (script.status_code, script.content_type) == (401, "application/problem+json")
    assert desk.get("question-1").status_code == 303
    assert desk.rows() == before


@as_page_and_as_script
def test_who_has_not_started_the_course_starts_no_quiz(
    app: Flask, site: Site, clinic: Clinic, desk: Desk, headers: dict[str, str]
) -> None:
    assert site.database is not None
    nora = app.test_client()
    nora.sign_in(clinic.nora)  # type: ignore[attr-defined]
    text = refused(
        desk,
        409,
        lambda: nora.send(f"{COURSE}/quizzes/warm-up/start", headers=headers),  # type: ignore[attr-defined]
        is_json=bool(headers),
    )
    assert "Start the course first" in text


@as_page_and_as_script
def test_a_quiz_of_a_closed_module_does_not_start(desk: Desk, headers: dict[str, str]) -> None:
    desk.hand_in()
    text = refused(
        desk,
        409,
        lambda: desk.visitor.send(f"{COURSE}/quizzes/final-check/start", headers=headers),
        is_json=bool(headers),
    )
    assert "This opens when Basics is complete" in text


@as_page_and_as_script
@pytest.mark.parametrize("choice", ["", "0", "3", "²", "-1", "1e9", "a", "x" * 100_000])
def test_an_option_that_a_knowledge_check_does_not_have_is_refused(
    desk: Desk, choice: str, headers: dict[str, str]
) -> None:
    address = f"{COURSE}/basics/clean-needles"
    refused(
        desk,
        422,
        lambda: desk.visitor.send(
            f"{address}/checks/touched-shaft", {"choice": choice}, headers=headers
        ),
        is_json=bool(headers),
    )
    assert desk.visitor.get(address).status_code == 200
