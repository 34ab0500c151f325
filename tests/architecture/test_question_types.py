"""Each question type brings the files that its contract names."""

from importlib import import_module
from pathlib import Path

import pytest

from quizapp.question_types import registry
from quizapp.question_types.base import Content, QuestionType, Response
from tests.architecture.house import QUIZAPP

FOLDER = QUIZAPP / "question_types"
NEEDED = {"__init__.py", "answer.html", "content.py", "feedback.html", "grading.py"}
ALLOWED = NEEDED | {"author.html", "enhance.js", "form.py"}
OWN = {"hotspot": {"geometry.py", "regions.py", "showing.py"}, "file_upload": {"sniffing.py"}}
"""Rules of a type that would make its other files too long."""
by_name = pytest.mark.parametrize("kind", registry.TYPES, ids=lambda kind: kind.name)


def folders() -> list[Path]:
    return [path.parent for path in FOLDER.glob("*/__init__.py")]


def test_every_folder_is_a_type_of_the_registry() -> None:
    assert {path.name for path in folders()} == set(registry.names())


@by_name
def test_a_type_has_its_files_and_no_others(kind: QuestionType) -> None:
    files = {path.name for path in (FOLDER / kind.name).iterdir() if path.is_file()}
    assert files >= NEEDED
    assert files <= ALLOWED | OWN.get(kind.name, set())


@by_name
def test_a_type_is_named_like_its_folder(kind: QuestionType) -> None:
    module = import_module(f"quizapp.question_types.{kind.name}")
    assert getattr(module, kind.name.upper()) is kind
    assert module.EXAMPLES
    assert issubclass(kind.content, Content)
    assert issubclass(kind.response, Response)


@by_name
def test_an_unanswered_response_is_empty(kind: QuestionType) -> None:
    assert kind.response().is_empty
