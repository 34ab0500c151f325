"""Lists of rows in forms: buttons, limits and the ways to the controls."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from quizapp.question_types import authoring, registry
from quizapp.question_types.choices_form import TooManyOptions
from quizapp.question_types.naming import name_of, names_of
from quizapp.question_types.rows_form import RowsForm, TooManyRows, given_names
from tests.unit.question_types.conftest import Show

PREFIX = f"{authoring.PREFIX}-"
TYPED = {
    "pairs-0-prompt": "A",
    "pairs-0-answer": "One",
    "pairs-1-prompt": "B",
    "pairs-1-answer": "Two",
    "pairs-2-prompt": " ",
    "distractors-0-text": "Three",
}
STEPS = {f"steps-{number}-text": str(number) for number in range(3)}
pytestmark = pytest.mark.usefixtures("show")


def posted(fields: dict[str, str] | None = None, kind: str = "matching") -> Any:
    found = authoring.form_class(registry.get(kind))
    given = TYPED if fields is None else fields
    return found(MultiDict({f"{PREFIX}{name}": v for name, v in given.items()}), prefix=PREFIX)


def prompts(values: dict[str, Any]) -> list[str]:
    return [row["prompt"] for row in values["pairs"]]


@pytest.mark.parametrize(
    ("action", "order", "focus"),
    [
        ("up-pairs-1", ["B", "A", " "], "pairs-0-up"),
        ("down-pairs-0", ["B", "A", " "], "pairs-1-down"),
        ("up-pairs-0", ["A", "B", " "], "pairs-0-up"),
        ("down-pairs-2", ["A", "B", " "], "pairs-2-down"),
        ("remove-pairs-1", ["A", " "], "pairs-1-prompt"),
        ("remove-pairs-2", ["A", "B"], "pairs-1-prompt"),
        ("add-pairs", ["A", "B", " ", ""], "pairs-3-prompt"),
        ("add", ["A", "B", " ", ""], "pairs-3-prompt"),
        ("remove-1", ["A", " "], "pairs-1-prompt"),
    ],
)
def test_buttons_change_their_list_alone(action: str, order: list[str], focus: str) -> None:
    values, control = posted().pressed(action)
    assert prompts(values) == order
    assert control == f"{PREFIX}{focus}"
    assert [row["text"] for row in values["distractors"]] == ["Three"]


def test_the_last_row_that_is_removed_leads_to_the_button_that_adds() -> None:
    values, control = posted().pressed("remove-distractors-0")
    assert values["distractors"] == []
    assert control == "part-distractors-add"


@pytest.mark.parametrize(
    "action",
    ["", "save", "add-options", "up-pairs", "up-pairs-3", "remove--1", "add-pairs-1", "up-²"],
)  # fmt: skip
def test_other_words_are_no_buttons(action: str) -> None:
    assert posted().pressed(action) is None


def test_a_full_list_grows_no_more() -> None:
    full = posted({f"pairs-{n}-prompt": str(n) for n in range(20)})
    values, _focus = full.pressed("add-pairs")
    assert len(values["pairs"]) == 20


@pytest.mark.parametrize(
    ("kind", "fields", "error"),
    [
        ("matching", {f"pairs-{n}-prompt": "x" for n in range(21)}, TooManyRows),
        ("matching", {f"distractors-{n}-text": "x" for n in range(21)}, TooManyRows),
        ("ordering", {f"steps-{n * 999}-text": "x" for n in range(11)}, TooManyRows),
        ("single_best_answer", {f"options-{n}-text": "x" for n in range(27)}, TooManyOptions),
    ],
)
def test_more_rows_than_a_page_sends_are_refused(
    kind: str, fields: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        posted(fields, kind)


def test_blank_rows_are_left_out_and_problems_lead_past_them() -> None:
    form: RowsForm = posted(
        {"pairs-0-prompt": " ", **{k.replace("-0-", "-3-"): v for k, v in TYPED.items()}}
    )
    assert form.kept("pairs") == [1, 3]
    assert form.place_of(("pairs", 1, "answer")) == "part-pairs-3-answer"
    assert form.place_of(("distractors", 0)) == "part-distractors-0-text"
    assert form.place_of(("pairs",)) == "part-pairs"
    assert str(form.name_of(("pairs", 1))) == "Pair 4"
    assert form.name_of(("scoring",)) == ""


@pytest.mark.parametrize(
    ("kind", "fields", "places"),
    [
        ("matching", {}, ["pairs"]),
        ("matching", {"pairs-0-prompt": "A"}, ["pairs-0-answer", "pairs-0-prompt"]),
        ("matching", {**TYPED, "pairs-0-answer": "x" * 151}, ["pairs-0-answer"]),
        ("matching", {**TYPED, "pairs-2-answer": "Three"}, ["pairs-2-prompt"]),
        ("matching", {**TYPED, "distractors-0-harm": "mood"}, ["distractors-0-harm"]),
        ("matching", {**TYPED, "scoring": "mood"}, ["scoring"]),
        ("ordering", {"steps-0-text": "A", "steps-1-text": "B"}, ["steps-0-text"]),
        ("ordering", {**STEPS, "steps-3-rationale": "So"}, ["steps-3-text"]),
        ("ordering", {**STEPS, "harm": "mood"}, ["harm"]),
    ],
)  # fmt: skip
def test_mistakes_are_shown_at_their_controls(
    kind: str, fields: dict[str, str], places: list[str], show: Show
) -> None:
    form = posted({"scoring": "per_pair" if kind == "matching" else "exact", **fields}, kind)
    assert not form.validate()
    page = show(registry.get(kind).author_template, part=form, focus="")
    for place in places:
        assert f'id="{PREFIX}{place}-error"' in page
    form.sketch().outline()
    form.problems()


def test_names_depend_on_the_words_alone() -> None:
    assert name_of("Stop  the bleeding") == name_of("stop THE bleeding ")
    assert name_of("Stop") != name_of("Go")
    assert names_of([("", "Stop"), ("x", "Go"), ("", "stop")]) == [
        name_of("Stop"),
        "x",
        f"{name_of('Stop')}-2",
    ]


def test_a_text_that_is_corrected_keeps_the_name_of_its_row() -> None:
    old = name_of("Stop teh bleeding")
    assert given_names([old, "", "Not a name!"], ["Stop the bleeding", "Go", "Wait"]) == [
        old,
        "",
        "",
    ]
