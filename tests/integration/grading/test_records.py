"""The record of an attempt: its journal, how its result came about, and who may open them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.models import Attempt
from quizapp.features.grading.models import ACCEPT, FULL_MARKS, VOID
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.attempts import make_save
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, counted, everything
from tests.integration.attempts.desk import WRONG, visible
from tests.integration.grading.correcting import correct, sit, undo

OWN = f"/courses/{COURSE}/quizzes/final-check/attempt-1"


def of_person(person: Person, number: int = 1) -> str:
    return f"/teach/quizzes/{COURSE}/final-check/{person.code}/attempt-{number}"


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.lea)
    return client


def answer_in_two_tabs(site: Site, clinic: Clinic, clock: FrozenClock) -> Attempt:
    """Answer the first question, again from an old page (refused), then hand in."""
    attempt = attempts.start(site, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, make_save(1, confidence=3, is_flagged=True), now=clock())
    clock.advance(seconds=7)
    attempts.save(site, head, make_save(1, WRONG[1], seen=0), now=clock())
    clock.advance(seconds=7)
    attempts.save(site, head, make_save(2), now=clock())
    return attempts.submit(site, clinic.lea, attempt.id)


def test_the_journal_shows_everything_that_arrived(
    lea: Visitor, site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    answer_in_two_tabs(site, clinic, clock)
    assert f"{OWN}/journal" in lea.get(f"{OWN}/result").text
    words = visible(lea.get(f"{OWN}/journal"))
    first, second = START.strftime("%H:%M:%S"), (START + timedelta(seconds=7)).strftime("%H:%M:%S")
    assert words.index(first) < words.index("Take a new needle") < words.index(second)
    assert words.index(second) < words.index("Wipe it") < words.index("Not saved")
    assert "Certain" in words
    assert "Flagged" in words
    only = visible(lea.get(f"{OWN}/journal?question=2"))
    assert "Used needles; Bent needles" in only
    assert "Wipe it" not in only


def test_the_journal_of_a_graded_attempt_opens_at_hand_in(
    lea: Visitor, site: Site, clinic: Clinic
) -> None:
    attempts.start(site, clinic.lea)
    for page in ("journal", "explained"):
        assert lea.get(f"{OWN}/{page}").status_code == 409


def test_while_practising_the_journal_is_open(lea: Visitor, site: Site, clinic: Clinic) -> None:
    attempts.start(site, clinic.lea, attempts.WARM_UP)
    path = OWN.replace("final-check", "warm-up")
    assert "Nothing arrived" in lea.get(f"{path}/journal").text
    assert lea.get(f"{path}/explained").status_code == 409
    assert f"{path}/journal" in lea.get(path.replace("/attempt-1", "")).text


def test_an_attempt_is_explained_on_one_page(lea: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea, {1: WRONG[1], 2: {"r1": {"choices": ["a"]}}, 4: WRONG[4]})
    made = correct(site, clinic.instructor, "nc-1", ACCEPT, "B is right as well.")
    correct(site, clinic.instructor, "nc-4", FULL_MARKS, "Unclear picture.")
    correct(site, clinic.instructor, "nc-3", VOID, "Two truths.")
    words = visible(lea.get(f"{OWN}/explained"))
    for text in (
        "Not safe yet",
        "A hazard was missed: A needle can reach the lung.",
        "75%",
        "One slip in four is tolerable",
        "The runner: 50%",
        "20 minutes",
        "Answers that arrive up to 30 seconds later still count.",
        "by the learner",
        "Partly right",
        "0.5 of 1",
        "for nothing",
        "by a correction",
        "B is right as well.",
        "Before: 3.5 of 6, Not safe yet. After: 4.5 of 6, Not safe yet.",
        "an instructor",
    ):
        assert text in words, text
    assert "Ina Instructor" not in words
    undo_all(site, clinic)
    assert "Undone" in visible(lea.get(f"{OWN}/explained"))
    assert made.code


def undo_all(site: Site, clinic: Clinic) -> None:
    from sqlalchemy import select

    from quizapp.features.grading.models import Correction

    with site.reading() as ctx:
        made = list(ctx.session.scalars(select(Correction).order_by(Correction.id.desc())))
    for correction in made:
        undo(site, clinic.instructor, correction)


def test_a_passed_attempt_says_why(lea: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    words = visible(lea.get(f"{OWN}/explained"))
    assert "no hazard was missed" in words
    assert "No mark was corrected." in words


def test_what_the_quiz_does_not_show_is_not_explained(
    lea: Visitor, site: Site, clinic: Clinic
) -> None:
    slug = make_quiz(site, "secret", feedback={"score": "never", "answers": "never"})
    attempt = attempts.start(site, clinic.lea, slug)
    head = attempts.head_of(site, clinic.lea, slug)
    attempts.save(site, head, make_save(1, WRONG[1]))
    attempts.submit(site, clinic.lea, attempt.id)
    correct(site, clinic.instructor, "nc-1", ACCEPT, "B is right as well.")
    words = visible(lea.get(OWN.replace("final-check", slug) + "/explained"))
    for text in ("Passed", "Right", "of 1", "B is right as well."):
        assert text not in words, text
    assert "Results of this quiz are not shown here." in words


def test_an_instructor_opens_attempts_and_it_is_noted(
    author: Visitor, site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    answer_in_two_tabs(site, clinic, clock)
    path = of_person(clinic.lea)
    assert path in author.get(f"/teach/quizzes/{COURSE}/final-check").text
    page = author.get(path)
    assert f"{path}/journal" in page.text
    assert "Wipe it" not in page.text
    assert "attempt.read" not in actions(site)
    assert "Wipe it" in author.get(f"{path}/journal").text
    assert "The key" in author.get(f"{path}/explained").text
    assert actions(site)[-2:] == ["attempt.read"] * 2


def test_marking_stays_blind(author: Visitor, site: Site, clinic: Clinic) -> None:
    attempt = sit(site, clinic.lea)

    def wait_for_a_marker(ctx: Context) -> None:
        ctx.session.get_one(Attempt, attempt.id).verdict = "pending"

    site.perform(wait_for_a_marker)
    before = everything(site)
    path = of_person(clinic.lea)
    assert "/journal" not in author.get(path).text
    for page in ("journal", "explained"):
        answer = author.get(f"{path}/{page}")
        assert answer.status_code == 409
        assert "marking is blind" in answer.text
    assert everything(site) == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_managers_and_administrators_never_see_answers(
    client_as: Callable[[Role], Visitor], site: Site, clinic: Clinic, role: Role
) -> None:
    sit(site, clinic.lea)
    path = of_person(clinic.lea)
    for page in (path, f"{path}/journal", f"{path}/explained", f"{OWN}/journal"):
        assert client_as(role).get(page).status_code in {403, 404}


def test_what_is_not_yours_is_not_there(
    app: Flask, outsider: Visitor, lea: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea)
    leo = app.test_client()
    assert isinstance(leo, Visitor)
    leo.sign_in(clinic.leo)
    before = everything(site)
    for page in ("journal", "explained"):
        assert leo.get(f"{OWN}/{page}").status_code == 404
    for page in ("", "/journal", "/explained"):
        for visitor in (lea, leo, outsider):
            assert visitor.get(of_person(clinic.lea) + page).status_code == 404
    assert everything(site) == before


def test_records_ask_the_same_for_few_and_for_many(
    author: Visitor, lea: Visitor, site: Site, clinic: Clinic
) -> None:
    attempt = attempts.start(site, clinic.lea)
    attempts.submit(site, clinic.lea, attempt.id)
    pages = {f"{OWN}/journal": lea, f"{OWN}/explained": lea, of_person(clinic.lea): author}
    few = {}
    for page, visitor in pages.items():
        visitor.get(page)
        with counted(site) as sent:
            visitor.get(page)
        few[page] = len(sent)
    sit(site, clinic.lea, {1: WRONG[1], 2: WRONG[2]})
    for code in ("nc-1", "nc-2"):
        correct(site, clinic.instructor, code, FULL_MARKS)
    for page, visitor in pages.items():
        second = page.replace("attempt-1", "attempt-2")
        visitor.get(second)
        with counted(site) as sent:
            visitor.get(second)
        assert len(sent) == few[page], page
    assert max(few.values()) <= 16, few
