"""The running installation: settings, database, clock and queue, and the contexts made of them."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from quizapp.config import Settings
from quizapp.domain.access.roles import SYSTEM, Actor
from quizapp.infrastructure import answer_writer, audit, clock
from quizapp.infrastructure.answer_writer import AnswerWriter
from quizapp.infrastructure.context import Context, Subscriptions
from quizapp.infrastructure.database import Database, retrying

T = TypeVar("T")
log = logging.getLogger(__name__)


class Queue(Protocol):
    """Where the numbers of jobs go to be run by the worker."""

    def hand_over(self, job_id: int) -> None: ...


class NoQueue:
    """Jobs wait for the worker's sweep."""

    def hand_over(self, job_id: int) -> None:  # noqa: ARG002 - the protocol's signature
        return


@dataclass
class Site:
    """Everything a request, a command line or a job needs to begin."""

    settings: Settings
    database: Database
    subscriptions: Subscriptions = field(default_factory=dict)
    queue: Queue = field(default_factory=NoQueue)
    clock: Callable[[], datetime] = clock.now
    answers: AnswerWriter = field(init=False)

    def __post_init__(self) -> None:
        self.answers = answer_writer.make(self.database)

    def context(
        self,
        session: Session | Callable[[], Session],
        actor: Actor,
        *,
        now: datetime | None = None,
        request_id: str = "",
        is_writing: bool = False,
    ) -> Context:
        return Context(
            session,
            actor,
            now or self.clock(),
            self.settings,
            self.subscriptions,
            request_id,
            None if is_writing else self.database.rows,
            None if is_writing else self.database.memory,
        )

    @contextmanager
    def reading(self, actor: Actor = SYSTEM, **moment: Any) -> Iterator[Context]:
        with self.database.reading() as session:
            yield self.context(session, actor, **moment)

    @contextmanager
    def writing(self, actor: Actor = SYSTEM, **moment: Any) -> Iterator[Context]:
        """One write transaction; the audit log is appended last, jobs are handed over after."""
        with self.database.transaction() as session:
            ctx = self.context(session, actor, **moment, is_writing=True)
            yield ctx
            audit.append(ctx)
        for job_id in ctx.job_ids:
            self._hand_over(job_id)

    def perform(
        self,
        command: Callable[..., T],
        *args: Any,
        actor: Actor = SYSTEM,
        moment: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> T:
        """Run one command in a write transaction of its own, again if the database was busy."""

        def unit() -> T:
            with self.writing(actor, **(moment or {})) as ctx:
                return command(ctx, *args, **options)

        return retrying(unit)

    def _hand_over(self, job_id: int) -> None:
        # The row is committed: whatever goes wrong here, the sweeper hands it over later.
        try:
            self.queue.hand_over(job_id)
        except Exception:
            log.warning("job %s waits for the sweeper", job_id, exc_info=True)


def open_site(settings: Settings, subscriptions: Subscriptions | None = None) -> Site:
    """Make what the settings describe; nothing is connected yet."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_address, settings.data / "write.lock")
    return Site(settings, database, subscriptions or {})
