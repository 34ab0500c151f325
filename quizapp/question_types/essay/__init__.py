"""Essay: a long text, marked by a person with a rubric."""

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.essay import grading
from quizapp.question_types.essay.content import Content, Response

ESSAY = QuestionType(
    name="essay",
    label=N_("Essay"),
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
    hint=N_("A long text, marked by a person with a rubric"),
    advise=grading.advise,
    is_automatic=False,
)

EXAMPLES = (
    Example(
        title="A rubric of two criteria",
        stem="A patient feels faint while being treated. What do you do, and why in this order?",
        content={
            "rubric": {
                "points": "5",
                "criteria": [
                    {
                        "title": "Order of the steps",
                        "description": "Needles out, patient flat, watch, write it down.",
                        "levels": [
                            {"label": "All in order", "points": "3"},
                            {"label": "One missing or out of place", "points": "1.5"},
                            {"label": "Anything else", "points": "0"},
                        ],
                    },
                    {
                        "title": "Reasons",
                        "levels": [
                            {"label": "Each step has its reason", "points": "2"},
                            {"label": "No reasons", "points": "0", "description": "A bare list."},
                        ],
                    },
                ],
            },
            "min_words": 60,
            "max_words": 200,
            "model_answer": "First I take out all needles, because …",
            "notes": "Do not mark down for spelling.",
        },
        right=[
            {"text": "I take the needles out.\n\nThen the patient lies flat, because …"},
            {"text": '\n  Two lines first, and <b>no</b> markup & "quotes"  '},
        ],
        wrong=[{"text": ""}],
        malformed=[{"": ["One", "Two"]}, {"": ["a\0b"]}, {"": ["x" * 20_001]}],
    ),
)
