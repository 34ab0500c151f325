"""A small clinic: people of every role, two teams, and the sample course with its quizzes."""

from dataclasses import dataclass

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.courses import queries as course_queries
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person
from tests.factories.content_sync import COURSE, sync
from tests.factories.courses import enroll
from tests.factories.teams import make_team


@dataclass(frozen=True)
class Clinic:
    """Everybody by name. Lea and Leo take part in the course, Nora does not."""

    administrator: Person
    instructor: Person
    guest_instructor: Person
    manager: Person
    lea: Person
    leo: Person
    nora: Person
    course_id: int
    north: str
    south: str

    @property
    def learner(self) -> Person:
        return self.lea

    def of_role(self, role: Role) -> Person:
        return {
            Role.LEARNER: self.lea,
            Role.INSTRUCTOR: self.instructor,
            Role.MANAGER: self.manager,
            Role.ADMINISTRATOR: self.administrator,
        }[role]


def make_clinic(site: Site) -> Clinic:
    """`guest_instructor` teaches no course of ours; `manager` follows Team North, which has Lea."""
    sync(site)
    with site.reading() as ctx:
        course_id = course_queries.get_course(ctx, COURSE).id
    lea = make_person(site, "Lea Learner", has_password=True)
    leo = make_person(site, "Leo Learner", has_password=True)
    north, south = make_team(site, "Team North", (lea,)), make_team(site, "Team South", (leo,))
    manager = Grant(Role.MANAGER, team_id=north.id)
    clinic = Clinic(
        administrator=make_person(site, "Ada Administrator", grants=[Role.ADMINISTRATOR]),
        instructor=make_person(
            site, "Ina Instructor", grants=[Grant(Role.INSTRUCTOR, course_id=course_id)]
        ),
        guest_instructor=make_person(site, "Gil Guest", grants=[]),
        manager=make_person(site, "Max Manager", grants=[manager]),
        lea=lea,
        leo=leo,
        nora=make_person(site, "Nora Newcomer"),
        course_id=course_id,
        north=north.code,
        south=south.code,
    )
    for learner in (lea, leo):
        enroll(site, learner)
    return clinic
