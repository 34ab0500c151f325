"""quizapp user: people from the terminal."""

import pytest

from quizapp import cli
from quizapp.infrastructure import passwords
from quizapp.infrastructure.site import Site
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.admin.conftest import Run
from tests.integration.admin.test_people_pages import grants, person, team_codes
from tests.integration.admin.watching import everything

ADD = ("user", "add", "--name", "Eva Else", "--email", "Eva@example.org")


def test_somebody_added_gets_a_link_to_start_with(run: Run, visitor: Visitor, site: Site) -> None:
    done = run(*ADD, "--role", "administrator")
    link = done.out.splitlines()[-1]
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Added Eva Else <eva@example.org>.\nOne-time link, works until 2026")
    path = link.removeprefix("http://127.0.0.1:8000")
    visitor.fill(path, {"password": PASSWORD, "again": PASSWORD})
    fields = {"email": "eva@example.org", "password": PASSWORD}
    assert visitor.fill("/sign-in", fields).status_code == 303
    assert grants(site, person(site, "eva@example.org").id) == {("administrator", None, None)}


def test_added_as_a_document(run: Run) -> None:
    document = run(*ADD, "--role", "learner", "--json").document
    assert document["name"] == "Eva Else"
    assert document["email"] == "eva@example.org"
    assert document["link"].startswith("http://127.0.0.1:8000/password/new/")
    assert document["link_expires_at"] == "2026-03-09T09:00:00+00:00"
    assert document["is_mailed"] is False


def test_roles_can_be_limited(run: Run, site: Site, clinic: Clinic) -> None:
    done = run(
        *ADD,
        *("--role", "learner"),
        *("--role", "instructor:needle-care"),
        *("--role", "manager:Team North", "--role", f"manager:{clinic.south}"),
        *("--team", "Team South"),
    )
    eva = person(site, "eva@example.org")
    assert done.code == 0
    assert {(role, course) for role, course, _team in grants(site, eva.id)} == {
        ("learner", None),
        ("instructor", clinic.course_id),
        ("manager", None),
    }
    assert len(grants(site, eva.id)) == 4
    assert team_codes(site, eva.id) == {clinic.south}


def test_a_role_without_a_limit_outweighs_one_with(run: Run, site: Site, clinic: Clinic) -> None:
    run(*ADD, "--role", f"manager:{clinic.north}", "--role", "manager")
    assert grants(site, person(site, "eva@example.org").id) == {("manager", None, None)}


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--role", "owner"], 2, "'owner'; use learner, instructor"),
        (["--role", "learner:x"], 2, "'learner:x'; use learner, instructor"),
        (["--role", "manager:Nowhere"], 1, "There is no team “Nowhere”."),
        (["--role", "instructor:nothing"], 1, "There is no course “nothing”."),
        (["--role", "learner", "--team", "Nowhere"], 1, "There is no team “Nowhere”."),
        (["--role", "learner", "--email", "lea@example.org"], 1, "already has an account"),
        (["--role", "learner", "--email", "lea"], 1, "right format"),
        (["--role", "learner", "--name", ""], 1, "Enter a name."),
        (["--role", "learner", "--password"], 1, "needs a terminal"),
        ([], 2, "Missing option '--role'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    run: Run, site: Site, clinic: Clinic, more: list[str], code: int, message: str
) -> None:
    assert clinic.lea.email == "lea@example.org"
    before = everything(site)
    done = run(*ADD, *more)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert everything(site) == before


def test_a_refusal_is_a_document_too(run: Run, clinic: Clinic) -> None:
    done = run(*ADD, "--role", "learner", "--email", clinic.lea.email, "--json")
    assert done.code == 1
    assert done.document == {"problem": "Somebody already has an account with this email address."}


def test_a_password_can_be_asked_for(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.prompt", lambda *_args, **_options: PASSWORD)
    monkeypatch.setattr("quizapp.features.admin.cli.people._is_terminal", lambda: True)
    done = run(*ADD, "--role", "learner", "--password")
    eva = person(site, "eva@example.org")
    assert (done.code, done.out) == (0, "Added Eva Else <eva@example.org>.\n")
    assert passwords.is_right(site.settings, eva.password_hash, PASSWORD)


def test_a_password_that_is_asked_for_has_to_be_strong(
    run: Run, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.prompt", lambda *_args, **_options: "password1234")
    monkeypatch.setattr("quizapp.features.admin.cli.people._is_terminal", lambda: True)
    before = everything(site)
    done = run(*ADD, "--role", "learner", "--password")
    assert done.code == 1
    assert "first passwords somebody would try" in done.err
    assert everything(site) == before


def test_everybody_is_listed(run: Run, clinic: Clinic) -> None:
    run("user", "disable", clinic.leo.email)
    lines = run("user", "list").out.splitlines()
    assert lines[0].split() == ["Name", "Email", "Roles", "Teams", "Status"]
    assert len(lines) == 2 + 7
    leo = next(line for line in lines if "Leo" in line)
    assert leo.split("  ")[0] == "Leo Learner"
    assert leo.endswith("disabled")
    assert any("manager (Team North)" in line for line in lines)


def test_the_list_as_a_document(run: Run, clinic: Clinic) -> None:
    rows = run("user", "list", "--search", "max", "--json").document
    assert rows == [
        {
            "code": clinic.manager.code,
            "name": "Max Manager",
            "email": "max@example.org",
            "status": "invited",
            "roles": [{"role": "manager", "limited_to": ["Team North"]}],
            "teams": [],
            "last_active_at": None,
        }
    ]


def test_nobody_is_listed_as_an_empty_document(run: Run) -> None:
    assert run("user", "list", "--json").document == []


def test_somebody_can_be_disabled_and_enabled(run: Run, site: Site, clinic: Clinic) -> None:
    done = run("user", "disable", "LEA@example.org")
    assert (done.code, done.out) == (0, "")
    assert "shut out" in done.err
    assert not person(site, clinic.lea.email).is_active
    assert run("user", "enable", clinic.lea.email).code == 0
    assert person(site, clinic.lea.email).is_active


def test_the_last_administrator_stays(run: Run, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    done = run("user", "disable", clinic.administrator.email)
    assert done.code == 1
    assert "This is the last administrator." in done.err
    assert everything(site) == before


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_an_unknown_address_is_said_so(run: Run, command: str) -> None:
    done = run("user", command, "nobody@example.org")
    assert (done.code, done.out) == (1, "")
    assert "Nobody here has the email address nobody@example.org." in done.err


def test_a_password_link_can_be_made(run: Run, clinic: Clinic) -> None:
    done = run("user", "password", clinic.lea.email)
    assert done.out.splitlines()[0] == "One-time link, works until 2026-03-02 09:30 UTC:"
    document = run("user", "password", clinic.lea.email, "--json").document
    assert document["email"] == clinic.lea.email
    assert "/password/new/" in document["link"]


def test_a_password_can_be_set_from_standard_input(
    run: Run, site: Site, clinic: Clinic, visitor: Visitor
) -> None:
    visitor.sign_in(clinic.lea)
    done = run("user", "password", clinic.lea.email, "--stdin", stdin="nine calm herons fly \n")
    assert done.code == 0
    user = person(site, clinic.lea.email)
    assert passwords.is_right(site.settings, user.password_hash, "nine calm herons fly ")
    assert visitor.get("/account").status_code == 303


def test_a_weak_password_is_refused(run: Run, site: Site, clinic: Clinic) -> None:
    before = everything(site)
    done = run("user", "password", clinic.lea.email, "--stdin", "--json", stdin="short\n")
    assert done.code == 1
    assert done.document == {"problem": "Use at least 12 characters."}
    assert everything(site) == before


def test_a_database_of_another_version_is_said_so(
    run: Run, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(site)
    monkeypatch.setattr("quizapp.infrastructure.migrations.head", lambda: "9999")
    done = run("user", "list", "--json")
    assert done.code == 1
    assert done.document == {"problem": "The database is not up to date. Run: quizapp upgrade"}


def test_the_commands_explain_themselves(run: Run) -> None:
    told = run("--help").out
    for name in cli.COMMANDS:
        assert name in told
    assert "instructor:COURSE" in run("user", "add", "--help").out
