"""Retiring a question and bringing it back, after saying which quizzes it touches."""

import pytest

from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.questions import make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import BANK, get_question, page, visible_text

pytestmark = pytest.mark.usefixtures("clinic")


def test_the_page_names_quizzes_and_attempts(site: Site, clinic: Clinic, author: Visitor) -> None:
    attempts.start(site, clinic.lea)

    text = visible_text(page(author.get(f"{BANK}/nc-1/retire")))

    assert "Retire nc-1?" in text
    assert "1 quiz could not start afterwards" in text
    assert "1 open attempt has it. 0 finished attempts have it." in text
    assert "Warm-up May be drawn now, no longer afterwards" in text


def test_a_retired_question_meets_nobody_new_and_keeps_its_past(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    attempt = attempts.start(site, clinic.lea, attempts.WARM_UP)

    answer = author.send(f"{BANK}/nc-2/retire")

    assert answer.status_code == 303
    assert get_question(site, "nc-2").state == "retired"
    assert "nc-2 is retired. No new attempt gets it." in author.get(f"{BANK}/nc-2").text
    assert author.get(f"{BANK}/nc-2/retire").status_code == 404
    attempts.submit(site, clinic.lea, attempt.id)
    assert author.send(f"{BANK}/nc-2/retire").status_code == 303


def test_a_retired_question_comes_back(site: Site, author: Visitor) -> None:
    page_ = author.get(f"{BANK}/nc-old/restore")
    assert "Its last published version is live again" in page_.text
    assert "Warm-up" in page_.text

    assert author.send(f"{BANK}/nc-old/restore").status_code == 303

    assert get_question(site, "nc-old").state == "live"
    assert author.get(f"{BANK}/nc-old/restore").status_code == 404
    assert author.send(f"{BANK}/nc-old/restore").status_code == 303


def test_a_draft_never_live_comes_back_as_a_draft(site: Site, author: Visitor) -> None:
    make_question(site, make_draft(), code="sketch", is_live=False)
    author.send(f"{BANK}/sketch/retire")
    assert "It was never live, so it is a draft again." in author.get(f"{BANK}/sketch/restore").text
    author.send(f"{BANK}/sketch/restore")
    assert get_question(site, "sketch").state == "draft"
