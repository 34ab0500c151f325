"""One person's attempts at a quiz, for the instructors who may adjust them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.domain.timing import Deadline, Moment, attempt_clock
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import OPEN, Attempt, ExtraAttempt, TimeChange
from quizapp.features.attempts.queries import history, published
from quizapp.features.courses.models import Course
from quizapp.features.courses.queries import visible_courses
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt with whose it is, and what moved its end so far."""

    course: Course
    quiz: Quiz
    user: User
    attempt: Attempt
    is_running: bool
    changes: Sequence[tuple[TimeChange, str | None]]


@dataclass(frozen=True, slots=True)
class Tries:
    """How many attempts somebody has used and may use, and those given beyond the cap."""

    course: Course
    quiz: Quiz
    user: User
    used: int
    cap: int | None
    given: Sequence[tuple[ExtraAttempt, str]]

    @property
    def left(self) -> int | None:
        return None if self.cap is None else max(0, self.cap + len(self.given) - self.used)


def get_sitting(ctx: Context, course: str, quiz: str, person: str, number: int) -> Sitting:
    """Somebody's attempt at a quiz of one of the actor's courses; raises NotFound."""
    found = ctx.session.execute(
        _reachable(ctx, course, quiz, person).where(Attempt.number == number)
    ).first()
    if found is None:
        raise NotFound
    in_course, of_quiz, user, attempt = found
    end = Deadline(attempt.due_at, attempt.hard_at)
    is_over = attempt_clock(ctx.now, end) is Moment.OVER
    giver = aliased(User)
    changes = ctx.session.execute(
        select(TimeChange, giver.name)
        .outerjoin(giver, giver.id == TimeChange.by_id)
        .where(TimeChange.attempt_id == attempt.id)
        .order_by(TimeChange.id)
    )
    return Sitting(
        in_course,
        of_quiz,
        user,
        attempt,
        attempt.state == OPEN and not is_over,
        [(change, name) for change, name in changes],
    )


def get_tries(ctx: Context, course: str, quiz: str, person: str) -> Tries:
    """The attempts of somebody who took a quiz of one of the actor's courses; raises NotFound."""
    found = ctx.session.execute(_reachable(ctx, course, quiz, person).limit(1)).first()
    if found is None:
        raise NotFound
    in_course, of_quiz, user, attempt = found
    version_id = of_quiz.version_id or attempt.quiz_version_id
    giver = aliased(User)
    given = ctx.session.execute(
        select(ExtraAttempt, giver.name)
        .join(giver, giver.id == ExtraAttempt.given_by)
        .where(ExtraAttempt.quiz_id == of_quiz.id, ExtraAttempt.user_id == user.id)
        .order_by(ExtraAttempt.id)
    )
    return Tries(
        in_course,
        of_quiz,
        user,
        history.count_used(ctx, of_quiz.id, user.id),
        published.definition(ctx, version_id).attempts,
        [(extra, name) for extra, name in given],
    )


def _reachable(
    ctx: Context, course: str, quiz: str, person: str
) -> Select[Course, Quiz, User, Attempt]:
    return (
        select(Course, Quiz, User, Attempt)
        .join(Quiz, Quiz.course_id == Course.id)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .join(User, User.id == Attempt.user_id)
        .where(
            Course.slug == course,
            Quiz.slug == quiz,
            User.code == person,
            visible_courses(ctx, Permission.ATTEMPT_ADJUST),
        )
    )
