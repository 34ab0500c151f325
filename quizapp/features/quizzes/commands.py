"""Publishing new versions of quizzes; a quiz whose draws cannot be filled does not go live."""

import random
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import N_, Conflict, Invalid
from quizapp.features.courses.commands import digest_of
from quizapp.features.courses.models import Course
from quizapp.features.quizzes import queries
from quizapp.features.quizzes.models import LIVE, RETIRED, Quiz, QuizVersion
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context


class QuizNotReady(Invalid):
    """A draw cannot be filled, or a fixed question is not live."""

    message = N_("The quiz %(quiz)s cannot go live: %(why)s")


class PassMarkUnreasoned(Invalid):
    """Another pass mark than the version before, without a word why."""

    message = N_(
        "The pass mark of the quiz %(quiz)s changes from %(before)s to %(after)s. "
        "Say why in change_reason: (a new reason, not that of the version before)."
    )


def save_quiz(ctx: Context, course: Course, definition: Definition) -> bool:
    """Create a quiz or give it a new version; says whether anything changed."""
    policy.demand(ctx.actor, Permission.COURSE_WRITE)
    quiz = ctx.session.scalar(
        select(Quiz).where(Quiz.course_id == course.id, Quiz.slug == definition.id)
    )
    document: dict[str, Any] = definition.model_dump(mode="json")
    digest = digest_of(document)
    newest = queries.get_version(ctx, quiz.version_id) if quiz and quiz.version_id else None
    if quiz is not None and newest is not None and newest.digest == digest and quiz.state == LIVE:
        return False
    if quiz is None:
        quiz = Quiz(course_id=course.id, slug=definition.id, title=definition.title)
        ctx.session.add(quiz)
        ctx.session.flush()
    _demand_reason(newest, definition)
    _demand_fillable(ctx, course, definition)
    version = QuizVersion(
        quiz_id=quiz.id,
        number=(newest.number if newest else 0) + 1,
        title=definition.title,
        mode=definition.mode,
        pass_mark=definition.pass_mark,
        definition=document,
        reason=definition.change_reason,
        digest=digest,
        created_at=ctx.now,
        created_by=ctx.actor.user_id,
    )
    ctx.session.add(version)
    ctx.session.flush()
    quiz.version_id, quiz.title, quiz.state = version.id, definition.title, LIVE
    audit.record(ctx, "quiz.published", quiz, version=version.number)
    return True


def retire_quiz(ctx: Context, quiz: Quiz) -> None:
    """Take a quiz out of its course; attempts and results stay readable."""
    policy.demand(ctx.actor, Permission.COURSE_WRITE)
    quiz = ctx.fresh(quiz)
    quiz.state = RETIRED
    audit.record(ctx, "quiz.retired", quiz)


def _demand_reason(newest: QuizVersion | None, definition: Definition) -> None:
    if newest is None or Decimal(newest.pass_mark) == definition.pass_mark:
        return
    if not definition.change_reason or definition.change_reason == newest.reason:
        raise PassMarkUnreasoned(
            quiz=definition.id, before=newest.pass_mark, after=definition.pass_mark
        )


def _demand_fillable(ctx: Context, course: Course, definition: Definition) -> None:
    pool = queries.load_pool(ctx, course.id)
    try:
        queries.plan_attempt(pool, definition, random.Random(0))  # noqa: S311 - a trial draw
    except Conflict as refusal:
        raise QuizNotReady(quiz=definition.id, why=str(refusal)) from refusal
