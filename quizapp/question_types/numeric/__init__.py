"""Numeric: a number, exactly or within a tolerance, with or without a unit."""

from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.numeric import grading
from quizapp.question_types.numeric.content import Content, Response

NUMERIC = QuestionType(
    name="numeric",
    label=N_("Number"),
    hint=N_("A number, with or without a unit"),
    content=Content,
    response=Response,
    present=grading.present,
    read=grading.read,
    grade=grading.grade,
    key=grading.key,
    tally=grading.tally,
    item_text=grading.item_text,
    answer_view=grading.answer_view,
    feedback_view=grading.feedback_view,
    describe=grading.describe,
    advise=grading.advise,
)

_MALFORMED = [{"": ["1", "2"]}, {"": ["1" * 61]}]

EXAMPLES = (
    Example(
        title="A length with its unit from a list",
        stem="Ultrasound shows the pleura 2 cm below the skin. How deep is that?",
        content={
            "answers": [
                {"value": 20, "rationale": "2 cm are 20 mm."},
                {"value": 25, "share": "1/2", "rationale": "Half a centimetre too much."},
                {
                    "value": 200,
                    "share": 0,
                    "rationale": "Ten times too deep: any needle would seem safe.",
                    "harm": "dangerous",
                },
            ],
            "tolerance": {"absolute": 1},
            "units": [{"name": "mm"}, {"name": "cm", "factor": 10}, {"name": "ml", "factor": 0}],
            "unit_input": "choose",
            "unit_penalty": "1/4",
        },
        right=[
            {"number": "20", "unit": "mm"},
            {"number": "2", "unit": "cm"},
            {"number": "20.0", "unit": "mm"},
            {"number": "2,1", "unit": "cm"},
        ],
        partly=[
            ({"number": "25", "unit": "mm"}, Fraction(1, 2)),
            ({"number": "20"}, Fraction(3, 4)),
            ({"number": "20", "unit": "ml"}, Fraction(3, 4)),
            ({"number": "25"}, Fraction(1, 4)),
        ],
        wrong=[
            {"number": "20", "unit": "cm"},
            {"number": "200", "unit": "mm"},
            {"number": "19 or 20", "unit": "mm"},
            {"number": "1,234", "unit": "mm"},
            {"number": "1e999999", "unit": "mm"},
            {"unit": "mm"},
        ],
        malformed=[*_MALFORMED, {"": ["20"], "-unit": ["4"]}, {"": ["20"], "-unit": ["mm"]}],
        other={
            "answers": [{"value": 20.5, "rationale": "Another key."}],
            "units": [{"name": "mm"}, {"name": "cm", "factor": 10}, {"name": "ml", "factor": 0}],
            "unit_input": "choose",
        },
    ),
    Example(
        title="A share of two significant figures, without a unit",
        stem="3 of 350 patients bruised. Which share is that? Give two significant figures.",
        content={
            "answers": [
                {"value": "0.00857142857", "rationale": "3 / 350 = 0.0086."},
                {
                    "value": "0.857142857",
                    "share": 0,
                    "rationale": "That is the share in percent.",
                    "harm": "suboptimal",
                },
            ],
            "tolerance": {"figures": 2},
        },
        right=[{"number": "0.0086"}, {"number": "8,6e-3"}, {"number": "8.6·10^-3"}],
        wrong=[{"number": "0.86"}, {"number": "0.0085"}, {"number": "0.0086 mm"}, {}],
        malformed=[*_MALFORMED, {"": ["20"], "-unit": ["1"]}],
        other={"answers": [{"value": 7, "rationale": "Another key."}]},
    ),
    Example(
        title="A unit that learners type",
        stem="An ampoule holds 1 mg in 1 ml. You draw up half of it. How much is in the syringe?",
        content={
            "answers": [{"value": "0.5", "rationale": "Half of 1 mg is 0.5 mg, or 500 µg."}],
            "tolerance": {"percent": 5},
            "units": [
                {"name": "mg"},
                {"name": "µg", "factor": "0.001"},
                {"name": "g", "factor": 1000},
            ],
            "unit_input": "typed",
        },
        right=[
            {"number": "0.5 mg"},
            {"number": "500µg"},
            {"number": "0,5mg"},
            {"number": "500 μg"},
        ],
        wrong=[{"number": "0.5"}, {"number": "0.5 Mg"}, {"number": "5 mg"}, {"number": "½ mg"}],
        malformed=_MALFORMED,
        other={
            "answers": [{"value": "0.3", "rationale": "Another key."}],
            "units": [{"name": "mg"}],
            "unit_input": "typed",
        },
    ),
)
