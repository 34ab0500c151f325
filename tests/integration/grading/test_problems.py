"""Problems with questions: reported from a result, grouped, answered, read."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.domain.errors import AccessDenied
from quizapp.features.attempts.queries.taking import Address
from quizapp.features.grading.commands import reporting
from quizapp.features.grading.commands.reporting import AlreadyAnswered, AlreadyReported
from quizapp.features.grading.models import ProblemReport
from quizapp.features.grading.queries import problems
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person, make_person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.courses import enroll
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, counted, everything
from tests.integration.attempts.desk import WRONG, Desk, visible
from tests.integration.grading.correcting import sit

ATTEMPT = f"/courses/{COURSE}/quizzes/final-check/attempt-1"
PROBLEM = f"{ATTEMPT}/question-1/problem"
TEXT = "Wiping is taught in our ward as well."
ANSWER = "Thank you, the ward will be told."


def report(site: Site, person: Person, slot: int = 1, text: str = TEXT) -> ProblemReport:
    with site.reading(person.actor) as ctx:
        place = problems.get_reportable(ctx, Address(COURSE, "final-check", 1), slot)
    return site.perform(reporting.report_problem, place, text, actor=person.actor)


def browser(app: Flask, person: Person) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(person)
    return client


def test_a_report_is_answered_and_read(
    app: Flask, author: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea, {1: WRONG[1]})
    lea = browser(app, clinic.lea)
    assert PROBLEM in lea.get(f"{ATTEMPT}/result").text
    sent = lea.fill(PROBLEM, {"text": f"  {TEXT}  "})
    assert sent.location == "/problems"
    assert "Waits for an answer" in visible(lea.get("/problems"))
    assert "Your report was answered" not in lea.get("/").text
    inbox = author.get("/teach/problems")
    assert "question=nc-1" in inbox.text
    found = author.get("/teach/problems?question=nc-1")
    assert TEXT in found.text
    with site.reading() as ctx:
        code = ctx.session.scalars(select(ProblemReport.code)).one()
    page = author.get(f"/teach/problems/{code}")
    words = visible(page)
    assert "Wipe it" in words
    assert "Lea Learner" in words
    assert "/teach/questions/nc-1/correct" in page.text
    assert "/teach/questions/nc-1/edit" in page.text
    answered = author.fill(f"/teach/problems/{code}", {"answer": ANSWER})
    assert answered.location == "/teach/problems"
    assert "Nothing waits for an answer" in author.get("/teach/problems").text
    assert "Your report was answered" in lea.get("/").text
    assert ANSWER in lea.get("/problems").text
    read = lea.send(f"/problems/{code}/seen")
    assert read.location == "/problems"
    assert "Your report was answered" not in lea.get("/").text
    assert "Read by the learner" in visible(author.get(f"/teach/problems/{code}"))
    noted = ["problem.reported", "problem.answered", "problem.seen"]
    assert actions(site)[-3:] == noted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Say what is wrong"),
        ("   ", "Say what is wrong"),
        ("Too short", "Use at least 10 characters."),
        ("x" * 2001, "Use at most 2000 characters."),
    ],
)
def test_a_report_of_the_wrong_length_is_refused_and_kept(
    app: Flask, site: Site, clinic: Clinic, text: str, message: str
) -> None:
    sit(site, clinic.lea)
    lea = browser(app, clinic.lea)
    before = everything(site)
    answer = lea.send(PROBLEM, {"text": text})
    assert answer.status_code == 422
    assert message in answer.text
    assert text.strip() in answer.text
    assert everything(site) == before


def test_the_bounds_belong_inside(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    assert report(site, clinic.lea, 1, "x" * 10).text == "x" * 10
    assert len(report(site, clinic.lea, 2, "x" * 2000).text) == 2000


def test_one_open_report_of_a_question_is_enough(app: Flask, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    first, lea = report(site, clinic.lea), browser(app, clinic.lea)
    before = everything(site)
    with pytest.raises(AlreadyReported):
        report(site, clinic.lea)
    answer = lea.send(PROBLEM, {"text": TEXT})
    assert answer.location == "/problems"
    assert everything(site) == before
    site.perform(reporting.answer_problem, first, ANSWER, actor=clinic.instructor.actor)
    assert report(site, clinic.lea).id != first.id


def test_two_clicks_at_once_report_once(site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    with site.reading(clinic.lea.actor) as ctx:
        place = problems.get_reportable(ctx, Address(COURSE, "final-check", 1), 1)
    barrier, outcomes = threading.Barrier(4), []

    def click() -> None:
        barrier.wait()
        try:
            site.perform(reporting.report_problem, place, TEXT, actor=clinic.lea.actor)
            outcomes.append("reported")
        except AlreadyReported:
            outcomes.append("known")

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["known"] * 3 + ["reported"]


def test_only_what_is_explained_can_be_reported(app: Flask, site: Site, clinic: Clinic) -> None:
    lea = browser(app, clinic.lea)
    running = attempts.start(site, clinic.lea)
    assert lea.get(PROBLEM).status_code == 404
    attempts.submit(site, clinic.lea, running.id)
    assert lea.get(PROBLEM).status_code == 200
    for path in (PROBLEM.replace("question-1", "question-7"), PROBLEM.replace("-1/q", "-2/q")):
        assert lea.get(path).status_code == 404
    slug = make_quiz(site, "secret", feedback={"answers": "never"})
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea, slug).id)
    assert lea.get(PROBLEM.replace("final-check", slug)).status_code == 404


def test_while_practising_a_checked_question_can_be_reported(
    app: Flask, site: Site, clinic: Clinic
) -> None:
    slug = make_quiz(
        site, "drill", mode="practice", feedback={"answers": "at_once"},
        sections=[{"items": ["nc-1", "nc-2"]}],
    )  # fmt: skip
    desk = Desk(site, app, clinic.lea, slug)
    path = desk.at("question-1/problem")
    assert desk.visitor.get(path).status_code == 404
    desk.post("question-1", {**desk.fields(1), "goto": ["explain"]})
    page = desk.get("question-1")
    assert path in page.text
    assert desk.visitor.fill(path, {"text": TEXT}).location == "/problems"
    assert desk.visitor.get(desk.at("question-2/problem")).status_code == 404


def test_reports_of_a_question_are_grouped_and_may_be_answered_together(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    for person in (clinic.lea, clinic.leo):
        sit(site, person)
        report(site, person)
    other = report(site, clinic.lea, 2)
    with site.reading(clinic.instructor.actor) as ctx:
        groups, page = problems.list_groups(ctx, "open", 1)
    assert [(group.code, group.open) for group in groups] == [("nc-1", 2), ("nc-2", 1)]
    assert page.total == 2
    with site.reading() as ctx:
        first = ctx.session.scalars(select(ProblemReport).order_by(ProblemReport.id)).first()
    assert first is not None
    path = f"/teach/problems/{first.code}"
    assert "Send it to 1 other open report" in visible(author.get(path))
    author.fill(path, {"answer": ANSWER, "is_for_all": "y"})
    with site.reading() as ctx:
        states = ctx.session.execute(
            select(ProblemReport.id, ProblemReport.state).order_by(ProblemReport.id)
        ).all()
    assert [state for _id, state in states] == ["answered", "answered", "open"]
    assert states[-1][0] == other.id


def test_a_second_answer_changes_nothing(author: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    made = report(site, clinic.lea)
    site.perform(reporting.answer_problem, made, ANSWER, actor=clinic.instructor.actor)
    before = everything(site)
    with pytest.raises(AlreadyAnswered):
        site.perform(reporting.answer_problem, made, "No.", actor=clinic.instructor.actor)
    answer = author.send(f"/teach/problems/{made.code}", {"answer": "No."})
    assert answer.location == f"/teach/problems/{made.code}"
    assert everything(site) == before


def test_an_answer_needs_words(author: Visitor, site: Site, clinic: Clinic) -> None:
    sit(site, clinic.lea)
    made = report(site, clinic.lea)
    before = everything(site)
    for text in ("", "  ", "x" * 4001):
        assert author.send(f"/teach/problems/{made.code}", {"answer": text}).status_code == 422
    assert everything(site) == before


def test_names_are_hidden_while_marking_is_blind(
    author: Visitor, site: Site, clinic: Clinic
) -> None:
    from quizapp.features.attempts.models import Attempt
    from quizapp.infrastructure.context import Context

    attempt = sit(site, clinic.lea)
    made = report(site, clinic.lea)

    def wait_for_a_marker(ctx: Context) -> None:
        ctx.session.get_one(Attempt, attempt.id).verdict = "pending"

    site.perform(wait_for_a_marker)
    for path in (f"/teach/problems/{made.code}", "/teach/problems?question=nc-1"):
        words = visible(author.get(path))
        assert "Lea Learner" not in words
        assert "Name hidden" in words


def test_reports_of_others_are_not_there(
    app: Flask, outsider: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea)
    made = report(site, clinic.lea)
    leo = browser(app, clinic.leo)
    before = everything(site)
    assert leo.get(PROBLEM).status_code == 404
    assert leo.send(PROBLEM, {"text": TEXT}).status_code == 404
    assert leo.send(f"/problems/{made.code}/seen").status_code == 404
    assert TEXT not in leo.get("/problems").text
    assert "nc-1" not in outsider.get("/teach/problems?state=all").text
    for path in (f"/teach/problems/{made.code}", "/teach/problems?question=nc-1"):
        assert outsider.get(path).status_code == 404
    assert outsider.send(f"/teach/problems/{made.code}", {"answer": "x"}).status_code == 404
    for person in (clinic.lea, clinic.manager, clinic.administrator, clinic.guest_instructor):
        with pytest.raises(AccessDenied):
            site.perform(reporting.answer_problem, made, ANSWER, actor=person.actor)
    assert everything(site) == before


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
def test_the_inbox_is_for_instructors(
    client_as: Callable[[Role], Visitor], clinic: Clinic, role: Role
) -> None:
    assert clinic.course_id
    assert client_as(role).get("/teach/problems").status_code == 403


def test_lists_ask_the_same_for_few_and_for_many(
    app: Flask, author: Visitor, site: Site, clinic: Clinic
) -> None:
    sit(site, clinic.lea)
    first = report(site, clinic.lea)
    lea = browser(app, clinic.lea)
    pages = [
        (author, "/teach/problems"),
        (author, "/teach/problems?question=nc-1&state=all"),
        (author, f"/teach/problems/{first.code}"),
        (lea, "/problems"),
    ]
    few = []
    for visitor, page in pages:
        visitor.get(page)
        with counted(site) as sent:
            visitor.get(page)
        few.append(len(sent))
    for slot in (2, 3, 4, 5, 6):
        report(site, clinic.lea, slot)
    for number in range(4):
        person = make_person(site, f"Person{number} More")
        enroll(site, person)
        sit(site, person)
        report(site, person)
    for (visitor, page), before in zip(pages, few, strict=True):
        with counted(site) as sent:
            visitor.get(page)
        assert len(sent) == before, page
    assert max(few) <= 8, few
