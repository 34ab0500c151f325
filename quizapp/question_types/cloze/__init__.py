"""Cloze: one text with gaps to choose or to type, each marked by the type it is of."""

from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.cloze import grading
from quizapp.question_types.cloze.content import Content, Response

CLOZE = QuestionType(
    name="cloze",
    label=N_("Text with gaps"),
    hint=N_("Gaps to fill in one text: words, numbers or choices"),
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
    advise_fields=grading.advise_fields,
)

_HANDS = {
    "type": "choice",
    "name": "when",
    "choices": [
        {"text": "before", "key": True, "rationale": "Clean hands touch the needle."},
        {"text": "after", "rationale": "The needle is in by then.", "harm": "dangerous"},
        {"text": "instead of", "rationale": "Nothing replaces clean hands.", "harm": "dangerous"},
    ],
}
_BOX = {
    "type": "text",
    "name": "box",
    "answers": [
        {"text": "sharps box", "typos": 1, "rationale": "It cannot be pierced."},
        {"text": "*bin*", "share": "0", "rationale": "Cleaners get stuck.", "harm": "dangerous"},
    ],
}
_FULL = {
    "type": "number",
    "name": "full",
    "weight": 2,
    "answers": [
        {"value": 75, "rationale": "At three quarters it is closed."},
        {"value": 100, "share": "1/2", "rationale": "Too late, but at least it is closed."},
    ],
    "units": [{"name": "%"}],
}
_TEXT = (
    "Wash your hands **{{when}} needling**. Used needles go into a {{box}}, "
    "which is closed when it is {{full}} full."
)
_RIGHT = {"when": {"choice": "a"}, "box": {"text": "Sharps box"}, "full": {"number": "75"}}

EXAMPLES = (
    Example(
        title="A choice, a term and a number in one text",
        stem="Fill in the gaps.",
        content={"text": _TEXT, "gaps": [_HANDS, _BOX, _FULL]},
        right=[
            {"gaps": _RIGHT},
            {"gaps": {**_RIGHT, "box": {"text": "sharp box"}, "full": {"number": "75 %"}}},
        ],
        partly=[
            ({"gaps": {"when": {"choice": "a"}}}, Fraction(1, 4)),
            ({"gaps": {"full": {"number": "75.0"}}}, Fraction(1, 2)),
            ({"gaps": {**_RIGHT, "full": {"number": "100"}}}, Fraction(3, 4)),
            ({"gaps": {**_RIGHT, "when": {"choice": "b"}}}, Fraction(3, 4)),
        ],
        wrong=[
            {"gaps": {"box": {"text": "the bin"}}},
            {"gaps": {"full": {"number": "three quarters"}}},
            {},
        ],
        malformed=[
            {"-1": ["4"]},
            {"-1": ["before"]},
            {"-1": ["1", "2"]},
            {"-2": ["a", "b"]},
            {"-3": ["7" * 61]},
        ],
        other={
            "text": _TEXT,
            "gaps": [
                {
                    **_HANDS,
                    "choices": [
                        {"text": "before", "rationale": "Another key."},
                        {"text": "after", "key": True, "rationale": "Another key."},
                        {"text": "instead of", "rationale": "Another key."},
                    ],
                },
                {**_BOX, "answers": [{"text": "drawer", "rationale": "Another key."}]},
                {**_FULL, "answers": [{"value": 10, "rationale": "Another key."}]},
            ],
        },
    ),
)
