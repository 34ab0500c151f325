"""quizapp audit verify."""

import pytest
from sqlalchemy import text

from quizapp.infrastructure import audit
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.integration.admin.conftest import Run


def tamper(site: Site, statement: str) -> None:
    """Change history as somebody with all rights on the database could."""
    with site.database.transaction() as session:
        if site.database.is_sqlite:
            session.execute(text("DROP TRIGGER audit_events_refuse_update"))
            session.execute(text("DROP TRIGGER audit_events_refuse_delete"))
        else:
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        session.execute(text(statement))


@pytest.fixture
def head(site: Site, clinic: Clinic) -> str:
    assert clinic.lea.id
    with site.reading() as ctx:
        return audit.verify(ctx).head


def test_a_whole_chain_is_said_to_be_whole(run: Run, head: str) -> None:
    done = run("audit", "verify")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == [
        f"{run('audit', 'verify', '--json').document['events']} events, head {head}",
        "The chain is whole.",
    ]


def test_an_earlier_head_is_found(run: Run, site: Site, head: str, clinic: Clinic) -> None:
    run("user", "disable", clinic.leo.email)
    done = run("audit", "verify", "--head", head, "--json")
    assert (done.code, done.document["findings"]) == (0, [])
    assert done.document["head"] != head
    assert site.settings is not None


def test_a_missing_head_is_a_finding(run: Run, head: str) -> None:
    done = run("audit", "verify", "--head", "f" * 64)
    assert done.code == 1
    assert "the noted head of the chain is missing" in done.out
    assert head in done.out


def test_a_changed_event_is_found(run: Run, site: Site, head: str) -> None:
    tamper(site, "UPDATE audit_events SET actor_id = 4711 WHERE id = 3")
    done = run("audit", "verify", "--json")
    assert done.code == 1
    assert done.document["findings"] == [{"event": 3, "problem": "was altered"}]
    assert done.document["head"] == head


def test_a_removed_event_is_found(run: Run, site: Site, head: str) -> None:
    tamper(site, "DELETE FROM audit_events WHERE id = 3")
    done = run("audit", "verify")
    assert done.code == 1
    assert "Event 4: number 3 was expected." in done.out
    assert "The chain is not whole" in done.out
    assert head in done.out


def test_an_empty_log_is_whole(run: Run) -> None:
    document = run("audit", "verify", "--json").document
    assert document == {"events": 0, "head": audit.GENESIS, "findings": []}
