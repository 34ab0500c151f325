"""JSON Schemas of the files, made from the models, so that editors complete and check."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, TypeAdapter

from quizapp.formats.bank_files.entries import entry_model
from quizapp.formats.bank_files.models import Course, LessonFront, Quiz, Reference, Vignette
from quizapp.question_types import registry

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Iterator[tuple[str, str]]:
    """Each schema's file name and text."""
    yield "course.schema.json", _text("A course", Course.model_json_schema())
    yield "lesson.schema.json", _text("A lesson's front matter", LessonFront.model_json_schema())
    yield "quiz.schema.json", _text("A quiz", Quiz.model_json_schema())
    references: Any = TypeAdapter(tuple[Reference, ...]).json_schema()
    yield "references.schema.json", _text("The references of a course", references)
    yield "questions.schema.json", _text("Questions and cases", _questions())


def _text(title: str, schema: dict[str, Any]) -> str:
    whole = {"$schema": DIALECT, **schema, "title": title}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _questions() -> dict[str, Any]:
    """A list whose entries are a question of any type, or a case that holds questions."""
    definitions: dict[str, Any] = {}
    models: list[tuple[str, type[BaseModel]]] = [
        (name, entry_model(name)) for name in registry.names()
    ]
    models.append(("vignette", Vignette))
    for name, model in models:
        own = model.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
        for part, definition in own.pop("$defs", {}).items():
            definitions[f"{name}.{part}"] = definition
        definitions[name] = own
    question = [{"$ref": f"#/$defs/{name}"} for name in registry.names()]
    definitions["vignette"]["properties"]["items"]["items"] = {"anyOf": question}
    return {
        "type": "array",
        "items": {"anyOf": [*question, {"$ref": "#/$defs/vignette"}]},
        "$defs": definitions,
    }
