"""The forms of the types: whatever a content holds comes back from its form unchanged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.question_types import authoring, item, registry
from quizapp.question_types.base import Content, Harm, Scoring
from quizapp.question_types.choices import LETTERS

_text = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=30,
).filter(lambda text: bool(text.strip()))
_choice = st.fixed_dictionaries(
    {"text": _text, "rationale": st.one_of(st.just(""), _text), "key": st.booleans()},
    optional={"harm": st.sampled_from([h.value for h in Harm]), "pinned": st.booleans()},
)


def _named(choices: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    return [{**c, "id": n} for c, n in zip(choices, names, strict=False)]


_choices = st.lists(_choice, min_size=2, max_size=6)
_names = st.lists(st.sampled_from([*LETTERS.lower(), "x-1", "long-name"]), unique=True, min_size=6)
_lists = st.one_of(_choices, st.builds(_named, _choices, _names))
_side = st.fixed_dictionaries(
    {"rationale": st.one_of(st.just(""), _text)},
    optional={"harm": st.sampled_from([h.value for h in Harm])},
)
CONTENTS = {
    "single_best_answer": st.fixed_dictionaries({"choices": _lists, "shuffle": st.booleans()}),
    "multiple_response": st.fixed_dictionaries(
        {
            "choices": _lists,
            "shuffle": st.booleans(),
            "scoring": st.sampled_from([s.value for s in Scoring]),
            "say_how_many": st.booleans(),
        }
    ),
    "true_false": st.fixed_dictionaries(
        {"key": st.booleans(), "when_true": _side, "when_false": _side}
    ),
}


def meaning(content: Any) -> dict[str, Any]:
    """A content with the names of options written out."""
    found: dict[str, Any] = content.model_dump(mode="json")
    if hasattr(content, "named"):
        for choice, (name, _choice_of_name) in zip(found["choices"], content.named(), strict=True):
            choice["id"] = name
    return found


@pytest.mark.parametrize("kind", registry.TYPES, ids=registry.names())
@given(st.data())
def test_a_content_comes_back_from_its_form(kind: Any, data: st.DataObject) -> None:
    document = data.draw(CONTENTS[kind.name])
    if kind.name == "single_best_answer":
        for place, choice in enumerate(document["choices"]):
            choice["key"] = place == 0
    content: Content = kind.content.model_validate(document)

    again = kind.content.model_validate(authoring.form_of(kind, content).document())

    assert meaning(again) == meaning(content)


@pytest.mark.parametrize("kind", registry.TYPES, ids=registry.names())
@given(st.data())
def test_a_sketch_shows_what_the_content_shows(kind: Any, data: st.DataObject) -> None:
    content = kind.content.model_validate(data.draw(CONTENTS[kind.name]))
    sketch = authoring.form_of(kind, content).sketch()
    order = {"order": [name for name, _c in content.named()]} if kind.name != "true_false" else {}

    shown = kind.answer_view(sketch, order, kind.response())
    real = kind.answer_view(content, order, kind.response())

    assert [o.text.strip() for o in shown.options] == [o.text.strip() for o in real.options]


def test_names_are_left_out_where_they_are_the_usual_letters() -> None:
    kind = registry.get("single_best_answer")
    content = kind.content.model_validate({"choices": [{"text": "1"}, {"text": "2"}]})
    body = item.body_of(
        kind.name, kind.content.model_validate(authoring.form_of(kind, content).document())
    )
    assert body["parts"][0]["content"] == {"choices": [{"text": "1"}, {"text": "2"}]}


def test_marking_does_not_load_the_forms() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from quizapp.question_types import item, registry; "
        "from quizapp.features.attempts.commands import submitting; "
        "sys.exit('wtforms' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
