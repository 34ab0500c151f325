"""The forms of the types: whatever a content holds comes back from its form unchanged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.question_types import authoring, item, registry
from quizapp.question_types.base import Content, Harm, Scoring
from quizapp.question_types.choices import LETTERS
from quizapp.question_types.naming import folded
from tests.factories.dice import dice

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
_line = _text.filter(lambda text: len(text.splitlines()) == 1).map(str.strip).filter(bool)
_listed = {
    "share": st.sampled_from(["1", "1/2", "1/3", "3/7", "0"]),
    "rationale": st.one_of(st.just(""), _text),
}
_rated = {"harm": st.sampled_from([h.value for h in Harm])}
_number = st.decimals(-1000, 1000, places=3).map(str)
_amount = st.decimals(0, 100, places=2).map(str)
_tolerance: Any = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"absolute": _amount}),
    st.fixed_dictionaries({"percent": _amount}),
    st.fixed_dictionaries({"figures": st.integers(1, 15)}),
)
_numeric = {
    "answers": st.lists(
        st.fixed_dictionaries(
            {**_listed, "value": _number}, optional={**_rated, "tolerance": _tolerance}
        ),
        min_size=1,
        max_size=4,
    ),
    "tolerance": _tolerance,
    "units": st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["mm", "m²", "%", "drops / min"]), "factor": _amount}
        ),
        max_size=3,
    ),
    "unit_input": st.sampled_from(["shown", "choose", "typed"]),
    "unit_penalty": st.sampled_from(["1", "0", "1/3", "2/7"]),
}
_short_text = {
    "answers": st.lists(
        st.fixed_dictionaries(
            {**_listed, "text": _line}, optional={**_rated, "typos": st.integers(0, 3)}
        ),
        min_size=1,
        max_size=4,
    ),
    "ignore_case": st.booleans(),
    "ignore_accents": st.booleans(),
    "ignore_punctuation": st.booleans(),
}


def _gap(kind: str, own: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)
    head = {"type": st.just(kind), "name": names, "weight": st.integers(1, 100)}
    return st.fixed_dictionaries({**head, **own})


_cloze = {
    "text": _text.map(str.strip),
    "gaps": st.lists(
        st.one_of(_gap("number", _numeric), _gap("text", _short_text)), min_size=1, max_size=3
    ),
}
_reason = st.one_of(st.just(""), _text)
_own_names = st.one_of(st.just([""] * 5), _names)


def _rows(name: str, own: dict[str, Any], more: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Rows that say different things, with names of their own or without."""
    row = st.fixed_dictionaries({name: _text.map(str.strip), **own}, optional=more)
    rows = st.lists(row, min_size=3, max_size=5, unique_by=lambda found: folded(found[name]))
    return st.builds(_named, rows, _own_names)


_matching = {
    "pairs": _rows("prompt", {"answer": _line, "rationale": _reason}, _rated),
    "distractors": st.lists(st.fixed_dictionaries({"text": _line}, optional=_rated), max_size=3),
    "shuffle": st.booleans(),
    "scoring": st.sampled_from(["per_pair", "all_or_nothing"]),
}
_ordering = {
    "steps": _rows("text", {"rationale": _reason}, {}),
    "scoring": st.sampled_from(["exact", "adjacent_pairs", "relative_position"]),
}
CONTENTS = {
    "matching": st.fixed_dictionaries(_matching),
    "ordering": st.fixed_dictionaries(_ordering, optional=_rated),
    "numeric": st.fixed_dictionaries(_numeric),
    "short_text": st.fixed_dictionaries(_short_text),
    "cloze": st.fixed_dictionaries(_cloze),
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


def meaning(content: Any) -> Any:
    """A content with the names of options written out."""
    if not hasattr(content, "named"):
        return content
    found = content.model_dump(mode="json")
    for choice, (name, _choice_of_name) in zip(found["choices"], content.named(), strict=True):
        choice["id"] = name
    return found


with_generated_contents = pytest.mark.parametrize(
    "kind", [registry.get(name) for name in CONTENTS], ids=list(CONTENTS)
)
"""The types whose contents are easy to make up; the contract test takes the samples of all."""


@with_generated_contents
@given(st.data())
def test_a_content_comes_back_from_its_form(kind: Any, data: st.DataObject) -> None:
    document = data.draw(CONTENTS[kind.name])
    if kind.name == "single_best_answer":
        for place, choice in enumerate(document["choices"]):
            choice["key"] = place == 0
    content: Content = kind.content.model_validate(document)

    again = kind.content.model_validate(authoring.form_of(kind, content).document())

    assert meaning(again) == meaning(content)


@with_generated_contents
@given(st.data())
def test_a_sketch_shows_what_the_content_shows(kind: Any, data: st.DataObject) -> None:
    content = kind.content.model_validate(data.draw(CONTENTS[kind.name]))
    sketch = authoring.form_of(kind, content).sketch()
    order = kind.present(content, dice(1))

    shown = kind.answer_view(sketch, order, kind.response())
    real = kind.answer_view(content, order, kind.response())

    if kind.has_options:
        assert [o.text.strip() for o in shown.options] == [o.text.strip() for o in real.options]
    else:
        assert shown == real


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
