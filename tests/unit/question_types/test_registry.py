"""Finding a type by its name."""

import pytest

from quizapp.domain.errors import NotFound
from quizapp.question_types import registry


def test_every_type_is_found_by_its_name() -> None:
    assert [registry.get(name) for name in registry.names()] == list(registry.TYPES)


def test_names_are_unique() -> None:
    assert len(set(registry.names())) == len(registry.TYPES)


def test_an_unknown_name_is_not_found() -> None:
    with pytest.raises(NotFound):
        registry.get("essay-by-telegram")
