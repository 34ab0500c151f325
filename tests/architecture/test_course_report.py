"""The page of figures on the course is the one its files give."""

from pathlib import Path

from quizapp.formats.bank_files import checking, quality
from quizapp.formats.bank_files.reading import read_bank

HOUSE = Path(__file__).parents[2]


def test_the_report_is_up_to_date() -> None:
    (course,) = read_bank(HOUSE / "question_bank").courses
    written = (HOUSE / "docs" / "course-report.md").read_text(encoding="utf-8")
    assert written == quality.page(course), "run `make course-report` and commit the page"


def test_the_course_has_no_problems() -> None:
    bank = read_bank(HOUSE / "question_bank")
    assert checking.check(bank) == []


def test_keys_are_not_given_away() -> None:
    """The key is no more often the longest option than chance would have it, nor in one place."""
    (course,) = read_bank(HOUSE / "question_bank").courses
    found = quality.keys(quality.live(course))
    assert found.longest <= found.fair
    assert max(found.places.values()) <= found.questions * 0.4


def test_every_hazard_has_parallel_questions_and_every_objective_three() -> None:
    (course,) = read_bank(HOUSE / "question_bank").courses
    assert course.course is not None
    questions = [one.entry for one in quality.live(course)]
    for hazard in course.course.hazards:
        assert sum(entry.hazard == hazard.id for entry in questions) > 1, hazard.id
    for objective in course.course.objectives:
        assert sum(objective.id in entry.objectives for entry in questions) > 2, objective.id
