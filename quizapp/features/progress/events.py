"""What progress announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgressChanged:
    """Where an enrollment stands has changed; `before` is None when it has just begun."""

    user_id: int
    course_id: int
    before: str | None
    after: str
