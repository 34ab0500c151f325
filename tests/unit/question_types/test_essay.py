"""Long texts: kept as typed, never cut, advised on their length, and left to a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from quizapp.question_types import authoring
from quizapp.question_types.base import Malformed
from quizapp.question_types.essay import ESSAY, EXAMPLES
from quizapp.question_types.essay.content import LONGEST, Content, Response
from quizapp.question_types.essay.grading import TooLong
from quizapp.question_types.rows_form import TooManyRows
from quizapp.question_types.rubric import MOST_LEVELS
from tests.factories.markup import sent_by, tree_of
from tests.unit.question_types.conftest import Show

CONTENT = Content.model_validate(EXAMPLES[0].content)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)


def read(text: str) -> Response:
    response: Response = ESSAY.read(CONTENT, {}, {"f": [text]}, "f")
    return response


@given(text=TEXTS)
def test_a_text_is_kept_as_typed_but_for_the_kind_of_newline(text: str) -> None:
    assert read(text).text == text.replace("\r\n", "\n").replace("\r", "\n")


def test_every_newline_of_a_browser_counts_once() -> None:
    assert len(read("a\r\n" * (LONGEST // 2)).text) == LONGEST


def test_a_text_that_is_too_long_is_refused_whole_in_words_of_its_own() -> None:
    with pytest.raises(TooLong):
        read("x" * (LONGEST + 1))


def test_a_text_with_nul_is_refused() -> None:
    with pytest.raises(Malformed):
        read("a\0b")


@pytest.mark.parametrize("text", ["a\0", "x" * (LONGEST + 1)])
def test_no_such_text_comes_from_storage(text: str) -> None:
    with pytest.raises(ValidationError):
        Response(text=text)


@pytest.mark.parametrize("text", ["", " ", "\r\n \t"])
def test_blanks_are_no_answer(text: str) -> None:
    response = read(text)
    assert response.is_empty
    assert ESSAY.grade(CONTENT, response, False).share == 0
    assert ESSAY.tally(CONTENT, response) == []
    assert ESSAY.describe(CONTENT, response) == ""


def test_anything_else_waits_for_a_person() -> None:
    assert ESSAY.grade(CONTENT, read("Yes"), True).share is None


@pytest.mark.parametrize(
    ("words", "is_advised"), [(59, True), (60, False), (200, False), (201, True)]
)
def test_the_length_is_advice(words: int, *, is_advised: bool) -> None:
    assert ESSAY.advise is not None
    response = read("word " * words)
    assert bool(ESSAY.advise(CONTENT, response)) is is_advised
    assert ESSAY.grade(CONTENT, response, False).share is None


def test_without_a_length_nothing_is_advised() -> None:
    assert ESSAY.advise is not None
    assert ESSAY.advise(Content(), read("Yes")) == ""


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(60, 200, "60 to 200"), (60, None, "at least 60"), (None, 200, "at most 200")],
)
def test_the_page_says_how_long(
    show: Show, least: int | None, most: int | None, words: str
) -> None:
    content = Content(min_words=least, max_words=most)
    view = ESSAY.answer_view(content, {}, Response())
    assert words in show(ESSAY.answer_template, view=view, prefix="f")


def test_the_least_is_below_the_most() -> None:
    problems = CONTENT.model_copy(update={"min_words": 201}).problems()
    assert [(problem.code, problem.path) for problem in problems] == [
        ("words-reversed", ("min_words",))
    ]


@pytest.mark.parametrize("is_shown", [True, False])
def test_learners_read_the_model_answer_only_where_the_author_says_so(
    show: Show, *, is_shown: bool
) -> None:
    content = CONTENT.model_copy(update={"show_model_answer": is_shown})
    before = show(
        ESSAY.answer_template, view=ESSAY.answer_view(content, {}, Response()), prefix="f"
    )
    after = show(ESSAY.feedback_template, view=ESSAY.feedback_view(content, {}, Response()))
    assert "First I take out" not in before
    assert ("First I take out" in after) is is_shown
    assert content.notes
    assert content.notes not in before + after


def form_with(**changes: Any) -> Any:
    """The author's form of the sample as its page sends it, with some fields changed."""
    form = authoring.form_of(ESSAY, CONTENT)
    fields = {field.name: field.data for field in form if isinstance(field.data, str)}
    fields["part-show_model_answer"] = "y"
    for n, criterion in enumerate(form.criteria):
        for name in ("id", "title", "description"):
            fields[f"part-criteria-{n}-{name}"] = criterion.form.data[name] or ""
        for m, level in enumerate(criterion.form.levels):
            for name, value in level.form.data.items():
                fields[f"part-criteria-{n}-levels-{m}-{name}"] = value or ""
    fields |= {f"part-{name}": value for name, value in changes.items()}
    return authoring.form_class(ESSAY)(MultiDict(fields), prefix="part-")


def pressed(form: Any, action: str) -> tuple[dict[str, Any], str]:
    found: tuple[dict[str, Any], str] | None = form.pressed(action)
    assert found is not None
    return found


def test_the_form_without_changes_is_the_content() -> None:
    form = form_with()
    assert form.validate()
    assert list(Content.model_validate(form.document()).outline()) == list(CONTENT.outline())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_words": "many"}, "part-min_words"),
        ({"max_words": "5001"}, "part-max_words"),
        ({"rubric_points": "a few"}, "part-rubric_points"),
        ({"criteria-0-title": " "}, "part-criteria-0-title"),
        ({"criteria-0-levels-1-points": "1.555"}, "part-criteria-0-levels-1-points"),
        ({"criteria-0-levels-1-label": ""}, "part-criteria-0-levels-1-label"),
    ],
)
def test_mistakes_are_shown_at_their_field(changes: dict[str, str], field: str, show: Show) -> None:
    form = form_with(**changes)
    assert not form.validate()
    page = tree_of(show(ESSAY.author_template, part=form, focus=""))
    assert page.xpath(".//*[@id=$id]", id=f"{field}-error")


def test_an_unfinished_criterion_is_advice_while_one_writes() -> None:
    form = form_with(**{"criteria-1-title": ""})
    (problem,) = form.problems()
    assert problem.code == "unfinished-criterion"
    assert form.place_of(problem.path) == "part-criteria-1-title"
    assert "2" in str(form.name_of(problem.path))
    assert form.sketch().rubric.criteria[1].title


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("rubric", "points"), "part-rubric_points"),
        (("rubric", "criteria"), "part-criteria"),
        (("rubric", "criteria", 1, "levels"), "part-criteria-1-levels-0-points"),
        (("rubric", "criteria", 1, "title"), "part-criteria-1-title"),
        (("min_words",), "part-min_words"),
    ],
)
def test_problems_lead_to_their_control(path: tuple[Any, ...], place: str) -> None:
    assert form_with().place_of(path) == place


def test_levels_are_added_without_a_script() -> None:
    form = form_with()
    values, focus = pressed(form, "more-1")
    again = authoring.form_class(ESSAY)(data=values, prefix="part-")
    assert focus == "part-criteria-1-levels-2-points"
    assert len(again.criteria[1].form.levels) == 3
    assert again.document() == form.document()
    assert form.pressed("more-9") is None


def test_a_criterion_has_a_limited_number_of_levels() -> None:
    form = form_with()
    for _turn in range(MOST_LEVELS + 2):
        values, _focus = pressed(form, "more-0")
        form = authoring.form_class(ESSAY)(data=values, prefix="part-")
    assert len(form.criteria[0].form.levels) == MOST_LEVELS


def test_more_levels_than_there_can_be_are_refused() -> None:
    fields = {f"part-criteria-0-levels-{n}-label": "X" for n in range(MOST_LEVELS + 1)}
    with pytest.raises(TooManyRows):
        authoring.form_class(ESSAY)(MultiDict(fields), prefix="part-")


def test_criteria_can_be_moved_and_removed() -> None:
    values, _focus = pressed(form_with(), "down-0")
    form = authoring.form_class(ESSAY)(data=values, prefix="part-")
    assert [row["title"] for row in form.rows()] == ["Reasons", "Order of the steps"]
    values, _focus = pressed(form, "remove-0")
    form = authoring.form_class(ESSAY)(data=values, prefix="part-")
    assert [row["title"] for row in form.rows()] == ["Order of the steps"]


def test_what_the_page_sends_is_what_it_shows(show: Show) -> None:
    page = show(ESSAY.author_template, part=form_with(), focus="")
    sent = sent_by(tree_of(page))
    assert sent["part-criteria-0-levels-1-points"] == ["1.5"]
    assert not any("__n__" in name for name in sent)
