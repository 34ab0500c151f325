"""Matching: what counts as right, what a wrong match does, what keeps it from going live."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.question_types.base import Harm, Malformed
from quizapp.question_types.matching import MATCHING, grading
from quizapp.question_types.matching.content import MOST_PAIRS, Content, Response
from quizapp.question_types.naming import name_of
from tests.factories.dice import dice
from tests.factories.markup import tree_of
from tests.unit.question_types.conftest import Show


def pair(prompt: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"id": prompt.lower(), "prompt": prompt, "answer": answer, "rationale": "So.", **more}


def make(*pairs: dict[str, Any], **more: Any) -> Content:
    return Content.model_validate({"pairs": pairs, **more})


def grade(content: Content, matches: dict[str, str], *, is_strict: bool = False) -> Any:
    return MATCHING.grade(content, Response(matches=matches), is_strict)


SHARED = make(pair("A", "Box"), pair("B", "Bin"), pair("C", "Box"))
RATED = make(
    pair("A", "One", harm="suboptimal"),
    pair("B", "Two"),
    distractors=[{"text": "Three", "harm": "dangerous"}, {"text": "Four"}],
)


@given(st.integers(2, 8), st.data())
def test_each_right_pair_earns_its_share(count: int, data: st.DataObject) -> None:
    content = make(*[pair(f"P{n}", f"Answer {n}") for n in range(count)])
    chosen = data.draw(
        st.lists(st.none() | st.integers(0, count - 1), min_size=count, max_size=count)
    )
    matches = {f"p{n}": f"Answer {c}" for n, c in enumerate(chosen) if c is not None}
    right = sum(n == c for n, c in enumerate(chosen))
    assert grade(content, matches).share == Fraction(right, count)
    assert grade(content, matches, is_strict=True).share == Fraction(right == count)


def test_prompts_may_share_an_answer() -> None:
    assert SHARED.answers == ("Bin", "Box")
    assert grade(SHARED, {"a": "Box", "b": "Bin", "c": "Box"}).is_right
    view = MATCHING.answer_view(SHARED, MATCHING.present(SHARED, dice(1)), Response())
    assert (view.is_shared, view.unused) == (True, 0)


def test_answers_are_the_same_whatever_their_case_and_spacing() -> None:
    content = make(pair("A", "Sharps  box"), pair("B", "sharps Box"), pair("C", "Bin"))
    assert len(content.answers) == 2
    assert grade(content, {"a": "sharps box", "b": "SHARPS BOX", "c": "bin"}).is_right


@pytest.mark.parametrize(
    ("matches", "harm"),
    [
        ({"a": "One", "b": "Two"}, None),
        ({"b": "Two"}, None),
        ({"a": "Two"}, Harm.SUBOPTIMAL),
        ({"b": "One"}, None),
        ({"b": "Three"}, Harm.DANGEROUS),
        ({"a": "Three"}, Harm.DANGEROUS),
        ({"a": "Four"}, Harm.SUBOPTIMAL),
        ({"a": "Two", "b": "Three"}, Harm.DANGEROUS),
    ],
)
def test_the_worst_wrong_match_counts(matches: dict[str, str], harm: Harm | None) -> None:
    assert grade(RATED, matches).harm is harm


def test_a_corrected_key_judges_old_answers_anew() -> None:
    before = make(pair("A", "One"), pair("B", "Two"))
    after = make(pair("B", "One"), pair("A", "Two"))
    assert before.asked() == after.asked()
    answer = MATCHING.key(before)
    assert MATCHING.grade(before, answer, False).share == 1
    assert MATCHING.grade(after, answer, False).share == 0


def test_an_answer_that_is_no_longer_there_is_wrong_and_shown_as_open() -> None:
    answer = Response(matches={"a": "Gone", "z": "One"})
    assert MATCHING.grade(RATED, answer, False).share == 0
    view = MATCHING.answer_view(RATED, MATCHING.present(RATED, dice(2)), answer)
    assert [prompt.chosen for prompt in view.prompts] == ["", ""]
    assert MATCHING.describe(RATED, answer) == "A → Gone"


@given(st.integers(), st.sampled_from([{}, {"shuffle": True}]))
def test_every_prompt_and_answer_is_shown_once(seed: int, more: dict[str, bool]) -> None:
    content = make(*RATED.model_dump()["pairs"], distractors=RATED.distractors, **more)
    presentation = MATCHING.present(content, dice(seed))
    assert sorted(presentation["prompts"]) == ["a", "b"]
    assert sorted(presentation["answers"]) == [0, 1, 2, 3]


def test_orders_differ_between_learners() -> None:
    content = make(*[pair(f"P{n}", f"Answer {n}") for n in range(8)], shuffle=True)
    shown = [MATCHING.present(content, dice(seed)) for seed in range(20)]
    assert len({tuple(one["answers"]) for one in shown}) > 15
    assert len({tuple(one["prompts"]) for one in shown}) > 15


def test_prompts_keep_the_authors_order_unless_asked_otherwise() -> None:
    content = make(pair("Z", "One"), pair("A", "Two"))
    assert MATCHING.present(content, dice(3))["prompts"] == ["z", "a"]


@pytest.mark.parametrize(
    "fields",
    [{"f-3": ["1"]}, {"f-0": ["1"]}, {"f-a": ["One"]}, {"f-1": ["5"]}, {"f-1": ["One"]}],
)
def test_what_is_not_on_the_page_is_refused(fields: dict[str, list[str]]) -> None:
    with pytest.raises(Malformed):
        MATCHING.read(RATED, MATCHING.present(RATED, dice(1)), fields, "f")


def test_fields_of_other_questions_are_left_alone() -> None:
    presentation = MATCHING.present(RATED, dice(1))
    assert MATCHING.read(RATED, presentation, {"f2-1": ["9"], "g-1": ["1"]}, "f").is_empty


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (
            make(pair("A", "One", rationale=" "), pair("B", "Two")),
            "missing-rationale",
            ("pairs", 0, "rationale"),
        ),
        (make(pair("A", "One"), pair("a", "Two")), "duplicate-prompt", ("pairs", 1, "prompt")),
        (make(pair("A", "One"), pair("B", "one ")), "one-answer", ("pairs",)),
        (
            make(pair("A", "One"), pair("B", "Two"), distractors=[{"text": "two"}]),
            "duplicate-answer",
            ("distractors", 0, "text"),
        ),
        (
            make(pair("A", "One"), pair("B", "Two"), distractors=[{"text": "X"}, {"text": "x"}]),
            "duplicate-answer",
            ("distractors", 1, "text"),
        ),
    ],
)
def test_problems_name_their_place(content: Content, code: str, path: tuple[Any, ...]) -> None:
    (found,) = content.problems()
    assert (found.code, found.path) == (code, path)
    assert found.remedy


@pytest.mark.parametrize("count", [0, 1, MOST_PAIRS + 1])
def test_a_question_has_two_to_twenty_pairs(count: int) -> None:
    with pytest.raises(ValidationError):
        make(*[pair(f"P{n}", f"Answer {n}") for n in range(count)])


def test_a_distractor_saves_a_question_whose_prompts_share_one_answer() -> None:
    content = make(pair("A", "One"), pair("B", "One"), distractors=[{"text": "Two"}])
    assert content.problems() == []


def test_pairs_without_an_id_are_known_by_their_prompt() -> None:
    content = make({"prompt": "Needle", "answer": "Box"}, {"prompt": "needle ", "answer": "Bin"})
    assert list(content.by_id) == [name_of("Needle"), f"{name_of('Needle')}-2"]


def test_answers_are_told_apart_from_open_prompts_after_release() -> None:
    presentation = MATCHING.present(RATED, dice(1))
    view = grading.feedback_view(RATED, presentation, Response(matches={"a": "Three"}))
    states = {one.prompt: (one.chosen, one.is_right, one.harm) for one in view.pairs}
    assert states == {"A": ("Three", False, Harm.DANGEROUS), "B": (None, False, None)}
    assert view.is_answered


def test_the_pairing_that_would_be_dangerous_says_so_and_no_other(show: Show) -> None:
    given = Response(matches={"a": "Two", "b": "Three"})
    view = MATCHING.feedback_view(RATED, MATCHING.present(RATED, dice(1)), given)
    rows = tree_of(show(MATCHING.feedback_template, view=view)).xpath("./div")
    told = {row.xpath(".//b")[0].text: row.xpath("./*[last()]")[0].text for row in rows}
    assert told == {"A": "Your answer", "B": "Your answer, would be dangerous"}
