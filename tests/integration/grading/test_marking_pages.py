"""The pages of marking: who waits, who wrote it is not said, and nothing typed is lost."""

import re
from typing import Any

import pytest
from flask import Flask

from quizapp.domain.access.roles import Grant, Role
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.marking import (
    ESSAY,
    FULL,
    HALF,
    NONE,
    QUIZ,
    TEXT,
    essay_body,
    hand_in,
    make_essay,
    make_marked_quiz,
    mark,
    marks_of,
    name_of,
    result_of,
)
from tests.factories.questions import edit_question
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, counted, everything
from tests.integration.questions.teaching import BANK, form_of, page, visible_text

QUEUE = "/teach/grading"
OF_ESSAY = f"{QUEUE}/{ESSAY}"


@pytest.fixture
def ben(site: Site, clinic: Clinic) -> Person:
    grant = Grant(Role.INSTRUCTOR, course_id=clinic.course_id)
    return make_person(site, "Ben Second", grants=[grant])


def browser(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


def essay_quiz(site: Site, **changes: Any) -> None:
    make_essay(site)
    make_marked_quiz(site, **changes)


def fields_of(answer: Any, levels: dict[str, str], **more: Any) -> dict[str, Any]:
    """What the form on a page sends with these levels."""
    tree = page(answer)
    found = {
        field.get("name"): field.get("value")
        for field in tree.xpath("//main//form//input[@type='hidden']")
    }
    found.pop("csrf_token")
    chosen = {f"level-r1-{criterion}": level for criterion, level in levels.items()}
    return {**found, **chosen, "comment": "", "go": "next", **more}


def path_of(site: Site, attempt: Any) -> str:
    return f"{OF_ESSAY}/answers/{name_of(site, attempt)}"


def test_an_empty_queue_says_what_comes_there(author: Visitor) -> None:
    answer = author.get(QUEUE)
    assert answer.status_code == 200
    assert "Nothing waits to be marked" in answer.text


def test_the_queue_counts_by_question(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    hand_in(site, clinic.lea)
    hand_in(site, clinic.leo)
    text = visible_text(page(author.get(QUEUE)))
    assert "2 answers wait for you. You do not see who wrote an answer." in text
    assert "What do you do when a patient faints?essay-1, Essay" in text
    listed = visible_text(page(author.get(OF_ESSAY)))
    assert "Mark 2 answers" in listed
    assert "Waiting 2" in listed


def test_no_page_of_marking_names_a_learner_or_an_attempt(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    for path in (QUEUE, OF_ESSAY, path_of(site, attempt)):
        text = author.get(path).text
        assert not re.search(r"\bLea\b|\bLeo\b|Learner|attempt-\d", text), path
        for secret in (clinic.lea.code, clinic.lea.email, clinic.lea.name):
            assert secret not in text


def test_the_page_shows_all_one_needs(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    text = visible_text(page(author.get(path_of(site, attempt))))
    for words in (
        "What do you do when a patient faints?",
        TEXT,
        "Spelling does not count.",
        "Needles out, patient flat, watch.",
        "Order of the steps 3 points",
        "Comment for the learner",
        "1 answer left for you",
    ):
        assert words in text


def test_save_and_next_goes_round_until_nothing_is_left(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    essay_quiz(site)
    for person in (clinic.lea, clinic.leo):
        hand_in(site, person)
    shown = author.get(f"{OF_ESSAY}/next")
    for left in ("1 answer to this question is left", "No answer to this question is left for you"):
        where = shown.location
        sent = author.send(where, fields_of(author.get(where), FULL))
        assert sent.status_code == 303
        assert sent.location != where
        assert left in author.get(sent.location).text
        shown = sent
    assert shown.location == OF_ESSAY
    assert author.get(f"{OF_ESSAY}/next").location == OF_ESSAY
    assert "Marked 2" in author.get(f"{OF_ESSAY}?show=marked").text


def test_save_and_stop_leads_to_the_list(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    hand_in(site, clinic.lea)
    attempt = hand_in(site, clinic.leo)
    path = path_of(site, attempt)
    assert author.send(path, fields_of(author.get(path), FULL, go="list")).location == OF_ESSAY


def test_what_is_missing_is_said_at_its_place_and_nothing_is_lost(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    sent = fields_of(author.get(path), {"order": "some"}, comment="Watch <b>as</b> well")
    before = everything(site)
    answer = author.send(path, sent)
    assert answer.status_code == 422
    assert everything(site) == before
    tree = page(answer)
    assert "<title>Error:" in answer.text
    assert visible_text(tree.xpath("//*[@id='level-r1-reasons-error']")[0]) == (
        "Error: Choose a level for “Reasons”."
    )
    assert tree.xpath("//div[@role='alert']//a/@href") == ["#level-r1-reasons"]
    assert tree.xpath("//input[@checked]/@value") == ["some"]
    assert tree.xpath("//textarea[@id='comment']")[0].text.strip() == "Watch <b>as</b> well"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"level-r1-order": "given"}, "“Order of the steps” has no such level."),
        ({"level-r1-style": "all"}, "The rubric has no criterion “style”."),
        ({"comment": "x" * 4001}, "Use at most 4000 characters."),
    ],
)
def test_what_does_not_fit_the_rubric_is_told(
    site: Site, clinic: Clinic, author: Visitor, more: dict[str, str], words: str
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    answer = author.send(path, fields_of(author.get(path), FULL, **more))
    assert answer.status_code == 422
    assert answer.text.count(words) == 2


def test_somebody_else_was_quicker_and_nothing_is_lost(
    site: Site, clinic: Clinic, author: Visitor, ben: Person
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    sent = fields_of(author.get(path), HALF, comment="Mine")
    mark(site, ben, attempt)
    before = everything(site)
    answer = author.send(path, sent)
    assert answer.status_code == 409
    assert everything(site) == before
    text = visible_text(page(answer))
    assert "Somebody else marked this answer meanwhile. Your mark was not saved." in text
    assert page(answer).xpath("//input[@checked]/@value") == ["some", "missing"]
    again = author.send(path, fields_of(answer, HALF, comment="Mine"))
    assert again.status_code == 303
    assert result_of(site, attempt)[0] == "3/10"


def test_one_s_own_mark_can_be_changed(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    author.send(path, fields_of(author.get(path), FULL, comment="Good"))
    shown = author.get(path)
    assert "Change the mark" in shown.text
    assert page(shown).xpath("//input[@checked]/@value") == ["all", "given"]
    author.send(path, fields_of(shown, NONE))
    assert [m.share for m in marks_of(site, attempt)] == ["1", "0"]


def test_the_second_marker_sees_nothing_of_the_first(
    site: Site, clinic: Clinic, app: Flask, author: Visitor, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    author.send(path, fields_of(author.get(path), FULL, comment="My secret view"))
    assert "Waits for another marker" in author.get(OF_ESSAY).text
    second = browser(app, ben)
    shown = second.get(path)
    assert "My secret view" not in shown.text
    assert not page(shown).xpath("//input[@checked]")
    second.send(path, fields_of(shown, NONE))
    assert "Two marks differ" in author.get(path).text
    assert "My secret view" in author.get(path).text  # nobody else is there to decide


def test_a_third_person_decides_with_both_marks_in_sight(
    site: Site, clinic: Clinic, app: Flask, author: Visitor, ben: Person
) -> None:
    grant = Grant(Role.INSTRUCTOR, course_id=clinic.course_id)
    eve = make_person(site, "Eve Third", grants=[grant])
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, clinic.instructor, attempt, comment="Complete")
    mark(site, ben, attempt, NONE)
    path = path_of(site, attempt)
    assert "The two marks" not in author.get(path).text
    visitor = browser(app, eve)
    text = visible_text(page(visitor.get(path)))
    assert "Order of the steps3: All in order0: Anything else" in text
    assert "Of the whole answer100%0%" in text
    assert "Complete" in text
    for name in (clinic.instructor.name, ben.name):
        assert name not in text
    visitor.send(path, fields_of(visitor.get(path), HALF))
    assert result_of(site, attempt) == ("3/10", "not_passed")
    settled = page(author.get(path))
    assert "Its mark cannot be changed by you." in visible_text(settled)
    assert "CriterionMarker 1Marker 2Moderator" in visible_text(settled)
    assert "Of the whole answer100%0%30%" in visible_text(settled)
    assert not settled.xpath("//input[@type='radio']")


def test_the_learner_is_told_that_it_is_being_marked_and_then_how(
    site: Site, clinic: Clinic, app: Flask, author: Visitor
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    lea = browser(app, clinic.lea)
    result = f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-1/result"
    text = visible_text(page(lea.get(result)))
    assert "Being marked" in text
    assert "Handed in. Some answers wait to be marked" in text
    assert "Chosen" not in text
    path = path_of(site, attempt)
    author.send(path, fields_of(author.get(path), HALF, comment="Say what you watch for."))
    text = visible_text(page(lea.get(result)))
    assert "One missingChosen" in text
    assert "Say what you watch for." in text
    assert "Being marked" not in text
    assert "Spelling does not count." not in text


def test_the_moderator_s_mark_alone_is_told_where_one_decided(
    site: Site, clinic: Clinic, app: Flask, ben: Person
) -> None:
    essay_quiz(site, double_marking=True)
    attempt = hand_in(site, clinic.lea)
    mark(site, clinic.instructor, attempt, comment="First view")
    mark(site, ben, attempt, NONE, comment="Second view")
    mark(site, ben, attempt, HALF, comment="Decided")
    result = f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-1/result"
    text = visible_text(page(browser(app, clinic.lea).get(result)))
    assert "Decided" in text
    assert "First view" not in text
    assert "Second view" not in text
    assert text.count("Chosen") == 2


def test_two_levels_are_shown_where_the_mean_of_two_counts(
    site: Site, clinic: Clinic, app: Flask, ben: Person
) -> None:
    essay_quiz(site, double_marking=True, moderation_over=40)
    attempt = hand_in(site, clinic.lea)
    mark(site, clinic.instructor, attempt, comment="One")
    lea = browser(app, clinic.lea)
    result = f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-1/result"
    assert "One" not in visible_text(page(lea.get(result))).split()
    mark(site, ben, attempt, {"order": "some", "reasons": "given"}, comment="Two")
    text = visible_text(page(lea.get(result)))
    assert "Two people marked this answer and chose different levels." in text
    assert text.count("Chosen") == 3


def test_a_new_rubric_offers_to_mark_anew(
    site: Site, clinic: Clinic, app: Flask, author: Visitor, clock: FrozenClock
) -> None:
    essay_quiz(site)
    marked, waiting = hand_in(site, clinic.lea), hand_in(site, clinic.leo)
    mark(site, clinic.instructor, marked, comment="Old comment")
    clock.advance(minutes=5)
    form = form_of(author.get(f"{BANK}/{ESSAY}/edit")).to_dict(flat=False)
    form["part-criteria-1-levels-0-points"] = ["7"]
    author.send(f"{BANK}/{ESSAY}/edit", {**form, "do": "save"})
    publish = author.get(f"{BANK}/{ESSAY}/publish")
    assert "2 finished answers are on the former rubric." in publish.text
    digest = page(publish).xpath('//input[@name="digest"]/@value')[0]
    sent = author.send(f"{BANK}/{ESSAY}/publish", {"digest": digest, "note": "More for reasons"})
    assert sent.location == f"{OF_ESSAY}/again"
    asked = author.get(sent.location)
    assert "Answers with a result1Answers that wait already1" in visible_text(page(asked))
    version = page(asked).xpath('//input[@name="version"]/@value')[0]
    back = author.send(f"{OF_ESSAY}/again", {"version": version})
    assert back.location == OF_ESSAY
    assert "2 answers are back in the queue." in author.get(OF_ESSAY).text
    assert actions(site)[-1] == "marks.put_back"
    assert result_of(site, marked) == ("1", "passed")

    lea = browser(app, clinic.lea)
    result = f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-1/result"
    text = visible_text(page(lea.get(result)))
    assert "Being marked anew" in text
    assert "Old comment" in text
    clock.advance(minutes=5)
    path = path_of(site, marked)
    assert "Reasons 7 points" in visible_text(page(author.get(path)))
    author.send(path, fields_of(author.get(path), {"order": "all", "reasons": "missing"}))
    assert result_of(site, marked) == ("3/10", "not_passed")
    text = visible_text(page(lea.get(result)))
    assert "Old comment" not in text
    assert "Being marked anew" not in text
    assert "Reasons 7 points" in text
    author.send(path_of(site, waiting), fields_of(author.get(path_of(site, waiting)), FULL))
    assert result_of(site, waiting) == ("1", "passed")
    assert "Nothing to mark anew" in author.get(f"{OF_ESSAY}/again").text


def test_the_other_rubric_is_not_marked_with_by_an_old_page(
    site: Site, clinic: Clinic, author: Visitor, clock: FrozenClock
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = path_of(site, attempt)
    sent = fields_of(author.get(path), FULL, comment="Kept")
    _new_rubric(site)
    version = page(author.get(f"{OF_ESSAY}/again")).xpath('//input[@name="version"]/@value')[0]
    clock.advance(minutes=1)
    author.send(f"{OF_ESSAY}/again", {"version": version})
    answer = author.send(path, sent)
    assert answer.status_code == 409
    assert "The rubric changed while you were marking." in answer.text
    assert "Kept" in answer.text
    assert marks_of(site, attempt) == []


def test_putting_back_by_a_page_of_another_version_changes_nothing(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    essay_quiz(site)
    mark(site, clinic.instructor, hand_in(site, clinic.lea))
    _new_rubric(site)
    before = everything(site)
    answer = author.send(f"{OF_ESSAY}/again", {"version": "1"})
    assert answer.status_code == 409
    assert "Another version is live by now." in answer.text
    assert everything(site) == before


def test_a_version_with_the_same_rubric_asks_nothing(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    essay_quiz(site)
    mark(site, clinic.instructor, hand_in(site, clinic.lea))
    edit_question(site, ESSAY, stem="Another stem?")
    assert "Nothing to mark anew" in author.get(f"{OF_ESSAY}/again").text


def _new_rubric(site: Site) -> None:
    criterion = {"title": "All", "levels": [{"label": "Yes", "points": "1"},
                                            {"label": "No", "points": "0"}]}  # fmt: skip
    edit_question(site, ESSAY, body=essay_body(rubric={"criteria": [criterion]}))


@pytest.mark.parametrize("view", ["", "/next", "/again", "/answers/{name}"])
def test_instructors_of_other_courses_find_nothing(
    site: Site, clinic: Clinic, outsider: Visitor, view: str
) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    path = OF_ESSAY + view.format(name=name_of(site, attempt))
    before = everything(site)
    assert outsider.get(path).status_code == 404
    if view in {"/again", "/answers/{name}"}:
        assert outsider.send(path, {"version": "1", "level-r1-order": "all"}).status_code == 404
    assert everything(site) == before
    assert ESSAY not in outsider.get(QUEUE).text


def test_names_that_lead_nowhere_are_not_found(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    attempt = hand_in(site, clinic.lea)
    name = name_of(site, attempt)
    for wrong in ("0" * 32, name[:-1] + ("0" if name[-1] != "0" else "1"), "x", name[:8]):
        assert author.get(f"{OF_ESSAY}/answers/{wrong}").status_code == 404
    assert author.get(f"{QUEUE}/nc-1/answers/{name}").status_code == 404
    assert author.get(f"{OF_ESSAY}/answers/{name}/files/1").status_code == 404


@pytest.mark.parametrize("path", [QUEUE, OF_ESSAY, f"{OF_ESSAY}/answers/%s"])
def test_pages_take_the_same_number_of_statements_whatever_waits(
    site: Site, clinic: Clinic, author: Visitor, path: str
) -> None:
    for code in (ESSAY, "essay-2"):
        make_essay(site, code)
    make_marked_quiz(site, items=(ESSAY, "essay-2"))
    attempt = hand_in(site, clinic.lea, texts=(TEXT, TEXT))
    address = path % name_of(site, attempt) if "%" in path else path
    author.get(address)
    with counted(site) as few:
        author.get(address)
    for person in (clinic.lea, clinic.leo):
        made = [hand_in(site, person, texts=(TEXT, TEXT)) for _ in range(3)][-1]
        mark(site, clinic.instructor, made)
    author.get(address)
    with counted(site) as many:
        author.get(address)
    assert len(few) == len(many)


def test_long_lists_go_by_pages(site: Site, clinic: Clinic, author: Visitor) -> None:
    essay_quiz(site)
    for _ in range(51):
        hand_in(site, clinic.lea)
    first, second = (author.get(f"{OF_ESSAY}?page={number}") for number in (1, 2))
    rows = [len(page(answer).xpath("//tbody/tr")) for answer in (first, second)]
    assert rows == [50, 1]
    assert author.get(f"{OF_ESSAY}?page=x&show=none").status_code == 200
