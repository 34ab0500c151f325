"""True/false: a statement to judge."""

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.true_false import grading
from quizapp.question_types.true_false.content import Content, Response

TRUE_FALSE = QuestionType(
    name="true_false",
    label=N_("True or false"),
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
    hint=N_("A statement to judge"),
    has_options=True,
)

EXAMPLES = (
    Example(
        title="A false statement",
        stem="Dry needling is non-invasive.",
        content={
            "key": False,
            "when_true": {"rationale": "The skin is penetrated.", "harm": "suboptimal"},
            "when_false": {"rationale": "A needle passes through the skin."},
        },
        right=[{"value": False}],
        wrong=[{"value": True}, {"value": None}],
        malformed=[{"": ["3"]}, {"": ["true"]}, {"": ["1", "2"]}],
        other={
            "key": True,
            "when_true": {"rationale": "The skin is penetrated."},
            "when_false": {"rationale": "A needle passes through the skin.", "harm": "harmless"},
        },
    ),
)
