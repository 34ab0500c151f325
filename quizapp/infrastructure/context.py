"""The context: what every query and command gets as its first argument."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from quizapp.config import Settings
from quizapp.domain.access.roles import Actor

Handler = Callable[["Context", Any], None]
Subscriptions = Mapping[type, Sequence[Handler]]


@dataclass(slots=True)
class Context:
    """Who asks, when, and the database session it happens in. There is no global one."""

    session: Session
    actor: Actor
    now: datetime
    settings: Settings
    subscriptions: Subscriptions = field(default_factory=dict)
    request_id: str = ""
    audit_trail: list[Any] = field(default_factory=list)
    job_ids: list[int] = field(default_factory=list)

    def publish(self, event: object) -> None:
        """Announce a fact; its handlers run at once, in this transaction."""
        for handler in self.subscriptions.get(type(event), ()):
            handler(self, event)
