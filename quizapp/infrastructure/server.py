"""The server: a parent that keeps web server and worker running and stops both together."""

import ctypes
import gc
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from quizapp.config import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 15
LOOK_SECONDS = 0.2
WATCH_SECONDS = 1.0
PAUSE_SECONDS = 0.5
LONGEST_PAUSE = 10.0
HEALTHY_SECONDS = 30
BACKLOG = 4096
COLLECT_AFTER = 20_000
"""Objects between collections; the default of 700 looks through thousands of kept strings."""
PR_SET_PDEATHSIG = 1
CHILD = "QUIZAPP_PARENT"


def demand_free_port(settings: Settings) -> None:
    """Raise OSError if the address cannot be listened at.

    The web server would not notice: its processes share a port, with strangers too.
    """
    family, *_rest, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM
    )[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def answers(settings: Settings) -> bool:
    """Whether the web server is up: asks it, where it listens, if it is well."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what one may have set
    host = everywhere.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run_web(settings: Settings) -> None:
    """The production web server; it starts a worker process again when one dies."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    end_with_parent()
    os.environ[CHILD] = str(os.getpid())  # its own processes end with it, as it ends with ours
    Server(
        "quizapp.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=PAUSE_SECONDS,
        workers_kill_timeout=STOP_SECONDS - 5,  # before it is killed itself
        websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=_load)


def _load(target: str) -> Any:
    """In each process of the web server: the application.

    What it consists of stays for good: the garbage collector need not look at it again and again.
    """
    # Until it serves, it would only take note of a signal, as the handlers do that it inherited.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()
    module, _, factory = target.partition(":")
    application = getattr(import_module(module), factory)()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    return application


def end_with_parent() -> None:
    """In a child: stop when the parent dies in any way, so that no orphan keeps the port."""
    parent = os.environ.get(CHILD)
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, args=[int(parent)], daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    # A signal that comes while a web process is just about to serve is lost to it.
    time.sleep(STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


class Child:
    """One process that is started again when it ends by itself."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name = name
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at: float | None = None
        self._pause = PAUSE_SECONDS

    def start(self) -> None:
        self._started_at, self._start_again_at = time.monotonic(), None
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._arguments, env={**os.environ, CHILD: str(os.getpid())}
        )

    def tend(self) -> None:
        """Start the process again when it has ended, after a pause; never waits itself."""
        if self._process is None or self._process.poll() is None:
            return
        if self._start_again_at is None:
            pause = self._next_pause()
            log.warning("%s ended; it is started again in %.1f s", self.name, pause)
            self._start_again_at = time.monotonic() + pause
        elif time.monotonic() >= self._start_again_at:
            self.start()

    def _next_pause(self) -> float:
        """Seconds, more each time the process ends soon after its start."""
        lived = time.monotonic() - self._started_at
        self._pause = (
            PAUSE_SECONDS if lived > HEALTHY_SECONDS else min(self._pause * 2, LONGEST_PAUSE)
        )
        return self._pause

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is killed", self.name)
            self._process.kill()
            self._process.wait()


def supervise(
    children: list[Child], is_ready: Callable[[], bool], on_ready: Callable[[], None]
) -> None:
    """Keep the children running until SIGTERM or SIGINT, then stop them."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        child.start()
    was_ready = False
    while not stopping.wait(LOOK_SECONDS):
        for child in children:
            child.tend()
        if not was_ready and is_ready():
            was_ready = True
            on_ready()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.stop()
    for child in children:
        child.wait(deadline)
