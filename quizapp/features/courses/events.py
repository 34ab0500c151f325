"""What courses announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody takes part in a course from now on."""

    enrollment_id: int
    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """A course has a new outline: steps may have come or gone."""

    course_id: int
