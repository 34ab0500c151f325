"""quizapp serve with real processes: what dies is replaced, and what is stopped is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

START_SECONDS = 40
SOON_SECONDS = 15
QUIZAPP = [sys.executable, "-m", "quizapp"]


@dataclass(frozen=True)
class Process:
    """A line of the process table."""

    pid: int
    parent: int
    session: int
    command: str


@dataclass
class Served:
    """A running installation; all its processes share the session of the first."""

    process: subprocess.Popen[str]
    port: int
    environment: dict[str, str]

    @property
    def processes(self) -> list[Process]:
        return [one for one in process_table() if one.session == self.process.pid]

    @property
    def web(self) -> Process:
        """The web server's first process."""
        return self._child("serve --web-only")

    @property
    def worker(self) -> Process:
        return self._child("quizapp worker")

    @property
    def web_workers(self) -> list[Process]:
        web = self.web.pid
        return [one for one in self.processes if one.parent == web]

    def _child(self, name: str) -> Process:
        return next(
            one for one in self.processes if name in one.command and one.parent == self.process.pid
        )

    def is_well(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read() == b"ok\n"
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def process_table() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text().replace("\0", " ").strip()
        except OSError:
            continue  # it ended meanwhile
        if stat[0] != "Z":
            yield Process(int(folder.name), int(stat[1]), int(stat[3]), command)


def wait_until(is_so: Callable[[], object], seconds: float = SOON_SECONDS) -> bool:
    """Whether it became so in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if is_so():
                return True
        except StopIteration:
            pass  # a process that is looked for is not there yet
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@pytest.fixture
def served(data_folder: Path) -> Iterator[Served]:
    port = free_port()
    environment = {
        **os.environ,  # noqa: TID251 - what a shell would hand over
        "QUIZAPP_DATA": str(data_folder),
        "QUIZAPP_PORT": str(port),
        "QUIZAPP_WEB_WORKERS": "2",
    }
    subprocess.run([*QUIZAPP, "upgrade"], env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*QUIZAPP, "serve"],
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    running = Served(process, port, environment)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Serving at http://127.0.0.1:{port}\n"
        yield running
    finally:
        for one in running.processes:
            with suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_it_says_that_it_serves_once_it_does(served: Served) -> None:
    assert served.is_well()
    assert wait_until(lambda: len(served.web_workers) == 2)
    assert served.worker.pid


def test_a_web_worker_that_was_killed_is_replaced(served: Served) -> None:
    assert wait_until(lambda: len(served.web_workers) == 2)
    victim = served.web_workers[0].pid
    os.kill(victim, signal.SIGKILL)
    assert wait_until(
        lambda: (
            len(served.web_workers) == 2 and victim not in {one.pid for one in served.web_workers}
        )
    )
    assert wait_until(served.is_well)


def test_a_web_server_that_was_killed_is_replaced(served: Served) -> None:
    assert wait_until(lambda: len(served.web_workers) == 2)
    former = {served.web.pid, *(one.pid for one in served.web_workers)}
    os.kill(served.web.pid, signal.SIGKILL)
    assert wait_until(
        lambda: len(served.web_workers) == 2 and not former & {one.pid for one in served.processes}
    )
    assert wait_until(served.is_well)


def test_a_job_process_that_was_killed_is_replaced(served: Served) -> None:
    former = served.worker.pid
    os.kill(former, signal.SIGKILL)
    assert wait_until(lambda: served.worker.pid != former)
    assert served.is_well()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_leaves_no_process(served: Served, number: signal.Signals) -> None:
    served.process.send_signal(number)
    assert served.process.wait(SOON_SECONDS) == 0
    assert served.processes == []
    assert is_free(served.port)


def test_no_orphan_keeps_the_port_when_the_parent_is_killed(served: Served) -> None:
    assert wait_until(lambda: len(served.web_workers) == 2)
    os.kill(served.process.pid, signal.SIGKILL)
    assert wait_until(lambda: served.processes == [])
    assert is_free(served.port)


DEAF = """
import os, signal, sys, time
from quizapp.infrastructure import server
signal.signal(signal.SIGTERM, lambda *_: print("told", flush=True))
server.WATCH_SECONDS = server.STOP_SECONDS = 0.05
os.environ[server.CHILD] = str(os.getppid())
server.end_with_parent()
print(os.getpid(), flush=True)
while True:
    time.sleep(1)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


def test_an_orphan_ends_even_if_the_signal_is_lost_to_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, DEAF], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        assert wait_until(lambda: child not in {one.pid for one in process_table()})
        assert "told" in parent.stdout.read()


def test_a_second_server_at_the_same_port_is_refused(served: Served) -> None:
    second = subprocess.run(
        [*QUIZAPP, "serve"],
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert second.returncode == 1
    assert "cannot be used (Address already in use)" in second.stderr
    assert "QUIZAPP_PORT" in second.stderr
    assert second.stdout == ""


def test_it_does_not_start_on_a_database_of_another_version(data_folder: Path) -> None:
    environment = {
        **os.environ,  # noqa: TID251 - what a shell would hand over
        "QUIZAPP_DATA": str(data_folder),
        "QUIZAPP_PORT": str(free_port()),
    }
    done = subprocess.run(
        [*QUIZAPP, "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "Run: quizapp upgrade" in done.stderr
