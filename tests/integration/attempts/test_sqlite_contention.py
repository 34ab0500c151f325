"""Many who save at once beside somebody who reads for long: nobody is refused, nobody starves."""

import threading
from functools import partial

from sqlalchemy import func, select, text

from quizapp.features.attempts.commands import saving
from quizapp.features.attempts.commands.saving import Outcome
from quizapp.features.attempts.models import JournalEntry
from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import make_person
from tests.factories.attempts import make_save
from tests.factories.clinic import make_clinic
from tests.factories.courses import enroll
from tests.factories.crowd import at_once

WRITERS, SAVES = 64, 6


def work(site: Site, head: Head) -> list[Outcome]:
    found = []
    for seen in range(SAVES):
        choice = {"r1": {"choice": "abc"[seen % 3]}}
        unit = saving.unit_of(
            head, [make_save(answer=choice, seen=seen)], site.clock(), may_be_left=False
        )
        found += site.answers.write(unit)
    return found


def test_sixty_four_writers_and_a_long_reader(sqlite_site: Site) -> None:
    site = sqlite_site
    make_clinic(site)
    heads = [start(site, number) for number in range(WRITERS)]
    is_done = threading.Event()
    reader = threading.Thread(target=read_for_long, args=(site, is_done))
    reader.start()
    outcomes = at_once([partial(work, site, head) for head in heads])
    is_done.set()
    reader.join(10)
    for found in outcomes:
        assert isinstance(found, list), found
        assert [(one.is_saved, one.revision) for one in found] == [
            (True, number) for number in range(1, SAVES + 1)
        ]
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(JournalEntry)) == WRITERS * SAVES


def start(site: Site, number: int) -> Head:
    person = make_person(site, f"Person{number} Writer")
    enroll(site, person)
    attempts.start(site, person)
    return attempts.head_of(site, person)


def read_for_long(site: Site, is_done: threading.Event) -> None:
    """One transaction that goes on looking at the journal as it was at its beginning."""
    with site.database.engine.connect() as connection:
        first = connection.scalar(text("SELECT count(*) FROM answer_journal"))
        while not is_done.wait(0.01):
            assert connection.scalar(text("SELECT count(*) FROM answer_journal")) == first
