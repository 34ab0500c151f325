"""quizapp serve and upgrade: what they refuse, and how the parent tends its children."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from quizapp import cli
from quizapp.infrastructure import migrations, server
from quizapp.infrastructure.server import Child
from quizapp.infrastructure.site import Site, open_site
from tests.factories.accounts import make_person
from tests.integration.admin.conftest import Run
from tests.integration.engines import make_settings


@pytest.fixture
def handlers() -> Iterator[None]:
    """The parent takes signals for itself; tests give them back."""
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, site: Site) -> Iterator[Callable[..., None]]:
    """Give the command other settings, on the same database."""
    made: list[Site] = []

    def change(**changes: Any) -> None:
        usual = {"data": site.settings.data, "database_url": site.settings.database_url}
        other = open_site(make_settings(**{**usual, **changes}))
        made.append(other)
        monkeypatch.setattr(cli.Installation, "site", other)
        monkeypatch.setattr(cli.Installation, "settings", other.settings)

    yield change
    for other in made:
        other.database.dispose()


def test_a_database_of_another_version_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "head", lambda: "9999")
    done = run("serve")
    assert (done.code, done.out) == (1, "")
    assert "Run: quizapp upgrade" in done.err


def test_sample_accounts_are_refused_on_a_public_address(
    run: Run, site: Site, use: Callable[..., None]
) -> None:
    make_person(site)
    with site.database.transaction() as session:
        session.execute(text("UPDATE users SET is_sample = :yes"), {"yes": True})
    use(public_url="https://learn.example.org")
    done = run("serve")
    assert done.code == 1
    assert "quizapp demo --remove-accounts" in done.err


def test_a_spoilt_secret_key_is_refused(run: Run, site: Site, use: Callable[..., None]) -> None:
    (site.settings.data / "secret_key").write_text("short")
    use(secret_key=None)
    done = run("serve")
    assert done.code == 1
    assert "holds a short secret key. Remove the file" in done.err
    (finding,) = [f for f in run("doctor", "--json").document["checks"] if f["state"] == "problem"]
    assert (finding["check"], "mode" in finding["text"]) == ("secret key", True)
    (site.settings.data / "secret_key").chmod(0o600)
    (finding,) = [f for f in run("doctor", "--json").document["checks"] if f["state"] == "problem"]
    assert "holds a short secret key" in finding["text"]


def test_a_port_that_is_taken_is_said_so(run: Run, use: Callable[..., None]) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        use(port=taken.getsockname()[1])
        done = run("serve")
    assert done.code == 1
    assert "Stop what uses it, or set QUIZAPP_PORT" in done.err


def test_serving_is_announced_once_it_is_so(
    run: Run, use: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def supervise(children: list[Child], is_ready: Callable[[], bool], on_ready: Any) -> None:
        seen.extend(child.name for child in children)
        assert not is_ready()
        on_ready()

    monkeypatch.setattr(server, "supervise", supervise)
    use(port=free_port())
    done = run("serve")
    assert done.code == 0
    assert done.out.startswith("Serving at http://127.0.0.1:")
    assert seen == ["web server", "worker"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_upgrading_twice_does_nothing_the_second_time(run: Run, site: Site) -> None:
    migrations.downgrade(site.database, "base")
    assert "Database upgraded to" in run("upgrade").err
    assert "The database is up to date." in run("upgrade").err


def child(folder: Path, program: str) -> Child:
    """A process that notes each of its starts in a file."""
    note = (
        f"import pathlib, sys, time; pathlib.Path({str(folder / 'starts')!r}).open('a').write('x')"
    )
    return Child("sample", [sys.executable, "-c", f"{note}\n{program}"])


def starts(folder: Path) -> int:
    path = folder / "starts"
    return len(path.read_text()) if path.exists() else 0


def stop_when(is_so: Callable[[], bool]) -> threading.Thread:
    """Ask this very process to stop once something is so, after twenty seconds at the latest."""

    def wait() -> None:
        deadline = time.monotonic() + 20
        while not is_so() and time.monotonic() < deadline:
            time.sleep(0.02)
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # the parent still listens
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_the_parent_starts_again_what_ends_and_stops_it_in_the_end(
    tmp_path: Path, handlers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handlers is None
    monkeypatch.setattr(server, "LONGEST_PAUSE", 0.05)
    told: list[str] = []
    stopper = stop_when(lambda: starts(tmp_path) >= 3)
    server.supervise(
        [child(tmp_path, "")], lambda: starts(tmp_path) >= 1, lambda: told.append("ready")
    )
    stopper.join()
    assert starts(tmp_path) >= 3
    assert told == ["ready"]


def test_a_child_that_does_not_stop_is_killed(
    tmp_path: Path, handlers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handlers is None
    monkeypatch.setattr(server, "STOP_SECONDS", 0.5)
    stubborn = child(
        tmp_path,
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(tmp_path / 'ready')!r}, 'w'); time.sleep(60)",
    )

    stopper = stop_when((tmp_path / "ready").exists)
    server.supervise([stubborn], lambda: False, lambda: None)
    stopper.join()
    assert starts(tmp_path) == 1


def test_pauses_grow_while_a_process_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Child("sample", ["true"])
    monkeypatch.setattr(quick, "_started_at", time.monotonic())
    pauses = [quick._next_pause() for _number in range(6)]  # noqa: SLF001 - its own arithmetic
    assert pauses == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    monkeypatch.setattr(quick, "_started_at", time.monotonic() - server.HEALTHY_SECONDS - 1)
    assert quick._next_pause() == server.PAUSE_SECONDS  # noqa: SLF001 - its own arithmetic


def test_nobody_answers_at_a_port_without_a_server() -> None:
    settings = make_settings(Path("nowhere"), port=free_port())
    assert server.answers(settings) is False
    server.demand_free_port(settings)
