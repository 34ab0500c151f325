"""What quizapp restore refuses: damaged, foreign and malicious archives."""

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quizapp.infrastructure.site import Site
from tests.integration.admin.archives import PICTURE, files_below, holding, relisted, rewritten
from tests.integration.admin.conftest import Run
from tests.integration.admin.watching import everything

DAMAGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "cut off": (lambda file: file.write_bytes(file.read_bytes()[:-2000]), "damaged"),
    "a bit changed": (
        lambda file: file.write_bytes(
            file.read_bytes()[:900] + bytes([file.read_bytes()[900] ^ 1]) + file.read_bytes()[901:]
        ),
        "cannot be used",
    ),
    "empty": (lambda file: file.write_bytes(b""), "cannot be used"),
    "no archive": (lambda file: file.write_text("hello " * 500), "damaged"),
    "missing": (lambda file: file.unlink(), "there is no file"),
    "other content": (
        lambda file: rewritten(file, lambda files: files.update({"uploads/ab/abcd.png": b"x"})),
        "another size",
    ),
    "other content of the same size": (
        lambda file: rewritten(
            file, lambda files: files.update({"uploads/ab/abcd.png": PICTURE[::-1]})
        ),
        "uploads/ab/abcd.png was altered",
    ),
    "a file less": (
        lambda file: rewritten(file, lambda files: files.pop("uploads/ab/abcd.png")),
        "uploads/ab/abcd.png is missing",
    ),
    "a file more": (
        lambda file: rewritten(file, lambda files: files.update({"uploads/more": b""})),
        "'uploads/more' should not be in it",
    ),
    "no list": (
        lambda file: rewritten(file, lambda files: files.pop("manifest.json")),
        "does not begin with a list",
    ),
    "an unreadable list": (
        lambda file: rewritten(file, lambda files: files.update({"manifest.json": b"{"})),
        "its list of files cannot be read",
    ),
    "a list of nonsense": (
        lambda file: rewritten(file, lambda files: files.update({"manifest.json": b"[1]"})),
        "its list of files cannot be read",
    ),
    "a later format": (
        lambda file: relisted(file, lambda document: document.update(format=2)),
        "newer version",
    ),
    "no database": (
        lambda file: relisted(
            file,
            lambda document: [
                document["files"].pop(name)
                for name in list(document["files"])
                if name.startswith("database")
            ],
        ),
        "holds no database",
    ),
    "a newer revision": (
        lambda file: relisted(file, lambda document: document.update(revision="9999")),
        "install a newer version first",
    ),
    "another engine": (
        lambda file: relisted(file, lambda document: document.update(engine="oracle")),
        "it is of oracle",
    ),
    "a foreign file": (lambda file: holding(file, "secret_key"), "does not belong"),
    "a way up": (lambda file: holding(file, "uploads/../../evil"), "outside its folder"),
    "an absolute name": (lambda file: holding(file, "/evil"), "outside its folder"),
    "a backslash": (lambda file: holding(file, "uploads\\..\\evil"), "outside its folder"),
    "a dot": (lambda file: holding(file, "uploads/./evil"), "outside its folder"),
    "an empty part": (lambda file: holding(file, "uploads//evil"), "outside its folder"),
    "a control character": (lambda file: holding(file, "uploads/a\x07"), "outside its folder"),
    "a symbolic link": (
        lambda file: holding(file, "uploads/link", kind=tarfile.SYMTYPE),
        "should not be in it",
    ),
    "a hard link": (
        lambda file: holding(file, "uploads/link", kind=tarfile.LNKTYPE),
        "should not be in it",
    ),
    "a device": (
        lambda file: holding(file, "uploads/device", kind=tarfile.CHRTYPE),
        "should not be in it",
    ),
    "a file twice": (
        lambda file: holding(file, "uploads/ab/abcd.png"),
        "cannot be used",
    ),
    "a huge list entry": (
        lambda file: relisted(
            file, lambda document: document["files"]["uploads/ab/abcd.png"].update(size=10**15)
        ),
        "not enough free disk space",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_or_foreign_is_refused_and_the_data_stays(
    site: Site, run: Run, written: Path, damage: str
) -> None:
    spoil, message = DAMAGES[damage]
    spoil(written)
    rows, files = everything(site), files_below(site.settings.data / "uploads")
    outside = sorted(written.parent.iterdir())
    site.database.dispose()
    done = run("restore", str(written), "--force")
    assert done.code == 1
    assert message in done.err
    assert everything(site) == rows
    assert files_below(site.settings.data / "uploads") == files
    assert sorted(written.parent.iterdir()) == outside
    assert not list(site.settings.data.glob(".quizapp-restore-*"))
