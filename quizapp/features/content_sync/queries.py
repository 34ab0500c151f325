"""What the files say, in the form the features below take it; and how two texts differ."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from quizapp.features.courses.commands import CourseDraft, LessonDraft
from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.questions.models import QuestionVersion
from quizapp.formats.bank_files.models import Course, Module
from quizapp.formats.bank_files.reading import CourseFolder, LessonFile, QuestionFile
from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.blocks import Figure
from quizapp.question_types import item


def course_draft(folder: CourseFolder, course: Course) -> CourseDraft:
    objectives = [
        {"code": o.id, "text": o.text, "lesson_slug": o.lesson, "position": place}
        for place, o in enumerate(course.objectives)
    ]
    hazards = [
        {"code": h.id, "title": h.title, "why": h.why, "lesson_slug": h.lesson, "position": place}
        for place, h in enumerate(course.hazards)
    ]
    references = [{"code": r.id, "text": r.text, "url": r.url} for r in folder.references.values()]
    outline = {
        "title": course.title,
        "summary": course.summary,
        "audience": course.audience,
        "language": course.language,
        "notice": course.notice.model_dump() if course.notice else None,
        "review": course.review.model_dump(mode="json"),
        "modules": [_module(module) for module in course.modules],
        "completion": course.completion.model_dump(mode="json"),
    }
    return CourseDraft(
        course.id, course.title, course.order, outline, objectives, hazards, references
    )


def _module(module: Module) -> dict[str, Any]:
    steps = [
        {"kind": "lesson", "slug": step.lesson}
        if step.lesson
        else {"kind": "quiz", "slug": step.quiz}
        for step in module.steps
    ]
    return {
        "id": module.id,
        "title": module.title,
        "summary": module.summary,
        "steps": steps,
        "after": list(module.after),
    }


def lesson_draft(folder: CourseFolder, course: Course, lesson: LessonFile) -> LessonDraft:
    """A lesson with everything it shows, so that its version stands alone."""
    front = lesson.front
    texts = [blocks.text_of(block) for block in lesson.blocks]
    cited = [name for text in texts for name in blocks.cited(text)]
    used = {term.casefold() for text in texts for term in blocks.terms(text)}
    objectives = {objective.id: objective.text for objective in course.objectives}
    shown = [block.name for block in lesson.blocks if isinstance(block, Figure)]
    document = {
        "summary": front.summary,
        "objectives": [{"id": name, "text": objectives[name]} for name in front.objectives],
        "references": [
            folder.references[name].model_dump(include={"id", "text", "url"})
            for name in dict.fromkeys([*cited, *front.references])
        ],
        "meanings": {
            entry.term.casefold(): entry.meaning
            for entry in course.glossary
            if entry.term.casefold() in used
        },
        "figures": {name: folder.figures[name] for name in shown},
        "checks": {
            name: {
                "stem": entry.stem,
                "rationale": entry.rationale,
                "body": item.body_of(entry.type, entry.content()),
            }
            for name, entry in lesson.checks.items()
        },
        "key_points": list(front.key_points),
        "confirm": list(front.confirm),
        "review": front.review.model_dump(mode="json"),
    }
    return LessonDraft(front.id, front.title, front.minutes, lesson.body, document)


def question_draft(folder: CourseFolder, question: QuestionFile) -> QuestionDraft:
    entry = question.entry
    content = entry.content().with_figures(folder.figures)
    return QuestionDraft(
        stem=entry.stem.strip(),
        body=item.body_of(entry.type, content),
        level=str(entry.level),
        rationale=entry.rationale.strip(),
        figure=folder.figures[entry.figure] if entry.figure else None,
        evidence=str(entry.evidence) if entry.evidence else None,
        hazard=entry.hazard,
        labels={
            "objective": list(entry.objectives),
            "reference": list(entry.references),
            "tag": list(entry.tags),
        },
    )


def difference(version: QuestionVersion, draft: QuestionDraft) -> list[str]:
    """The site's text (-) against the file's (+), line by line."""
    site = _readable(
        version.stem, version.body, version.rationale, version.level, version.hazard, version.labels
    )
    file = _readable(
        draft.stem, draft.body, draft.rationale, draft.level, draft.hazard, draft.labels
    )
    return list(difflib.unified_diff(site, file, "site", "file", lineterm="", n=1))


def _readable(
    stem: str,
    body: Mapping[str, Any],
    rationale: str,
    level: str,
    hazard: str | None,
    labels: Mapping[str, Sequence[str]],
) -> list[str]:
    document = {
        "stem": stem,
        "parts": [{"type": part["type"], **part["content"]} for part in body["parts"]],
        "rationale": rationale,
        "level": level,
        "hazard": hazard,
        **{kind: list(values) for kind, values in labels.items()},
    }
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=90)
    return text.splitlines()
