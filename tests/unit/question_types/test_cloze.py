"""Texts with gaps: each gap marked as its own type marks, the whole as their mean, and the form."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from quizapp.question_types import authoring, quantities
from quizapp.question_types.base import Harm, Malformed
from quizapp.question_types.cloze import CLOZE, grading
from quizapp.question_types.cloze.content import KINDS, MAX_GAPS, Content, Response
from quizapp.question_types.cloze.form import AuthoringForm
from quizapp.question_types.rows_form import TooManyRows
from tests.factories.dice import dice
from tests.factories.markup import tree_of
from tests.unit.question_types.conftest import Show


def choice(name: str = "when", **more: Any) -> dict[str, Any]:
    options = [
        {"text": "before", "key": True, "rationale": "Clean."},
        {"text": "after", "rationale": "Late.", "harm": "dangerous"},
    ]
    return {"type": "choice", "name": name, "choices": options, **more}


def text(name: str = "box", **more: Any) -> dict[str, Any]:
    answers = [
        {"text": "sharps box", "rationale": "Right."},
        {"text": "box", "share": "1/2", "rationale": "Which?"},
        {"text": "bin", "share": 0, "rationale": "Stuck.", "harm": "suboptimal"},
    ]
    return {"type": "text", "name": name, "answers": answers, **more}


def number(name: str = "full", **more: Any) -> dict[str, Any]:
    answers = [{"value": 75, "rationale": "Right."}]
    return {"type": "number", "name": name, "answers": answers, **more}


def make(*gaps: dict[str, Any], words: str = "Wash {{when}}, {{box}}, {{full}}.") -> Content:
    return Content.model_validate({"text": words, "gaps": gaps})


ALL = make(choice(), text(), number(weight=2))


def answer(**gaps: dict[str, Any]) -> Response:
    return Response.model_validate({"gaps": gaps})


def test_the_mark_is_the_mean_of_the_gaps_by_weight() -> None:
    given = answer(when={"choice": "a"}, box={"text": "Box"}, full={"number": "75"})
    assert CLOZE.grade(ALL, given, False).share == Fraction(1 + 2, 4) + Fraction(1, 8)
    assert CLOZE.grade(ALL, given, True).share == 0
    assert CLOZE.grade(ALL, answer(full={"number": "75"}), False).share == Fraction(1, 2)


def test_the_worst_harm_of_any_gap_counts() -> None:
    assert CLOZE.grade(ALL, answer(box={"text": "bin"}), False).harm is Harm.SUBOPTIMAL
    both = answer(box={"text": "bin"}, when={"choice": "b"})
    assert CLOZE.grade(ALL, both, False).harm is Harm.DANGEROUS


_values = st.fixed_dictionaries(
    {},
    optional={
        "when": st.sampled_from([{"choice": "a"}, {"choice": "b"}]),
        "box": st.sampled_from([{"text": "box"}, {"text": "sharps box"}, {"text": "?"}]),
        "full": st.sampled_from([{"number": "75"}, {"number": "7,5"}, {"number": "x"}]),
    },
)


@given(_values, st.lists(st.integers(1, 100), min_size=3, max_size=3))
def test_each_gap_is_marked_as_its_type_marks(
    values: dict[str, dict[str, Any]], weights: list[int]
) -> None:
    parts = [choice(), text(), number()]
    content = make(*({**gap, "weight": w} for gap, w in zip(parts, weights, strict=True)))
    given_answer = answer(**values)
    shares = [
        KINDS[gap.type].grade(gap, given_answer.of(gap), False).share or 0 for gap in content.gaps
    ]
    expected = sum(
        (Fraction(share) * weight for share, weight in zip(shares, weights, strict=True)),
        Fraction(0),
    )
    assert CLOZE.grade(content, given_answer, False).share == expected / sum(weights)


def test_gaps_are_numbered_as_one_reads() -> None:
    content = make(number(), choice(), text())
    assert [gap.name for gap in content.ordered] == ["when", "box", "full"]
    view = CLOZE.answer_view(content, CLOZE.present(content, dice(1)), Response())
    assert {name: (gap.number, gap.count) for name, gap in view.gaps.items()} == {
        "when": (1, 3), "box": (2, 3), "full": (3, 3),
    }  # fmt: skip
    read = CLOZE.read(content, CLOZE.present(content, dice(1)), {"p-3": ["75"]}, "p")
    assert read == answer(full={"number": "75"})


def test_what_cannot_be_marked_gets_advice_at_its_gap() -> None:
    given_answer = answer(full={"number": "1,234"}, box={"text": "1,234"})
    assert grading.advise(ALL, given_answer) == quantities.TWO_READINGS
    assert grading.advise_fields(ALL, given_answer) == {"-3": quantities.TWO_READINGS}
    view = CLOZE.answer_view(ALL, CLOZE.present(ALL, dice(1)), given_answer)
    assert [gap.advice for gap in view.gaps.values()] == ["", "", quantities.TWO_READINGS]


def test_an_answer_of_another_kind_of_gap_counts_as_none() -> None:
    assert CLOZE.grade(ALL, answer(full={"text": "75"}), False).share == 0
    assert grading.describe(ALL, answer(full={"text": "75"})) == ""


def test_a_choice_that_is_not_on_the_page_is_refused() -> None:
    with pytest.raises(Malformed):
        CLOZE.read(ALL, CLOZE.present(ALL, dice(1)), {"p-1": ["3"]}, "p")


def test_answers_are_told_gap_by_gap() -> None:
    given_answer = answer(when={"choice": "b"}, full={"number": "80"})
    assert grading.describe(ALL, given_answer) == "1: after; 3: 80"
    assert grading.tally(ALL, given_answer) == ["when: b", "full: other"]


def test_feedback_says_how_each_gap_went() -> None:
    given_answer = answer(when={"choice": "a"}, box={"text": "box"})
    view = CLOZE.feedback_view(ALL, CLOZE.present(ALL, dice(1)), given_answer)
    assert [(gap.given, gap.state) for gap in view.gaps.values()] == [
        ("before", "right"), ("box", "partly"), ("", "open"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (make(choice(), text(), words="{{when}} {{box}} {{full}}"), "undefined-gap", ("text",)),
        (make(choice(), text(), words="{{when}}"), "unused-gap", ("gaps", 1, "name")),
        (make(choice(), words="{{when}} {{ when }}"), "repeated-gap", ("text",)),
        (make(choice(), words="{{when}} {{Box}}"), "malformed-gap", ("text",)),
        (make(choice(), words="{{when}} }}"), "malformed-gap", ("text",)),
        (
            make({**number(), "answers": [{"value": 75}]}, words="{{full}}"),
            "missing-rationale",
            ("gaps", 0, "answers", 0),
        ),
    ],
)
def test_problems_name_their_place(
    content: Content, code: str, path: tuple[str | int, ...]
) -> None:
    assert [(problem.code, problem.path) for problem in content.problems()] == [(code, path)]
    assert content.problems()[0].remedy


def test_two_gaps_of_one_name_are_both_named() -> None:
    found = make(choice(), number("when"), words="{{when}}").problems()
    assert [(problem.code, problem.path) for problem in found] == [
        ("duplicate-gap", ("gaps", 0, "name")),
        ("duplicate-gap", ("gaps", 1, "name")),
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"text": "", "gaps": [choice()]},
        {"text": "{{x}}", "gaps": []},
        {"text": "{{x}}", "gaps": [choice("Big Name")]},
        {"text": "{{x}}", "gaps": [choice(weight=0)]},
        {"text": "{{x}}", "gaps": [{**choice(), "type": "essay"}]},
        {"text": "{{x}}", "gaps": [{**choice(), "value": 3}]},
        {"text": "{{x}}", "gaps": [choice()] * (MAX_GAPS + 1)},
    ],
)
def test_contents_that_make_no_sense_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(document)


@pytest.mark.parametrize(
    "words",
    [
        "`{{when}}` {{box}} {{full}}",
        "<script>{{when}}</script> {{box}} {{full}}",
        "{{when}} {{when}} {{box}} {{full}}",
        "nothing of it",
        "[a]({{when}}) <a title='{{box}}'>{{full}}</a>",
    ],
)
def test_every_gap_has_one_control_whatever_the_text(show: Show, words: str) -> None:
    content = make(choice(), text(), number(), words=words)
    view = CLOZE.answer_view(content, CLOZE.present(content, dice(1)), Response())
    tree = tree_of(show(CLOZE.answer_template, view=view, prefix="s1-r1"))
    assert sorted(tree.xpath(".//@name")) == ["s1-r1-1", "s1-r1-2", "s1-r1-3"]
    assert not tree.xpath(".//script")


def test_every_control_says_which_gap_it_is(show: Show) -> None:
    view = CLOZE.answer_view(ALL, CLOZE.present(ALL, dice(1)), Response())
    tree = tree_of(show(CLOZE.answer_template, view=view, prefix="s1-r1"))
    names = [control.get("aria-label") for control in tree.xpath(".//select | .//input")]
    assert names == ["Gap 1 of 3", "Gap 2 of 3", "Gap 3 of 3"]
    assert tree.xpath("string(.//p)").split("Choose")[0].endswith("Wash 1")


def form_for(content: Content) -> AuthoringForm:
    form = authoring.form_of(CLOZE, content)
    assert isinstance(form, AuthoringForm)
    return form


def posted(content: Content, **changes: str) -> AuthoringForm:
    """The form as a browser would send it."""
    fields: dict[str, str] = {}
    for form in (form_for(content), *form_for(content).gap_forms()):
        for field in form:
            rows = [cell for entry in getattr(field, "entries", ()) for cell in entry.form]
            for cell in [*rows, field]:
                if isinstance(cell.data, str):
                    fields[cell.name] = cell.data
    return AuthoringForm(
        MultiDict({**fields, **{f"part-{k}": v for k, v in changes.items()}}), prefix="part-"
    )


def test_the_form_keeps_every_kind_of_gap() -> None:
    again = Content.model_validate(form_for(ALL).document())
    assert list(again.outline()) == list(ALL.outline())
    assert again.problems() == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"text": ""}, "part-text"),
        ({"gaps-0-name": "Wash it"}, "part-gaps-0-name"),
        ({"gaps-1-weight": "0"}, "part-gaps-1-weight"),
        ({"gaps-1-weight": "one"}, "part-gaps-1-weight"),
        ({"gaps-2-answers-0-value": "1,234"}, "part-gaps-2-answers-0-value"),
        ({"gaps-1-answers-0-text": ""}, "part-gaps-1-answers-0-text"),
    ],
)
def test_the_form_says_what_is_wrong_and_where(changes: dict[str, str], place: str) -> None:
    form = posted(ALL, **changes)
    assert not form.validate()
    wrong = []
    for one in (form, *form.gap_forms()):
        for field in one:
            rows = [cell for entry in getattr(field, "entries", ()) for cell in entry.form]
            cells = rows if hasattr(field, "entries") else [field]
            wrong += [cell.id for cell in cells if cell.errors and cell.id.startswith(place)]
    assert place in wrong
    form.sketch().problems()
    form.problems()


def test_a_form_without_gaps_says_so() -> None:
    form = AuthoringForm(MultiDict({"part-text": "No gap."}), prefix="part-")
    assert not form.validate()
    assert [problem.code for problem in form.problems()] == ["no-gaps"]


def test_adding_a_gap_writes_its_name_into_the_text() -> None:
    form = AuthoringForm(MultiDict({"part-text": "Wash"}), prefix="part-")
    values, focus = form.pressed("add-number") or ({}, "")
    assert values["text"] == "Wash {{gap-1}}"
    assert [(gap["type"], gap["name"]) for gap in values["gaps"]] == [("number", "gap-1")]
    assert focus == "part-gaps-0-name"
    again = AuthoringForm(data=values, prefix="part-")
    values, _focus = again.pressed("add-choice") or ({}, "")
    assert values["text"] == "Wash {{gap-1}} {{gap-2}}"
    assert [gap["type"] for gap in values["gaps"]] == ["number", "choice"]


def test_a_name_that_waits_in_the_text_is_taken_first() -> None:
    form = AuthoringForm(MultiDict({"part-text": "Wash {{when}}"}), prefix="part-")
    values, _focus = form.pressed("add-choice") or ({}, "")
    assert values["text"] == "Wash {{when}}"
    assert [gap["name"] for gap in values["gaps"]] == ["when"]


def test_buttons_inside_a_gap_change_that_gap_alone() -> None:
    form = form_for(ALL)
    before = [_meaning(gap) for gap in form.document()["gaps"]]
    values, focus = form.pressed("gap-1:add") or ({}, "")
    assert focus == "part-gaps-1-answers-3-text"
    after = AuthoringForm(data=values, prefix="part-")
    assert [_meaning(gap) for gap in after.document()["gaps"]] == before
    values, focus = after.pressed("gap-0:down-0") or ({}, "")
    assert focus == "part-gaps-0-options-1-down"
    moved = AuthoringForm(data=values, prefix="part-").document()["gaps"][0]["choices"]
    assert [(one["text"], one["key"]) for one in moved] == [("after", False), ("before", True)]
    values, focus = form.pressed("gap-0:remove-gap") or ({}, "")
    assert [gap["name"] for gap in values["gaps"]] == ["box", "full"]
    assert focus == "part-text"


def _meaning(gap: dict[str, Any]) -> dict[str, Any]:
    return (
        KINDS[gap["type"]]
        .content.model_validate(
            {name: value for name, value in gap.items() if name not in {"type", "name", "weight"}}
        )
        .to_dict()
    )


@pytest.mark.parametrize(
    "action", ["add-essay", "gap-9:add", "gap-0:jump", "gap-0:", "add", "gap-99:add", "save"]
)
def test_other_buttons_are_not_the_form_s(action: str) -> None:
    assert form_for(ALL).pressed(action) is None


def test_no_more_gaps_than_the_page_lets_one_add() -> None:
    full = make(*(choice(f"g{n}") for n in range(MAX_GAPS)), words="x")
    values, focus = form_for(full).pressed("add-text") or ({}, "")
    assert (len(values["gaps"]), focus) == (MAX_GAPS, "part-text")
    with pytest.raises(TooManyRows):
        AuthoringForm(
            MultiDict({f"part-gaps-{n}-name": "x" for n in range(MAX_GAPS + 1)}), prefix="part-"
        )


def test_problems_lead_to_the_gap_and_its_row() -> None:
    form = form_for(ALL)
    assert form.place_of(("gaps", 1, "answers", 2, "harm")) == "part-gaps-1-answers-2-harm"
    assert form.place_of(("gaps", 1, "name")) == "part-gaps-1-name"
    assert form.place_of(("gaps", 7)) == "part-text"
    assert str(form.name_of(("gaps", 1, "answers", 2))) == "Gap box, Answer 3"
    assert str(form.name_of(("gaps", 1, "name"))) == "Gap box"
    assert form.name_of(("text",)) == ""
