"""The one table of who may do what, and the questions asked of it. Not in the table means no."""

from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import AccessDenied


class Reach(StrEnum):
    """How far a permission goes: one's own, one's teams, one's courses, everything."""

    OWN = "own"
    TEAM = "team"
    COURSE = "course"
    ANY = "any"


_EVERYONE = {
    Role.LEARNER: Reach.OWN,
    Role.INSTRUCTOR: Reach.OWN,
    Role.MANAGER: Reach.OWN,
    Role.ADMINISTRATOR: Reach.OWN,
}

POLICY: dict[Permission, dict[Role, Reach]] = {
    Permission.ACCOMMODATION_MANAGE: {
        Role.MANAGER: Reach.TEAM,
        Role.ADMINISTRATOR: Reach.ANY,
    },
    Permission.ACCOUNT_MANAGE: _EVERYONE,
    Permission.ATTEMPT_ADJUST: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.ATTEMPT_ANSWER: {Role.LEARNER: Reach.OWN},
    Permission.ATTEMPT_CORRECT: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.ATTEMPT_MARK: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.ATTEMPT_READ: {Role.LEARNER: Reach.OWN, Role.INSTRUCTOR: Reach.COURSE},
    Permission.AUDIT_READ: {Role.ADMINISTRATOR: Reach.ANY},
    Permission.COURSE_READ: {
        Role.LEARNER: Reach.ANY,
        Role.INSTRUCTOR: Reach.COURSE,
        Role.MANAGER: Reach.ANY,
        Role.ADMINISTRATOR: Reach.ANY,
    },
    Permission.COURSE_WRITE: {},  # files only, which the system loads
    Permission.ENROLLMENT_ASSIGN: {Role.INSTRUCTOR: Reach.COURSE, Role.MANAGER: Reach.TEAM},
    Permission.ENROLLMENT_CREATE: {
        Role.LEARNER: Reach.OWN,
        Role.INSTRUCTOR: Reach.COURSE,
        Role.MANAGER: Reach.TEAM,
    },
    Permission.JOB_RETRY: {Role.ADMINISTRATOR: Reach.ANY},
    Permission.LESSON_COMPLETE: {Role.LEARNER: Reach.OWN},
    Permission.PERSON_MANAGE: {Role.ADMINISTRATOR: Reach.ANY},
    Permission.PROBLEM_ANSWER: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.PROBLEM_REPORT: {Role.LEARNER: Reach.OWN},
    Permission.QUESTION_READ: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.QUESTION_WRITE: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.QUIZ_READ: {Role.INSTRUCTOR: Reach.COURSE},
    Permission.REPORT_READ: {Role.MANAGER: Reach.TEAM},
    Permission.SETTINGS_READ: {Role.ADMINISTRATOR: Reach.ANY},
    Permission.TEAM_MANAGE: {Role.ADMINISTRATOR: Reach.ANY},
}


@dataclass(frozen=True, slots=True)
class Belonging:
    """To whom and what an object belongs: its learner, its course, the teams of its learner."""

    learner_id: int | None = None
    course_id: int | None = None
    team_ids: frozenset[int] = frozenset()


NOBODY = Belonging()


@dataclass(frozen=True, slots=True)
class Span:
    """How far an actor's permission reaches, ready to be turned into SQL."""

    everything: bool = False
    learner_id: int | None = None
    course_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (
            self.everything or self.learner_id is not None or self.course_ids or self.team_ids
        )

    def covers(self, belonging: Belonging) -> bool:
        return (
            self.everything
            or (self.learner_id is not None and belonging.learner_id == self.learner_id)
            or (belonging.course_id is not None and belonging.course_id in self.course_ids)
            or not self.team_ids.isdisjoint(belonging.team_ids)
        )


def reach(actor: Actor, permission: Permission) -> Span:
    """Everything the actor's grants add up to for this permission."""
    everything = False
    learner_id = None
    course_ids: set[int] = set()
    team_ids: set[int] = set()
    for grant in actor.grants:
        found = _reach_of(grant, permission)
        if found is Reach.ANY:
            everything = True
        elif found is Reach.OWN:
            learner_id = actor.user_id
        elif found is Reach.COURSE and grant.course_id is not None:
            course_ids.add(grant.course_id)
        elif found is Reach.TEAM and grant.team_id is not None:
            team_ids.add(grant.team_id)
    return Span(everything, learner_id, frozenset(course_ids), frozenset(team_ids))


def _reach_of(grant: Grant, permission: Permission) -> Reach | None:
    if grant.role is Role.SYSTEM:
        return Reach.ANY
    found = POLICY.get(permission, {}).get(grant.role)
    is_unlimited = (found is Reach.COURSE and grant.course_id is None) or (
        found is Reach.TEAM and grant.team_id is None
    )
    return Reach.ANY if is_unlimited else found


def may(actor: Actor, permission: Permission, belonging: Belonging | None = None) -> bool:
    """Whether the actor holds the permission: at all, or for this object when one is named."""
    if belonging is None:
        return any(_reach_of(grant, permission) is not None for grant in actor.grants)
    return reach(actor, permission).covers(belonging)


def demand(actor: Actor, permission: Permission, belonging: Belonging = NOBODY) -> None:
    """Raise AccessDenied unless the actor holds the permission for this object."""
    if not reach(actor, permission).covers(belonging):
        raise AccessDenied
