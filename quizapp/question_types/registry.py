"""The types there are. Adding one is a folder and a line here."""

from quizapp.domain.errors import NotFound
from quizapp.question_types.base import QuestionType
from quizapp.question_types.cloze import CLOZE
from quizapp.question_types.essay import ESSAY
from quizapp.question_types.file_upload import FILE_UPLOAD
from quizapp.question_types.hotspot import HOTSPOT
from quizapp.question_types.matching import MATCHING
from quizapp.question_types.multiple_response import MULTIPLE_RESPONSE
from quizapp.question_types.numeric import NUMERIC
from quizapp.question_types.ordering import ORDERING
from quizapp.question_types.short_text import SHORT_TEXT
from quizapp.question_types.single_best_answer import SINGLE_BEST_ANSWER
from quizapp.question_types.true_false import TRUE_FALSE

TYPES: tuple[QuestionType, ...] = (
    SINGLE_BEST_ANSWER,
    MULTIPLE_RESPONSE,
    TRUE_FALSE,
    MATCHING,
    ORDERING,
    NUMERIC,
    SHORT_TEXT,
    CLOZE,
    HOTSPOT,
    ESSAY,
    FILE_UPLOAD,
)
_BY_NAME = {kind.name: kind for kind in TYPES}


def get(name: str) -> QuestionType:
    """The type of that name; raises NotFound."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound from None


def names() -> list[str]:
    return list(_BY_NAME)
