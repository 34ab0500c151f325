"""Numbers as answers: tolerances, units, what authors have to put right, and the form."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from quizapp.question_types import quantities
from quizapp.question_types.base import Harm, Malformed
from quizapp.question_types.numeric import NUMERIC, grading
from quizapp.question_types.numeric.content import Content, Response, Tolerance
from quizapp.question_types.numeric.form import AuthoringForm
from quizapp.question_types.typed import MAX_ANSWERS
from quizapp.question_types.typed_form import TooManyAnswers

UNITS = [{"name": "mm"}, {"name": "cm", "factor": 10}, {"name": "kg", "factor": 0}]


def answer(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "rationale": "Because.", **more}


def make(*answers: dict[str, Any], **more: Any) -> Content:
    return Content.model_validate({"answers": answers, **more})


def share(content: Content, number: str, unit: str = "") -> Fraction | None:
    return NUMERIC.grade(content, Response(number=number, unit=unit), False).share


@pytest.mark.parametrize(
    ("tolerance", "accepted", "refused"),
    [
        ({}, ["30", "30.0", "3e1"], ["30.1", "29.999999"]),
        ({"absolute": "0.5"}, ["29.5", "30.5"], ["29.49", "30.51"]),
        ({"percent": 10}, ["27", "33"], ["26.9", "33.1"]),
        ({"figures": 1}, ["25", "34.9", "30"], ["24.9", "35"]),
        ({"figures": 3}, ["29.95", "30.04"], ["29.94", "30.05"]),
    ],
)
def test_an_answer_may_be_off_by_the_tolerance(
    tolerance: dict[str, Any], accepted: list[str], refused: list[str]
) -> None:
    content = make(answer(30), tolerance=tolerance)
    assert [share(content, number) for number in accepted] == [1] * len(accepted)
    assert [share(content, number) for number in refused] == [0] * len(refused)


def test_floats_would_get_these_wrong() -> None:
    assert share(make(answer("0.3"), tolerance={"absolute": "0.1"}), "0.2") == 1
    assert share(make(answer("0.1")), "0.1000000000000000055511151231257827") == 0


@given(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=1000),
    st.fractions(min_value=-1000, max_value=1000, max_denominator=1000),
    st.sampled_from([{"absolute": "0.5"}, {"percent": 10}, {"figures": 2}, {}]),
)
def test_what_is_accepted_lies_within_reach(
    value: Fraction, given_number: Fraction, document: dict[str, Any]
) -> None:
    tolerance = Tolerance.model_validate(document)
    assert tolerance.accepts(value, value)
    if tolerance.accepts(value, given_number):
        assert abs(given_number - value) <= tolerance.reach(value)


def test_the_first_answer_that_fits_decides() -> None:
    content = make(
        answer(30, tolerance={"absolute": 1}),
        answer(30, share="1/2", tolerance={"absolute": 5}),
        answer(300, share=0, harm="dangerous", tolerance={"percent": 10}),
    )
    marks = {
        number: NUMERIC.grade(content, Response(number=number), False)
        for number in ("31", "34", "36", "280")
    }
    assert [mark.share for mark in marks.values()] == [1, Fraction(1, 2), 0, 0]
    assert [mark.harm for mark in marks.values()] == [None, None, None, Harm.DANGEROUS]
    assert content.problems() == []


@pytest.mark.parametrize(
    ("how", "number", "unit", "expected", "advice"),
    [
        ("choose", "30", "mm", 1, ""),
        ("choose", "3", "cm", 1, ""),
        ("choose", "30 mm", "mm", 1, ""),
        ("choose", "30", "cm", 0, ""),
        ("choose", "30", "kg", Fraction(3, 4), ""),
        ("choose", "30", "", Fraction(3, 4), grading.UNIT_NOT_CHOSEN),
        ("choose", "30 mm", "", 0, grading.NUMBER_AND_LIST),
        ("choose", "30 cm", "mm", 0, grading.NUMBER_AND_LIST),
        ("choose", "", "mm", 0, grading.NUMBER_MISSING),
        ("typed", "30 mm", "", 1, ""),
        ("typed", "3cm", "", 1, ""),
        ("typed", "30", "", Fraction(3, 4), grading.UNIT_NOT_TYPED),
        ("typed", "30 kg", "", Fraction(3, 4), ""),
        ("typed", "30 miles", "", Fraction(3, 4), ""),
        ("typed", "30 MM", "", Fraction(3, 4), ""),
        ("typed", "30 cm", "", 0, ""),
        ("typed", "30 mm.", "", 1, ""),
        ("typed", "30mm .", "", 1, ""),
        ("typed", "3 cm.", "", 1, ""),
        ("typed", "30 mm..", "", Fraction(3, 4), ""),
        ("typed", "30 kg.", "", Fraction(3, 4), ""),
        ("choose", "30 mm.", "mm", 1, ""),
        ("shown", "30 mm.", "", 1, ""),
        ("shown", "30", "", 1, ""),
        ("shown", "30 mm", "", 1, ""),
        ("shown", "3 cm", "", 1, ""),
        ("shown", "30 kg", "", 0, grading.NUMBER_ALONE),
    ],
)
def test_units_are_worked_in_and_a_missing_one_costs_its_share(
    how: str, number: str, unit: str, expected: Fraction, advice: str
) -> None:
    content = make(answer(30), units=UNITS, unit_input=how, unit_penalty="1/4")
    assert share(content, number, unit) == expected
    assert grading.advise(content, Response(number=number, unit=unit)) == advice


def test_without_units_a_number_stands_alone() -> None:
    content = make(answer(30))
    assert share(content, "30 mm") == 0
    assert grading.advise(content, Response(number="30 mm")) == grading.NUMBER_ALONE


def test_a_slip_in_the_unit_never_earns_less_than_nothing() -> None:
    content = make(
        answer(30), answer(25, share="1/4"), units=UNITS, unit_input="typed", unit_penalty="1/2"
    )
    assert share(content, "30") == Fraction(1, 2)
    assert share(content, "25") == 0


def test_a_safety_critical_question_takes_no_half_answers() -> None:
    content = make(answer(30), units=UNITS, unit_input="typed", unit_penalty="1/4")
    assert NUMERIC.grade(content, Response(number="30"), True).share == 0


def test_micro_is_micro_however_it_is_typed() -> None:
    content = make(answer(5), units=[{"name": "µg"}], unit_input="typed")
    assert share(content, "5 \N{GREEK SMALL LETTER MU}g") == 1
    assert share(content, "5 \N{MICRO SIGN}g") == 1


def test_a_unit_that_ends_in_a_full_stop_keeps_it() -> None:
    units = [{"name": "min."}, {"name": "min", "factor": "2"}]
    content = make(answer(6), units=units, unit_input="typed")
    assert share(content, "6 min.") == 1
    assert share(content, "3 min") == 1
    assert content.accepting("6 min.") is not None


def test_what_cannot_be_read_is_kept_as_typed() -> None:
    fields = {"p": ["  1,234 "], "p-unit": ["1"]}
    content = make(answer(1234), units=UNITS, unit_input="choose")
    response = NUMERIC.read(content, {}, fields, "p")
    assert response == Response(number="1,234", unit="mm")
    assert share(content, "1,234", "mm") == 0
    assert grading.tally(content, response) == ["unreadable"]
    assert grading.advise(content, response) == quantities.TWO_READINGS
    view = NUMERIC.feedback_view(content, {}, response)
    assert (view.given.text, view.given.state, view.given.advice) == (
        "1,234 mm", "wrong", quantities.TWO_READINGS,
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["0", "4", "mm", "１", "1 "])
def test_a_unit_that_is_not_on_the_page_is_refused(unit: str) -> None:
    content = make(answer(1), units=UNITS, unit_input="choose")
    with pytest.raises(Malformed):
        NUMERIC.read(content, {}, {"p": ["1"], "p-unit": [unit]}, "p")


def test_the_tally_tells_answers_apart() -> None:
    content = make(answer(30), answer(3, share=0), units=UNITS, unit_input="choose")
    lines = [
        grading.tally(content, Response(number=number, unit=unit))
        for number, unit in (("30", "mm"), ("3", "mm"), ("7", "mm"), ("30", ""), ("", "mm"))
    ]
    assert lines == [["1"], ["2"], ["other"], ["1", "no-unit"], ["unreadable"]]


def test_feedback_tells_what_was_given_and_what_would_have_been_right() -> None:
    content = make(
        answer(30, rationale="Right."),
        answer(25, share="1/3", rationale="Nearly."),
        answer(300, share=0, rationale="Ten times.", harm="dangerous"),
        tolerance={"absolute": 2},
        units=UNITS,
    )
    right = NUMERIC.feedback_view(content, {}, Response(number="31"))
    assert (right.given.text, right.given.state, right.given.rationale) == (
        "31 mm",
        "right",
        "Right.",
    )
    assert [(one.text, one.earns, one.rationale) for one in right.foreseen] == [
        ("30 ± 2 mm", "", ""),
        ("25 ± 2 mm", "33⅓%", "Nearly."),
        ("300 mm", "", "Ten times."),
    ]
    wrong = NUMERIC.feedback_view(content, {}, Response(number="300"))
    assert (wrong.given.harm, wrong.given.rationale) == (Harm.DANGEROUS, "Ten times.")
    assert [one.text for one in wrong.foreseen] == ["30 ± 2 mm", "25 ± 2 mm"]
    partly = NUMERIC.feedback_view(content, {}, Response(number="25"))
    assert (partly.given.state, partly.given.earns) == ("partly", "33⅓%")
    assert NUMERIC.feedback_view(content, {}, Response()).given is None


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (make(answer(1, share="1/2")), "missing-key", ("answers",)),
        (make({"value": 1}), "missing-rationale", ("answers", 0)),
        (make(answer(1, harm="harmless")), "harm-on-key", ("answers", 0, "harm")),
        (make(answer(1), answer("1.0", share=0)), "never-reached", ("answers", 1)),
        (
            make(answer(1, share="1/2", tolerance={"absolute": 5}), answer(3)),
            "never-reached",
            ("answers", 1),
        ),
        (
            make(
                answer(30, tolerance={"percent": 10}),
                answer(31, share="1/2", tolerance={"figures": 2}),
            ),
            "never-reached",
            ("answers", 1),
        ),
        (make(answer(0), tolerance={"percent": 5}), "tolerance-of-zero", ("answers", 0, "value")),
        (make(answer(0), tolerance={"figures": 2}), "tolerance-of-zero", ("answers", 0, "value")),
        (make(answer(1), units=[{"name": "cm", "factor": 10}]), "no-base-unit", ("units",)),
        (make(answer(1), units=[{"name": "µg"}, {"name": "μg"}]), "duplicate-unit", ("units",)),
        (make(answer(1), unit_input="choose"), "no-units", ("units",)),
    ],
)
def test_problems_name_their_place(
    content: Content, code: str, path: tuple[str | int, ...]
) -> None:
    assert [(problem.code, problem.path) for problem in content.problems()] == [(code, path)]
    assert content.problems()[0].remedy


def test_a_wider_answer_may_stand_below_a_narrow_one() -> None:
    content = make(
        answer(30, tolerance={"figures": 3}), answer(30, share="1/2", tolerance={"figures": 1})
    )
    assert content.problems() == []


@pytest.mark.parametrize(
    "document",
    [
        {"answers": []},
        {"answers": [answer("abc")]},
        {"answers": [answer(1, share=2)]},
        {"answers": [answer(1, share="1/0")]},
        {"answers": [answer(1, share="-1")]},
        {"answers": [answer(1, share="1e9")]},
        {"answers": [answer(1)], "tolerance": {"absolute": 1, "percent": 2}},
        {"answers": [answer(1)], "tolerance": {"absolute": -1}},
        {"answers": [answer(1)], "tolerance": {"figures": 0}},
        {"answers": [answer(1)], "units": [{"name": " "}]},
        {"answers": [answer(1)], "units": [{"name": "mm", "factor": -1}]},
        {"answers": [answer(1)] * (MAX_ANSWERS + 1)},
    ],
)
def test_contents_that_make_no_sense_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(document)


def test_without_a_right_answer_there_is_no_key() -> None:
    assert grading.key(make(answer(1, share=0))).is_empty


def test_shares_stay_exact() -> None:
    content = make(answer(1), answer(2, share="1/3"))
    stored = content.to_dict()
    assert stored["answers"][1]["share"] == "1/3"
    assert Content.model_validate(stored).answers[1].share == Fraction(1, 3)


def posted(**changes: str) -> AuthoringForm:
    fields = {
        "part-answers-0-value": "0,5",
        "part-answers-0-share": "1",
        "part-answers-0-rationale": "Half.",
        "part-answers-0-harm": "",
        "part-answers-0-tolerance": "",
        "part-answers-0-by": "",
        "part-tolerance": "exact",
        "part-by": "",
        "part-units": "mm\r\ncm = 10\r\nkg = 0",
        "part-unit_input": "typed",
        "part-unit_penalty": "1/4",
        **{f"part-{name}": value for name, value in changes.items()},
    }
    return AuthoringForm(MultiDict(fields), prefix="part-")


def test_the_form_reads_numbers_as_learners_write_them() -> None:
    form = posted()
    assert form.validate(), form.errors
    content = Content.model_validate(form.document())
    assert content == make(
        answer("0.5", rationale="Half."), units=UNITS, unit_input="typed", unit_penalty="1/4"
    )


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"answers-0-value": "1,234"}, "part-answers-0-value"),
        ({"answers-0-value": "half"}, "part-answers-0-value"),
        ({"answers-0-value": "30 mm"}, "part-answers-0-value"),
        ({"answers-0-value": ""}, "part-answers-0-value"),
        ({"answers-0-value": "", "answers-0-rationale": ""}, "part-answers-0-value"),
        ({"answers-0-share": "7"}, "part-answers-0-share"),
        ({"answers-0-tolerance": "absolute"}, "part-answers-0-by"),
        ({"tolerance": "percent", "by": "200"}, "part-by"),
        ({"tolerance": "figures", "by": "1.5"}, "part-by"),
        ({"tolerance": "absolute", "by": "-1"}, "part-by"),
        ({"tolerance": "wide"}, "part-tolerance"),
        ({"units": "mm\n= 10"}, "part-units"),
        ({"units": "cm = ten"}, "part-units"),
        ({"units": "cm = -1"}, "part-units"),
        ({"units": "\n".join("abcdefghijklm")}, "part-units"),
        ({"unit_input": "guess"}, "part-unit_input"),
        ({"unit_penalty": "x"}, "part-unit_penalty"),
    ],
)
def test_the_form_says_what_is_wrong_and_where(changes: dict[str, str], place: str) -> None:
    form = posted(**changes)
    assert not form.validate()
    wrong = [
        field.id
        for one in (form, *(entry.form for entry in form.answers))
        for field in one
        if field.errors and not hasattr(field, "entries")
    ]
    assert wrong == [place]
    form.sketch().problems()
    form.problems()


def test_too_many_answers_are_refused() -> None:
    with pytest.raises(TooManyAnswers):
        posted(**{f"answers-{n}-value": "1" for n in range(MAX_ANSWERS + 1)})


def test_a_share_that_only_files_can_say_is_kept() -> None:
    content = make(answer(1), answer(2, share="3/7"))
    form = AuthoringForm(data=AuthoringForm.values_of(content), prefix="part-")
    again = posted(**{"answers-0-share": "3/7"})
    assert form.document()["answers"][1]["share"] == Fraction(3, 7)
    assert again.validate()
    assert again.document()["answers"][0]["share"] == Fraction(3, 7)


def test_a_new_question_begins_with_a_right_and_a_wrong_answer() -> None:
    form = AuthoringForm(data=AuthoringForm.values_for_new(), prefix="part-")
    assert [row["share"] for row in form.rows()] == ["1", "0"]
    assert [problem.code for problem in form.problems()] == ["no-answers"]
