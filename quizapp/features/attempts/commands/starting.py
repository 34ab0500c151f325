"""Starting an attempt: questions drawn, orders and deadline fixed for good."""

import json
import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from quizapp.domain import timing
from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict
from quizapp.features.accounts.models import User
from quizapp.features.attempts.events import AttemptStarted
from quizapp.features.attempts.models import OPEN, Accommodation, Attempt, AttemptItem
from quizapp.features.attempts.queries import adjustments, history, marks, published
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course, Enrollment
from quizapp.features.questions.models import QuestionVersion
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.quizzes.models import LIVE, Quiz
from quizapp.features.quizzes.queries import PlannedItem
from quizapp.formats.bank_files.models import Mode
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.question_types import item


class NotEnrolled(Conflict):
    """Only those who take part in the course take its quizzes."""

    message = N_("Start the course first. Then you can take its quizzes.")


class NoAttemptsLeft(Conflict):
    """Every attempt is used."""

    title = N_("No attempts left")
    message = N_("You have used all attempts. Ask your training lead to open another one.")


class TooSoon(Conflict):
    """A pause is asked for between attempts."""

    title = N_("Not yet")
    message = N_("You can try again from %(when)s (%(zone)s).")


class OutsideWindow(Conflict):
    """The quiz is not open now."""

    title = N_("Not open")
    message = N_("This quiz is not open now.")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether somebody may start, and when not, why; for the start page and the command alike."""

    used: int
    allowed: int | None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    again_at: datetime | None = None
    refusal: Conflict | None = None

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else max(0, self.allowed - self.used)


def readiness(
    definition: Definition, attempts: list[Attempt], now: datetime, settings: Any, extra: int = 0
) -> Readiness:
    """Cap with extra attempts, pause and window, judged at a moment."""
    window = definition.window
    opens_at = window.opens
    closes_at = window.closes
    again_at = _again_at(definition, attempts)
    used = sum(attempt.voided_at is None for attempt in attempts)
    allowed = None if definition.attempts is None else definition.attempts + extra
    known = {
        "used": used,
        "allowed": allowed,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "again_at": again_at if again_at and again_at > now else None,
    }
    refusal: Conflict | None = None
    if allowed is not None and used >= allowed:
        refusal = NoAttemptsLeft()
    elif again_at is not None and again_at > now:
        refusal = TooSoon(when=again_at, zone=settings.timezone.replace("_", " "))
    elif (opens_at is not None and now < opens_at) or (closes_at is not None and now >= closes_at):
        refusal = OutsideWindow()
    return Readiness(**known, refusal=refusal)  # type: ignore[arg-type]


def start_attempt(ctx: Context, course: Course, quiz: Quiz) -> Attempt:
    """Begin an attempt, or give the one that is open: a double click starts one."""
    user_id = ctx.actor.user_id
    policy.demand(ctx.actor, Permission.ATTEMPT_ANSWER, Belonging(learner_id=user_id))
    _lock_enrollment(ctx, course, user_id)
    attempts = history.list_own(ctx, quiz.id)
    running = next((attempt for attempt in attempts if attempt.state == OPEN), None)
    if running is not None:
        return running
    if quiz.state != LIVE:
        raise OutsideWindow
    version = quiz_queries.get_version(ctx, quiz.version_id)
    definition = quiz_queries.definition_of(version)
    extra = adjustments.count_extra(ctx, quiz.id, user_id)
    ready = readiness(definition, attempts, ctx.now, ctx.settings, extra)
    if ready.refusal is not None:
        raise ready.refusal
    rng = random.Random(secrets.randbits(128))  # noqa: S311 - the seed is not guessable
    planned = _plan(ctx, course, definition, attempts, rng)
    limit = adjustments.limit_seconds(definition)
    adjustment = _lock_adjustment(ctx, user_id) if limit else None
    end = timing.deadline(
        ctx.now,
        limit,
        ready.closes_at,
        ctx.settings.grace_seconds,
        adjustments.allowance_of(adjustment),
    )
    attempt = Attempt(
        quiz_id=quiz.id,
        quiz_version_id=version.id,
        course_id=course.id,
        user_id=user_id,
        number=len(attempts) + 1,
        item_count=len(planned),
        started_at=ctx.now,
        due_at=end.due_at,
        hard_at=end.hard_at,
        allowance=adjustments.document_of(adjustment) if adjustment else None,
    )
    ctx.session.add(attempt)
    ctx.session.flush()
    _give_items(ctx, attempt, planned, rng)
    audit.record(ctx, "attempt.started", attempt, quiz=quiz.id, number=attempt.number)
    ctx.publish(AttemptStarted(attempt.id, attempt.user_id, course.id, quiz.id))
    return attempt


def _plan(
    ctx: Context,
    course: Course,
    definition: Definition,
    attempts: list[Attempt],
    rng: random.Random,
) -> list[PlannedItem]:
    """The questions of the next attempt: new ones first, and each hazard still open."""
    seen = history.seen_questions(ctx, [attempt.id for attempt in attempts])
    is_graded = definition.mode is Mode.GRADED
    still_open = marks.open_hazards(ctx, attempts) if is_graded else frozenset()
    pool = quiz_queries.load_pool(ctx, course.id)
    return quiz_queries.plan_attempt(pool, definition, rng, seen, still_open)


def _give_items(
    ctx: Context, attempt: Attempt, planned: list[PlannedItem], rng: random.Random
) -> None:
    """Store what is shown: the stored orders count, not a seed run through newer code."""
    ids = [plan.version_id for plan in planned]
    versions = {
        version.id: published.published_question(version)
        for version in ctx.session.scalars(
            select(QuestionVersion).where(QuestionVersion.id.in_(ids))
        )
    }
    rows = [
        {
            "attempt_id": attempt.id,
            "slot": place,
            "section": plan.section,
            "question_version_id": plan.version_id,
            "stimulus_version_id": plan.stimulus_version_id,
            "presentation": json.dumps(item.present(versions[plan.version_id].item, rng)),
            "hazard": versions[plan.version_id].hazard,
        }
        for place, plan in enumerate(planned, 1)
    ]
    ctx.session.execute(insert(AttemptItem), rows)


def _lock_enrollment(ctx: Context, course: Course, user_id: int | None) -> None:
    """Two starts at once wait for each other here (on PostgreSQL; SQLite writes one at a time)."""
    found = course_queries.find_enrollment(ctx, course.id, user_id)
    if found is None:
        raise NotEnrolled
    ctx.session.get_one(Enrollment, found.id, with_for_update=True, populate_existing=True)


def _lock_adjustment(ctx: Context, user_id: int | None) -> Accommodation | None:
    """What was agreed for the person; a change of it waits until this attempt can profit."""
    person = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    ctx.session.execute(person)
    return adjustments.find_present(ctx, user_id)


def _again_at(definition: Definition, attempts: list[Attempt]) -> datetime | None:
    ended = [a.submitted_at for a in attempts if a.submitted_at is not None and not a.voided_at]
    if not ended or not definition.cooling_off_minutes:
        return None
    return max(ended) + timedelta(minutes=definition.cooling_off_minutes)
