"""Short text: a word or a few, compared with the wordings an author foresees."""

from fractions import Fraction

from quizapp.domain.errors import N_
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.short_text import grading
from quizapp.question_types.short_text.content import Content, Response

SHORT_TEXT = QuestionType(
    name="short_text",
    label=N_("Short text"),
    hint=N_("A word or a few, typed"),
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
)

_MALFORMED = [{"": ["a", "b"]}, {"": ["a" * 501]}]

EXAMPLES = (
    Example(
        title="A term with its other names",
        stem="A needle let air into the pleural space. What is that called?",
        content={
            "answers": [
                {"text": "pneumothorax", "typos": 2, "rationale": "Air in the pleural space."},
                {"text": "pneumo", "rationale": "Short, and understood."},
                {
                    "text": "collapsed lung",
                    "share": "1/2",
                    "rationale": "That is what may follow; name the cause.",
                },
                {
                    "text": "*haemothorax*",
                    "share": 0,
                    "rationale": "That is blood, which needs other care.",
                    "harm": "suboptimal",
                },
                {
                    "text": "muscle soreness",
                    "share": 0,
                    "rationale": "Taken for soreness, it is found too late.",
                    "harm": "dangerous",
                },
            ],
        },
        right=[
            {"text": "pneumothorax"},
            {"text": "Pneumothorax"},
            {"text": "pneumotorax"},
            {"text": "PNUEMOTHORAX"},
            {"text": "pneumo"},
        ],
        partly=[
            ({"text": "collapsed lung"}, Fraction(1, 2)),
            ({"text": "Collapsed  Lung"}, Fraction(1, 2)),
        ],
        wrong=[
            {"text": "a haemothorax"},
            {"text": "muscle soreness"},
            {"text": "collapsed lungs"},
            {"text": "*"},
            {},
        ],
        malformed=_MALFORMED,
        other={"answers": [{"text": "embolism", "rationale": "Another key."}]},
    ),
    Example(
        title="Accents and punctuation make no difference",
        stem="Which syndrome do cold, white fingers point to?",
        content={
            "answers": [
                {"text": "Raynaud's syndrome", "rationale": "Named after Maurice Raynaud."},
                {"text": "Raynaud's *", "rationale": "The phenomenon, or the disease."},
                {"text": "Sjögren*", "share": 0, "rationale": "Sjögren's makes dry eyes."},
            ],
            "ignore_accents": True,
            "ignore_punctuation": True,
        },
        right=[
            {"text": "raynaud’s syndrome"},
            {"text": "Raynauds syndrome"},
            {"text": "Raynaud's phenomenon!"},
        ],
        wrong=[{"text": "Sjogren's"}, {"text": "Raynaud"}],
        malformed=_MALFORMED,
        other={"answers": [{"text": "chilblains", "rationale": "Another key."}]},
    ),
)
