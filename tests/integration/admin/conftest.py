"""A browser of the administrator, and the command line of the site under test."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from quizapp import cli
from quizapp.domain.access.roles import Role
from quizapp.infrastructure.site import Site
from tests.factories.clinic import Clinic
from tests.factories.web import Visitor
from tests.integration.admin.archives import PICTURE


@pytest.fixture
def admin(client_as: Callable[[Role], Visitor]) -> Visitor:
    return client_as(Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run a command as somebody at a terminal would, on the site under test."""
    monkeypatch.setattr(cli.Installation, "site", site)
    monkeypatch.setattr(cli.Installation, "settings", site.settings)

    def call(*arguments: str, stdin: str = "") -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["quizapp", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code: Any = 0
        try:
            cli.main()
        except SystemExit as leave:
            code = leave.code
        told = capsys.readouterr()
        message = f"{code}\n" if isinstance(code, str) else ""
        return Done(1 if message else code or 0, told.out, told.err + message)

    return call


@pytest.fixture
def uploads(site: Site) -> Path:
    folder = site.settings.data / "uploads" / "ab"
    folder.mkdir(parents=True)
    (folder / "abcd.png").write_bytes(PICTURE)
    return folder.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quizapp.tar.gz"


@pytest.fixture
def written(run: Run, site: Site, clinic: Clinic, uploads: Path, file: Path) -> Path:
    """A backup of the clinic."""
    assert clinic.lea.id
    assert uploads.is_dir()
    done = run("backup", str(file))
    assert (done.code, done.err) == (0, "")
    assert site.settings is not None
    return file
