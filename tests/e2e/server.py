"""The whole product as `make serve` starts it, on the course it comes with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from pydantic import SecretStr

from quizapp.config import Settings
from quizapp.infrastructure.site import Site, open_site
from quizapp.subscriptions import SUBSCRIPTIONS
from tests.bench.processes import descendants

ROOT = Path(__file__).parents[2]
PASSWORD = "sample people like good tests"
PATIENCE_SECONDS = 60
QUIZ = "dry-needling-foundations/quizzes/mechanisms-quiz.yaml"
PLAIN = "tags: [graded], types: [single_best_answer, multiple_response, true_false]"


def bank_with_plain_quiz(folder: Path) -> Path:
    """The course, with one quiz that draws only what the journeys answer by options."""
    shutil.copytree(ROOT / "question_bank", folder)
    text = (folder / QUIZ).read_text(encoding="utf-8")
    (folder / QUIZ).write_text(text.replace("tags: [graded]", PLAIN), encoding="utf-8")
    return folder


class Server:
    """Web server and worker in processes of their own, and the same site opened from here."""

    def __init__(self, folder: Path, people: int = 12) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.defpath,
            "QUIZAPP_DATA": str(folder),
            "QUIZAPP_PORT": str(self.port),
            "QUIZAPP_QUESTION_BANK": str(bank_with_plain_quiz(folder / "bank")),
            "QUIZAPP_DEMO_PASSWORD": PASSWORD,
            "QUIZAPP_PASSWORD_MEMORY_KIB": "8",
            "QUIZAPP_PASSWORD_ROUNDS": "1",
        }
        for command in (["upgrade"], ["bank", "sync"], ["demo", "--people", str(people)]):
            self.run(*command)
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        self.site = self._open(folder)

    def run(self, *arguments: str) -> str:
        """A command of the product; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "quizapp", *arguments],
            env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "quizapp", "serve"],
                env=self._environment, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(self.log.read_text(encoding="utf-8"))

    def kill_web(self) -> None:
        """Kill every process that serves pages, as the kernel would; the parent stays."""
        assert self._process is not None
        for pid in descendants(self._process.pid):
            if pid != self._process.pid and "web-only" in _command_line(pid):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        self.site.database.dispose()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)

    def _open(self, folder: Path) -> Site:
        settings = Settings(
            data=folder,
            port=self.port,
            secret_key=SecretStr((folder / "secret_key").read_text(encoding="utf-8").strip()),
            password_memory_kib=8,
            password_rounds=1,
        )
        return open_site(settings, SUBSCRIPTIONS)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
