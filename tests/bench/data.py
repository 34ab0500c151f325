"""Fills a database with people, teams, courses and their records, as fast as the engine takes them.

Rows are made as the commands would leave them: progress follows from lessons and attempts.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select, text

from quizapp.features.accounts.models import RoleGrant, User
from quizapp.features.accounts.queries import fold
from quizapp.features.attempts.models import Attempt, AttemptItem
from quizapp.features.courses.models import Enrollment
from quizapp.features.progress.models import CourseProgress, LessonProgress
from quizapp.features.reports import jobs as report_jobs
from quizapp.features.teams.models import Membership, Team
from quizapp.infrastructure.database import Model
from quizapp.infrastructure.site import Site
from tests.bench import content
from tests.bench.content import ITEMS, LESSONS, FilledCourse

SQLITE_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLite holds a moment."""
FIRST = [
    "Amira",
    "Ben",
    "Chidi",
    "Dora",
    "Emil",
    "Farah",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Kemi",
    "Lena",
    "Marek",
    "Nadia",
    "Omar",
    "Petra",
    "Quentin",
    "Rosa",
    "Samir",
    "Tilda",
    "Umar",
    "Vera",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoe",
    "Åsa",
    "Élodie",
    "Łukasz",
    "Özlem",
]
SECOND = [
    "Adler",
    "Berg",
    "Costa",
    "Diaz",
    "Ender",
    "Falk",
    "Gomes",
    "Haas",
    "Ito",
    "Jung",
    "Kaya",
    "Lund",
    "Mora",
    "Novak",
    "Okoro",
]
STATES = ("complete", "in_progress", "not_started", "not_passed", "not_safe")
SHARES = (55, 22, 13, 6, 4)
"""How the enrollments are spread, in percent."""


@dataclass
class Filled:
    """What was put in, by id."""

    people: list[int] = field(default_factory=list)
    teams: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    courses: list[FilledCourse] = field(default_factory=list)
    enrollments: int = 0


def fill(
    site: Site, people: int, teams: int, courses: int, seed: int = 1, *, answers: bool = True
) -> Filled:
    """Add people in teams (8 in 100 in two, 2 in none) taking a third of the courses.

    `answers` False leaves attempts, their items and lessons read out: enough for lists.
    """
    filled = Filled(courses=content.add_courses(site, courses))
    made = _Maker(random.Random(seed), site.clock(), filled, with_answers=answers)  # noqa: S311
    with site.database.transaction() as session:
        connection = session.connection()
        made.number_from(connection)
        load(connection, Team, made.teams(teams))
        load(connection, User, made.people(people))
        load(connection, RoleGrant, made.grants())
        load(connection, Membership, made.memberships())
        for records in _chunks(made.records(), 5000):
            for table, rows in _by_table(records).items():
                load(connection, table, rows)
        restore_numbering(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
    report_jobs.check_counts(site)
    filled.enrollments = made.enrollment_id
    return filled


def load(connection: Connection, table: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """COPY on PostgreSQL, executemany of the plain driver on SQLite."""
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return
    names = list(first)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    values = ([row[name] for name in names] for row in _again(first, source))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        with cursor.copy(f"COPY {table.__tablename__} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row([_plain(value) for value in row])
    else:
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.__tablename__} ({columns}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(statement, ([_for_sqlite(v) for v in row] for row in values))
    cursor.close()


def restore_numbering(connection: Connection) -> None:
    """Let PostgreSQL go on counting after the ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for table in (User, Team, RoleGrant, Membership, Enrollment, Attempt):
        name = table.__tablename__
        connection.execute(
            text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")  # noqa: S608
        )


def _again(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _by_table(records: Sequence["_Record"]) -> dict[type[Model], list[dict[str, Any]]]:
    return {
        Enrollment: [record.enrollment for record in records],
        CourseProgress: [record.progress for record in records],
        LessonProgress: [row for record in records for row in record.lessons],
        Attempt: [row for record in records for row in record.attempts],
        AttemptItem: [row for record in records for row in record.items],
    }


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _for_sqlite(value: Any) -> Any:
    return value.strftime(SQLITE_FORMAT) if isinstance(value, datetime) else _plain(value)


@dataclass
class _Record:
    """Everything about one enrollment."""

    enrollment: dict[str, Any]
    progress: dict[str, Any]
    lessons: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    items: list[dict[str, Any]]


class _Maker:
    """Makes rows, with ids that follow those there are."""

    def __init__(
        self, rng: random.Random, now: datetime, filled: Filled, *, with_answers: bool
    ) -> None:
        self._rng = rng
        self._now = now
        self._filled = filled
        self._with_answers = with_answers
        self._names: dict[int, str] = {}
        self._start: dict[type[Model], int] = {}
        self.enrollment_id = 0
        self._attempt_id = 0

    def number_from(self, connection: Connection) -> None:
        for table in (User, Team, Enrollment, Attempt):
            last = connection.scalar(select(func.max(table.id)))
            self._start[table] = last or 0
        self._attempt_id = self._start[Attempt]
        self._enrollment_start = self._start[Enrollment]

    def teams(self, count: int) -> Iterator[dict[str, Any]]:
        for number in range(self._start[Team] + 1, self._start[Team] + count + 1):
            code = f"team{number}"
            self._filled.teams.append(number)
            self._filled.codes.append(code)
            yield {
                "id": number,
                "code": code,
                "name": f"Clinic {number:04d}",
                "created_at": self._before(400),
            }

    def people(self, count: int) -> Iterator[dict[str, Any]]:
        for number in range(self._start[User] + 1, self._start[User] + count + 1):
            name = f"{self._rng.choice(FIRST)} {self._rng.choice(SECOND)} Sample"
            self._filled.people.append(number)
            self._names[number] = fold(name)
            yield {
                "id": number,
                "code": f"p{number}",
                "email": f"p{number}@example.org",
                "name": name,
                "sort_name": self._names[number],
                "state": "active",
                "theme": "",
                "is_sample": True,
                "created_at": self._before(400),
                "last_active_at": self._before(60),
            }

    def grants(self) -> Iterator[dict[str, Any]]:
        return ({"user_id": person, "role": "learner"} for person in self._filled.people)

    def memberships(self) -> Iterator[dict[str, Any]]:
        for place, person in enumerate(self._filled.people):
            luck = self._rng.random()
            mine = [] if luck < 0.02 else [self._filled.teams[place % len(self._filled.teams)]]
            if luck > 0.92:
                mine.append(self._rng.choice(self._filled.teams))
            for team in dict.fromkeys(mine):
                yield {
                    "team_id": team,
                    "user_id": person,
                    "joined_at": self._before(300),
                    "left_at": None,
                }

    def records(self) -> Iterator[_Record]:
        number = self._enrollment_start
        courses = self._filled.courses
        count = max(1, round(len(courses) / 3))
        for person in self._filled.people:
            for course in self._rng.sample(courses, count):
                number += 1
                self.enrollment_id += 1
                yield self._record(number, person, course)

    def _record(self, number: int, person: int, course: FilledCourse) -> _Record:
        (kind,) = self._rng.choices(STATES, SHARES)
        enrolled = self._before(200)
        lessons = self._lessons(kind)
        attempts: list[dict[str, Any]] = []
        items: list[dict[str, Any]] = []
        if kind in {"complete", "not_passed", "not_safe"}:
            attempts, items = self._attempts(kind, person, course, enrolled)
        latest = attempts[-1] if attempts else None
        is_complete = kind == "complete"
        changed = latest["submitted_at"] if latest else enrolled + timedelta(hours=lessons)
        progress = {
            "enrollment_id": number,
            "user_id": person,
            "course_id": course.id,
            "sort_name": self._names[person],
            "state": "not_passed" if kind == "not_safe" else kind,
            "steps_done": lessons + is_complete,
            "steps_total": LESSONS + 1,
            "best_score": latest["score"] if latest else None,
            "hazards_missed": int(kind == "not_safe"),
            "changed_at": changed,
            "completed_at": changed if is_complete else None,
        }
        enrollment = {
            "id": number,
            "user_id": person,
            "course_id": course.id,
            "enrolled_at": enrolled,
        }
        if not self._with_answers:
            return _Record(enrollment, progress, [], [], [])
        read = [
            {
                "user_id": person,
                "lesson_id": lesson,
                "opened_at": enrolled,
                "completed_at": enrolled + timedelta(hours=1),
                "version_id": version,
            }
            for lesson, version in course.lessons[:lessons]
        ]
        return _Record(enrollment, progress, read, attempts, items)

    def _lessons(self, kind: str) -> int:
        if kind == "not_started":
            return 0
        if kind == "in_progress":
            return self._rng.randint(1, LESSONS)
        return LESSONS

    def _attempts(
        self, kind: str, person: int, course: FilledCourse, enrolled: datetime
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """One attempt, or two where the first was not passed."""
        tries = [kind]
        if self._rng.random() < 0.3:
            tries = ["not_passed", kind]
        rows: list[dict[str, Any]] = []
        items: list[dict[str, Any]] = []
        for place, outcome in enumerate(tries, 1):
            self._attempt_id += 1
            row, shares = self._attempt(outcome, place, person, course)
            row["submitted_at"] = min(self._now, enrolled + timedelta(days=5 * place))
            row["started_at"] = row["submitted_at"] - timedelta(minutes=12)
            rows.append(row)
            items += self._items(course, shares)
        return rows, items

    def _attempt(
        self, outcome: str, number: int, person: int, course: FilledCourse
    ) -> tuple[dict[str, Any], list[bool]]:
        wrong = {"complete": 1, "not_passed": 4, "not_safe": 1}[outcome]
        shares = [True] * ITEMS
        for place in self._rng.sample(range(1, ITEMS), wrong):
            shares[place] = False
        shares[0] = outcome != "not_safe"
        score = sum(shares) / ITEMS
        reasons = {
            "complete": [],
            "not_passed": [{"ground": "score", "hazard": None, "section": None}],
            "not_safe": [{"ground": "hazard", "hazard": content.HAZARD, "section": None}],
        }[outcome]
        row = {
            "id": self._attempt_id,
            "quiz_id": course.quiz_id,
            "quiz_version_id": course.quiz_version_id,
            "course_id": course.id,
            "user_id": person,
            "number": number,
            "state": "closed",
            "item_count": ITEMS,
            "started_at": self._now,
            "submitted_at": self._now,
            "submitted_by": "learner",
            "points": str(sum(shares)),
            "max_points": str(ITEMS),
            "score": score,
            "verdict": "passed" if outcome == "complete" else outcome,
            "reasons": reasons,
        }
        return row, shares

    def _items(self, course: FilledCourse, shares: Sequence[bool]) -> Iterator[dict[str, Any]]:
        for slot, (version, is_right) in enumerate(zip(course.questions, shares, strict=True), 1):
            yield {
                "attempt_id": self._attempt_id,
                "slot": slot,
                "section": 0,
                "question_version_id": version,
                "presentation": "{}",
                "hazard": content.HAZARD if slot == 1 else None,
                "share": "1" if is_right else "0",
            }

    def _before(self, days: int) -> datetime:
        """Some moment of the last days."""
        return self._now - timedelta(minutes=self._rng.randrange(1, days * 24 * 60))
