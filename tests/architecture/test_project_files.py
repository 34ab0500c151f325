"""What is handed on with the project says nothing about the machine it was made on."""

import re
import socket
from pathlib import Path

import pytest

from tests.architecture.house import HOUSE, named, project_files

BINARY = {".woff2", ".png", ".jpg", ".ico", ".xlsx"}
HOMES = re.compile(r"(?<![\w./-])/(?:home|Users|root)/\w")
ADDRESS = re.compile(r"https?://(?P<host>[\w.-]+)")
LOCAL = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104 - a word to look for
INSIDE = re.compile(r"^[^.]+$|\.(?:internal|local|lan|corp|intranet|home)$|^\d+(?:\.\d+){3}$")
OWN = "tests/"


def texts() -> list[tuple[str, str]]:
    return [
        (named(path), path.read_text(encoding="utf-8"))
        for path in project_files()
        if path.suffix not in BINARY
    ]


def test_no_file_names_a_place_on_this_machine() -> None:
    places = {str(HOUSE), str(Path.home())} - {"/"}
    found = [
        name
        for name, text in texts()
        if HOMES.search(text) or any(f"{place}/" in text for place in places)
    ]
    assert found == []


def test_no_file_names_a_host_inside_somebodys_network() -> None:
    found = [
        (name, match["host"])
        for name, text in texts()
        if not name.startswith(OWN)
        for match in ADDRESS.finditer(text)
        if match["host"] not in LOCAL and INSIDE.search(match["host"])
    ]
    assert found == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_registry(name: str) -> None:
    text = (HOUSE / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|(?m:^-i\b)", text)
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._\[\]-]+==[\w.+!-]+", entry), entry.split("\n")[0]
        assert "--hash=sha256:" in entry, entry.split("\n")[0]


def test_texts_are_utf8_and_end_with_a_line_break() -> None:
    assert [name for name, text in texts() if text and not text.endswith("\n")] == []


def test_the_list_of_checks_names_tests_that_exist() -> None:
    text = (HOUSE / "docs" / "checks.md").read_text(encoding="utf-8")
    named_files = set(re.findall(r"`(tests/[^`]+)`", text))
    assert len(named_files) > 40
    assert [name for name in sorted(named_files) if not (HOUSE / name).is_file()] == []
    numbers = [int(number) for number in re.findall(r"(?m)^\| (\d+) \|", text)]
    assert numbers == list(range(1, 61))


def test_the_network_is_off_in_tests() -> None:
    with pytest.raises(UserWarning, match="tried to use"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
