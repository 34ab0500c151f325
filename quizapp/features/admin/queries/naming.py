"""What the ids in audit events stand for now, all of them in one statement."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, literal, select, union_all

from quizapp.domain.errors import N_
from quizapp.features.accounts.models import User
from quizapp.features.admin.queries.wording import JOBS, Phrase, plain
from quizapp.features.attempts.models import Attempt
from quizapp.features.courses.models import Course, Enrollment, Lesson
from quizapp.features.progress.models import Completion
from quizapp.features.questions.models import Question, Stimulus
from quizapp.features.quizzes.models import Quiz
from quizapp.features.teams.models import Team
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import JobRow

USERS, TEAMS, COURSES, JOB_ROWS = "users", "teams", "courses", "jobs"
_nothing = literal("")


@dataclass(frozen=True, slots=True)
class _Name:
    """The parts of a name; `code` is what the thing's address shows, where it has a page."""

    main: str
    more: str
    code: str


class Names:
    """Names of what was asked for; what is gone, or has no name, is None."""

    def __init__(self, found: Mapping[tuple[str, int], _Name]) -> None:
        self._found = found

    def phrase(self, kind: str, number: int | None) -> Phrase | None:
        name = self._found.get((kind, number or 0))
        if name is None:
            return None
        if kind == "attempts":
            values = {"number": name.code, "quiz": name.more, "name": name.main}
            return Phrase(N_("Attempt %(number)s at %(quiz)s, %(name)s"), values)
        if kind in {"enrollments", "completions"}:
            return Phrase(N_("%(name)s in %(course)s"), {"name": name.main, "course": name.more})
        if kind == JOB_ROWS and name.main in JOBS:
            return Phrase(JOBS[name.main])
        return plain(name.main)

    def text(self, kind: str, number: int | None) -> str | None:
        """The plain name of a person, team or course."""
        name = self._found.get((kind, number or 0))
        return name.main if name else None

    def email(self, user_id: int | None) -> str:
        name = self._found.get((USERS, user_id or 0))
        return name.more if name else ""

    def code(self, kind: str, number: int | None) -> str:
        """What to put into the address of its page; empty where there is none."""
        name = self._found.get((kind, number or 0))
        return name.code if name and kind in {USERS, TEAMS} else ""


def load(ctx: Context, wanted: Mapping[str, Iterable[int]]) -> Names:
    """The names of all ids at once, by the names of their tables."""
    parts = [part(frozenset(wanted.get(kind, ()))) for kind, part in _PARTS.items()]
    rows = ctx.session.execute(union_all(*parts))
    return Names({(row.kind, row.id): _Name(row.main, row.more, row.code) for row in rows})


def _columns(kind: str, number: Any, main: Any, more: Any, code: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        number.label("id"),
        main.label("main"),
        more.label("more"),
        code.label("code"),
    )


def _simple(
    kind: str, model: Any, main: Any, more: Any = _nothing, code: Any = _nothing
) -> Callable[[frozenset[int]], Select[Any]]:
    return lambda ids: _columns(kind, model.id, main, more, code).where(model.id.in_(ids))


def _attempts(ids: frozenset[int]) -> Select[Any]:
    number = cast(Attempt.number, String)
    return (
        _columns("attempts", Attempt.id, User.name, Quiz.title, number)
        .select_from(Attempt)
        .join(User, User.id == Attempt.user_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.id.in_(ids))
    )


def _in_course(kind: str, model: Any) -> Callable[[frozenset[int]], Select[Any]]:
    return lambda ids: (
        _columns(kind, model.id, User.name, Course.title, _nothing)
        .select_from(model)
        .join(User, User.id == model.user_id)
        .join(Course, Course.id == model.course_id)
        .where(model.id.in_(ids))
    )


_PARTS: dict[str, Callable[[frozenset[int]], Select[Any]]] = {
    USERS: _simple(USERS, User, User.name, User.email, User.code),
    TEAMS: _simple(TEAMS, Team, Team.name, code=Team.code),
    COURSES: _simple(COURSES, Course, Course.title),
    "lessons": _simple("lessons", Lesson, Lesson.title),
    "questions": _simple("questions", Question, Question.code),
    "stimuli": _simple("stimuli", Stimulus, Stimulus.code),
    "quizzes": _simple("quizzes", Quiz, Quiz.title),
    JOB_ROWS: _simple(JOB_ROWS, JobRow, JobRow.name),
    "attempts": _attempts,
    "enrollments": _in_course("enrollments", Enrollment),
    "completions": _in_course("completions", Completion),
}
