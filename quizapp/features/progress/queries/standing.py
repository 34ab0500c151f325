"""What somebody has done in a course, and where their enrollments stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp.domain.completion import Record, Rule
from quizapp.domain.marking import Ground, Verdict
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import history, published
from quizapp.features.attempts.queries.releasing import Releases, is_never_told
from quizapp.features.courses.models import Lesson
from quizapp.features.progress.models import CourseProgress, LessonProgress
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context


@dataclass(frozen=True, slots=True)
class FullRecord:
    """What somebody has done in a course, with the figures a report shows."""

    record: Record
    attempts: dict[str, list[Attempt]]
    counting: dict[str, Attempt]
    best_score: float | None
    hazards_missed: int
    settles_at: datetime | None
    """When a verdict that its learner may not know yet begins to count."""


def get_record(ctx: Context, course_id: int, user_id: int | None, rule: Rule) -> FullRecord:
    """Lessons opened and completed, and the attempt that counts at each quiz."""
    lessons = ctx.session.execute(
        select(Lesson.slug, LessonProgress.completed_at)
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(Lesson.course_id == course_id, LessonProgress.user_id == user_id)
    ).all()
    quizzes = quiz_queries.list_quizzes(ctx, course_id)
    definitions = quiz_queries.definitions(ctx, quizzes.values())
    by_quiz = history.list_of_course(ctx, course_id, user_id)
    attempts = {slug: by_quiz.get(quiz.id, []) for slug, quiz in quizzes.items()}
    counting = {
        slug: found
        for slug, quiz in quizzes.items()
        if (found := history.counting_attempt(attempts[slug], definitions[quiz.id].counts))
    }
    verdicts, settles_at = _verdicts(ctx, counting, rule)
    record = Record(
        opened=frozenset(row.slug for row in lessons),
        completed=frozenset(row.slug for row in lessons if row.completed_at is not None),
        verdicts=verdicts,
    )
    graded = [
        attempt
        for slug, attempt in counting.items()
        if definitions[quizzes[slug].id].mode == "graded"
    ]
    scores = [attempt.score for attempt in graded if attempt.score is not None]
    return FullRecord(
        record=record,
        attempts=attempts,
        counting=counting,
        best_score=sum(scores) / len(scores) if scores else None,
        hazards_missed=sum(len(missed_hazards(attempt)) for attempt in graded),
        settles_at=settles_at,
    )


def _verdicts(
    ctx: Context, counting: dict[str, Attempt], rule: Rule
) -> tuple[dict[str, Verdict], datetime | None]:
    """What each quiz counts as, and when one that its learner may not know yet begins to."""
    releases = Releases(ctx)
    due = {
        slug: moment
        for slug, attempt in counting.items()
        if (moment := releases.score_due(attempt))
    }
    verdicts = {slug: Verdict(found.verdict or Verdict.PENDING) for slug, found in counting.items()}
    # Until the score is released a pass opens and completes nothing: that would tell it. Where it
    # is never told, handing in is the step; `bank check` lets no such quiz decide on a course.
    verdicts |= dict.fromkeys(due, Verdict.PENDING)
    verdicts |= {
        slug: Verdict.DONE
        for slug, found in counting.items()
        if found.submitted_at is not None
        and slug not in rule.quizzes
        and is_never_told(published.definition(ctx, found.quiz_version_id))
    }
    return verdicts, min(due.values(), default=None)


def missed_hazards(attempt: Attempt) -> list[str]:
    """The hazards an attempt missed, or left open from earlier ones."""
    return [reason["hazard"] for reason in attempt.reasons or () if reason["ground"] == "hazard"]


def carried_hazards(attempt: Attempt) -> list[str]:
    """Those of them missed in an earlier attempt, not asked in this one and not right since."""
    return [
        reason["hazard"] for reason in attempt.reasons or () if reason.get("is_carried") is True
    ]


def is_emptied(attempt: Attempt) -> bool:
    """Whether no question of an attempt counts any more."""
    return any(reason["ground"] == Ground.NOTHING for reason in attempt.reasons or ())


def list_own_progress(ctx: Context) -> list[CourseProgress]:
    """One's enrollments with where they stand, the latest change first."""
    return list(
        ctx.session.scalars(
            select(CourseProgress)
            .where(CourseProgress.user_id == ctx.actor.user_id)
            .order_by(CourseProgress.changed_at.desc())
        )
    )
