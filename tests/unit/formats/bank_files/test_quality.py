"""Figures on a course."""

from pathlib import Path

import pytest

from quizapp.formats.bank_files import quality
from quizapp.formats.bank_files.reading import CourseFolder, read_bank

SAMPLE = Path(__file__).parents[3] / "data" / "question_bank"


@pytest.fixture
def course() -> CourseFolder:
    (course,) = read_bank(SAMPLE).courses
    return course


def test_grade_of_a_sentence_worked_out_by_hand() -> None:
    # 6 words, 1 sentence, 8 syllables
    text = "The needle is put once only."
    assert quality.reading_grade(text) == pytest.approx(0.39 * 6 + 11.8 * 8 / 6 - 15.59)


def test_harder_words_and_longer_sentences_have_a_higher_grade() -> None:
    easy = "We stop. We look. We ask."
    hard = "Contraindications necessitate interdisciplinary deliberation beforehand."
    assert quality.reading_grade(hard) > quality.reading_grade(easy)


def test_no_text_has_grade_zero() -> None:
    assert quality.reading_grade("") == 0


def test_prose_is_what_one_reads() -> None:
    body = (
        "First [[word|term]]. {limited} [@R1]\n\n## Head\n\n| a | b |\n\n"
        "::: note Look\nInside.\n:::\n\n```check\nid: x\n```\n"
    )
    assert quality.prose(body) == "First word. Inside."


def test_the_longest_key_is_counted_beside_the_fair_share(course: CourseFolder) -> None:
    found = quality.keys(quality.live(course))
    assert found.questions == sum(found.places.values())
    assert 0 < found.fair < found.questions


def test_the_page_has_every_lesson_objective_and_hazard(course: CourseFolder) -> None:
    page = quality.page(course)
    assert course.course is not None
    for text in (
        *(lesson.front.title for lesson in course.lessons),
        *(one.text for one in course.course.objectives),
        *(one.title for one in course.course.hazards),
    ):
        assert text in page
