"""quizapp keys: shown without secrets, rotated without losing a receipt; backup and doctor."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.features.attempts.queries import receipts
from quizapp.features.attempts.queries.receipts import Finding
from quizapp.infrastructure import backup, signing
from quizapp.infrastructure.archive import DamagedArchive
from quizapp.infrastructure.site import Site, open_site
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.clock import START
from tests.integration.admin.conftest import Run
from tests.integration.attempts.test_receipts import receipt_of
from tests.integration.engines import Engine, make_settings


@pytest.fixture
def code(site: Site, clinic: Clinic) -> str:
    """The code of a receipt."""
    attempt = attempts.start(site, clinic.lea)
    attempts.submit(site, clinic.lea, attempt.id)
    return receipt_of(site, attempt.id).code


@pytest.fixture
def elsewhere(engine: Engine, tmp_path: Path) -> Iterator[Site]:
    """Another installation of the same kind, to be replaced."""
    data = tmp_path / "elsewhere"
    data.mkdir()
    address = engine.copy("empty", data)
    place = open_site(make_settings(data, database_url=address))
    yield place
    place.database.dispose()
    engine.discard(address)


def finding(site: Site, code: str) -> Finding:
    with site.reading() as ctx:
        return receipts.verify(ctx, code).finding


def test_before_the_first_hand_in_there_is_none(run: Run, site: Site) -> None:
    assert run("keys", "list", "--json").document == {"keys": []}
    assert "There is no key yet." in run("keys", "list").out
    assert not signing.path_of(site.settings).exists()


def test_keys_are_shown_without_their_private_half(run: Run, site: Site, code: str) -> None:
    keyring = signing.read_keyring(site.settings)
    assert keyring is not None
    assert code
    done = run("keys", "list", "--json")
    assert done.document == {"keys": [keyring.current.to_dict()]}
    assert set(done.document["keys"][0]) == {"id", "public", "made_at", "retired_at"}
    assert keyring.current.private is not None
    for out in (done.out, run("keys", "list").out):
        assert keyring.current.private not in out
    assert "signs now" in run("keys", "list").out


def test_a_rotation_keeps_what_was_signed_good(run: Run, site: Site, code: str) -> None:
    (before,) = run("keys", "list", "--json").document["keys"]
    done = run("keys", "rotate", "--json")
    assert done.code == 0
    assert done.document["retired"] == [before["id"]]
    old, new = run("keys", "list", "--json").document["keys"]
    assert (old["id"], new["id"]) == (before["id"], done.document["key"])
    assert (old["retired_at"] is None, new["retired_at"]) == (False, None)
    assert finding(site, code) is Finding.GENUINE
    assert "1 retired" in run("doctor").out


@pytest.mark.usefixtures("clinic")
def test_a_rotation_is_in_the_audit_log(run: Run, site: Site) -> None:
    run("keys", "rotate")
    assert run("audit", "verify").code == 0
    with site.reading() as ctx:
        from quizapp.features.admin.queries import history

        (row, *_rest) = history.list_events(ctx, history.EventFilter()).rows
    assert row.action_code == "signing_key.rotated"


@pytest.mark.parametrize("command", ["list", "rotate"])
def test_a_damaged_file_is_named(run: Run, site: Site, command: str) -> None:
    signing.path_of(site.settings).write_text("{}")
    done = run("keys", command)
    assert done.code == 1
    assert "signing_keys.json" in done.err
    assert "problem" in run("keys", command, "--json").document
    assert signing.path_of(site.settings).read_text() == "{}"


def test_a_backup_brings_the_keys_along(
    run: Run, site: Site, code: str, elsewhere: Site, file: Path
) -> None:
    document = run("backup", str(file), "--json").document
    assert signing.FILE in document["files"]
    backup.restore(elsewhere.settings, file, force=True)
    path = signing.path_of(elsewhere.settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == signing.path_of(site.settings).read_bytes()
    assert finding(elsewhere, code) is Finding.GENUINE


def test_a_restore_forgets_no_key_and_revives_none(
    run: Run, site: Site, code: str, file: Path
) -> None:
    run("backup", str(file))
    rotated = signing.rotate(site.settings, START)
    site.database.dispose()
    backup.restore(site.settings, file, force=True)
    found = signing.read_keyring(site.settings)
    assert found is not None
    assert [key.id for key in found.keys] == [key.id for key in rotated.keys]
    assert found.keys[0].private is None
    assert finding(site, code) is Finding.GENUINE


def test_a_backup_from_before_there_were_keys_leaves_them(
    run: Run, site: Site, clinic: Clinic, file: Path
) -> None:
    run("backup", str(file))
    attempts.submit(site, clinic.lea, attempts.start(site, clinic.lea).id)
    before = signing.path_of(site.settings).read_bytes()
    site.database.dispose()
    backup.restore(site.settings, file, force=True)
    assert signing.path_of(site.settings).read_bytes() == before


def test_damaged_keys_in_a_backup_are_refused(
    run: Run, site: Site, elsewhere: Site, file: Path
) -> None:
    signing.path_of(site.settings).write_text("{}")
    run("backup", str(file))
    with pytest.raises(DamagedArchive, match=r"signing_keys\.json"):
        backup.restore(elsewhere.settings, file, force=True)
    with tarfile.open(file) as archive:
        assert signing.FILE in archive.getnames()


@pytest.mark.parametrize(
    ("check", "words"),
    [("signing keys", "does not hold signing keys"), ("receipts", "keys that are not here")],
)
def test_doctor_finds_what_is_wrong(
    run: Run, site: Site, code: str, check: str, words: str
) -> None:
    path = signing.path_of(site.settings)
    assert code
    if check == "receipts":
        path.unlink()
    else:
        path.write_text("{}")
    done = run("doctor", "--json")
    row = next(row for row in done.document["checks"] if row["check"] == check)
    assert (done.code, row["state"]) == (1, "problem")
    assert words in row["text"]


def test_doctor_minds_who_can_read_the_keys(run: Run, site: Site, code: str) -> None:
    assert code
    signing.path_of(site.settings).chmod(0o644)
    rows = run("doctor", "--json").document["checks"]
    row = next(row for row in rows if row["check"] == "signing keys")
    assert (row["state"], row["remedy"].split()[:3]) == ("problem", ["Run:", "chmod", "600"])
