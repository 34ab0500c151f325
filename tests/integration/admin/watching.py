"""What these tests look at besides answers: the whole database, and how often it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect, select

from quizapp.infrastructure.database import Model
from quizapp.infrastructure.site import Site

UNWATCHED = {"sessions", "sign_in_failures"}
"""Tables that any request of somebody signed in, or not, may touch."""


def everything(site: Site, *, besides: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    """Every row of every table, to compare with later; a denial is noted, and changes nothing."""
    there = set(inspect(site.database.engine).get_table_names()) - UNWATCHED - besides
    with site.reading() as ctx:
        return {
            table.name: sorted(
                repr(tuple(row)) for row in ctx.session.execute(select(table)) if not _is_note(row)
            )
            for table in Model.metadata.sorted_tables
            if table.name in there
        }


def _is_note(row: Any) -> bool:
    return getattr(row, "action", None) == "access.denied"


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)


def actions(site: Site) -> list[str]:
    """The audit log's actions, oldest first."""
    from quizapp.infrastructure.audit import AuditEvent

    with site.reading() as ctx:
        return list(ctx.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
