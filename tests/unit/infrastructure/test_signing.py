"""Keys and signatures: one altered byte fails, a retired key still checks, nothing is lost."""

import json
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.config import Settings
from quizapp.infrastructure import signing
from quizapp.infrastructure.signing import Check, Key, KeysUnusable, Signature

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = signing.canonical({"person": "Léa", "n": 3})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"b": 1, "a": "ü", "c": None}, '{"a":"ü","b":1,"c":null}'),
        ({"a": [True, {"z": 1, "y": '\n\x01"\\'}]}, '{"a":[true,{"y":"\\n\\u0001\\"\\\\","z":1}]}'),
        ({}, "{}"),
    ],
)
def test_there_is_one_way_to_write_a_document(document: dict[str, Any], text: str) -> None:
    assert signing.canonical(document) == text.encode()


@pytest.mark.parametrize("document", [{"a": 0.5}, {"a": [1, {"b": 1.0}]}, {"ä": 1}])
def test_what_has_no_certain_text_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        signing.canonical(document)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcXYZ_"), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcXYZ_"), VALUES))
def test_reading_and_writing_again_changes_nothing(document: dict[str, Any]) -> None:
    text = signing.canonical(document)
    assert signing.canonical(json.loads(text)) == text


def test_the_first_key_is_made_once_and_for_its_owner_alone(settings: Settings) -> None:
    assert signing.read_keyring(settings) is None
    made = signing.open_keyring(settings, NOW)
    again = signing.open_keyring(settings, NOW + timedelta(days=1))
    assert made == again
    assert stat.S_IMODE(signing.path_of(settings).stat().st_mode) == 0o600


def test_many_that_make_the_first_key_get_the_same(settings: Settings) -> None:
    found: list[str] = []
    works = [
        threading.Thread(
            target=lambda: found.append(signing.open_keyring(settings, NOW).current.id)
        )
        for _ in range(12)
    ]
    for work in works:
        work.start()
    for work in works:
        work.join()
    assert len(found) == 12
    assert len(set(found)) == 1


def test_no_rotation_is_lost_among_many(settings: Settings) -> None:
    works = [threading.Thread(target=signing.rotate, args=(settings, NOW)) for _ in range(8)]
    for work in works:
        work.start()
    for work in works:
        work.join()
    keyring = signing.open_keyring(settings, NOW)
    assert len(keyring.keys) == 8
    assert [key.private is None for key in keyring.keys] == [True] * 7 + [False]


def test_what_was_signed_is_genuine(settings: Settings) -> None:
    keyring = signing.open_keyring(settings, NOW)
    assert keyring.check(TEXT, keyring.sign(TEXT)) is Check.GENUINE


def test_each_altered_byte_fails_the_check(settings: Settings) -> None:
    keyring = signing.open_keyring(settings, NOW)
    signature = keyring.sign(TEXT)
    for place in range(len(TEXT)):
        altered = bytearray(TEXT)
        altered[place] ^= 1
        assert keyring.check(bytes(altered), signature) is Check.ALTERED
    for place, letter in enumerate(signature.text):
        other = "A" if letter != "A" else "B"
        text = signature.text[:place] + other + signature.text[place + 1 :]
        assert keyring.check(TEXT, replace(signature, text=text)) is Check.ALTERED


@pytest.mark.parametrize("change", ["{}=", "{}==", "{} ", "{}!", "!{}", "", "ä{}"])
def test_a_signature_has_one_text(settings: Settings, change: str) -> None:
    keyring = signing.open_keyring(settings, NOW)
    signature = keyring.sign(TEXT)
    altered = Signature(signature.key_id, change.format(signature.text))
    assert keyring.check(TEXT, altered) is Check.ALTERED


def test_a_foreign_key_is_told_apart(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = signing.open_keyring(Settings(data=folder), NOW)
    found = signing.open_keyring(settings, NOW).check(TEXT, other.sign(TEXT))
    assert found is Check.UNKNOWN_KEY


def test_a_retired_key_still_checks_and_signs_no_more(settings: Settings) -> None:
    before = signing.open_keyring(settings, NOW)
    signature = before.sign(TEXT)
    after = signing.rotate(settings, NOW + timedelta(days=3))
    assert after.check(TEXT, signature) is Check.GENUINE
    assert after.current.id != before.current.id
    assert after.sign(TEXT).key_id == after.current.id
    old = after.find(before.current.id)
    assert old is not None
    assert old.retired_moment == NOW + timedelta(days=3)
    assert before.current.private is not None
    assert before.current.private not in signing.path_of(settings).read_text()


def test_a_process_that_runs_notices_a_rotation(settings: Settings) -> None:
    first = signing.open_keyring(settings, NOW).current.id
    signing.rotate(settings, NOW)
    assert signing.open_keyring(settings, NOW).current.id != first


def damages() -> list[Any]:
    def other_key(document: dict[str, Any]) -> None:
        document["keys"][0]["id"] = "0" * 16

    def no_private(document: dict[str, Any]) -> None:
        del document["keys"][0]["private"]

    def wrong_private(document: dict[str, Any]) -> None:
        document["keys"][0]["private"] = "A" * 43

    def no_keys(document: dict[str, Any]) -> None:
        document["keys"] = []

    def newer(document: dict[str, Any]) -> None:
        document["format"] = 2

    def unknown_field(document: dict[str, Any]) -> None:
        document["keys"][0]["more"] = 1

    return [other_key, no_private, wrong_private, no_keys, newer, unknown_field]


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_file_is_refused_by_name(settings: Settings, damage: Any) -> None:
    signing.open_keyring(settings, NOW)
    path = signing.path_of(settings)
    document = json.loads(path.read_text())
    damage(document)
    path.write_text(json.dumps(document))
    with pytest.raises(KeysUnusable, match=r"signing_keys\.json"):
        signing.open_keyring(settings, NOW)


@pytest.mark.parametrize("text", ["", "[]", "{", "\xff", '{"format": 1}'])
def test_a_file_that_is_no_document_is_refused(settings: Settings, text: str) -> None:
    signing.path_of(settings).write_text(text, encoding="latin-1")
    with pytest.raises(KeysUnusable):
        signing.open_keyring(settings, NOW)


def test_joining_two_files_forgets_no_key_and_revives_none(tmp_path: Path) -> None:
    here, there = (tmp_path / name for name in ("here", "there"))
    for folder in (here, there):
        folder.mkdir()
    mine = Settings(data=here)
    first = signing.open_keyring(mine, NOW).current
    there.joinpath(signing.FILE).write_bytes(signing.path_of(mine).read_bytes())
    signing.rotate(mine, NOW + timedelta(days=1))  # given up here after the backup was made
    target = tmp_path / "joined.json"
    later = NOW + timedelta(days=2)
    signing.merge(there / signing.FILE, signing.path_of(mine), target, later)
    found = read(target)
    assert [key.id for key in found] == [k.id for k in signing.open_keyring(mine, later).keys]
    assert found[0].id == first.id
    assert found[0].private is None
    assert found[-1].private is not None


def test_joining_two_keys_in_use_keeps_the_newer(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for days, folder in enumerate(folders):
        folder.mkdir()
        signing.open_keyring(Settings(data=folder), NOW + timedelta(days=days))
    one, two = (folder / signing.FILE for folder in folders)
    target = tmp_path / "joined.json"
    signing.merge(two, one, target, NOW + timedelta(days=5))
    found = read(target)
    assert [key.private is None for key in found] == [True, False]
    assert found[-1].id == read(two)[0].id
    signing.merge(tmp_path / "none", one, target, NOW)
    assert read(target) == read(one)


def read(path: Path) -> list[Key]:
    return [Key(**entry) for entry in json.loads(path.read_text())["keys"]]
