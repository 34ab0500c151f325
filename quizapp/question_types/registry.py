"""The types there are. Adding one is a folder and a line here."""

from quizapp.domain.errors import NotFound
from quizapp.question_types.base import QuestionType
from quizapp.question_types.multiple_response import MULTIPLE_RESPONSE
from quizapp.question_types.single_best_answer import SINGLE_BEST_ANSWER
from quizapp.question_types.true_false import TRUE_FALSE

TYPES: tuple[QuestionType, ...] = (SINGLE_BEST_ANSWER, MULTIPLE_RESPONSE, TRUE_FALSE)
_BY_NAME = {kind.name: kind for kind in TYPES}


def get(name: str) -> QuestionType:
    """The type of that name; raises NotFound."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound from None


def names() -> list[str]:
    return list(_BY_NAME)
