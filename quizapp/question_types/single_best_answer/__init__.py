"""Single best answer: several options, exactly one key."""

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.single_best_answer import grading
from quizapp.question_types.single_best_answer.content import Content, Response

SINGLE_BEST_ANSWER = QuestionType(
    name="single_best_answer",
    label=N_("Single best answer"),
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
    hint=N_("Several options, one of them is best"),
    has_options=True,
)

EXAMPLES = (
    Example(
        title="One key among three options",
        stem="A patient feels a sudden electric pain while being needled. What comes first?",
        content={
            "choices": [
                {
                    "text": "Withdraw the needle",
                    "key": True,
                    "rationale": "Electric pain may mean contact with a nerve.",
                },
                {
                    "text": "Wait until it passes",
                    "rationale": "The needle may be injuring a nerve meanwhile.",
                    "harm": "dangerous",
                },
                {
                    "text": "Finish this point, then note it",
                    "rationale": "Noting comes after the needle is out.",
                    "harm": "dangerous",
                },
            ]
        },
        right=[{"choice": "a"}],
        wrong=[{"choice": "b"}, {"choice": "c"}, {"choice": None}],
        malformed=[{"": ["4"]}, {"": ["0"]}, {"": ["a"]}, {"": ["1", "2"]}, {"": ["-1"]}],
        other={
            "choices": [
                {"text": "Withdraw the needle", "harm": "harmless"},
                {"text": "Wait until it passes"},
                {"text": "Finish this point, then note it", "key": True},
            ]
        },
    ),
)
