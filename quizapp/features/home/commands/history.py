"""Sample people who have taken the courses, each by the same commands as anybody else.

The clock is an argument of every command, so years of work are told in seconds.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.domain.errors import Conflict
from quizapp.features.accounts.commands import people
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import saving, submitting
from quizapp.features.attempts.commands.saving import AnswerSave
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import published
from quizapp.features.attempts.queries.published import PublishedQuestion, Slot
from quizapp.features.attempts.queries.taking import Address, Place
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.home.commands.accounts import TEAM, sample_team
from quizapp.features.progress import commands as progress_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.features.teams import commands as team_commands
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.base import Malformed

TEAMS = (TEAM, "North clinic", "Riverside clinic", "Hill Street clinic")
FIRST_NAMES = """
Aisha Ben Chidi Dora Emil Farah Goran Hana Igor Jana Kofi Lena Mina Noor Omar Petra Quinn
Rosa Samir Tara Ugo Vera Wim Xenia Yusuf Zora Anton Bela Carla Davide Elin Finn Greta Hugo
Iris Jonas Katya Leo Marta Nils Olga Pavel Rita Sven Tomas Una Viktor Wanda Yara Zeno
""".split()  # noqa: SIM905 - a list of names reads better so
GIVES_UP, WANDERS, FINISHES = 0.12, 0.3, 0.58


@dataclass(frozen=True, slots=True)
class _Person:
    """How somebody learns: how often they are right, how fast they go, how far they come."""

    skill: float
    days_between: float
    zeal: float


def add_person(
    ctx: Context, courses: Sequence[Course], number: int, years: float, rng: random.Random
) -> None:
    """One more sample person with everything they did since they joined."""
    joined = ctx.now - timedelta(days=rng.uniform(3, max(4.0, 365 * years)))
    then = replace(ctx, now=joined)
    name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} Sample"
    if number >= len(FIRST_NAMES):
        name = name.replace(" ", f" {chr(65 + number // len(FIRST_NAMES) % 26)}. ", 1)
    email = f"sample-{number + 1:05d}-{secrets.token_hex(3)}@example.org"
    user = people.create_person(
        then, PersonDraft(name, email, [Grant(Role.LEARNER)], is_sample=True)
    )
    for team in rng.sample(TEAMS, 2 if rng.random() < 0.1 else 1):  # noqa: PLR2004 - a tenth
        team_commands.add_member(then, sample_team(then, team), user)
    person = _Person(rng.betavariate(7, 2), rng.uniform(0.5, 9), rng.random())
    for course in courses:
        if person.zeal > GIVES_UP:
            story = _Story(replace(then, actor=_actor(user)), course, person, ctx.now, rng)
            story.tell()
            user.last_active_at = max(story.last_at, user.last_active_at or joined)


def _actor(user: User) -> Actor:
    return Actor(user_id=user.id, name=user.name, grants=(Grant(Role.LEARNER),))


class _Story:
    """What one person does in one course until today."""

    def __init__(
        self, ctx: Context, course: Course, person: _Person, today: datetime, rng: random.Random
    ) -> None:
        self._ctx = ctx
        self._course = course
        self._person = person
        self._today = today
        self._rng = rng
        self.last_at = ctx.now

    def tell(self) -> None:
        progress_commands.start_course(self._ctx, self._course)
        outline = course_queries.get_outline(self._ctx, self._course)
        lessons = course_queries.list_lessons(self._ctx, self._course.id)
        steps = [step for module in outline.modules for step in module.steps]
        if self._person.zeal < WANDERS + GIVES_UP:
            steps = steps[: self._rng.randrange(len(steps) + 1)]
        for step in steps:
            if not self._wait():
                return
            if step.kind == "lesson":
                progress_commands.complete_lesson(self._ctx, self._course, lessons[step.slug])
            elif not self._pass_quiz(step.slug):
                return

    def _wait(self) -> bool:
        """Go on a few days later; False once that would be the future."""
        days = self._rng.expovariate(1 / self._person.days_between)
        self._ctx = replace(self._ctx, now=self._ctx.now + timedelta(days=days))
        if self._ctx.now >= self._today - timedelta(hours=2):
            return False
        self.last_at = self._ctx.now
        return True

    def _pass_quiz(self, slug: str) -> bool:
        """Try until it is passed, three times at the most."""
        quiz = quiz_queries.get_quiz(self._ctx, self._course, slug)
        for _ in range(3):
            try:
                attempt = progress_commands.start_quiz(self._ctx, self._course, quiz)
            except Conflict:
                return False
            self._answer(attempt, slug)
            submitted = submitting.submit_attempt(self._ctx, attempt.id)
            if submitted.verdict in {"passed", "done"}:
                return True
            if not self._wait():
                return False
        return False

    def _answer(self, attempt: Attempt, slug: str) -> None:
        slots = published.slots(self._ctx, attempt.id)
        questions = published.questions(self._ctx, [slot.version_id for slot in slots])
        definition = published.definition(self._ctx, attempt.quiz_version_id)
        saves = [
            self._save(slot, questions[slot.version_id], asks=definition.confidence != "off")
            for slot in slots
        ]
        place = Place(
            address=Address(self._course.slug, slug, attempt.number),
            id=attempt.id,
            user_id=attempt.user_id,
            course_id=attempt.course_id,
            quiz_id=attempt.quiz_id,
            quiz_version_id=attempt.quiz_version_id,
            item_count=attempt.item_count,
            started_at=attempt.started_at,
        )
        minutes = sum(self._rng.uniform(0.3, 1.2) for _ in saves)
        self._ctx = replace(self._ctx, now=self._ctx.now + timedelta(minutes=minutes))
        saving.save_responses(self._ctx, place, saves)

    def _save(self, slot: Slot, question: PublishedQuestion, *, asks: bool) -> AnswerSave:
        knows = self._rng.random() < self._person.skill + (0.12 if slot.hazard else 0)
        answer = item.key(question.item) if knows else self._guess(slot, question)
        is_asked = asks and not question.item.is_manual
        sure = self._rng.choice((2, 3, 3) if knows else (1, 2, 2, 3)) if is_asked else None
        name = f"sample{self._rng.randrange(16**10):010x}"
        return AnswerSave(slot.number, 0, name, item.dump(answer), sure, is_flagged=False)

    def _guess(self, slot: Slot, question: PublishedQuestion) -> item.Answer:
        """Something one could click on this page without knowing better."""
        fields = {
            item.field_prefix("s", part): [str(self._rng.randint(1, 3))]
            for part in question.item.parts
        }
        try:
            return item.read(question.item, slot.presentation, fields, "s")
        except Malformed:
            return {}
