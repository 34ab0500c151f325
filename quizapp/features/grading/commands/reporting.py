"""Problems with questions: reported by learners, answered by instructors, read by learners."""

import secrets

from sqlalchemy import select

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import N_, Conflict, Invalid, Overtaken
from quizapp.features.attempts.models import Attempt
from quizapp.features.grading.models import ANSWERED, REPORTED, ProblemReport
from quizapp.features.grading.queries.problems import Reportable
from quizapp.features.questions.models import QuestionVersion
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context

SHORTEST, LONGEST = 10, 2000
LONGEST_ANSWER = 4000
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class AlreadyReported(Conflict):
    """One open report of a question of an attempt says it."""

    message = N_("You reported this question already. The answer will appear here.")


class AlreadyAnswered(Overtaken):
    """Somebody else answered it meanwhile."""

    message = N_("This report was answered meanwhile. Nothing was sent twice.")


def report_problem(ctx: Context, place: Reportable, text: str) -> ProblemReport:
    """Tell the instructors what is wrong with a question of one's own attempt."""
    policy.demand(ctx.actor, Permission.PROBLEM_REPORT, Belonging(learner_id=place.user_id))
    text = text.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise Invalid(
            N_("Write between %(least)s and %(most)s characters."),
            least=SHORTEST,
            most=LONGEST,
            field="text",
        )
    attempt = ctx.session.get_one(Attempt, place.attempt_id, with_for_update=True)
    present = ctx.session.scalar(
        select(ProblemReport.id).where(
            ProblemReport.attempt_id == attempt.id,
            ProblemReport.slot == place.slot,
            ProblemReport.state == REPORTED,
        )
    )
    if present is not None:
        raise AlreadyReported
    report = ProblemReport(
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        course_id=attempt.course_id,
        question_version_id=place.version_id,
        attempt_id=attempt.id,
        slot=place.slot,
        reporter_id=attempt.user_id,
        text=text,
        reported_at=ctx.now,
    )
    ctx.session.add(report)
    ctx.session.flush()
    audit.record(ctx, "problem.reported", report, question_version=place.version_id)
    return report


def answer_problem(
    ctx: Context, report: ProblemReport, answer: str, *, is_for_all: bool = False
) -> int:
    """Answer a report, or every open one of its question; says how many."""
    policy.demand(ctx.actor, Permission.PROBLEM_ANSWER, Belonging(course_id=report.course_id))
    answer = answer.strip()
    if not 0 < len(answer) <= LONGEST_ANSWER:
        raise Invalid(N_("Write an answer of at most %(count)s characters."), count=LONGEST_ANSWER)
    report = ctx.fresh(report)
    if report.state == ANSWERED:
        raise AlreadyAnswered
    answered = [report, *(_others(ctx, report) if is_for_all else [])]
    for one in answered:
        one.state, one.answer = ANSWERED, answer
        one.answered_by, one.answered_at = ctx.actor.user_id, ctx.now
    ctx.session.flush()
    audit.record(ctx, "problem.answered", report, reports=len(answered))
    return len(answered)


def _others(ctx: Context, report: ProblemReport) -> list[ProblemReport]:
    """The other open reports of the same question."""
    version = ctx.session.get_one(QuestionVersion, report.question_version_id)
    return list(
        ctx.session.scalars(
            select(ProblemReport)
            .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
            .where(
                QuestionVersion.question_id == version.question_id,
                ProblemReport.state == REPORTED,
                ProblemReport.id != report.id,
            )
            .order_by(ProblemReport.id)
            .with_for_update(of=ProblemReport)
        )
    )


def note_seen(ctx: Context, report: ProblemReport) -> None:
    """The reporter has read the answer; a second time changes nothing."""
    policy.demand(ctx.actor, Permission.PROBLEM_REPORT, Belonging(learner_id=report.reporter_id))
    report = ctx.fresh(report)
    if report.state == ANSWERED and report.seen_at is None:
        report.seen_at = ctx.now
        ctx.session.flush()
        audit.record(ctx, "problem.seen", report)
