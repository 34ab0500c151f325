"""The two ways of saving an answer, and the journal they leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select

from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import AnswerSave, Outcome
from quizapp.features.attempts.models import JournalEntry, Response
from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.clinic import Clinic

Way = Callable[[Head, Sequence[AnswerSave], datetime], list[Outcome]]


@dataclass
class Sitting:
    """Lea's open attempt at the final check, saved to in one of the two ways."""

    site: Site
    clinic: Clinic
    head: Head
    way: Way

    def save(self, *saves: AnswerSave, at: datetime | None = None) -> list[Outcome]:
        return self.way(self.head, saves, at or self.site.clock())

    def submit(self) -> None:
        attempts.submit(self.site, self.clinic.lea, self.head.id)

    def journal(self, slot: int = 1) -> list[JournalEntry]:
        with self.site.reading() as ctx:
            return list(
                ctx.session.scalars(
                    select(JournalEntry)
                    .where(JournalEntry.attempt_id == self.head.id, JournalEntry.slot == slot)
                    .order_by(JournalEntry.entry)
                )
            )

    def current(self, slot: int = 1) -> Response | None:
        with self.site.reading() as ctx:
            return ctx.session.get(Response, (self.head.id, slot))


@pytest.fixture(params=["plain", "writer"])
def way(request: pytest.FixtureRequest, site: Site) -> Way:
    """In a command's transaction, or through the answer writer: no test may tell them apart."""

    def plain(head: Head, saves: Sequence[AnswerSave], at: datetime) -> list[Outcome]:
        return attempts.save(site, head, *saves, now=at)

    def by_writer(head: Head, saves: Sequence[AnswerSave], at: datetime) -> list[Outcome]:
        return site.answers.write(saving.unit_of(head, saves, at, may_be_left=False))

    return plain if request.param == "plain" else by_writer


@pytest.fixture
def sitting(site: Site, clinic: Clinic, way: Way) -> Sitting:
    attempts.start(site, clinic.lea)
    return Sitting(site, clinic, attempts.head_of(site, clinic.lea), way)
