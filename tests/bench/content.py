"""Courses for measuring: a few lessons and one graded quiz each, made through the commands."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from quizapp.features.courses.commands import CourseDraft, LessonDraft, save_course, save_lesson
from quizapp.features.courses.models import Course
from quizapp.features.courses.queries import list_lessons
from quizapp.features.questions.commands import QuestionDraft, create_question, publish_question
from quizapp.features.quizzes.commands import save_quiz
from quizapp.features.quizzes.queries import list_quizzes
from quizapp.formats.bank_files.models import Quiz as Definition
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site

LESSONS = 4
ITEMS = 8
HAZARD = "sharp-end"
QUIZ = "final-quiz"


@dataclass(frozen=True)
class FilledCourse:
    """A course's ids: lessons with their versions, the quiz, its questions' versions in order."""

    id: int
    slug: str
    lessons: tuple[tuple[int, int], ...]
    quiz_id: int
    quiz_version_id: int
    questions: tuple[int, ...]


def add_courses(site: Site, count: int) -> list[FilledCourse]:
    """So many more, numbered on from those there are."""
    with site.reading() as ctx:
        is_ours = Course.slug.like("course-%")
        first = (ctx.session.scalar(select(func.count(Course.id)).where(is_ours)) or 0) + 1
    return [site.perform(_add_course, number) for number in range(first, first + count)]


def _add_course(ctx: Context, number: int) -> FilledCourse:
    slug = f"course-{number}"
    title = f"Course {number:03d}"
    course, _ = save_course(ctx, _draft(slug, title, number))
    versions = []
    for place in range(1, ITEMS + 1):
        question = create_question(ctx, course.id, _question(place), f"C{number}-Q{place}")
        publish_question(ctx, question)
        versions.append(question.live_version_id or 0)
    for place in range(1, LESSONS + 1):
        document: dict[str, Any] = {"checks": {}, "figures": {}, "references": [], "meanings": {}}
        save_lesson(
            ctx, course, LessonDraft(f"lesson-{place}", f"Lesson {place}", 10, "Text", document)
        )
    items = [f"C{number}-Q{place}" for place in range(1, ITEMS + 1)]
    save_quiz(
        ctx,
        course,
        Definition.model_validate(
            {
                "id": QUIZ,
                "title": "Final quiz",
                "pass_mark": 75,
                "shuffle_questions": False,
                "sections": [{"items": items}],
            }
        ),
    )
    quiz = list_quizzes(ctx, course.id)[QUIZ]
    lessons = list_lessons(ctx, course.id)
    return FilledCourse(
        course.id,
        slug,
        tuple((row.id, row.version_id or 0) for _, row in sorted(lessons.items())),
        quiz.id,
        quiz.version_id or 0,
        tuple(versions),
    )


def _draft(slug: str, title: str, number: int) -> CourseDraft:
    steps = [{"kind": "lesson", "slug": f"lesson-{place}"} for place in range(1, LESSONS + 1)]
    outline: dict[str, Any] = {
        "title": title,
        "summary": "A course for measuring.",
        "audience": "",
        "notice": None,
        "review": {"by": None, "on": None},
        "modules": [
            {
                "id": "all",
                "title": "Everything",
                "summary": "",
                "after": [],
                "steps": [*steps, {"kind": "quiz", "slug": QUIZ}],
            }
        ],
        "completion": {"lessons": "all", "quizzes": [QUIZ]},
    }
    objectives = [
        {
            "code": f"O{place}",
            "text": f"Objective {place}",
            "lesson_slug": "lesson-1",
            "position": place,
        }
        for place in range(1, 5)
    ]
    hazard = {
        "code": HAZARD,
        "title": "The sharp end",
        "why": "It is sharp.",
        "lesson_slug": "lesson-2",
        "position": 1,
    }
    reference = {"code": "R1", "text": "A source", "url": None}
    return CourseDraft(slug, title, number, outline, objectives, [hazard], [reference])


def _question(place: int) -> QuestionDraft:
    why = {"rationale": "Because."}
    content = {"key": False, "when_true": why, "when_false": why}
    return QuestionDraft(
        stem=f"Question {place}",
        body={"parts": [{"name": "r1", "type": "true_false", "content": content}]},
        level="remember",
        hazard=HAZARD if place == 1 else None,
        labels={"objective": [f"O{(place - 1) // 2 + 1}"], "reference": ["R1"]},
    )
