"""What the question bank announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionPublished:
    """A question has a new live version."""

    question_id: int
    version_id: int
