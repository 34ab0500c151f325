"""What happens to attempts after hand-in, with codes that are known: for walks over addresses."""

from dataclasses import dataclass

from sqlalchemy import select

from quizapp.features.attempts.models import Attempt, Receipt
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.grading.commands import reporting
from quizapp.features.grading.models import VOID, Correction, ProblemReport
from quizapp.features.grading.queries import problems
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.marking import (
    ESSAY,
    QUIZ,
    TEXT,
    make_essay,
    make_marked_quiz,
    mark,
    name_of,
)
from tests.integration.grading.correcting import correct

CODE = "known234"
"""The code that a correction and a report get here."""


@dataclass(frozen=True)
class Records:
    """An essay of Lea's that is marked, one of Leo's that waits, and a receipt of Lea's."""

    essay: str
    answer: str
    receipt: str


def make_records(site: Site, clinic: Clinic) -> Records:
    """The second question of the marked quiz was corrected and reported by Lea."""
    make_essay(site)
    make_marked_quiz(site, items=(ESSAY, "nc-1"))
    done, waiting = (write(site, person) for person in (clinic.lea, clinic.leo))
    mark(site, clinic.instructor, done)
    correct_and_report(site, clinic, QUIZ, 2)
    with site.reading() as ctx:
        query = select(Receipt.code).where(Receipt.attempt_id == done.id)
        code = ctx.session.scalars(query).one()
    return Records(ESSAY, name_of(site, waiting), code)


def write(site: Site, person: Person) -> Attempt:
    attempt = attempts.start(site, person, QUIZ)
    head = attempts.head_of(site, person, QUIZ, attempt.number)
    attempts.save(site, head, attempts.make_save(1, {"r1": {"text": TEXT}}))
    return attempts.submit(site, person, attempt.id)


def correct_and_report(
    site: Site, clinic: Clinic, quiz: str = "final-check", slot: int = 1
) -> None:
    """A correction of nc-1, and a report of Lea's about it, both called CODE."""
    made = correct(site, clinic.instructor, "nc-1", VOID)
    with site.reading(clinic.lea.actor) as ctx:
        place = problems.get_reportable(ctx, Address(COURSE, quiz, 1), slot)
    report = site.perform(reporting.report_problem, place, "Two are right.", actor=clinic.lea.actor)

    def name(ctx: Context) -> None:
        ctx.session.get_one(Correction, made.id).code = CODE
        ctx.session.get_one(ProblemReport, report.id).code = CODE

    site.perform(name)
