"""What attempts announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """Somebody began an attempt."""

    attempt_id: int
    user_id: int
    course_id: int
    quiz_id: int


@dataclass(frozen=True, slots=True)
class AttemptSubmitted:
    """An attempt was handed in and marked by its keys; corrections in force are still to come."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class AttemptGraded:
    """An attempt has a (new) verdict, and those after it at the quiz may have one."""

    attempt_id: int
    user_id: int
    course_id: int
    quiz_id: int
