"""The context: what every query and command gets as its first argument."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from quizapp.config import Settings
from quizapp.domain.access.roles import Actor
from quizapp.infrastructure.runners import Read, Rows

M = TypeVar("M")
Handler = Callable[["Context", Any], None]
Subscriptions = Mapping[type, Sequence[Handler]]


@dataclass(slots=True)
class Context:
    """Who asks, when, and the database session it happens in. There is no global one.

    Contexts to read with also have `quick`, which runs single selects on what is committed, and
    `memory`, where queries may keep what is committed and never changes. Those of commands have
    neither: what they see may yet be rolled back.
    """

    opened: Session | Callable[[], Session]
    actor: Actor
    now: datetime
    settings: Settings
    subscriptions: Subscriptions = field(default_factory=dict)
    request_id: str = ""
    quick: Rows | None = None
    memory: dict[str, Any] | None = None
    audit_trail: list[Any] = field(default_factory=list)
    job_ids: list[int] = field(default_factory=list)

    @property
    def session(self) -> Session:
        """The session this happens in; one to read with is opened when it is first needed."""
        if not isinstance(self.opened, Session):
            self.opened = self.opened()
        return self.opened

    def rows(self, read: Read, **values: Any) -> list[Any]:
        """Run a Read: the quick way where nothing uncommitted has to be seen, else the plain."""
        if self.quick is not None:
            return self.quick(read, values)
        return list(self.session.connection().execute(read.statement, values).all())

    def fresh(self, row: M) -> M:
        """The row as it is in this transaction, locked; for rows that another session has read.

        A command that changes a row begins with this: changes to another session's row would be
        lost without a word.
        """
        identity = inspect(row).identity
        if identity is None or row in self.session:
            return row
        return self.session.get_one(
            type(row), identity, with_for_update=True, populate_existing=True
        )

    def publish(self, event: object) -> None:
        """Announce a fact; its handlers run at once, in this transaction."""
        for handler in self.subscriptions.get(type(event), ()):
            handler(self, event)
