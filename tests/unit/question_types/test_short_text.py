"""A few words as an answer: which wording decides, and what authors have to put right."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from quizapp.question_types.base import Harm, Malformed, Mark
from quizapp.question_types.short_text import SHORT_TEXT, grading
from quizapp.question_types.short_text.content import IGNORED, LONGEST, Content, Response
from quizapp.question_types.short_text.form import AuthoringForm


def answer(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "rationale": "Because.", **more}


def make(*answers: dict[str, Any], **more: Any) -> Content:
    return Content.model_validate({"answers": answers, **more})


def share(content: Content, text: str) -> Fraction | None:
    return SHORT_TEXT.grade(content, Response(text=text), False).share


def test_a_wording_typed_exactly_counts_before_wildcards_and_errors() -> None:
    content = make(
        answer("hypertension", typos=2),
        answer("hyp*", share="1/2"),
        answer("hypotension", share=0, harm="dangerous"),
    )
    mark = SHORT_TEXT.grade(content, Response(text="Hypotension"), False)
    assert mark == Mark(Fraction(0), Harm.DANGEROUS)
    assert share(content, "hypertensoin") == 1
    assert share(content, "hypnosis") == Fraction(1, 2)


def test_without_leave_no_error_is_forgiven() -> None:
    assert share(make(answer("pneumothorax")), "pneumothoraks") == 0
    assert share(make(answer("pneumothorax", typos=1)), "pneumothoraks") == 0
    assert share(make(answer("pneumothorax", typos=2)), "pneumothoraks") == 1


def test_the_first_wildcard_that_fits_decides() -> None:
    content = make(answer("lung"), answer("l*", share="1/2"), answer("*", share=0))
    assert [share(content, text) for text in ("lung", "liver", "heart")] == [1, Fraction(1, 2), 0]
    assert [grading.tally(content, Response(text=text)) for text in ("lung", "liver", "x")] == [
        ["1"], ["2"], ["3"],
    ]  # fmt: skip


def test_a_safety_critical_question_takes_no_half_answers() -> None:
    content = make(answer("lung"), answer("l*", share="1/2", harm="suboptimal"))
    mark = SHORT_TEXT.grade(content, Response(text="liver"), True)
    assert mark == Mark(Fraction(0), Harm.SUBOPTIMAL)


def test_an_answer_is_kept_as_typed() -> None:
    content = make(answer("lung"))
    response = SHORT_TEXT.read(content, {}, {"p": ["  The\tLeft  LUNG \0"]}, "p")
    assert response == Response(text="The Left  LUNG")


def test_an_answer_has_500_characters_at_most() -> None:
    content = make(answer("lung"))
    assert SHORT_TEXT.read(content, {}, {"p": ["x" * LONGEST]}, "p").text == "x" * LONGEST
    with pytest.raises(Malformed):
        SHORT_TEXT.read(content, {}, {"p": ["x" * (LONGEST + 1)]}, "p")


@given(st.text(max_size=LONGEST), st.text(min_size=1, max_size=60))
def test_any_text_can_be_marked(text: str, pattern: str) -> None:
    content = make(answer(pattern, typos=3), answer(pattern + "*", share="1/2"))
    assert share(content, text) in {0, Fraction(1, 2), 1}


@given(st.text(min_size=1, max_size=60), st.sets(st.sampled_from(sorted(IGNORED))))
def test_a_right_answer_without_wildcards_earns_everything(text: str, ignored: set[str]) -> None:
    content = make(answer(text), **{name: name in ignored for name in IGNORED})
    if content.problems() == [] and "*" not in text:
        assert share(content, grading.key(content).text) == 1


def test_feedback_shows_dots_for_wildcards() -> None:
    content = make(answer("lung"), answer(r"5 \* l*", share=0))
    view = SHORT_TEXT.feedback_view(content, {}, Response())
    assert [one.text for one in view.foreseen] == ["lung", "5 * l…"]


def test_the_key_is_a_wording_that_people_can_read() -> None:
    assert grading.key(make(answer("l*"), answer("lung"))).text == "lung"
    assert grading.key(make(answer(r"5\*l*"))).text == "5*l"
    assert grading.key(make(answer("lung", share=0))).is_empty


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (make(answer("a", share="1/2")), "missing-key", ("answers",)),
        (make({"text": "a"}), "missing-rationale", ("answers", 0)),
        (make(answer("a", harm="harmless")), "harm-on-key", ("answers", 0, "harm")),
        (make(answer("lung"), answer(" LUNG ", share=0)), "never-reached", ("answers", 1)),
        (
            make(answer("lung"), answer("l*g", share=0), answer("lu*ng", share=0)),
            "never-reached",
            ("answers", 2),
        ),
        (make(answer("lung*")), "only-wildcards", ("answers", 0, "text")),
        (make(answer("lung"), answer("*")), "no-letters", ("answers", 1, "text")),
        (
            make(answer("lung"), answer("…!", share=0), ignore_punctuation=True),
            "no-letters",
            ("answers", 1, "text"),
        ),
        (
            make(answer("lung"), answer("l*", typos=1)),
            "typos-with-wildcard",
            ("answers", 1, "typos"),
        ),
        (make(answer("leg", typos=1)), "too-many-typos", ("answers", 0, "typos")),
    ],
)
def test_problems_name_their_place(
    content: Content, code: str, path: tuple[str | int, ...]
) -> None:
    assert [(problem.code, problem.path) for problem in content.problems()] == [(code, path)]
    assert content.problems()[0].remedy


def test_a_last_wildcard_may_catch_everything_that_is_wrong() -> None:
    assert make(answer("lung"), answer("l*g", share="1/2"), answer("*", share=0)).problems() == []


@pytest.mark.parametrize(
    "document",
    [
        {"answers": []},
        {"answers": [answer("")]},
        {"answers": [answer("x" * 201)]},
        {"answers": [answer("lung", typos=4)]},
        {"answers": [answer("lung", share="2/1")]},
    ],
)
def test_contents_that_make_no_sense_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(document)


def posted(**changes: str) -> AuthoringForm:
    fields = {
        "part-answers-0-text": " lung ",
        "part-answers-0-share": "1",
        "part-answers-0-rationale": "It breathes.",
        "part-answers-0-harm": "",
        "part-answers-0-typos": "1",
        "part-ignore_accents": "y",
        **{f"part-{name}": value for name, value in changes.items()},
    }
    return AuthoringForm(MultiDict(fields), prefix="part-")


def test_the_form_says_what_the_author_wrote() -> None:
    form = posted()
    assert form.validate(), form.errors
    assert Content.model_validate(form.document()) == make(
        answer("lung", typos=1, rationale="It breathes."), ignore_case=False, ignore_accents=True
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"answers-0-text": ""}, "text"),
        ({"answers-0-text": "x" * 201}, "text"),
        ({"answers-0-typos": "9"}, "typos"),
        ({"answers-0-harm": "deadly"}, "harm"),
        ({"answers-0-share": "all"}, "share"),
    ],
)
def test_the_form_says_what_is_wrong_and_where(changes: dict[str, str], name: str) -> None:
    form = posted(**changes)
    assert not form.validate()
    row = form.answers[0].form
    assert [field.short_name for field in row if field.errors] == [name]
    form.problems()


def test_buttons_add_and_move_answers() -> None:
    form = posted(**{"answers-1-text": "liver", "answers-1-share": "0"})
    added, focus = form.pressed("add") or ({}, "")
    assert [row["text"] for row in added["answers"]] == [" lung ", "liver", ""]
    assert (added["ignore_accents"], focus) == (True, "part-answers-2-text")
    moved, focus = form.pressed("down-0") or ({}, "")
    assert [row["text"] for row in moved["answers"]] == ["liver", " lung "]
    assert focus == "part-answers-1-down"
