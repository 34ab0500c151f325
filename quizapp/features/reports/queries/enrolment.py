"""Who could be enrolled in a course by the actor."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, true

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.roles import Role
from quizapp.features.accounts.models import ACTIVE, RoleGrant, User
from quizapp.features.accounts.queries import matches
from quizapp.features.courses.models import Enrollment
from quizapp.features.reports.queries.rows import team_names
from quizapp.features.reports.queries.scope import Choices, CourseChoice, get_choices
from quizapp.features.teams.models import Membership
from quizapp.features.teams.queries import visible_learners
from quizapp.infrastructure.context import Context

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody not enrolled yet."""

    code: str
    name: str
    email: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first of them by name, and whether there are more."""

    people: list[Candidate]
    has_more: bool


def get_enrolment_choices(ctx: Context) -> tuple[Choices, list[CourseChoice]]:
    """The teams one may choose from, and the courses one may enroll others in."""
    choices = get_choices(ctx, Permission.ENROLLMENT_ASSIGN)
    span = policy.reach(ctx.actor, Permission.ENROLLMENT_ASSIGN)
    is_any = span.everything or bool(span.team_ids)
    return choices, [
        course
        for course in choices.courses
        if course.is_live and (is_any or course.id in span.course_ids)
    ]


def may_be_enrolled(ctx: Context, course_id: int) -> ColumnElement[bool]:
    """A condition on users: active learners whom the actor reaches in this course."""
    span = policy.reach(ctx.actor, Permission.ENROLLMENT_ASSIGN)
    is_anybody = span.everything or course_id in span.course_ids
    reached = true() if is_anybody else visible_learners(ctx, Permission.ENROLLMENT_ASSIGN)
    is_learner = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.LEARNER)
    return reached & (User.state == ACTIVE) & is_learner


def list_candidates(
    ctx: Context, choices: Choices, course: CourseChoice, team: str = "", search: str = ""
) -> Candidates:
    """People not enrolled in the course yet, by name."""
    is_enrolled = exists().where(Enrollment.user_id == User.id, Enrollment.course_id == course.id)
    asked = (
        select(User.id, User.code, User.name, User.email)
        .where(may_be_enrolled(ctx, course.id), ~is_enrolled)
        .order_by(User.sort_name, User.id)
        .limit(SHOWN + 1)
    )
    if team:
        asked = asked.where(choices.scope(team).covers(User.id))
    if search:
        asked = asked.where(matches(search))
    found = ctx.session.execute(asked).all()
    teams = team_names(ctx, choices, Membership.user_id.in_([row.id for row in found]))
    people = [Candidate(row.code, row.name, row.email, teams.get(row.id, ())) for row in found]
    return Candidates(people[:SHOWN], len(people) > SHOWN)


def find_people(ctx: Context, course_id: int, codes: Sequence[str]) -> list[User]:
    """Those of the named people whom the actor may enroll in the course, enrolled or not."""
    return list(
        ctx.session.scalars(
            select(User)
            .where(User.code.in_(codes), may_be_enrolled(ctx, course_id))
            .order_by(User.id)
        )
    )
