"""One person: facts and topics for those who follow them, nothing for anybody else."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.bench.data import Filled
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.progress import complete_course, complete_lesson
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.reports.conftest import rows_of, statements, without_bars, words_of

Browser = Callable[[Person], Visitor]
Answers = dict[int, Any]
WRONG: Answers = {4: {"r1": {"choice": "b"}}, 5: {"r1": {"value": False}}}


def sit(site: Site, person: Person, answers: Answers, *, number: int = 1, **more: Any) -> None:
    """Take the final check; what is not given is answered right."""
    attempt = attempts.start(site, person)
    head = attempts.head_of(site, person, number=number)
    saves = [attempts.make_save(slot, answers.get(slot), **more) for slot in attempts.KEYS]
    attempts.save(site, head, *saves)
    attempts.submit(site, person, attempt.id)


def page_of(visitor: Visitor, person: Person) -> str:
    answer = visitor.get(f"/team/people/{person.code}")
    assert answer.status_code == 200
    return answer.text


def text_of(page: str, section: str) -> str:
    (found,) = without_bars(page).xpath(f"//section[@aria-labelledby='{section}']")
    return words_of(found)


def test_the_page_shows_modules_with_lessons_and_quizzes(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    complete_lesson(site, clinic.lea, "clean-needles")
    sit(site, clinic.lea, {})
    page = page_of(browser(clinic.manager), clinic.lea)
    assert rows_of(page) == [
        ["1. Basics", "1 of 2", "Not started", "–", "–"],
        ["2. Final check", "–", "Passed", "100%", "none missed"],
    ]
    assert "2 of 4 steps" in page
    assert "In progress" in page


def test_a_completed_course_says_when(site: Site, clinic: Clinic, browser: Browser) -> None:
    complete_course(site, clinic.lea)
    page = page_of(browser(clinic.manager), clinic.lea)
    assert "Completed on 2 March 2026" in page
    assert "4 of 4 steps" in page


def test_missed_hazards_are_topics_with_the_lesson_to_read(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    sit(site, clinic.lea, WRONG)
    page = page_of(browser(clinic.manager), clinic.lea)
    missed = text_of(page, "missed")
    assert "A needle can reach the lung" in missed
    assert "Final check, attempt 1 on 2 March 2026." in missed
    assert "The lesson is not complete." in missed
    assert "certain" not in missed
    assert 'href="/courses/needle-care/basics/safe-depth"' in page
    assert "1 missed" in rows_of(page)[1][4]


def test_being_certain_of_a_dangerous_answer_is_told(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    sit(site, clinic.lea, WRONG, confidence=3)
    complete_lesson(site, clinic.lea, "safe-depth")
    missed = text_of(page_of(browser(clinic.manager), clinic.lea), "missed")
    assert "Was certain of a wrong answer." in missed
    assert "The lesson is complete." in missed


def test_no_answer_is_ever_shown(site: Site, clinic: Clinic, browser: Browser) -> None:
    sit(site, clinic.lea, WRONG)
    page = page_of(browser(clinic.manager), clinic.lea)
    for secret in ("Take the needle out", "Go on", "patient coughs", "The lung may be injured"):
        assert secret not in page


def test_attempts_are_listed_as_facts_the_latest_first(
    site: Site, clinic: Clinic, browser: Browser, clock: Any
) -> None:
    sit(site, clinic.lea, WRONG)
    clock.advance(days=1)
    sit(site, clinic.lea, {}, number=2)
    clock.advance(days=1)
    attempts.start(site, clinic.lea)
    rows = rows_of(page_of(browser(clinic.manager), clinic.lea), "attempts")
    assert rows == [
        ["Final check Attempt 3", "4 Mar 2026", "Attempt running", "–", "–"],
        ["Final check Attempt 2", "3 Mar 2026", "Passed", "100%", "none missed"],
        ["Final check Attempt 1", "2 Mar 2026", "Not safe yet", "66%", "1 missed"],
    ]


def test_objectives_are_those_of_the_attempts_that_count(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    sit(site, clinic.lea, WRONG)
    objectives = text_of(page_of(browser(clinic.manager), clinic.lea), "objectives")
    assert "Choose a depth that spares the lung 1 of 3" in objectives
    assert "Handle needles without touching the shaft 3 of 3" in objectives
    assert objectives.index("Choose a depth") < objectives.index("Handle needles")


def test_a_score_held_back_is_held_back_here_too(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    make_quiz(
        site,
        attempts.FINAL,
        title="Final check",
        feedback={"score": "never"},
        change_reason="Another pass mark",
        sections=[{"items": ["nc-1", "nc-2", "nc-3", "nc-4"]}, {"items": ["nc-case"]}],
    )
    sit(site, clinic.lea, {})
    page = page_of(browser(clinic.manager), clinic.lea)
    assert rows_of(page)[1] == ["2. Final check", "–", "Handed in", "–", "none missed"]
    assert "By objective" not in page


def test_the_page_says_what_can_be_seen(clinic: Clinic, browser: Browser) -> None:
    page = page_of(browser(clinic.manager), clinic.lea)
    assert "No answers, and no practice. Lea sees the same." in text_of(page, "sight")


def test_somebody_without_a_course_has_an_empty_page(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    boss = make_person(site, "Bea Boss", grants=[Role.MANAGER])
    assert "Not enrolled in any course" in page_of(browser(boss), clinic.nora)


def test_people_of_other_teams_are_as_unknown_as_nobody(clinic: Clinic, browser: Browser) -> None:
    visitor = browser(clinic.manager)
    other = visitor.get(f"/team/people/{clinic.leo.code}")
    nobody = visitor.get("/team/people/nosuchcode")
    assert other.status_code == nobody.status_code == 404
    (told, other_told) = (
        words_of(html.fromstring(page.text).xpath("//main")[0]).partition("Reference")[0]
        for page in (other, nobody)
    )
    assert told == other_told


def test_somebody_who_left_the_team_is_no_longer_seen(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    from quizapp.features.accounts.models import User
    from quizapp.features.teams import commands, queries

    def leave(ctx: Any) -> None:
        team = queries.get_team(ctx, clinic.north)
        commands.remove_member(ctx, team, ctx.session.get_one(User, clinic.lea.id))

    site.perform(leave)
    visitor = browser(clinic.manager)
    assert visitor.get(f"/team/people/{clinic.lea.code}").status_code == 404
    assert "Lea Learner" not in visitor.get("/team/report").text


@pytest.mark.parametrize("who", ["lea", "instructor", "administrator"])
def test_nobody_else_has_the_page(clinic: Clinic, browser: Browser, who: str) -> None:
    visitor = browser(getattr(clinic, who))
    assert visitor.get(f"/team/people/{clinic.lea.code}").status_code == 403


def test_the_page_asks_as_often_for_ten_courses_as_for_one(
    site: Site, filled: Filled, browser: Browser, everybody: Person
) -> None:
    from quizapp.features.accounts.models import User
    from quizapp.features.courses import commands
    from quizapp.features.courses.models import Course

    visitor = browser(everybody)
    address = f"/team/people/p{filled.people[0]}"
    visitor.get(address)
    with statements(site) as before:
        visitor.get(address)

    def enroll_everywhere(ctx: Any) -> None:
        user = ctx.session.get_one(User, filled.people[0])
        for course in filled.courses:
            commands.enroll(ctx, ctx.session.get_one(Course, course.id), user)

    site.perform(enroll_everywhere)
    with statements(site) as after:
        page = visitor.get(address).text
    assert page.count("<table") >= 6
    assert len(after) == len(before) <= 18, after
