"""Loading the files of a course: new versions only for what changed, attempts never touched.

What was edited on the site wins over the files unless the operator says otherwise; either way the
report says so and shows the difference.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select

from quizapp.domain.errors import N_, Invalid
from quizapp.features.content_sync import queries
from quizapp.features.courses import commands as course_commands
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.questions import commands as question_commands
from quizapp.features.questions import queries as question_queries
from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.questions.models import DRAFT, FILE, LIVE, RETIRED, Question, QuestionVersion
from quizapp.features.quizzes import commands as quiz_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.formats.bank_files.reading import CourseFolder, QuestionFile
from quizapp.infrastructure.context import Context

GONE = "gone"
"""Stands for the status of a question that its file no longer has."""


class FilesHaveMistakes(Invalid):
    """The files are loaded only when `bank check` finds no error in them."""

    message = N_("The files have %(count)s errors. Run quizapp bank check; nothing was loaded.")


class CodeTaken(Invalid):
    """Another course, or an author on the site, uses this id already."""

    message = N_("The question id %(code)s is used by something else on the site. Rename it.")


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose file and site texts differ, and which of them was kept."""

    code: str
    file: str
    kept: str
    diff: list[str]


@dataclass(slots=True)
class Report:
    """What loading a course did."""

    course: str
    is_changed: bool = False
    lessons_changed: list[str] = field(default_factory=list)
    lessons_retired: list[str] = field(default_factory=list)
    questions_added: list[str] = field(default_factory=list)
    questions_changed: list[str] = field(default_factory=list)
    questions_retired: list[str] = field(default_factory=list)
    cases_changed: list[str] = field(default_factory=list)
    quizzes_changed: list[str] = field(default_factory=list)
    quizzes_retired: list[str] = field(default_factory=list)
    edited_on_site: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def sync_course(ctx: Context, folder: CourseFolder, *, prefer_files: bool = False) -> Report:
    """Load one course whole or not at all."""
    assert folder.course is not None  # noqa: S101 - bank check found no error
    report = Report(folder.course.id)
    course, report.is_changed = course_commands.save_course(
        ctx, queries.course_draft(folder, folder.course)
    )
    _sync_lessons(ctx, folder, course, report)
    _Questions(ctx, folder, course, report, prefer_files=prefer_files).sync()
    _sync_quizzes(ctx, folder, course, report)
    if report.is_changed or report.lessons_retired or report.quizzes_retired:
        course_commands.announce_course(ctx, course)
    return report


def _sync_lessons(ctx: Context, folder: CourseFolder, course: Course, report: Report) -> None:
    assert folder.course is not None  # noqa: S101 - as above
    for lesson in folder.lessons:
        draft = queries.lesson_draft(folder, folder.course, lesson)
        if course_commands.save_lesson(ctx, course, draft):
            report.lessons_changed.append(draft.slug)
    present = {lesson.front.id for lesson in folder.lessons}
    for slug, known in course_queries.list_lessons(ctx, course.id).items():
        if slug not in present:
            course_commands.retire_lesson(ctx, known)
            report.lessons_retired.append(slug)


def _sync_quizzes(ctx: Context, folder: CourseFolder, course: Course, report: Report) -> None:
    for file in folder.quizzes:
        if quiz_commands.save_quiz(ctx, course, file.quiz):
            report.quizzes_changed.append(file.quiz.id)
    present = {file.quiz.id for file in folder.quizzes}
    for slug, known in quiz_queries.list_quizzes(ctx, course.id).items():
        if slug not in present:
            quiz_commands.retire_quiz(ctx, known)
            report.quizzes_retired.append(slug)


class _Questions:
    """Loads the questions of one course."""

    def __init__(
        self,
        ctx: Context,
        folder: CourseFolder,
        course: Course,
        report: Report,
        *,
        prefer_files: bool,
    ) -> None:
        self._ctx = ctx
        self._folder = folder
        self._course = course
        self._report = report
        self._prefer_files = prefer_files
        self._known = {
            question.code: question
            for question in ctx.session.scalars(
                select(Question).where(Question.code.in_([q.entry.id for q in folder.questions]))
            )
        }

    def sync(self) -> None:
        stimuli = self._cases()
        for file in self._folder.questions:
            draft = queries.question_draft(self._folder, file)
            question = self._known.get(file.entry.id)
            if question is None:
                question = self._add(file, draft)
            elif question.course_id != self._course.id or question.origin != FILE:
                raise CodeTaken(code=question.code)
            else:
                self._update(question, file, draft)
            question.stimulus_id = stimuli.get(file.vignette or "")
            question.place = file.place
        self._retire_missing()
        self._ctx.session.flush()

    def _cases(self) -> dict[str, int]:
        found = {}
        for file in self._folder.vignettes:
            vignette = file.vignette
            values = {
                "title": vignette.title,
                "text": vignette.stimulus.strip(),
                "figure": self._folder.figures[vignette.figure] if vignette.figure else None,
                "is_stepwise": vignette.reveal == "stepwise",
            }
            stimulus, changed = question_commands.save_stimulus(
                self._ctx, self._course.id, vignette.id, values
            )
            found[vignette.id] = stimulus.id
            if changed:
                self._report.cases_changed.append(vignette.id)
        return found

    def _add(self, file: QuestionFile, draft: QuestionDraft) -> Question:
        question = question_commands.create_question(
            self._ctx, self._course.id, draft, code=file.entry.id
        )
        question.origin, question.file_path = FILE, file.where.file
        question.file_digest = _file_digest(file, draft)
        if file.entry.status != DRAFT:
            question_commands.publish_question(self._ctx, question, "From the course's files")
        if file.entry.status == RETIRED:
            question_commands.retire_question(self._ctx, question)
        self._report.questions_added.append(question.code)
        return question

    def _update(self, question: Question, file: QuestionFile, draft: QuestionDraft) -> None:
        shown = question_queries.get_shown_version(self._ctx, question)
        question.file_path = file.where.file
        is_edited = shown.digest != _loaded_digest(question)
        if question.file_digest == _file_digest(file, draft):
            if is_edited and shown.digest != draft.digest():
                self._report.edited_on_site.append(question.code)
            return
        if is_edited and shown.digest != draft.digest():
            self._report.differences.append(
                Difference(
                    question.code,
                    file.where.file,
                    "file" if self._prefer_files else "site",
                    queries.difference(shown, draft),
                )
            )
            if not self._prefer_files:
                return
        self._take_file(question, file, draft, shown)

    def _take_file(
        self, question: Question, file: QuestionFile, draft: QuestionDraft, shown: QuestionVersion
    ) -> None:
        if shown.digest != draft.digest():
            revision = shown.revision if question.draft_version_id else 0
            question_commands.save_draft(self._ctx, question, draft, revision)
        if question.draft_version_id and file.entry.status != DRAFT:
            question_commands.publish_question(self._ctx, question, "From the course's files")
        if file.entry.status == RETIRED and question.state != RETIRED:
            question_commands.retire_question(self._ctx, question)
        elif question.state == RETIRED and (
            file.entry.status == LIVE
            or (file.entry.status == DRAFT and question.live_version_id is None)
        ):
            question_commands.restore_question(self._ctx, question)
        question.file_digest = _file_digest(file, draft)
        self._report.questions_changed.append(question.code)

    def _is_edited(self, question: Question) -> bool:
        """Whether the text that authors see is another one than was loaded."""
        shown = question_queries.get_shown_version(self._ctx, question)
        return shown.digest != _loaded_digest(question)

    def _retire_missing(self) -> None:
        """A question taken out of the files is retired, unless somebody works on it on the site."""
        present = [file.entry.id for file in self._folder.questions]
        missing = self._ctx.session.scalars(
            select(Question).where(
                Question.course_id == self._course.id,
                Question.origin == FILE,
                Question.state != RETIRED,
                Question.code.not_in(present),
            )
        )
        for question in missing:
            if question.draft_version_id is not None and self._is_edited(question):
                self._report.edited_on_site.append(question.code)
                continue
            question_commands.retire_question(self._ctx, question)
            question.file_digest = f"{_loaded_digest(question)}:{GONE}"
            self._report.questions_retired.append(question.code)


def _loaded_digest(question: Question) -> str:
    return (question.file_digest or "").partition(":")[0]


def _file_digest(file: QuestionFile, draft: QuestionDraft) -> str:
    return f"{draft.digest()}:{file.entry.status}"
