"""The audit log: written with the act, and any later change is found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from quizapp.domain.access.roles import SYSTEM
from quizapp.infrastructure import audit
from quizapp.infrastructure.audit import GENESIS, AuditEvent, Verification
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import teams
from tests.factories.accounts import make_person
from tests.factories.clock import FrozenClock
from tests.factories.crowd import at_once
from tests.factories.dice import dice

LENGTH = 12
TAMPERINGS = 40


def note(ctx: Context, number: int) -> None:
    audit.record(ctx, "thing.done", "things", number=number, text="Übung")


def verify(site: Site, head: str | None = None) -> Verification:
    with site.reading() as ctx:
        return audit.verify(ctx, head)


def test_an_act_is_recorded_with_who_when_and_what(site: Site) -> None:
    person = make_person(site)
    site.perform(note, 7, actor=person.actor, moment={"request_id": "CAFE", "now": site.clock()})
    with site.reading() as ctx:
        event = ctx.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.actor_id, event.action, event.subject_type, event.subject_id) == (
        person.id,
        "thing.done",
        "things",
        "",
    )
    assert (event.at, event.request_id) == (site.clock(), "CAFE")
    assert event.details == '{"number": 7, "text": "Übung"}'


def test_a_subject_is_told_by_table_and_key(site: Site) -> None:
    team = teams.make_team(site)
    with site.reading() as ctx:
        event = ctx.session.scalars(select(AuditEvent)).one()
    assert (event.subject_type, event.subject_id) == ("teams", str(team.id))


def test_what_is_rolled_back_was_never_recorded(site: Site) -> None:
    def command(ctx: Context) -> None:
        note(ctx, 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        site.perform(command)
    assert verify(site).count == 0


def test_an_empty_log_is_whole(site: Site) -> None:
    assert verify(site) == Verification(0, GENESIS, [])
    assert verify(site, GENESIS).findings == []


def test_events_of_one_act_follow_each_other(site: Site) -> None:
    def command(ctx: Context) -> None:
        for number in range(3):
            note(ctx, number)

    site.perform(command)
    found = verify(site)
    assert (found.count, found.findings) == (3, [])


def test_writers_at_once_make_one_chain(site: Site) -> None:
    def write(person: int) -> None:
        for number in range(5):
            site.perform(note, person * 10 + number)

    results = at_once([partial(write, person) for person in range(6)])
    assert results == [None] * 6
    found = verify(site)
    assert (found.count, found.findings) == (30, [])


@dataclass
class Log:
    """The log inside a transaction of its own that is thrown away; its guards are off."""

    session: Session
    context: Context

    def rows(self) -> list[dict[str, Any]]:
        table = AuditEvent.__table__
        found = self.session.execute(select(*table.columns).order_by(table.columns.id))
        return [dict(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name

    def verify(self, head: str | None = None) -> Verification:
        return audit.verify(self.context, head)

    def change(self, number: int, **values: Any) -> None:
        self.session.execute(
            update(AuditEvent.__table__).where(AuditEvent.id == number).values(values)  # type: ignore[arg-type]
        )

    def remove(self, number: int) -> None:
        self.session.execute(delete(AuditEvent.__table__).where(AuditEvent.id == number))  # type: ignore[arg-type]

    def add(self, row: dict[str, Any]) -> None:
        self.session.execute(insert(AuditEvent.__table__), row)  # type: ignore[arg-type]


@pytest.fixture
def log(site: Site, clock: FrozenClock) -> Iterator[Log]:
    for number in range(LENGTH):
        clock.advance(seconds=1)
        site.perform(note, number)
    on = "" if site.database.is_sqlite else " ON audit_events"
    with site.database.engine.begin() as connection:
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_events_refuse_{act}{on}"))
    with site.database.read_session() as session:
        yield Log(session, site.context(session, SYSTEM))


def test_a_log_nobody_touched_is_whole(log: Log) -> None:
    head = log.verify().head
    assert log.verify(head).findings == []
    assert log.verify().count == LENGTH


def edit(log: Log, chance: Random) -> None:
    changes: list[tuple[str, Any]] = [
        ("at", datetime(2001, 1, 1, tzinfo=UTC)),
        ("actor_id", 99),
        *((name, "changed") for name in ("action", "subject_type", "subject_id")),
        *((name, "changed") for name in ("details", "request_id", "previous_hash", "hash")),
    ]
    name, value = chance.choice(changes)
    log.change(chance.randint(1, LENGTH), **{name: value})


def remove(log: Log, chance: Random) -> None:
    log.remove(chance.randint(1, LENGTH))


def cut(log: Log, chance: Random) -> None:
    for number in range(chance.randint(1, LENGTH), LENGTH + 1):
        log.remove(number)


def swap(log: Log, chance: Random) -> None:
    rows = log.rows()
    one, two = chance.sample(range(LENGTH), 2)
    names = chance.choice([("details",), ("details", "at", "hash"), ("previous_hash",)])
    log.change(one + 1, **{name: rows[two][name] for name in names})
    log.change(two + 1, **{name: rows[one][name] for name in names})


def forge(log: Log, chance: Random) -> None:
    row = chance.choice(log.rows())
    log.add({**row, "id": LENGTH + 1, "action": "thing.forged"})


def rehash(log: Log, chance: Random) -> None:
    """Edit an event and make its own hash fit."""
    row = chance.choice(log.rows())
    row.pop("hash")
    row["details"] = '{"number": 99}'
    log.change(row["id"], details=row["details"], hash=audit.digest(row))


def renumber(log: Log, chance: Random) -> None:
    log.change(LENGTH, id=LENGTH + chance.randint(1, 5))


WAYS = [edit, remove, cut, swap, forge, rehash, renumber]


@pytest.mark.parametrize("tamper", WAYS)
def test_every_tampering_is_found_by_the_noted_head(
    log: Log, tamper: Callable[[Log, Random], None]
) -> None:
    head = log.verify().head
    for seed in range(TAMPERINGS):
        undo = log.session.begin_nested()
        tamper(log, dice(seed))
        assert log.verify(head).findings, f"seed {seed}"
        undo.rollback()
    assert log.verify(head).findings == []


def test_a_cut_log_looks_whole_without_the_noted_head(log: Log) -> None:
    head = log.verify().head
    log.remove(LENGTH)
    assert log.verify().findings == []
    (finding,) = log.verify(head).findings
    assert "missing" in finding.problem


def test_a_finding_names_its_event(log: Log) -> None:
    log.change(5, details="{}")
    (finding,) = log.verify().findings
    assert (finding.event_id, finding.problem) == (5, "was altered")


def test_a_gap_is_told_once(log: Log) -> None:
    log.remove(5)
    assert [(f.event_id, f.problem) for f in log.verify().findings] == [
        (6, "number 5 was expected"),
        (6, "does not follow the event before it"),
    ]
