"""Passwords: hashed, compared at equal cost, and refused when anybody would guess them."""

import pytest

from quizapp.config import Settings
from quizapp.domain.errors import Invalid
from quizapp.infrastructure import passwords

SETTINGS = Settings(password_memory_kib=8, password_rounds=1)
GOOD = "seven quiet otters swim"


def test_the_right_password_is_right() -> None:
    stored = passwords.make_hash(SETTINGS, GOOD)
    assert stored.startswith("$argon2id$")
    assert passwords.is_right(SETTINGS, stored, GOOD)


@pytest.mark.parametrize("typed", ["", GOOD.upper(), f" {GOOD}", f"{GOOD} ", GOOD[:-1]])
def test_every_character_counts(typed: str) -> None:
    assert not passwords.is_right(SETTINGS, passwords.make_hash(SETTINGS, GOOD), typed)


def test_the_same_password_has_another_hash_each_time() -> None:
    assert passwords.make_hash(SETTINGS, GOOD) != passwords.make_hash(SETTINGS, GOOD)


@pytest.mark.parametrize("typed", ["", GOOD, "nobody has this password"])
def test_nobodys_password_is_never_right(typed: str) -> None:
    assert not passwords.is_right(SETTINGS, None, typed)


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_what_is_no_hash_is_never_right(stored: str) -> None:
    assert not passwords.is_right(SETTINGS, stored, "plain text")


@pytest.mark.parametrize(
    "text", [GOOD, "x7#Kq!2mZp@9", "страна озёр и лесов", "🦦" * 6 + "лес бегемот"]
)
def test_long_and_unusual_is_strong(text: str) -> None:
    passwords.demand_strength(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("short", "at least 12"),
        ("x7#Kq!2mZp@", "at least 12"),
        ("x" * 257, "at most 256"),
        ("passwordpassword", "first passwords"),
        ("123456789012", "first passwords"),
        ("qwertyuiop12", "first passwords"),
        ("aaaaaaaaaaaaaaaa", "first passwords"),
    ],
)  # fmt: skip
def test_weak_passwords_are_refused_at_their_field(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        passwords.demand_strength(text)
    assert caught.value.field == "password"
    assert text not in str(caught.value)


def test_words_everybody_here_knows_are_weak() -> None:
    text = "Kniebergklinik2026"
    passwords.demand_strength(text)
    with pytest.raises(passwords.WeakPassword):
        passwords.demand_strength(text, ("Kniebergklinik", "a"))


def test_the_longest_password_is_checked_quickly() -> None:
    passwords.demand_strength("correct horse battery staple " * 8)
