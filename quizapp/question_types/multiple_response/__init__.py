"""Multiple response: several options, one or more keys, three documented ways of scoring."""

from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.multiple_response import grading
from quizapp.question_types.multiple_response.content import Content, Response

MULTIPLE_RESPONSE = QuestionType(
    name="multiple_response",
    label=N_("Multiple response"),
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
    hint=N_("Several options, more than one may be right"),
    has_options=True,
)

_CHOICES = [
    {"text": "Refuses the treatment", "key": True, "rationale": "No consent, no needle."},
    {"text": "Cellulitis at the site", "key": True, "rationale": "A needle may spread it."},
    {"text": "Takes a statin", "rationale": "Not a reason by itself.", "harm": "suboptimal"},
    {"text": "Is left-handed", "rationale": "Irrelevant.", "harm": "harmless"},
]
_OTHER_CHOICES = [
    {"text": "Refuses the treatment", "harm": "dangerous"},
    {"text": "Cellulitis at the site", "key": True},
    {"text": "Takes a statin", "key": True},
    {"text": "Is left-handed"},
]
_STEM = "Which two findings mean that you do not needle this site today?"

EXAMPLES = (
    Example(
        title="Right minus wrong",
        stem=_STEM,
        content={"choices": _CHOICES},
        right=[{"choices": ["a", "b"]}],
        partly=[
            ({"choices": ["a"]}, Fraction(1, 2)),
            ({"choices": ["a", "b", "c"]}, Fraction(1, 2)),
        ],
        wrong=[{"choices": []}, {"choices": ["c", "d"]}, {"choices": ["a", "c"]}],
        malformed=[{"": ["5"]}, {"": ["x"]}, {"": ["1", "1"]}],
        other={"choices": _OTHER_CHOICES},
    ),
    Example(
        title="Per option",
        stem=_STEM,
        content={"choices": _CHOICES, "scoring": "per_option"},
        right=[{"choices": ["a", "b"]}],
        partly=[
            ({"choices": ["a"]}, Fraction(3, 4)),
            ({"choices": ["a", "c"]}, Fraction(1, 2)),
        ],
        wrong=[{"choices": []}, {"choices": ["c", "d"]}],
        other={"choices": _OTHER_CHOICES, "scoring": "per_option"},
    ),
    Example(
        title="All or nothing",
        stem=_STEM,
        content={"choices": _CHOICES, "scoring": "all_or_nothing"},
        right=[{"choices": ["a", "b"]}],
        wrong=[{"choices": []}, {"choices": ["a"]}, {"choices": ["a", "b", "c"]}],
        other={"choices": _OTHER_CHOICES, "scoring": "all_or_nothing"},
    ),
)
