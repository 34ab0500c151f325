"""The entry model of each question type: what every question has, and the type's own content."""

from functools import cache
from typing import Any, Literal

from pydantic import create_model

from quizapp.formats.bank_files.models import Entry
from quizapp.question_types import registry
from quizapp.question_types.base import Content


@cache
def entry_model(type_name: str) -> type[Entry]:
    """One flat model, so that authors write the content's keys beside the stem."""
    kind = registry.get(type_name)
    own = {
        name: (info.annotation, info)
        for name, info in kind.content.model_fields.items()
        if name not in kind.content.kept_inside
    }
    fields: dict[str, Any] = {"type": (Literal[type_name], ...), **own}
    model = create_model(
        f"{type_name}_entry", __base__=Entry, __doc__=kind.content.__doc__, **fields
    )

    def content(self: Any) -> Content:
        values = {name: getattr(self, name) for name in own}
        return kind.content.model_validate(values)

    model.content = content  # type: ignore[method-assign]
    return model
