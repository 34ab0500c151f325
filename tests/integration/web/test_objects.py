"""Things of others: by any address, of any kind, the answer is that there is no such thing.

Each thing is asked for by everybody who holds the permission of the page but not for this thing,
and beside it something that does not exist: the two answers may not differ.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.courses import queries as course_queries
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE, BankFolder, sync
from tests.factories.teams import make_team
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything
from tests.integration.web.records import CODE, Records, make_records

JSON = {"Accept": "application/json"}
QUIZ = f"/courses/{COURSE}/quizzes/final-check"
NONE = "/teach/corrections/zzzzzzzz"


@dataclass(frozen=True)
class Thing:
    """Somebody else's thing, the same address of nothing, and what is sent there."""

    who: str
    method: str
    foreign: str
    missing: str
    fields: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.foreign}"


@pytest.fixture
def outsiders(site: Site, clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """People with the right roles for other things: another course, another team."""
    bank = BankFolder(tmp_path_factory.mktemp("other"))
    other = bank.root / "other-care"
    (bank.root / COURSE).rename(other)
    for path in other.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace(f"id: {COURSE}\n", "id: other-care\n")
        path.write_text(re.sub(r"\bnc-", "oc-", text), encoding="utf-8")
    sync(site, bank.root)
    with site.reading() as ctx:
        course_id = course_queries.get_course(ctx, "other-care").id
    east = make_team(site, "Team East", (clinic.nora,))
    return {
        "leo": clinic.leo,
        "teacher": make_person(
            site, "Tom Teacher", grants=[Grant(Role.INSTRUCTOR, course_id=course_id)]
        ),
        "boss": make_person(site, "Bea Boss", grants=[Grant(Role.MANAGER, team_id=east.id)]),
    }


def attempt_things() -> list[Thing]:
    """Lea's second attempt, seen by Leo who has one."""
    found = []
    for method, view in (
        ("GET", "question-1"),
        ("GET", "check"),
        ("GET", "result"),
        ("GET", "journal"),
        ("GET", "explained"),
        ("GET", "question-1/problem"),
        ("POST", "question-1/problem"),
        ("GET", "receipt"),
        ("GET", "receipt.json"),
        ("GET", "break"),
        ("GET", "time"),
        ("POST", "break"),
        ("POST", "break/end"),
        ("POST", "question-1"),
        ("POST", "submit"),
    ):
        fields = {"s1-version": "1", "s1-seen": "0", "s1-op": "operation-1", "s1-r1": "1"}
        found.append(
            Thing("leo", method, f"{QUIZ}/attempt-2/{view}", f"{QUIZ}/attempt-3/{view}", fields)
        )
    return found


def question_things() -> list[Thing]:
    """A question of the course, seen by somebody who teaches another."""
    of = "/teach/questions/nc-1"
    missing = "/teach/questions/nc-none"
    get = (
        "",
        "/versions/1",
        "/compare/1..1",
        "/edit",
        "/discard",
        "/publish",
        "/retire",
        "/correct",
    )
    post = ("/edit", "/edit/preview", "/discard", "/publish", "/retire", "/restore", "/correct")
    return [
        *(Thing("teacher", "GET", of + view, missing + view, {}) for view in get),
        *(
            Thing("teacher", "POST", of + view, missing + view, {"do": "save", "stem": "Mine"})
            for view in post
        ),
        Thing("teacher", "GET", f"/teach/quizzes/{COURSE}/final-check", "/teach/quizzes/x/y", {}),
        Thing(
            "teacher",
            "GET",
            f"/teach/questions/new?course={COURSE}&type=true_false",
            "/teach/questions/new?course=none&type=true_false",
            {},
        ),
    ]


def adjusted_things(clinic: Clinic) -> list[Thing]:
    """Lea's time, seen by an instructor of another course and a manager of another team."""
    found = []
    quiz, fields = f"/teach/quizzes/{COURSE}/final-check", {"minutes": "5", "reason": "Mine"}
    people = "/people/{}/adjustment"
    for method in ("GET", "POST"):
        for view in ("attempt-1/time", "extra-attempt"):
            of, missing = f"{quiz}/{clinic.lea.code}/{view}", f"{quiz}/zzzzzzzz/{view}"
            found.append(Thing("teacher", method, of, missing, fields))
        for address in (people, f"{people}/end"):
            of, missing = address.format(clinic.lea.code), address.format("zzzzzzzz")
            found.append(Thing("boss", method, of, missing, {"factor": "2.00", "reason": "Mine"}))
    return found


def record_things(clinic: Clinic) -> list[Thing]:
    """Lea's attempt, its correction and her report, seen by somebody who teaches another course."""
    of = f"/teach/quizzes/{COURSE}/final-check/{clinic.lea.code}/attempt-1"
    missing = of.replace("attempt-1", "attempt-9")
    return [
        *(
            Thing("teacher", "GET", of + view, missing + view, {})
            for view in ("", "/journal", "/explained", "/void")
        ),
        Thing("teacher", "POST", f"{of}/void", f"{missing}/void", {"reason": "Mine"}),
        *(
            Thing("teacher", method, f"/teach/corrections/{CODE}{view}", f"{NONE}{view}", {})
            for method, view in (("GET", ""), ("GET", "/undo"), ("POST", "/undo"))
        ),
        Thing("teacher", "GET", f"/teach/problems/{CODE}", "/teach/problems/zzzzzzzz", {}),
        Thing(
            "teacher", "POST", f"/teach/problems/{CODE}", "/teach/problems/zzzzzzzz",
            {"answer": "Mine"},
        ),
        Thing("leo", "POST", f"/problems/{CODE}/seen", "/problems/zzzzzzzz/seen", {}),
    ]  # fmt: skip


def marking_things(essay: str, answer: str) -> list[Thing]:
    """Leo's essay, seen by somebody who teaches another course."""
    queue, none = "/teach/grading", "/teach/grading/nc-none"
    sent = {"round": "first", "level-r1-order": "all", "level-r1-reasons": "given", "version": "1"}
    found = [
        Thing("teacher", method, f"{queue}/{essay}{view}", f"{none}{view}", sent)
        for method, view in (("GET", ""), ("GET", "/next"), ("GET", "/again"), ("POST", "/again"))
    ]
    for method, view in (("GET", ""), ("POST", ""), ("GET", "/files/1")):
        of, missing = f"{queue}/{essay}/answers/{answer}{view}", f"{none}/answers/{answer}{view}"
        found.append(Thing("teacher", method, of, missing, sent))
    return found


def things(clinic: Clinic, made: Records) -> list[Thing]:
    person = "/team/people/"
    return [
        *marking_things(made.essay, made.answer),
        *attempt_things(),
        *question_things(),
        *adjusted_things(clinic),
        *record_things(clinic),
        Thing("boss", "GET", person + clinic.leo.code, person + "zzzzzzzz", {}),
        Thing("boss", "GET", person + clinic.manager.code, person + "zzzzzzzz", {}),
        Thing("boss", "GET", "/team/report/files/abcdefgh", "/team/report/files/zzzzzzzz", {}),
        Thing("leo", "POST", "/account/sessions/1/end", "/account/sessions/999/end", {}),
    ]


def browser_of(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


def ask(visitor: Visitor, thing: Thing, address: str, headers: dict[str, str]) -> TestResponse:
    if thing.method == "GET":
        return visitor.get(address, headers=headers)
    return visitor.send(address, thing.fields, headers=headers)


def words(answer: TestResponse, address: str) -> str:
    """The answer without its number and its own address."""
    text = answer.text.replace(address, "").replace(answer.headers["X-Request-Id"], "")
    return re.sub(r'value="[^"]{20,}"', "", text)


@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "script"])
def test_what_is_not_yours_is_not_there(
    site: Site, app: Flask, clinic: Clinic, outsiders: dict[str, Person], headers: dict[str, str]
) -> None:
    lea = browser_of(app, clinic.lea)  # whose session Leo tries to end
    for _ in range(2):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    made = make_records(site, clinic)
    attempts.start(site, clinic.leo)
    visitors = {who: browser_of(app, person) for who, person in outsiders.items()}
    before = everything(site)
    for thing in things(clinic, made):
        visitor = visitors[thing.who]
        foreign = ask(visitor, thing, thing.foreign, headers)
        missing = ask(visitor, thing, thing.missing, headers)
        assert (foreign.status_code, missing.status_code) == (404, 404), thing
        assert words(foreign, thing.foreign) == words(missing, thing.missing), thing
    assert everything(site) == before
    assert lea.get("/account").status_code == 200


@pytest.mark.parametrize("who", ["leo", "teacher", "boss"])
def test_no_outsider_of_any_role_gets_at_them(
    site: Site, app: Flask, clinic: Clinic, outsiders: dict[str, Person], who: str
) -> None:
    lea = browser_of(app, clinic.lea)
    for _ in range(2):
        attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    made = make_records(site, clinic)
    visitor = browser_of(app, outsiders[who])
    before = everything(site)
    for thing in things(clinic, made):
        assert ask(visitor, thing, thing.foreign, {}).status_code in {403, 404}, thing
    assert everything(site) == before
    assert lea.get("/account").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/team?team={south}",
        "/team/report?team={south}",
        "/team/report?team={south}&sort=-score",
        "/team/report?q=Leo",
        "/team/report.csv?team={south}",
        "/team/report.csv?q=Leo",
        "/team/enrol?team={south}",
        "/team/enrol?q=Leo",
    ],
)
def test_a_manager_s_filters_reach_no_further_than_the_teams(
    app: Flask, clinic: Clinic, address: str
) -> None:
    visitor = browser_of(app, clinic.manager)
    answer = visitor.get(address.format(south=clinic.south))
    assert answer.status_code in {200, 404}
    main = answer.text.partition("<main")[2] or answer.text
    assert clinic.leo.name not in main
    assert clinic.leo.code not in main
    assert "Team South" not in main


def test_an_instructor_s_lists_reach_no_further_than_the_courses(
    app: Flask, outsiders: dict[str, Person]
) -> None:
    visitor = browser_of(app, outsiders["teacher"])
    for address in ("/teach/questions", "/teach/questions?q=needle", "/teach/quizzes"):
        text = visitor.get(address).text
        assert "oc-1" in text or "other-care" in text or "Final check" in text
        assert "nc-1" not in text
        assert f"/{COURSE}/" not in text
