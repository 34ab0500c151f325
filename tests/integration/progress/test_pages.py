"""A learner's way through a course: start, read, check, complete, and where each quiz begins."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html  # type: ignore[import-untyped]
from sqlalchemy import select

from quizapp.features.courses.models import Enrollment, Lesson
from quizapp.features.progress.models import Completion, CourseProgress, LessonProgress
from quizapp.infrastructure.site import Site
from tests.factories import attempts, progress, quizzes
from tests.factories.attempts import WARM_UP
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

OF_COURSE = f"/courses/{COURSE}"
FIRST = f"{OF_COURSE}/basics/clean-needles"
SECOND = f"{OF_COURSE}/basics/safe-depth"
FINAL = f"{OF_COURSE}/quizzes/final-check"


def browser(app: Flask, person: Any) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


@pytest.fixture
def lea(app: Flask, clinic: Clinic) -> Visitor:
    """Takes part in the course and has done nothing yet."""
    return browser(app, clinic.lea)


@pytest.fixture
def nora(app: Flask, clinic: Clinic) -> Visitor:
    """Takes part in nothing."""
    return browser(app, clinic.nora)


def words(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    main = html.fromstring(answer.text).xpath("//main")[0]
    return " ".join(" ".join(main.itertext()).split())


def stands(site: Site, clinic: Clinic) -> tuple[str, int]:
    """State of Lea's course and how many of its steps are done."""
    with site.reading() as ctx:
        row = ctx.session.scalars(
            select(CourseProgress).where(CourseProgress.user_id == clinic.lea.id)
        ).one()
    return row.state, row.steps_done


def test_starting_a_course_enrolls_once(site: Site, clinic: Clinic, nora: Visitor) -> None:
    assert "Start course" in words(nora, OF_COURSE)
    for _ in range(2):
        answer = nora.send(f"{OF_COURSE}/start")
        assert (answer.status_code, answer.location) == (303, OF_COURSE)
    assert "You take part in this course now." in words(nora, OF_COURSE)
    with site.reading() as ctx:
        rows = ctx.session.scalars(
            select(Enrollment).where(Enrollment.user_id == clinic.nora.id)
        ).all()
    assert len(rows) == 1


def test_who_takes_no_part_may_read_and_nothing_is_kept(site: Site, nora: Visitor) -> None:
    before = everything(site)
    assert "Start course" in words(nora, FIRST)
    for view in ("open", "complete", "checks/touched-shaft"):
        assert nora.send(f"{FIRST}/{view}", {"choice": "1"}).status_code == 409
    assert everything(site) == before


def test_reading_begins_with_a_note_from_the_page(site: Site, clinic: Clinic, lea: Visitor) -> None:
    assert stands(site, clinic) == ("not_started", 0)
    lea.get(FIRST)
    assert stands(site, clinic) == ("not_started", 0)
    for _ in range(2):
        assert lea.send(f"{FIRST}/open").status_code == 204
    assert stands(site, clinic) == ("in_progress", 0)


def test_completing_leads_to_the_course_and_names_what_is_next(
    site: Site, clinic: Clinic, lea: Visitor
) -> None:
    answer = lea.send(f"{FIRST}/complete")
    assert (answer.status_code, answer.location) == (303, f"{OF_COURSE}#basics")
    assert "Lesson marked as complete. Next: Safe depth." in words(lea, OF_COURSE)
    assert stands(site, clinic) == ("in_progress", 1)
    lea.send(f"{FIRST}/complete")
    assert stands(site, clinic) == ("in_progress", 1)


def test_a_mark_made_by_mistake_is_taken_back(site: Site, clinic: Clinic, lea: Visitor) -> None:
    lea.send(f"{FIRST}/complete")
    assert "Not complete after all" in words(lea, FIRST)
    answer = lea.send(f"{FIRST}/complete", {"undo": "1"})
    assert (answer.status_code, answer.location) == (303, FIRST)
    assert "no longer marked as complete" in words(lea, FIRST)
    assert stands(site, clinic) == ("in_progress", 0)
    lea.send(f"{FIRST}/complete", {"undo": "1"})
    assert stands(site, clinic) == ("in_progress", 0)


def test_the_version_that_was_read_is_kept(site: Site, clinic: Clinic, lea: Visitor) -> None:
    lea.send(f"{FIRST}/complete")
    with site.reading() as ctx:
        row, lesson = ctx.session.execute(
            select(LessonProgress, Lesson).join(Lesson, Lesson.id == LessonProgress.lesson_id)
        ).one()
    assert (row.user_id, row.version_id) == (clinic.lea.id, lesson.version_id)


def test_lessons_lead_to_each_other(lea: Visitor) -> None:
    first = html.fromstring(lea.get(FIRST).text)
    second = html.fromstring(lea.get(SECOND).text)
    assert first.xpath("//a[@rel='prev']") == []
    assert first.xpath("//a[@rel='next']/@href") == [SECOND]
    assert second.xpath("//a[@rel='prev']/@href") == [FIRST]
    assert second.xpath("//a[@rel='next']/@href") == [f"{OF_COURSE}/quizzes/warm-up"]


@pytest.mark.parametrize("address", [f"{OF_COURSE}/final/clean-needles", f"{FIRST}x"])
def test_a_lesson_has_one_address(lea: Visitor, address: str) -> None:
    assert lea.get(address).status_code == 404


@pytest.mark.parametrize(("choice", "verdict"), [("1", "Correct"), ("2", "Not quite")])
def test_a_knowledge_check_answers_in_its_place(lea: Visitor, choice: str, verdict: str) -> None:
    answer = lea.send(f"{FIRST}/checks/touched-shaft", {"choice": choice})
    assert (answer.status_code, answer.location) == (303, f"{FIRST}#touched-shaft")
    text = words(lea, FIRST)
    assert verdict in text
    assert "Read the section above again." in text


def test_the_last_answer_to_a_check_is_the_one_shown(lea: Visitor) -> None:
    for choice in ("2", "1"):
        lea.send(f"{FIRST}/checks/touched-shaft", {"choice": choice})
    assert "Correct" in words(lea, FIRST)
    assert "Not quite" not in words(lea, FIRST)


def test_the_outline_marks_done_begun_and_locked(site: Site, clinic: Clinic, lea: Visitor) -> None:
    progress.complete_lesson(site, clinic.lea, "clean-needles")
    lea.send(f"{SECOND}/open")
    text = words(lea, OF_COURSE)
    assert "Clean needles , complete" in text
    assert "Safe depth , in progress" in text
    assert "Final check , locked" in text
    assert "Opens when Basics is complete" in text


def test_the_outline_counts_the_questions_of_a_case_one_by_one(lea: Visitor) -> None:
    assert "Final check , locked 6 questions" in words(lea, OF_COURSE)


def test_everything_done_completes_the_course_with_a_fact_of_its_own(
    site: Site, clinic: Clinic, lea: Visitor
) -> None:
    progress.complete_course(site, clinic.lea)
    assert stands(site, clinic) == ("complete", 4)
    assert "Passed 100" in words(lea, OF_COURSE)
    assert "You have finished everything you started." in words(lea, "/")
    lea.send(f"{FIRST}/complete", {"undo": "1"})
    assert stands(site, clinic)[0] == "complete"
    with site.reading() as ctx:
        fact = ctx.session.scalars(select(Completion)).one()
    assert fact.facts["course"] == "Needle care"
    assert fact.facts["score"] == 1.0


class TestQuizStart:
    """The page before a quiz: its rules, and why one cannot start."""

    def test_rules_are_told_before(self, lea: Visitor) -> None:
        text = words(lea, FINAL)
        assert "1 question is safety-critical" in text
        assert "Not safe yet" not in text.partition("Earlier attempts")[2]
        assert "It opens when Basics is complete" in text

    def test_once_it_is_open_it_starts_and_goes_on(
        self, site: Site, clinic: Clinic, lea: Visitor
    ) -> None:
        for slug in ("clean-needles", "safe-depth"):
            progress.complete_lesson(site, clinic.lea, slug)
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, WARM_UP).id)
        assert "Start the quiz" in words(lea, FINAL)
        for _ in range(2):
            answer = lea.send(f"{FINAL}/start", {"own": "1"})
            assert (answer.status_code, answer.location) == (303, f"{FINAL}/attempt-1/question-1")
        assert "Attempt 1 is running" in words(lea, FINAL)
        assert "Finish by" in words(lea, FINAL)
        assert "A quiz attempt of yours is running." in words(lea, "/")

    def test_who_takes_no_part_is_asked_to_start_the_course(self, nora: Visitor) -> None:
        assert "Start the course first" in words(nora, FINAL)

    def test_other_roles_see_the_rules(self, app: Flask, clinic: Clinic) -> None:
        assert "Quizzes are for learners" in words(browser(app, clinic.instructor), FINAL)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"attempts": 1}, "You have used all attempts."),
            ({"attempts": 2, "cooling_off_minutes": 60}, "You can try again from"),
            ({"window": {"closes": START + timedelta(minutes=1)}}, "The quiz closed on"),
        ],
    )
    def test_why_one_cannot_start_again_is_told(
        self,
        site: Site,
        clinic: Clinic,
        lea: Visitor,
        clock: FrozenClock,
        changes: dict[str, Any],
        reason: str,
    ) -> None:
        slug = quizzes.make_quiz(site, **changes)
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, slug).id)
        clock.advance(minutes=2)
        text = words(lea, f"{OF_COURSE}/quizzes/{slug}")
        assert reason in text
        assert "Start the quiz" not in text

    def test_a_quiz_that_is_not_open_yet_says_when(self, site: Site, lea: Visitor) -> None:
        slug = quizzes.make_quiz(site, window={"opens": START + timedelta(days=1)})
        assert "The quiz opens on" in words(lea, f"{OF_COURSE}/quizzes/{slug}")


def test_without_a_course_the_pages_are_empty_and_calm(site: Site, visitor: Visitor) -> None:
    from tests.factories.accounts import make_person

    visitor.sign_in(make_person(site))
    assert "Courses appear here when an administrator has loaded them." in words(visitor, "/")
    assert words(visitor, "/courses")
