"""The samples that question types bring, as parameters of tests."""

from importlib import import_module
from typing import Any

import pytest

from quizapp.question_types import registry
from quizapp.question_types.base import Example, QuestionType


def samples_of(kind: QuestionType) -> tuple[Example, ...]:
    found: tuple[Example, ...] = import_module(f"quizapp.question_types.{kind.name}").EXAMPLES
    return found


def samples() -> list[Any]:
    """Each type with each of its samples."""
    return [
        pytest.param(kind, sample, id=f"{kind.name}: {sample.title}")
        for kind in registry.TYPES
        for sample in samples_of(kind)
    ]
