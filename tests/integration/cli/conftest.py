"""A terminal to run commands in."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from quizapp import cli
from quizapp.infrastructure import logs
from quizapp.infrastructure.site import Site


class Terminal:
    """Runs commands and keeps what they printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *arguments: str | Path) -> int:
        """The exit status."""
        self._monkeypatch.setattr(sys, "argv", ["quizapp", *map(str, arguments)])
        self._capsys.readouterr()
        try:
            cli.main()
            status: int | str | None = 0
        except SystemExit as leave:
            status = leave.code
        self.out, self.err = self._capsys.readouterr()
        if isinstance(status, str):
            self.err += status
            return 1
        return status or 0

    @property
    def document(self) -> Any:
        """What was printed, which has to be one document."""
        return json.loads(self.out)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setattr(logs, "set_up", lambda _settings: None)  # the log of the tests is theirs
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def terminal_of_site(site: Site, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose commands find the test's database."""
    monkeypatch.setattr(cli.Installation, "site", site)
    monkeypatch.setattr(cli.Installation, "settings", site.settings)
    return terminal
