"""How often each page asks the database: a fixed number, however much there is to show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.bench.data import fill
from tests.factories import attempts, progress
from tests.factories.accounts import Person, make_person
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.courses import enroll
from tests.factories.questions import make_draft, make_question
from tests.factories.teams import make_team
from tests.factories.web import Visitor

OF_COURSE = f"/courses/{COURSE}"
ATTEMPT = f"{OF_COURSE}/quizzes/final-check/attempt-1"
Count = Callable[[], int]


@pytest.fixture
def count(site: Site) -> Iterator[Count]:
    """Statements since it was last asked, those of the quick ways too."""
    sent = 0

    def note(*arguments: Any) -> None:
        nonlocal sent
        sent += "BEGIN" not in arguments[2:3]

    @contextmanager
    def counting() -> Iterator[None]:
        plain, write = site.database.rows, site.answers.write

        def rows(*arguments: Any) -> Any:
            note()
            return plain(*arguments)

        def written(unit: Any) -> Any:
            note()
            return write(unit)

        site.database.rows = rows
        site.answers.write = written  # type: ignore[method-assign]
        event.listen(site.database.engine, "before_cursor_execute", note)
        yield
        event.remove(site.database.engine, "before_cursor_execute", note)

    def so_far() -> int:
        nonlocal sent
        found, sent = sent, 0
        return found

    with counting():
        yield so_far


def browser(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


def statements_of(visitor: Visitor, count: Count, addresses: list[str]) -> dict[str, int]:
    """For each page, once what never changes is known to the process."""
    found = {}
    for address in addresses:
        visitor.get(address)
        count()
        assert visitor.get(address).status_code == 200, address
        found[address] = count()
    return found


LEARNER = {
    "/": 18,
    "/courses": 6,
    OF_COURSE: 13,
    f"{OF_COURSE}/basics/clean-needles": 19,
    f"{OF_COURSE}/quizzes/final-check": 21,
    f"{ATTEMPT}/question-1": 2,
    f"{ATTEMPT}/question-6": 2,
    f"{ATTEMPT}/check": 3,
    "/account": 3,
    "/account/adjustments": 3,
    f"{ATTEMPT}/time": 2,
}
"""The most statements a page may take."""


def test_a_learner_s_pages_stay_within_their_number(
    site: Site, app: Flask, clinic: Clinic, count: Count
) -> None:
    attempts.start(site, clinic.lea)
    found = statements_of(browser(app, clinic.lea), count, list(LEARNER))
    assert {page: n for page, n in found.items() if n > LEARNER[page]} == {}


def test_a_learner_s_pages_do_not_ask_more_with_a_longer_past(
    site: Site, app: Flask, clinic: Clinic, count: Count
) -> None:
    attempts.start(site, clinic.lea)
    visitor = browser(app, clinic.lea)
    pages = [page for page in LEARNER if "/question-" not in page]
    few = statements_of(visitor, count, pages)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, *[attempts.make_save(slot) for slot in KEYS])
    for slug in ("clean-needles", "safe-depth"):
        progress.complete_lesson(site, clinic.lea, slug)
    for _ in range(3):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, attempts.WARM_UP).id)
    many = statements_of(visitor, count, pages)
    extra = 1  # the quizzes of finished attempts are looked up together
    assert {p: (few[p], many[p]) for p in pages if many[p] > few[p] + extra} == {}


def test_question_pages_ask_the_same_for_every_question(
    site: Site, app: Flask, clinic: Clinic, count: Count
) -> None:
    attempts.start(site, clinic.lea)
    visitor = browser(app, clinic.lea)
    pages = [f"{ATTEMPT}/question-{slot}" for slot in KEYS]
    assert len(set(statements_of(visitor, count, pages).values())) == 1


def test_a_save_asks_the_same_with_any_answer(
    site: Site, app: Flask, clinic: Clinic, count: Count
) -> None:
    attempts.start(site, clinic.lea)
    visitor = browser(app, clinic.lea)
    head = attempts.head_of(site, clinic.lea)
    asked = []
    for slot in (1, *KEYS):
        fields = attempts.fields_of(site, clinic.lea, head, slot, KEYS[slot])
        fields["csrf_token"] = [visitor.token()]
        count()
        answer = visitor.post(f"{ATTEMPT}/question-{slot}", data=fields)
        assert answer.status_code == 303
        asked.append(count())
    assert set(asked[1:]) == {asked[1]}
    assert asked[1] <= 3


def test_a_result_asks_the_same_whatever_was_answered(
    site: Site, app: Flask, clinic: Clinic, count: Count
) -> None:
    asked = {}
    for person, slots in ((clinic.lea, ()), (clinic.leo, tuple(KEYS))):
        attempt = attempts.start(site, person)
        head = attempts.head_of(site, person)
        if slots:
            attempts.save(site, head, *[attempts.make_save(slot) for slot in slots])
        attempts.submit(site, person, attempt.id)
        page = statements_of(browser(app, person), count, [f"{ATTEMPT}/result"])
        asked[person.name] = page[f"{ATTEMPT}/result"]
    assert len(set(asked.values())) == 1, asked
    assert max(asked.values()) <= 16


TEACHING = ["/teach/questions", "/teach/quizzes", f"/teach/quizzes/{COURSE}/final-check"]
LEADING = ["/team", "/team/report", "/team/report?state=in_progress&sort=-score", "/team/enrol"]
RUNNING = ["/admin/users", "/admin/teams", "/admin/audit-log", "/admin/mail-and-jobs"]


def grow(site: Site) -> None:
    """More of everything that these pages list."""
    for number in range(12):
        make_question(site, make_draft(f"Is question {number} one more?"))
        learner = make_person(site, f"Person{number} More")
        enroll(site, learner)
        make_team(site, f"Team {number}", (learner,))
        attempt = attempts.start(site, learner)
        attempts.submit(site, learner, attempt.id)


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.INSTRUCTOR, TEACHING),
        (Role.MANAGER, LEADING),
        (Role.ADMINISTRATOR, RUNNING),
    ],
)
def test_lists_ask_the_same_for_few_and_for_many(
    site: Site, app: Flask, clinic: Clinic, count: Count, role: Role, pages: list[str]
) -> None:
    assert clinic.course_id
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    visitor = browser(app, make_person(site, "Una Unlimited", grants=[role]))
    few = statements_of(visitor, count, pages)
    grow(site)
    many = statements_of(visitor, count, pages)
    assert few == many
    assert max(many.values()) <= 12, many


def test_the_report_asks_no_more_for_hundreds_of_people(
    site: Site, app: Flask, count: Count
) -> None:
    fill(site, people=20, teams=2, courses=2, seed=3, answers=False)
    visitor = browser(app, make_person(site, "Bea Boss", grants=[Role.MANAGER]))
    few = statements_of(visitor, count, LEADING)
    fill(site, people=500, teams=5, courses=2, seed=4, answers=False)
    many = statements_of(visitor, count, LEADING)
    one_more = 1  # where an index in the order of names is walked, its start is looked up
    assert {page for page in LEADING if many[page] > few[page] + one_more} == set()
