"""A site to measure on: the real course, a quiz of five questions a page, people who take it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.domain.access.roles import Actor, Grant, Role
from quizapp.features.accounts.commands import people, sessions
from quizapp.features.accounts.commands.people import PersonDraft
from quizapp.features.content_sync.commands import sync_course
from quizapp.features.courses import queries as course_queries
from quizapp.features.courses.models import Course
from quizapp.features.progress import commands as progress_commands
from quizapp.features.quizzes import commands as quiz_commands
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.formats.bank_files.reading import read_bank
from quizapp.infrastructure import migrations, tables
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site, open_site
from quizapp.subscriptions import SUBSCRIPTIONS
from tests.bench.load import Call

BANK = Path(__file__).parents[2] / "question_bank"
COURSE = "dry-needling-foundations"
QUIZ = "bench-quiz"
ITEMS = 20
KEY = "a key for measuring only, long enough"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody with an open attempt and a signed-in cookie."""

    user_id: int
    headers: tuple[tuple[str, str], ...]
    token: str
    attempt: int

    @property
    def base(self) -> str:
        return f"/courses/{COURSE}/quizzes/{QUIZ}/attempt-{self.attempt}"


@contextmanager
def prepared(folder: Path, database_url: str | None) -> Iterator[Site]:
    """A migrated site with the course loaded."""
    settings = settings_for(folder, database_url)
    site = open_site(settings, SUBSCRIPTIONS)
    tables.load_all()
    migrations.upgrade(site.database)
    for folder_read in read_bank(BANK).courses:
        site.perform(sync_course, folder_read)
    site.perform(_add_quiz)
    try:
        yield site
    finally:
        site.database.dispose()


def settings_for(folder: Path, database_url: str | None) -> Settings:
    return Settings(
        data=folder,
        database_url=database_url,
        secret_key=SecretStr(KEY),
        password_memory_kib=8,
        password_rounds=1,
    )


def environment(site: Site, port: int) -> dict[str, str]:
    """The same settings for a server process."""
    return {
        "QUIZAPP_DATA": str(site.settings.data),
        "QUIZAPP_DATABASE_URL": site.settings.database_url or "",
        "QUIZAPP_SECRET_KEY": KEY,
        "QUIZAPP_PORT": str(port),
        "QUIZAPP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "QUIZAPP_LOG_LEVEL": "error",
    }


def _add_quiz(ctx: Context) -> None:
    course = ctx.session.query(Course).filter_by(slug=COURSE).one()
    definition = Definition.model_validate(
        {
            "id": QUIZ,
            "title": "Twenty questions, five a page",
            "questions_per_page": 5,
            "sections": [{"draws": [{"count": ITEMS, "types": ["single_best_answer"]}]}],
        }
    )
    quiz_commands.save_quiz(ctx, course, definition)


def add_learners(site: Site, count: int) -> list[Learner]:
    """People who have just started the quiz."""
    app = create_app(site)
    return [signed_in(app, site, *site.perform(_start)) for _ in range(count)]


def signed_in(app: Flask, site: Site, user_id: int, attempt: int = 0) -> Learner:
    """Somebody with a session's cookie and a token for forms."""
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    csrf = URLSafeTimedSerializer(KEY, salt="wtf-csrf-token")
    session_token = site.perform(sessions.sign_in, user_id, None, "bench")
    secret = secrets.token_hex(20)
    cookie = signer.dumps({"_user_id": session_token, "csrf_token": secret})
    return Learner(user_id, (("Cookie", f"quizapp={cookie}"),), csrf.dumps(secret), attempt)


def add_candidates(site: Site, count: int) -> list[Learner]:
    """People who take part in the course and have not started the quiz."""
    app = create_app(site)
    return [signed_in(app, site, site.perform(_enroll), 1) for _ in range(count)]


def _enroll(ctx: Context) -> int:
    name = secrets.token_hex(6)
    draft = PersonDraft(f"Bench {name}", f"{name}@example.org", [Grant(Role.LEARNER)])
    user = people.create_person(ctx, draft)
    ctx.actor = Actor(user_id=user.id, name=user.name, grants=(Grant(Role.LEARNER),))
    course = course_queries.get_course(ctx, COURSE)
    if course_queries.find_enrollment(ctx, course.id, user.id) is None:
        progress_commands.start_course(ctx, course)
    return user.id


def _start(ctx: Context) -> tuple[int, int]:
    from quizapp.features.attempts.commands.starting import start_attempt

    user_id = _enroll(ctx)
    course = course_queries.get_course(ctx, COURSE)
    attempt = start_attempt(ctx, course, quiz_queries.get_quiz(ctx, course, QUIZ))
    return user_id, attempt.number


def versions_of(site: Site, learner: Learner) -> list[int]:
    """The question version in each place of the learner's attempt."""
    from quizapp.features.attempts.queries import published, taking

    with site.reading(Actor(user_id=learner.user_id)) as ctx:
        head = taking.get_head(ctx, taking.Address(COURSE, QUIZ, learner.attempt))
        return [slot.version_id for slot in published.slots(ctx, head.id)]


class Saves:
    """Answer saves in many lanes (a lane is a learner and a question), each in order."""

    def __init__(self, site: Site, learners: list[Learner]) -> None:
        self._lanes = [
            (learner, slot, version)
            for learner in learners
            for slot, version in enumerate(versions_of(site, learner), 1)
        ]
        self._seen = [0] * len(self._lanes)

    def call(self, number: int) -> Call:
        """The next save; far from the last one of its lane."""
        place = number % len(self._lanes)
        learner, slot, version = self._lanes[place]
        seen = self._seen[place]
        self._seen[place] += 1
        body = (
            f"csrf_token={learner.token}&only={slot}&s{slot}-version={version}&s{slot}-seen={seen}"
            f"&s{slot}-op={secrets.token_hex(8)}&s{slot}-r1={1 + seen % 3}"
        )
        headers = (
            *learner.headers,
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        )
        page = (slot - 1) // 5 * 5 + 1
        return Call("POST", f"{learner.base}/question-{page}", body.encode(), headers)
