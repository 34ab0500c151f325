"""Figures on a course's lessons and questions, and the page that shows them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizapp.formats import markdown
from quizapp.formats.bank_files.models import EntryStatus, Hazard, Level, Objective
from quizapp.formats.bank_files.reading import CourseFolder, LessonFile, QuestionFile
from quizapp.question_types import registry

HIGHER = {Level.APPLY, Level.ANALYSE, Level.EVALUATE}
SINGLE = "single_best_answer"
_CODE_BLOCK = re.compile(r"^(```+).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"\{[a-z]+\}|\[@[^\]]*\]|^:::.*$|^#+ .*$|^\|.*$", re.MULTILINE)
_TERM = re.compile(r"\[\[(?:([^\]|]*)\|)?([^\]|]*)\]\]")
_SENTENCE = re.compile(r"[.!?:](?:\s|$)")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Keys:
    """How the keys of single-best-answer questions lie among their options."""

    questions: int
    longest: int
    fair: Fraction
    """How many would be the longest if length said nothing: the sum of 1 / options."""
    places: Counter[int]


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """One lesson: characters of its text, reading grade, what it holds."""

    lesson: LessonFile
    characters: int
    grade: float
    checks: int
    figures: int


def live(course: CourseFolder) -> list[QuestionFile]:
    return [one for one in course.questions if one.entry.status is EntryStatus.LIVE]


def keys(questions: Iterable[QuestionFile]) -> Keys:
    """A key is the longest when no other option has as many characters."""
    places: Counter[int] = Counter()
    asked = longest = 0
    fair = Fraction(0)
    for question in questions:
        if question.entry.type != SINGLE:
            continue
        text = registry.get(SINGLE).item_text(question.entry.content())
        lengths = [len(markdown.to_plain(option)) for option in text.options]
        key = text.keys[0]
        asked += 1
        places[key + 1] += 1
        fair += Fraction(1, len(lengths))
        longest += lengths[key] == max(lengths) and lengths.count(max(lengths)) == 1
    return Keys(asked, longest, fair, places)


def figures_of(lesson: LessonFile) -> LessonFigures:
    text = prose(lesson.body)
    return LessonFigures(
        lesson=lesson,
        characters=len(text),
        grade=reading_grade(text),
        checks=len(lesson.checks),
        figures=lesson.body.count("::: figure "),
    )


def prose(body: str) -> str:
    """The running text of a lesson, without checks, headings, tables and marks."""
    text = _MARKS.sub("", _CODE_BLOCK.sub("", body))
    text = _TERM.sub(lambda found: found[1] or found[2], text)
    return " ".join(markdown.to_plain(text).split())


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975): years of school to read it easily.

    0.39 x words a sentence + 11.8 x syllables a word - 15.59; syllables are counted as groups of
    vowels, a silent e at the end left out. Empty text has grade 0.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE.findall(text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    plain = word.lower()
    if plain.endswith("e") and not plain.endswith(("le", "ee")):
        plain = plain[:-1]
    return max(1, len(_VOWELS.findall(plain)))


def page(course: CourseFolder) -> str:
    """The figures as a page in Markdown."""
    assert course.course is not None  # noqa: S101 - asked for courses without mistakes only
    questions = live(course)
    parts = [
        f"# Figures on the course “{course.course.title}”",
        "Written by `make course-report` from the files of the course; do not edit.",
        _summary(course, questions),
        _levels(questions),
        _key_figures(keys(questions)),
        _lessons(course.lessons),
        _objectives(course, questions, course.course.objectives),
        _hazards(course.course.hazards, questions),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _summary(course: CourseFolder, questions: list[QuestionFile]) -> str:
    types = Counter(question.entry.type for question in questions)
    names = sorted(types, key=lambda name: -types[name])
    higher = sum(question.entry.level in HIGHER for question in questions)
    rows = [
        ("Lessons", len(course.lessons)),
        ("Figures", len(course.figures)),
        ("References", len(course.references)),
        ("Questions", len(questions)),
        ("… that ask to apply, analyse or evaluate", higher),
        ("Case vignettes", len(course.vignettes)),
        ("Quizzes", len(course.quizzes)),
        *((registry.get(name).label, types[name]) for name in names),
    ]
    return "## What there is\n\n" + table(("", "Number"), rows)


def _levels(questions: list[QuestionFile]) -> str:
    counts: Counter[tuple[str, Level]] = Counter()
    for question in questions:
        lesson = question.entry.objectives[0].partition("-")[0]
        counts[lesson, question.entry.level] += 1
    lessons = sorted({lesson for lesson, _ in counts}, key=_natural)
    rows = [
        (lesson, *(counts[lesson, level] for level in Level), _total(counts, lesson))
        for lesson in lessons
    ]
    head = ("Topic", *(str(level).capitalize() for level in Level), "Total")
    return "## Questions by topic and level\n\n" + table(head, rows)


def _total(counts: Counter[tuple[str, Level]], lesson: str) -> int:
    return sum(counts[lesson, level] for level in Level)


def _natural(text: str) -> list[object]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def _key_figures(found: Keys) -> str:
    places = ", ".join(f"{place}: {found.places[place]}" for place in sorted(found.places))
    return (
        "## Keys of single-best-answer questions\n\n"
        f"The key is the longest option in {found.longest} of {found.questions} questions; "
        f"if length said nothing it would be in about {float(found.fair):.0f}. "
        f"Keys by place in the file: {places}. Learners see the options in another order each time."
    )


def _lessons(lessons: list[LessonFile]) -> str:
    rows = []
    for lesson in lessons:
        found = figures_of(lesson)
        front = lesson.front
        rows.append(
            (
                front.title,
                front.minutes,
                found.characters,
                f"{found.grade:.1f}",
                found.figures,
                found.checks,
                len(front.references),
                front.review.on or "not yet",
            )
        )
    head = (
        "Lesson", "Minutes", "Characters", "Reading grade", "Figures", "Checks", "Sources",
        "Clinically reviewed",
    )  # fmt: skip
    return (
        "## Lessons\n\nReading grade: Flesch-Kincaid, years of school to read it easily.\n\n"
        + table(head, rows)
    )


def _objectives(
    course: CourseFolder, questions: list[QuestionFile], objectives: Sequence[Objective]
) -> str:
    asked = Counter(code for question in questions for code in question.entry.objectives)
    taught = {lesson.front.id for lesson in course.lessons}
    rows = [
        (one.id, one.text, one.lesson if one.lesson in taught else "–", asked[one.id])
        for one in objectives
    ]
    return "## Objectives\n\n" + table(("Id", "Objective", "Lesson", "Questions"), rows)


def _hazards(hazards: Sequence[Hazard], questions: list[QuestionFile]) -> str:
    rows = []
    for hazard in hazards:
        own = [question.entry for question in questions if question.entry.hazard == hazard.id]
        sources = sorted({code for entry in own for code in entry.references}, key=_natural)
        rows.append((hazard.title, hazard.lesson or "–", len(own), ", ".join(sources)))
    return "## Hazards that must not be missed\n\n" + table(
        ("Hazard", "Lesson", "Questions", "Sources"), rows
    )
