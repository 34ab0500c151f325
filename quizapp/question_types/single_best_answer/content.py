"""What an author writes for, and a learner gives to, a question with one best answer."""

from quizapp.domain.errors import N_
from quizapp.question_types import base
from quizapp.question_types.base import Problem
from quizapp.question_types.choices import ChoicesContent


class Content(ChoicesContent):
    """Options, exactly one of them the key."""

    def problems(self) -> list[Problem]:
        found = super().problems()
        count = len(self.key_ids())
        if count != 1:
            found.append(
                Problem(
                    "missing-key" if count == 0 else "several-keys",
                    N_("No option is marked as the key.")
                    if count == 0
                    else N_("More than one option is marked as the key."),
                    ("choices",),
                    N_("Mark exactly one option with key: true."),
                )
            )
        return found


class Response(base.Response):
    """The chosen option's id; None when nothing was chosen."""

    choice: str | None = None

    @property
    def is_empty(self) -> bool:
        return self.choice is None
