"""Reading on, completing lessons, and keeping the one row of each enrollment right."""

from quizapp.domain import completion
from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid, NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import starting
from quizapp.features.attempts.models import Attempt
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.commands import enroll
from quizapp.features.courses.models import Course, CourseVersion, Enrollment, Lesson
from quizapp.features.progress.events import ProgressChanged
from quizapp.features.progress.models import (
    COMPLETE,
    CheckAnswer,
    Completion,
    CourseProgress,
    LessonProgress,
)
from quizapp.features.progress.queries import reading, standing
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure import audit, jobs
from quizapp.infrastructure.context import Context


class ModuleLocked(Conflict):
    """Another module has to be complete first."""

    message = N_("This opens when %(modules)s is complete.")


class UnknownOption(Invalid):
    """An option that the knowledge check does not have."""

    message = N_("Choose one of the options.")


def open_lesson(ctx: Context, course: Course, lesson: Lesson) -> None:
    """Note that a lesson is being read; a second time changes nothing."""
    enrollment = _own_enrollment(ctx, course)
    _demand_unlocked(ctx, course, "lesson", lesson.slug)
    if ctx.session.get(LessonProgress, (ctx.actor.user_id, lesson.id)) is None:
        _add_progress(ctx, lesson)
        refresh(ctx, enrollment)


def complete_lesson(ctx: Context, course: Course, lesson: Lesson) -> None:
    """Mark a lesson as complete; it stays so."""
    enrollment = _own_enrollment(ctx, course)
    _demand_unlocked(ctx, course, "lesson", lesson.slug)
    row = ctx.session.get(LessonProgress, (ctx.actor.user_id, lesson.id)) or _add_progress(
        ctx, lesson
    )
    if row.completed_at is None:
        row.completed_at = ctx.now
        ctx.session.flush()
        refresh(ctx, enrollment)


def reopen_lesson(ctx: Context, course: Course, lesson: Lesson) -> None:
    """Undo the mark, for those who pressed it by mistake; a completed course stays complete."""
    enrollment = _own_enrollment(ctx, course)
    row = ctx.session.get(LessonProgress, (ctx.actor.user_id, lesson.id))
    if row is not None and row.completed_at is not None:
        row.completed_at = None
        ctx.session.flush()
        refresh(ctx, enrollment)


def answer_check(ctx: Context, course: Course, lesson: Lesson, check_id: str, choice: str) -> None:
    """Keep the last answer to a knowledge check, so that its feedback can be shown."""
    _own_enrollment(ctx, course)
    version = course_queries.get_lesson_version(ctx, lesson)
    check = version.document["checks"].get(check_id)
    if check is None:
        raise NotFound
    if choice not in reading.option_values(check):
        raise UnknownOption
    key = (ctx.actor.user_id, lesson.id, check_id)
    row = ctx.session.get(CheckAnswer, key)
    if row is None:
        row = CheckAnswer(user_id=key[0], lesson_id=lesson.id, check_id=check_id)
        ctx.session.add(row)
    row.choice, row.answered_at = choice, ctx.now
    ctx.session.flush()


def start_course(ctx: Context, course: Course) -> Enrollment:
    """Enroll oneself."""
    return enroll(ctx, course, ctx.session.get_one(User, ctx.actor.user_id))


def start_quiz(ctx: Context, course: Course, quiz: Quiz) -> Attempt:
    """Begin (or go on with) an attempt at a quiz whose module is open."""
    _own_enrollment(ctx, course)
    _demand_unlocked(ctx, course, "quiz", quiz.slug)
    return starting.start_attempt(ctx, course, quiz)


def refresh(ctx: Context, enrollment: Enrollment) -> None:
    """Work out anew where an enrollment stands, in the transaction that changed something."""
    course = ctx.session.get_one(Course, enrollment.course_id)
    outline = course_queries.get_outline(ctx, course)
    record = standing.get_record(ctx, course.id, enrollment.user_id, outline.rule)
    stands = completion.standing(outline.modules, outline.rule, record.record)
    row = ctx.session.get(CourseProgress, enrollment.id, with_for_update=True)
    before = row.state if row is not None else None
    if row is None:
        user = ctx.session.get_one(User, enrollment.user_id)
        row = CourseProgress(
            enrollment_id=enrollment.id,
            user_id=user.id,
            course_id=course.id,
            sort_name=user.sort_name,
        )
        ctx.session.add(row)
    # A completion is a fact: a step added later makes the course longer, not undone.
    state = COMPLETE if before == COMPLETE else str(stands.state)
    row.state = state
    row.steps_done, row.steps_total = stands.steps_done, stands.steps_total
    row.best_score, row.hazards_missed = record.best_score, record.hazards_missed
    row.changed_at = ctx.now
    if state == COMPLETE and row.completed_at is None:
        row.completed_at = ctx.now
        _note_completion(ctx, course, outline.title, enrollment, record.best_score)
    ctx.session.flush()
    if record.settles_at is not None:
        jobs.enqueue_at(
            ctx, record.settles_at, "progress.refresh_enrollment", enrollment_id=enrollment.id
        )
    if before != state:
        ctx.publish(ProgressChanged(enrollment.user_id, course.id, before, state))


def _note_completion(
    ctx: Context, course: Course, title: str, enrollment: Enrollment, score: float | None
) -> None:
    """The fact, with everything it needs to stand alone copied in."""
    version = ctx.session.get_one(CourseVersion, (course.id, course.version))
    done = Completion(
        user_id=enrollment.user_id,
        course_id=course.id,
        completed_at=ctx.now,
        facts={
            "course": title,
            "slug": course.slug,
            "version": course.version,
            "rule": version.outline["completion"],
            "score": score,
            "issuer": ctx.settings.organisation,
        },
    )
    ctx.session.add(done)
    ctx.session.flush()
    audit.record(ctx, "course.completed", done, user=enrollment.user_id, course=course.id)


def _own_enrollment(ctx: Context, course: Course) -> Enrollment:
    policy.demand(ctx.actor, Permission.LESSON_COMPLETE, Belonging(learner_id=ctx.actor.user_id))
    found = course_queries.find_enrollment(ctx, course.id, ctx.actor.user_id)
    if found is None:
        raise starting.NotEnrolled
    return found


def _demand_unlocked(ctx: Context, course: Course, kind: str, slug: str) -> None:
    outline = course_queries.get_outline(ctx, course)
    module = outline.module_of(kind, slug)
    if module is None:
        raise NotFound
    record = standing.get_record(ctx, course.id, ctx.actor.user_id, outline.rule).record
    waiting = completion.waiting_for(module, outline.modules, record)
    if waiting:
        raise ModuleLocked(modules=", ".join(outline.texts[name].title for name in waiting))


def _add_progress(ctx: Context, lesson: Lesson) -> LessonProgress:
    row = LessonProgress(
        user_id=ctx.actor.user_id,
        lesson_id=lesson.id,
        opened_at=ctx.now,
        version_id=lesson.version_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row
