"""Enrolling several people: all whom one reaches, or nobody."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.accounts.models import User
from quizapp.features.courses.models import Course, Enrollment
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.bench.content import add_courses
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.teams import add_member
from tests.factories.web import Visitor
from tests.integration.reports.conftest import statements

Browser = Callable[[Person], Visitor]
PAGE = f"/team/enrol?course={COURSE}"


def enrolled(site: Site) -> set[int]:
    with site.reading() as ctx:
        return set(ctx.session.scalars(select(Enrollment.user_id)))


def choose(visitor: Visitor, *people: Person | str, course: str = COURSE) -> int:
    codes = [person if isinstance(person, str) else person.code for person in people]
    return visitor.send(PAGE, {"course": course, "people": codes}).status_code


def test_people_of_ones_team_are_enrolled_together(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    mia = make_person(site, "Mia Member")
    for person in (clinic.nora, mia):
        add_member(site, clinic.north, person)
    visitor = browser(clinic.manager)
    answer = visitor.send(PAGE, {"course": COURSE, "people": [clinic.nora.code, mia.code]})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert {clinic.nora.id, mia.id} <= enrolled(site)
    assert "2 people were enrolled in Needle care." in visitor.get(PAGE).text
    with site.reading() as ctx:
        rows = ctx.session.scalars(select(Enrollment).where(Enrollment.user_id == mia.id)).all()
        events = ctx.session.query(AuditEvent).filter_by(actor_id=clinic.manager.id).all()
    assert [row.enrolled_by for row in rows] == [clinic.manager.id]
    assert [event.action for event in events] == ["enrollment.created"] * 2


def test_only_those_who_are_not_enrolled_are_offered(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    add_member(site, clinic.north, clinic.nora)
    page = browser(clinic.manager).get(PAGE).text
    assert "Nora Newcomer" in page
    assert "Lea Learner" not in page
    assert "Leo Learner" not in page


def test_who_is_enrolled_already_is_passed_over(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    add_member(site, clinic.north, clinic.nora)
    visitor = browser(clinic.manager)
    visitor.send(PAGE, {"course": COURSE, "people": [clinic.lea.code, clinic.nora.code]})
    assert "1 person was enrolled in Needle care." in visitor.get(PAGE).text
    visitor.send(PAGE, {"course": COURSE, "people": [clinic.lea.code]})
    assert "Nobody was enrolled" in visitor.get(PAGE).text


@pytest.mark.parametrize("stranger", ["leo", "nosuchcode", "manager"])
def test_one_person_out_of_reach_and_nobody_is_enrolled(
    site: Site, clinic: Clinic, browser: Browser, stranger: str
) -> None:
    """Another team's, one who does not exist, and one who is no learner."""
    add_member(site, clinic.north, clinic.nora)
    add_member(site, clinic.north, clinic.manager)
    before = enrolled(site)
    other = getattr(clinic, stranger, stranger)
    assert choose(browser(clinic.manager), clinic.nora, other) == 404
    assert enrolled(site) == before


def test_somebody_disabled_cannot_be_enrolled(site: Site, clinic: Clinic, browser: Browser) -> None:
    add_member(site, clinic.north, clinic.nora)

    def disable(ctx: Context) -> None:
        ctx.session.get_one(User, clinic.nora.id).state = "disabled"

    site.perform(disable)
    assert "Nora Newcomer" not in browser(clinic.manager).get(PAGE).text
    assert choose(browser(clinic.manager), clinic.nora) == 404


def test_an_instructor_enrolls_anybody_in_their_course(
    site: Site, clinic: Clinic, browser: Browser
) -> None:
    add_courses(site, 1)
    visitor = browser(clinic.instructor)
    assert "Nora Newcomer" in visitor.get("/team/enrol").text, "their one course is chosen"
    assert choose(visitor, clinic.nora) == 303
    assert clinic.nora.id in enrolled(site)
    assert visitor.get("/team/enrol?course=course-1").status_code == 404
    assert choose(visitor, clinic.nora, course="course-1") == 404


def test_an_instructor_of_no_course_of_ours_has_no_page(clinic: Clinic, browser: Browser) -> None:
    assert browser(clinic.guest_instructor).get("/team/enrol").status_code == 403


@pytest.mark.parametrize("who", ["lea", "administrator"])
def test_others_have_no_page(clinic: Clinic, browser: Browser, who: str) -> None:
    visitor = browser(getattr(clinic, who))
    assert visitor.get("/team/enrol").status_code == 403
    assert choose(visitor, clinic.nora) == 403


def test_a_manager_without_a_limit_reaches_everybody(
    site: Site, clinic: Clinic, browser: Browser, everybody: Person
) -> None:
    visitor = browser(everybody)
    page = visitor.get(PAGE).text
    assert "Nora Newcomer" in page
    assert "Ada Administrator" not in page, "she is no learner"
    assert choose(visitor, clinic.nora) == 303
    assert clinic.nora.id in enrolled(site)


def test_a_manager_who_teaches_reaches_both(site: Site, clinic: Clinic, browser: Browser) -> None:
    add_courses(site, 1)
    with site.reading() as ctx:
        north = clinic.manager.actor.grants[0].team_id
        assert ctx.session.scalar(select(Course.id).where(Course.slug == COURSE))
    grants = [
        Grant(Role.MANAGER, team_id=north),
        Grant(Role.INSTRUCTOR, course_id=clinic.course_id),
    ]
    both = browser(make_person(site, "Bo Both", grants=grants))
    assert choose(both, clinic.nora) == 303, "as an instructor of this course"
    assert choose(both, clinic.leo, course="course-1") == 404, "another team, another course"
    assert choose(both, clinic.lea, course="course-1") == 303, "as her manager"


def test_choosing_nobody_is_said_at_the_list(site: Site, clinic: Clinic, browser: Browser) -> None:
    add_member(site, clinic.north, clinic.nora)
    answer = browser(clinic.manager).send(PAGE, {"course": COURSE})
    assert answer.status_code == 422
    assert 'href="#people"' in answer.text
    assert "Choose at least one person." in answer.text
    assert "<title>Error: Enrol people" in answer.text
    assert "Nora Newcomer" in answer.text


def test_a_closed_course_takes_nobody(site: Site, clinic: Clinic, browser: Browser) -> None:
    add_member(site, clinic.north, clinic.nora)

    def close(ctx: Context) -> None:
        ctx.session.query(Course).update({"state": "archived"})

    site.perform(close)
    visitor = browser(clinic.manager)
    assert visitor.get(PAGE).status_code == 404
    assert choose(visitor, clinic.nora) == 404


def test_people_are_found_by_team_and_by_name(
    site: Site, clinic: Clinic, browser: Browser, everybody: Person
) -> None:
    add_member(site, clinic.south, clinic.nora)
    visitor = browser(everybody)
    assert "Nora Newcomer" in visitor.get(f"{PAGE}&team={clinic.south}").text
    assert "Nora Newcomer" not in visitor.get(f"{PAGE}&team={clinic.north}").text
    assert "Nora Newcomer" in visitor.get(f"{PAGE}&q=newc").text
    assert "Nobody to enrol here" in visitor.get(f"{PAGE}&q=zzz").text
    assert visitor.get(f"{PAGE}&team=elsewhere").status_code == 404
    limited = browser(clinic.manager)
    assert limited.get(f"{PAGE}&team={clinic.south}").status_code == 404


def test_everybody_enrolled_is_said(clinic: Clinic, browser: Browser) -> None:
    assert "Everybody is enrolled" in browser(clinic.manager).get(PAGE).text


def test_only_a_hundred_are_listed_at_once(
    site: Site, clinic: Clinic, browser: Browser, everybody: Person
) -> None:
    for number in range(101):
        make_person(site, f"Person {number:03d}", email=f"person-{number}@example.org")
    visitor = browser(everybody)
    with statements(site) as seen:
        page = visitor.get(PAGE).text
    assert page.count('name="people"') == 100
    assert "The first 100 by name." in page
    assert len(seen) <= 8, clinic
