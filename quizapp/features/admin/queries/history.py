"""The audit log as pages: newest first, filtered, with the names of everybody and everything."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, cast, or_, select, type_coerce

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.features.accounts import queries as account_queries
from quizapp.features.accounts.models import User
from quizapp.features.admin.queries import naming
from quizapp.features.admin.queries.details import detail_phrases, mentioned
from quizapp.features.admin.queries.naming import Names
from quizapp.features.admin.queries.wording import Phrase, action_words, plain
from quizapp.features.attempts.models import Attempt
from quizapp.infrastructure.audit import AuditEvent
from quizapp.infrastructure.context import Context

PAGE_SIZE = 50
RECENT = 20
SIGNED_IN = "session.started"
NEEDS_NO_SIGN_IN = frozenset({"session.refused", "password_link.requested"})


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for: by person, action, and the site's days (both included)."""

    person: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None
    user_id: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.person or self.action or self.first or self.last)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in words. `subject_kind` with `subject_code` lead to the subject's page."""

    number: int
    at: datetime
    who: Phrase | None
    who_code: str
    who_email: str
    is_anonymous: bool
    action: Phrase
    action_code: str
    subject: Phrase | None
    subject_kind: str
    subject_code: str
    details: tuple[Phrase, ...]
    request_id: str
    hash: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, and the numbers to go on from in both directions (None: there is no more)."""

    rows: list[EventRow]
    newer: int | None
    older: int | None


def list_events(
    ctx: Context, asked: EventFilter, *, before: int | None = None, after: int | None = None
) -> EventPage:
    """The newest events, or those next to a number, in two statements."""
    policy.demand(ctx.actor, Permission.AUDIT_READ)
    number = AuditEvent.id
    wanted = select(AuditEvent).where(*_conditions(ctx, asked)).limit(PAGE_SIZE + 1)
    if after is not None:
        wanted = wanted.where(number > after).order_by(number)
    else:
        wanted = wanted.order_by(number.desc())
        if before is not None:
            wanted = wanted.where(number < before)
    found = list(ctx.session.scalars(wanted))
    is_more, events = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if after is not None:
        events.reverse()
    has_newer = is_more if after is not None else before is not None
    has_older = True if after is not None else is_more
    return EventPage(
        _rows(ctx, events),
        events[0].id if events and has_newer else None,
        events[-1].id if events and has_older else None,
    )


def list_recent(ctx: Context, user: User) -> list[EventRow]:
    """The last things somebody did, or that were done to their account."""
    asked = EventFilter(user_id=user.id)
    events = ctx.session.scalars(
        select(AuditEvent)
        .where(*_conditions(ctx, asked))
        .order_by(AuditEvent.id.desc())
        .limit(RECENT)
    ).all()
    return _rows(ctx, events)


def iter_events(contexts: Any, asked: EventFilter, size: int = 1000) -> Iterator[EventRow]:
    """All events that match, newest first, in bounded memory.

    `contexts` opens a context for each portion, so that no read transaction lasts for minutes;
    events never change, so the portions fit together.
    """
    before: int | None = None
    while True:
        with contexts() as ctx:
            policy.demand(ctx.actor, Permission.AUDIT_READ)
            wanted = select(AuditEvent).where(*_conditions(ctx, asked))
            if before is not None:
                wanted = wanted.where(AuditEvent.id < before)
            events = ctx.session.scalars(wanted.order_by(AuditEvent.id.desc()).limit(size)).all()
            rows = _rows(ctx, events)
        yield from rows
        if len(rows) < size:
            return
        before = rows[-1].number


def _conditions(ctx: Context, asked: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.action:
        found.append(AuditEvent.action == asked.action)
    if asked.first is not None:
        found.append(AuditEvent.at >= _start_of(ctx, asked.first))
    if asked.last is not None:
        found.append(AuditEvent.at < _start_of(ctx, asked.last + timedelta(days=1)))
    if asked.user_id is not None:
        found.append(_is_about(ctx, User.id == asked.user_id))
    elif asked.person:
        found.append(_is_about(ctx, account_queries.matches(asked.person)))
    return found


def _start_of(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ctx.settings.zone)


def _is_about(ctx: Context, people: ColumnElement[bool]) -> ColumnElement[bool]:
    """Done by these people, to their accounts or attempts, or naming them."""
    ids = select(User.id).where(people)
    keys = select(cast(User.id, String)).where(people)
    attempts = select(cast(Attempt.id, String)).where(Attempt.user_id.in_(ids))
    return or_(
        AuditEvent.actor_id.in_(ids),
        (AuditEvent.subject_type == "users") & AuditEvent.subject_id.in_(keys),
        (AuditEvent.subject_type == "attempts") & AuditEvent.subject_id.in_(attempts),
        cast(_details(ctx)["user"].as_string(), String).in_(keys),
    )


def _details(ctx: Context) -> Any:
    is_postgresql = ctx.session.get_bind().dialect.name == "postgresql"
    column = AuditEvent.details
    return cast(column, JSON) if is_postgresql else type_coerce(column, JSON)


def _rows(ctx: Context, events: Sequence[AuditEvent]) -> list[EventRow]:
    """The events in words; every name in them is looked up in one statement."""
    documents = [json.loads(event.details) for event in events]
    wanted: dict[str, set[int]] = {}
    for event, document in zip(events, documents, strict=True):
        for kind, number in (*_of_event(event), *mentioned(document)):
            wanted.setdefault(kind, set()).add(number)
    names = naming.load(ctx, wanted)
    return [_row(event, document, names) for event, document in zip(events, documents, strict=True)]


def _of_event(event: AuditEvent) -> Iterator[tuple[str, int]]:
    if event.actor_id is not None:
        yield naming.USERS, event.actor_id
    if event.subject_id.isdecimal():
        yield event.subject_type, int(event.subject_id)


def _is_by_anybody(action: str, details: dict[str, Any]) -> bool:
    """Whether an act without an actor was somebody's who had not signed in, not the system's."""
    return action in NEEDS_NO_SIGN_IN or bool(details.get("by_link"))


def _row(event: AuditEvent, document: dict[str, Any], names: Names) -> EventRow:
    number = int(event.subject_id) if event.subject_id.isdecimal() else None
    kind = event.subject_type
    # Whoever signs in is not known yet when they ask for it: the subject is who did it.
    is_own = event.action == SIGNED_IN and event.actor_id is None
    actor_id = number if is_own else event.actor_id
    is_self = kind == naming.USERS and number == actor_id
    who = names.text(naming.USERS, actor_id)
    return EventRow(
        number=event.id,
        at=event.at,
        who=plain(who) if who else None,
        who_code=names.code(naming.USERS, actor_id),
        who_email=names.email(actor_id),
        is_anonymous=actor_id is None and _is_by_anybody(event.action, document),
        action=action_words(event.action),
        action_code=event.action,
        subject=None if is_self else names.phrase(kind, number),
        subject_kind=kind,
        subject_code=names.code(kind, number),
        details=detail_phrases(document, names, kind),
        request_id=event.request_id,
        hash=event.hash,
    )
