"""The example authors start from works as it is written, and editors check it by our schemas."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from quizapp.formats.bank_files import checking, schemas
from quizapp.formats.bank_files.problems import ERROR
from quizapp.formats.bank_files.reading import read_bank
from quizapp.question_types import registry
from tests.factories.content_sync import SAMPLE

HOUSE = Path(__file__).parents[4]
GUIDE = HOUSE / "docs" / "authors.md"
SCHEMAS = HOUSE / "question_bank" / "schemas"
FILE = re.compile(
    r"^`(?P<name>[\w./-]+)`\n\n(?P<fence>`{3,4})(?:yaml|markdown|xml)\n(?P<text>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the guide's example, as somebody would copy them out of it."""
    root = tmp_path_factory.mktemp("example") / "question_bank"
    for found in FILE.finditer(GUIDE.read_text(encoding="utf-8")):
        path = root / "first-aid-basics" / found["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return root


def test_the_example_is_complete(example: Path) -> None:
    files = {
        path.relative_to(example / "first-aid-basics").as_posix() for path in files_of(example)
    }
    assert files == {
        "course.yaml",
        "figures/side-view.svg",
        "lessons/recovery-position.md",
        "questions/unconscious.yaml",
        "quizzes/unconscious-quiz.yaml",
        "references.yaml",
    }


def files_of(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_the_example_passes_the_check(example: Path) -> None:
    problems = checking.check(read_bank(example))
    assert [problem for problem in problems if problem.severity == ERROR] == []


def test_the_example_has_a_question_of_every_type(example: Path) -> None:
    (folder,) = read_bank(example).courses
    assert {question.entry.type for question in folder.questions} == set(registry.names())


def test_the_schemas_are_those_of_the_models() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    assert written == dict(schemas.schemas())


def schema_of(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", [name for name, _ in schemas.schemas()])
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(name))


def kind_of(path: Path) -> str:
    return {
        "questions": "questions.schema.json",
        "quizzes": "quiz.schema.json",
        "lessons": "lesson.schema.json",
    }.get(path.parent.name, f"{path.stem}.schema.json")


class EditorLoader(yaml.SafeLoader):
    """Reads YAML 1.2, as editors do: `on` is a word, and dates are the text they are in JSON."""

    yaml_implicit_resolvers: Any = {  # noqa: RUF012 - declared so there
        first: [(tag, form) for tag, form in known if not tag.endswith((":bool", ":timestamp"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"]
)


def validate(root: Path) -> int:
    """Check every file of a bank as an editor would; how many there were."""
    paths = [path for path in files_of(root) if path.suffix in {".yaml", ".md"}]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            text = text.split("---\n")[1]
        document = yaml.load(text, Loader=EditorLoader)  # noqa: S506 - a SafeLoader
        jsonschema.Draft202012Validator(schema_of(kind_of(path))).validate(document)
    return len(paths)


def test_the_schemas_accept_the_example(example: Path) -> None:
    assert validate(example) == 5


def test_the_schemas_accept_the_sample_bank() -> None:
    assert validate(SAMPLE) == 8


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("course.schema.json", {"id": "a", "title": "A"}),
        ("course.schema.json", {"id": "Not A Slug"}),
        ("quiz.schema.json", {"id": "a", "title": "A", "sections": [], "passmark": 80}),
        ("questions.schema.json", [{"id": "q", "type": "telepathy", "stem": "?"}]),
        ("references.schema.json", [{"id": "R1", "text": "T", "url": "http://not.secure"}]),
        ("lesson.schema.json", {"id": "a", "title": "A", "objectives": ["X"], "minutes": 0}),
    ],
)
def test_the_schemas_refuse_mistakes(schema: str, document: object) -> None:
    assert list(jsonschema.Draft202012Validator(schema_of(schema)).iter_errors(document))
