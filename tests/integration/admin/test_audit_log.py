"""The audit log as people read it: in words, filtered, in pages, as a file."""

import ast
import csv
import html
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import quizapp
from quizapp import worker
from quizapp.domain.access.roles import SYSTEM, Grant, Role
from quizapp.features.admin.commands import people
from quizapp.features.admin.commands.people import PersonEntry, RoleChoice
from quizapp.features.admin.queries import history
from quizapp.features.admin.queries.history import EventFilter
from quizapp.features.admin.queries.wording import ACTIONS, JOBS, ROLES
from quizapp.infrastructure import audit
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.jobs import JobRow
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, counted

SOURCES = Path(quizapp.__file__).parent


def rows(page: str) -> list[list[str]]:
    """The cells of the events, as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell.replace("<br>", "; "))).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def note(ctx: Context, action: str, subject: Any = "things", **details: Any) -> None:
    audit.record(ctx, action, subject, **details)


def note_many(site: Site, count: int, person: Any = None) -> None:
    def command(ctx: Context) -> None:
        for _number in range(count):
            audit.record(ctx, "session.others_ended", "users")

    site.perform(command, actor=person.actor if person else SYSTEM)


def recorded_actions() -> set[str]:
    """Every action that the program's own text records."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.record"):
                found |= names_in(node.args[1])
    return found


def names_in(action: ast.expr) -> set[str]:
    """The action as written, or either one of a choice."""
    if isinstance(action, ast.IfExp):
        return names_in(action.body) | names_in(action.orelse)
    return {str(action.value)} if isinstance(action, ast.Constant) else set()


def test_every_action_has_words() -> None:
    assert recorded_actions() - set(ACTIONS) == set()


def test_no_words_are_kept_for_what_is_never_recorded() -> None:
    assert set(ACTIONS) - recorded_actions() == set()


def test_every_kind_of_job_has_words() -> None:
    assert set(JOBS) == set(worker.FUNCTIONS)


def test_every_role_has_words() -> None:
    assert set(ROLES) == {role for role in Role if role is not Role.SYSTEM}


def test_the_newest_event_comes_first(admin: Visitor, site: Site, clinic: Clinic) -> None:
    site.perform(people.disable_person, clinic.nora.code, actor=clinic.administrator.actor)
    first = rows(admin.get("/admin/audit-log").text)[0]
    assert first == [
        "Disabled a person",
        "Nora Newcomer",
        "–",
        "Ada Administrator",
        "2 Mar 2026, 09:00",
    ]


def test_details_are_told_in_words(site: Site, clinic: Clinic, admin: Visitor) -> None:
    grants = [Grant(Role.LEARNER), Grant(Role.INSTRUCTOR, course_id=clinic.course_id)]
    make_person(site, "Eva Else", grants=grants)
    what, about, details, who, _when = rows(admin.get("/admin/audit-log").text)[0]
    assert (what, about, who) == ("Added a person", "Eva Else", "System")
    assert details.split("; ") == ["Instructor of Needle care", "Learner"]


def test_a_changed_person_is_told_without_the_former_values(
    site: Site, clinic: Clinic, admin: Visitor
) -> None:
    entry = PersonEntry("Nora Named", "nora.named@example.org", RoleChoice(["manager"]))
    site.perform(people.change_person, clinic.nora.code, entry)
    details = rows(admin.get("/admin/audit-log").text)[0][2]
    assert details.split("; ") == ["New email address", "Manager", "New name"]


def test_teams_and_their_people_are_named(clinic: Clinic, admin: Visitor) -> None:
    admin.send(f"/admin/teams/{clinic.north}/members", {"people": [clinic.nora.code]})
    admin.send(f"/admin/teams/{clinic.north}/rename", {"name": "Team Up"})
    page = admin.get("/admin/audit-log").text
    assert rows(page)[0][:3] == ["Renamed a team", "Team Up", "From “Team North” to “Team Up”"]
    assert rows(page)[1][:3] == ["Added somebody to a team", "Team Up", "Nora Newcomer"]
    assert f'href="/admin/teams/{clinic.north}"' in page


def test_attempts_and_enrolments_are_named_with_their_learner(
    site: Site, clinic: Clinic, admin: Visitor
) -> None:
    attempts.start(site, clinic.lea, attempts.WARM_UP)
    what, about, _details, who, _when = rows(admin.get("/admin/audit-log?person=lea").text)[0]
    assert (what, who) == ("Started a quiz", "Lea Learner")
    assert re.fullmatch(r"Attempt 1 at .+, Lea Learner", about)
    enrolled = rows(admin.get("/admin/audit-log?action=enrollment.created").text)[0]
    assert enrolled[1:3] == ["Leo Learner in Needle care", "–"]


def test_what_is_gone_has_no_name(site: Site, admin: Visitor) -> None:
    def command(ctx: Context) -> None:
        ctx.session.add(
            row := JobRow(
                name="x", arguments="{}", state="failed", created_at=ctx.now, run_at=ctx.now
            )
        )
        ctx.session.flush()
        audit.record(ctx, "job.retried", row)
        ctx.session.delete(row)

    site.perform(command)
    assert rows(admin.get("/admin/audit-log").text)[0][:2] == ["Tried a failed job again", "–"]


def test_who_signs_in_is_named_though_nobody_was_signed_in_before(admin: Visitor) -> None:
    first = rows(admin.get("/admin/audit-log").text)[0]
    assert first[:4] == ["Signed in", "–", "–", "Ada Administrator"]


def test_a_failed_sign_in_was_nobody_s(visitor: Visitor, admin: Visitor) -> None:
    wrong = {"email": "lea@example.org", "password": "wrong wrong wrong"}
    visitor.fill("/sign-in", wrong)
    visitor.fill("/sign-in", {**wrong, "email": "nobody@example.org"})
    found = rows(admin.get("/admin/audit-log").text)
    assert found[0][:4] == ["Failed to sign in", "–", "–", "Not signed in"]
    assert found[1][:4] == ["Failed to sign in", "Lea Learner", "–", "Not signed in"]


def test_what_has_no_words_is_spelled_out(site: Site, admin: Visitor) -> None:
    site.perform(
        note,
        "rocket_ship.launched",
        to_where="moon",
        grants=["captain", "manager"],
        is_manned=True,
        fuel={"kind": "air", "price": 7},
    )
    what, about, details, *_rest = rows(admin.get("/admin/audit-log").text)[0]
    assert (what, about) == ("Rocket ship launched", "–")
    assert details.split("; ") == [
        "Kind: air",
        "Price: 7",
        "captain",
        "Manager",
        "Is manned",
        "To where: moon",
    ]


def test_results_are_not_told(site: Site, admin: Visitor) -> None:
    site.perform(note, "attempt.submitted", verdict="not_safe", score=0.4, by="deadline")
    details = rows(admin.get("/admin/audit-log").text)[0][2]
    assert details == "Time was up"


def test_names_cannot_bring_markup_along(site: Site, admin: Visitor) -> None:
    make_person(site, "<b>Eva</b> %(x)s", email="eva@example.org")
    page = admin.get("/admin/audit-log").text
    assert "&lt;b&gt;Eva&lt;/b&gt; %(x)s" in page
    assert "<b>Eva" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=membership.started", {"Added somebody to a team"}),
        ("action=person.created&person=nora", {"Added a person"}),
        ("person=lea@", {"Added a person", "Added somebody to a team", "Changed a password",
                         "Enrolled in a course"}),
        ("person=nobody", set()),
        ("action=made.up&person=nobody", set()),
    ],
)  # fmt: skip
def test_events_can_be_narrowed(admin: Visitor, query: str, expected: set[str]) -> None:
    found = rows(admin.get(f"/admin/audit-log?{query}").text)
    assert {row[0] for row in found} == expected


def test_a_person_s_events_include_what_others_did_to_them(admin: Visitor, clinic: Clinic) -> None:
    admin.send(f"/admin/users/{clinic.leo.code}/link")
    found = rows(admin.get("/admin/audit-log?person=leo").text)
    assert found[0][0] == "Made a one-time password link"
    assert all("Leo Learner" in " ".join(row) for row in found)


def test_days_are_the_site_s_days(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 6, 10, 21, 59, 59, tzinfo=UTC)
    site.perform(note, "thing.early")
    clock.now = datetime(2026, 6, 10, 22, 0, tzinfo=UTC)
    site.perform(note, "thing.late")
    object.__setattr__(site.settings, "timezone", "Europe/Vienna")
    site.settings.__dict__.pop("zone", None)
    day = datetime(2026, 6, 11, tzinfo=UTC).date()
    with site.reading(clinic.administrator.actor) as ctx:
        on = history.list_events(ctx, EventFilter(first=day, last=day))
        before = history.list_events(
            ctx, EventFilter(last=datetime(2026, 6, 10, tzinfo=UTC).date())
        )
    assert [row.action_code for row in on.rows] == ["thing.late"]
    assert before.rows[0].action_code == "thing.early"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=yesterday", "Enter a day such as 2026-11-20"),
        ("from=0001-01-01", "Enter a day in this century"),
        ("to=9999-12-31", "Enter a day in this century"),
        ("from=2026-03-02&to=2026-03-01", "not before the first day"),
        ("person=" + "x" * 121, "Use at most 120 characters."),
    ],
)
def test_days_that_make_no_sense_are_said_so(admin: Visitor, query: str, message: str) -> None:
    answer = admin.get(f"/admin/audit-log?{query}")
    assert answer.status_code == 422
    assert answer.text.count(message) >= 2
    assert "<title>Error:" in answer.text
    download = admin.get(f"/admin/audit-log.csv?{query}")
    assert download.status_code == 303
    assert download.location.startswith("/admin/audit-log?")


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "after=99999999999999999999", "before=999999999999"]
)
def test_places_that_make_no_sense_show_something(admin: Visitor, query: str) -> None:
    assert admin.get(f"/admin/audit-log?{query}").status_code == 200


def test_pages_follow_each_other_without_gap_or_repetition(site: Site, clinic: Clinic) -> None:
    note_many(site, 130)
    actor, asked = clinic.administrator.actor, EventFilter(action="session.others_ended")
    numbers: list[int] = []
    before: int | None = None
    with site.reading(actor) as ctx:
        while True:
            page = history.list_events(ctx, asked, before=before)
            numbers.extend(row.number for row in page.rows)
            if page.older is None:
                break
            before = page.older
        back = history.list_events(ctx, asked, after=page.newer)
        newest = history.list_events(ctx, asked, after=back.newer)
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(set(numbers)) == 130
    assert [row.number for row in page.rows] == numbers[100:]
    assert [row.number for row in back.rows] == numbers[50:100]
    assert [row.number for row in newest.rows] == numbers[:50]
    assert (newest.newer, back.older) == (None, numbers[99])


def test_the_pager_leads_on(admin: Visitor, site: Site) -> None:
    note_many(site, 60)
    first = admin.get("/admin/audit-log?action=session.others_ended").text
    assert "Newer" not in first
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = admin.get(html.unescape(older.group(1))).text
    assert (len(rows(first)), len(rows(second))) == (50, 10)
    assert "Newest" in second
    assert "Older" not in second


def test_a_page_takes_the_same_number_of_statements_whatever_is_on_it(
    admin: Visitor, site: Site, clinic: Clinic
) -> None:
    with counted(site) as few:
        admin.get("/admin/audit-log?action=team.created")
    for number in range(12):
        make_person(site, f"Zed Number{number}", email=f"zed{number}@example.org")
    admin.send(f"/admin/teams/{clinic.north}/rename", {"name": "Team Up"})
    with counted(site) as many:
        page = admin.get("/admin/audit-log").text
    assert len(rows(page)) > 30
    assert len(many) == len(few)
    with counted(site) as own, site.reading(clinic.administrator.actor) as ctx:
        history.list_events(ctx, EventFilter())
    assert len([sql for sql in own if sql.lstrip().upper().startswith("SELECT")]) == 2


def downloaded(answer: Any) -> list[dict[str, str]]:
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_download_holds_what_is_filtered(admin: Visitor, site: Site) -> None:
    note_many(site, 2300)
    answer = admin.get("/admin/audit-log.csv?action=session.others_ended")
    found = downloaded(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="audit-log-2026-03-02.csv"'
    )
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert len(found) == 2300
    assert {row["What happened"] for row in found} == {"Signed out on other devices"}
    numbers = [int(row["Number"]) for row in found]
    assert numbers == sorted(numbers, reverse=True)


def test_screen_and_download_say_the_same(admin: Visitor) -> None:
    shown = rows(admin.get("/admin/audit-log?action=membership.started").text)
    found = downloaded(admin.get("/admin/audit-log.csv?action=membership.started"))
    assert [row[:4] for row in shown] == [
        [row["What happened"], row["About"], row["Details"], row["Who"] or "System"]
        for row in found
    ]
    assert found[0]["Time (UTC)"] == "2026-03-02T09:00:00Z"


def test_no_cell_of_the_download_is_a_formula(admin: Visitor, site: Site) -> None:
    make_person(site, "=HYPERLINK(1) Else", email="-2+3@example.org")
    found = downloaded(admin.get("/admin/audit-log.csv?action=person.created"))
    assert found[0]["About"] == "'=HYPERLINK(1) Else"


def test_the_download_itself_is_written_down(admin: Visitor, site: Site) -> None:
    admin.get("/admin/audit-log.csv?person=lea&action=person.created&from=2026-03-01&to=2026-03-31")
    assert actions(site)[-1] == "audit_log.exported"
    what, _about, details, who, _when = rows(admin.get("/admin/audit-log").text)[0]
    assert (what, who) == ("Downloaded the audit log", "Ada Administrator")
    assert details.split("; ") == [
        "From 2026-03-01",
        "Added a person",
        "To 2026-03-31",
        "Limited to people",
    ]
    assert "lea" not in details


def test_reading_it_is_not(admin: Visitor, site: Site) -> None:
    before = actions(site)
    admin.get("/admin/audit-log?person=lea")
    assert actions(site) == before
