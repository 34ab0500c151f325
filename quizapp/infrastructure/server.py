"""The server: a parent that keeps web server and worker running and stops both together."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from quizapp.config import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 15
PAUSE_SECONDS = 0.5
LONGEST_PAUSE = 10.0
HEALTHY_SECONDS = 30
BACKLOG = 4096
PR_SET_PDEATHSIG = 1
CHILD = "QUIZAPP_PARENT"


def run_web(settings: Settings) -> None:
    """The production web server; it starts a worker process again when one dies."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

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
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def end_with_parent() -> None:
    """In a child, on Linux: stop when the parent dies in any way, so no orphan keeps the port."""
    if sys.platform == "linux" and CHILD in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process that is started again when it ends by itself."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name = name
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = PAUSE_SECONDS

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._arguments, env={**os.environ, CHILD: str(os.getpid())}
        )

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def restart_pause(self) -> float:
        """Seconds to wait before starting again: longer each time it ends soon after its start."""
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


def supervise(children: list[Child], on_ready: Callable[[], None]) -> None:
    """Keep the children running until SIGTERM or SIGINT, then stop them."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        child.start()
    on_ready()
    while not stopping.wait(0.2):
        for child in children:
            if child.has_ended() and not stopping.is_set():
                _start_again(child, stopping)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.stop()
    for child in children:
        child.wait(deadline)


def _start_again(child: Child, stopping: threading.Event) -> None:
    pause = child.restart_pause()
    log.warning("%s ended; it is started again in %.1f s", child.name, pause)
    if not stopping.wait(pause):
        child.start()
