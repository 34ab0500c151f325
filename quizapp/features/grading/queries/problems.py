"""Reported problems: where one may be reported, the instructors' inbox, one's own reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import Belonging
from quizapp.domain.errors import NotFound
from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import PENDING, Attempt, Response
from quizapp.features.attempts.queries import checking, published, taking
from quizapp.features.attempts.queries.releasing import Releases
from quizapp.features.attempts.queries.taking import Address, Head
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.grading.models import ANSWERED, REPORTED, ProblemReport
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.features.quizzes.models import Quiz
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.paging import Page, page_of
from quizapp.question_types import item

PAGE_SIZE = 25
ANSWER = Permission.PROBLEM_ANSWER
STATES = (REPORTED, ANSWERED)


@dataclass(frozen=True, slots=True)
class Reportable:
    """A question of one's attempt whose answer is shown."""

    head: Head
    attempt_id: int
    user_id: int
    slot: int
    version_id: int
    stem: str


def get_reportable(ctx: Context, address: Address, slot: int) -> Reportable:
    """Raises NotFound for what is not one's own, or as long as the right answer is not shown."""
    head = taking.get_head(ctx, address)
    if not 1 <= slot <= head.item_count or not _is_told(ctx, head, slot):
        raise NotFound
    stem, version_id = checking.stem_of(ctx, head, slot)
    return Reportable(head, head.id, head.user_id, slot, version_id, stem)


def _is_told(ctx: Context, head: Head, slot: int) -> bool:
    definition = published.definition(ctx, head.quiz_version_id)
    if head.is_open:
        return taking.explains_at_once(definition) and slot in taking.left_slots(ctx, head)
    return Releases(ctx).of(definition, head.quiz_id).answers


@dataclass(frozen=True, slots=True)
class Group:
    """A question with the number of its reports, and the latest of them."""

    code: str
    course: str
    stem: str
    open: int
    answered: int
    latest: datetime

    @property
    def total(self) -> int:
        return self.open + self.answered


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in a list."""

    report: ProblemReport
    reporter: str
    quiz: Quiz
    number: int
    is_blind: bool


@dataclass(frozen=True, slots=True)
class QuestionReports:
    """The reports of one question."""

    question: Question
    course: Course
    stem: str
    rows: Sequence[ReportRow]
    page: Page


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with what was asked and answered."""

    row: ReportRow
    question: Question
    course: Course
    version: QuestionVersion
    answer_words: str
    answerer: str | None
    others_open: int


def list_groups(ctx: Context, state: str, number: int) -> tuple[list[Group], Page]:
    """Questions with reports in a state (empty: any), the latest report first."""
    conditions = [course_queries.visible_courses(ctx, ANSWER)]
    if state:
        conditions.append(ProblemReport.state == state)
    base = (
        select(Question.id)
        .select_from(ProblemReport)
        .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Course, Course.id == ProblemReport.course_id)
        .where(*conditions)
        .group_by(Question.id, Question.code, Course.title)
    )
    count = ctx.session.scalar(select(func.count()).select_from(base.subquery())) or 0
    page = page_of(number, count, PAGE_SIZE)
    latest = func.max(ProblemReport.reported_at)
    rows = ctx.session.execute(
        base.with_only_columns(
            Question.code,
            Course.title,
            func.max(QuestionVersion.id).label("version_id"),
            func.count(case((ProblemReport.state == REPORTED, 1))).label("open"),
            func.count(case((ProblemReport.state == ANSWERED, 1))).label("answered"),
            latest.label("latest"),
        )
        .order_by(latest.desc(), Question.code)
        .limit(PAGE_SIZE)
        .offset(page.offset)
    ).all()
    stems = _stems(ctx, [row.version_id for row in rows])
    return [
        Group(row.code, row.title, stems[row.version_id], row.open, row.answered, row.latest)
        for row in rows
    ], page


def _stems(ctx: Context, version_ids: Sequence[int]) -> dict[int, str]:
    rows = ctx.session.execute(
        select(QuestionVersion.id, QuestionVersion.stem).where(QuestionVersion.id.in_(version_ids))
    )
    return {row.id: checking.shortened(row.stem) for row in rows}


def get_question_reports(ctx: Context, code: str, state: str, number: int) -> QuestionReports:
    """Raises NotFound for a question of a course of others."""
    found = ctx.session.execute(
        select(Question, Course, QuestionVersion.stem)
        .join(Course, Course.id == Question.course_id)
        .join(
            QuestionVersion,
            QuestionVersion.id
            == func.coalesce(Question.live_version_id, Question.draft_version_id),
        )
        .where(Question.code == code, course_queries.visible_courses(ctx, ANSWER))
    ).first()
    if found is None:
        raise NotFound
    question, course, stem = found
    conditions = [QuestionVersion.question_id == question.id]
    if state:
        conditions.append(ProblemReport.state == state)
    asked = _reports().where(*conditions)
    count = ctx.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    page = page_of(number, count, PAGE_SIZE)
    rows = ctx.session.execute(
        asked.order_by(ProblemReport.state.desc(), ProblemReport.id.desc())
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    return QuestionReports(question, course, stem, [_row(*row) for row in rows], page)


def _reports() -> Select[ProblemReport, User, Quiz, Attempt]:
    return (
        select(ProblemReport, User, Quiz, Attempt)
        .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
        .join(User, User.id == ProblemReport.reporter_id)
        .join(Attempt, Attempt.id == ProblemReport.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
    )


def _row(report: ProblemReport, reporter: User, quiz: Quiz, attempt: Attempt) -> ReportRow:
    return ReportRow(report, reporter.name, quiz, attempt.number, attempt.verdict == PENDING)


def get_report(ctx: Context, code: str) -> ProblemReport:
    """A report of a course of the actor's; raises NotFound."""
    found = ctx.session.scalar(select(ProblemReport).where(ProblemReport.code == code))
    if found is None or not policy.may(ctx.actor, ANSWER, Belonging(course_id=found.course_id)):
        raise NotFound
    return found


def get_report_page(ctx: Context, code: str) -> ReportPage:
    report = get_report(ctx, code)
    row = _row(*ctx.session.execute(_reports().where(ProblemReport.id == report.id)).one())
    answerer = aliased(User)
    question, course, version, answered_by, answer = ctx.session.execute(
        select(Question, Course, QuestionVersion, answerer.name, Response.answer)
        .select_from(ProblemReport)
        .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Course, Course.id == ProblemReport.course_id)
        .outerjoin(answerer, answerer.id == ProblemReport.answered_by)
        .outerjoin(Response, _its_response())
        .where(ProblemReport.id == report.id)
    ).one()
    others = ctx.session.scalar(
        select(func.count())
        .select_from(ProblemReport)
        .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
        .where(
            QuestionVersion.question_id == question.id,
            ProblemReport.state == REPORTED,
            ProblemReport.id != report.id,
        )
    )
    words = item.describe(item.from_body(version.body), item.load(answer or ""))
    return ReportPage(row, question, course, version, words, answered_by, others or 0)


def _its_response() -> ColumnElement[bool]:
    return and_(
        Response.attempt_id == ProblemReport.attempt_id, Response.slot == ProblemReport.slot
    )


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report as the one who wrote it sees it."""

    report: ProblemReport
    stem: str
    quiz: Quiz
    course: Course
    number: int


def list_own(ctx: Context, number: int) -> tuple[list[OwnReport], Page]:
    """One's reports, those with an unread answer first, then the newest."""
    mine = ProblemReport.reporter_id == ctx.actor.user_id
    count = ctx.session.scalar(select(func.count()).select_from(ProblemReport).where(mine)) or 0
    page = page_of(number, count, PAGE_SIZE)
    rows = ctx.session.execute(
        select(ProblemReport, QuestionVersion.stem, Quiz, Course, Attempt.number)
        .join(QuestionVersion, QuestionVersion.id == ProblemReport.question_version_id)
        .join(Attempt, Attempt.id == ProblemReport.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Course, Course.id == ProblemReport.course_id)
        .where(mine)
        .order_by(case((_unread(), 0), else_=1), ProblemReport.id.desc())
        .limit(PAGE_SIZE)
        .offset(page.offset)
    )
    found = [OwnReport(row[0], checking.shortened(row[1]), *row[2:]) for row in rows]
    return found, page


def get_own(ctx: Context, code: str) -> ProblemReport:
    """One's own report; raises NotFound."""
    found = ctx.session.scalar(
        select(ProblemReport).where(
            ProblemReport.code == code, ProblemReport.reporter_id == ctx.actor.user_id
        )
    )
    if found is None:
        raise NotFound
    return found


def count_unread(ctx: Context) -> int:
    """Answers to one's reports that were not read yet."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(ProblemReport)
            .where(ProblemReport.reporter_id == ctx.actor.user_id, _unread())
        )
        or 0
    )


def _unread() -> ColumnElement[bool]:
    return and_(ProblemReport.state == ANSWERED, ProblemReport.seen_at.is_(None))
