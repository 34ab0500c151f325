"""quizapp demo: accounts to sign in with, people with a history that holds like any other."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from quizapp import cli
from quizapp.features.accounts import queries
from quizapp.features.accounts.models import ACTIVE, User
from quizapp.features.attempts.models import Attempt, JournalEntry
from quizapp.features.progress.models import CourseProgress
from quizapp.infrastructure import audit
from quizapp.infrastructure.site import Site
from tests.factories.content_sync import sync
from tests.factories.web import Visitor

EMAILS = [f"{name}@example.org" for name in ("trainee", "instructor", "manager", "admin")]
Demo = Callable[..., dict[str, Any]]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"demo_password": "otters swim at seven"}


@pytest.fixture
def demo(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Demo:
    """Run the command on the test's site; its document."""
    monkeypatch.setattr(cli.Installation, "site", site)
    monkeypatch.setattr(cli.Installation, "settings", site.settings)

    def run(*arguments: str) -> dict[str, Any]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["quizapp", "demo", *arguments, "--json"])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        document: dict[str, Any] = json.loads(told.out)
        return {**document, "code": left.value.code or 0}

    return run


def sign_in(visitor: Visitor, email: str, password: str) -> bool:
    answer = visitor.fill("/sign-in", {"email": email, "password": password})
    return answer.status_code == 303


def test_all_four_accounts_sign_in_with_the_password_told(site: Site, app: Any, demo: Demo) -> None:
    told = demo("--accounts")
    assert [account["email"] for account in told["accounts"]] == EMAILS
    assert told["password"] == "otters swim at seven"
    for email in EMAILS:
        assert sign_in(app.test_client(), email, told["password"]), email
    with site.reading() as ctx:
        assert set(ctx.session.scalars(select(User.is_sample))) == {True}


def test_a_second_time_nobody_is_made_twice(site: Site, demo: Demo) -> None:
    demo("--accounts")
    demo("--accounts")
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(User)) == 4


def test_without_a_chosen_password_one_is_made_and_told_only_then(
    site: Site, app: Any, demo: Demo
) -> None:
    site.settings = site.settings.model_copy(update={"demo_password": None})
    first, second = demo("--accounts"), demo("--accounts")
    assert len(first["password"]) > 20
    assert second["password"] is None
    assert sign_in(app.test_client(), EMAILS[0], first["password"])


def test_removed_accounts_are_shut_out_and_can_be_made_anew(
    site: Site, app: Any, demo: Demo
) -> None:
    told = demo("--accounts")
    assert demo("--remove-accounts") == {"removed": 4, "code": 0}
    with site.reading() as ctx:
        assert not queries.has_sample_accounts(ctx)
    assert not sign_in(app.test_client(), EMAILS[0], told["password"])
    with site.reading() as ctx:
        assert ACTIVE not in set(ctx.session.scalars(select(User.state)))
    assert sign_in(app.test_client(), EMAILS[0], demo("--accounts")["password"])


def test_people_read_lines(
    site: Site,
    demo: Demo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.settings = site.settings.model_copy(update={"demo_password": None})
    demo("--accounts")
    sync(site)
    capsys.readouterr()
    for arguments in (["--people", "1"], ["--remove-accounts"]):
        monkeypatch.setattr(sys, "argv", ["quizapp", "demo", *arguments])
        with pytest.raises(SystemExit):
            cli.main()
    told = capsys.readouterr().out
    assert "  trainee@example.org      learner\n" in told
    assert "password: as printed when they were made" in told
    assert "1 sample people with a history of their own were added." in told
    assert "Sign in at http://127.0.0.1:8000/sign-in" in told
    assert "5 sample people are shut out.\nNobody is administrator now" in told


def test_without_a_course_no_history_can_be_told(demo: Demo) -> None:
    done = demo("--people", "2")
    assert done["code"] == 1
    assert "quizapp bank sync" in done["problem"]


def test_sample_people_have_a_past_that_holds(site: Site, demo: Demo) -> None:
    sync(site)
    now = site.clock()
    assert demo("--people", "12", "--years", "2")["people"] == 12

    with site.reading() as ctx:
        people = ctx.session.scalars(select(User).where(User.email.like("sample-%"))).all()
        attempts = ctx.session.scalars(select(Attempt)).all()
        rows = ctx.session.scalars(select(CourseProgress)).all()
        saved = ctx.session.scalar(select(func.count()).select_from(JournalEntry))
        assert audit.verify(ctx).findings == []
    moments = [(one.started_at, one.submitted_at) for one in attempts]
    assert len(people) == 12
    assert min(user.created_at for user in people) < now - timedelta(days=200)
    assert attempts
    assert all(end is not None and start < end <= now for start, end in moments)
    assert len({row.state for row in rows}) > 1
    assert saved
