"""Reading a question bank's folders into models; every mistake is noted and reading goes on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from quizapp.domain.errors import NotFound
from quizapp.formats import figures, yaml_source
from quizapp.formats.bank_files.entries import entry_model
from quizapp.formats.bank_files.models import (
    Course,
    Entry,
    LessonFront,
    Quiz,
    Reference,
    Vignette,
)
from quizapp.formats.bank_files.problems import FileProblem
from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.blocks import Block, Check, LessonMistake
from quizapp.formats.yaml_source import Path as Place
from quizapp.formats.yaml_source import Source, YamlMistake
from quizapp.question_types import registry

M = TypeVar("M", bound=BaseModel)
MAX_FILE_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Where:
    """A file and the line something starts at."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """One question as written, and where; `vignette` names its case and `place` its order there."""

    entry: Entry
    where: Where
    source: Source
    path: Place
    vignette: str | None = None
    place: int = 0

    def line(self, *path: str | int) -> int:
        return self.source.line((*self.path, *path))


@dataclass(frozen=True, slots=True)
class VignetteFile:
    """A case as written; its questions are in the course's list like any other."""

    vignette: Vignette
    where: Where
    question_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson as written."""

    front: LessonFront
    body: str
    blocks: list[Block]
    checks: dict[str, Entry]
    where: Where
    source: Source


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A quiz as written."""

    quiz: Quiz
    where: Where
    source: Source


@dataclass(slots=True)
class CourseFolder:
    """All of one course's files."""

    path: Path
    course: Course | None = None
    course_where: Where = Where("", 1)
    course_source: Source = field(default_factory=lambda: Source({}, {}))
    references: dict[str, Reference] = field(default_factory=dict)
    reference_lines: dict[str, Where] = field(default_factory=dict)
    lessons: list[LessonFile] = field(default_factory=list)
    questions: list[QuestionFile] = field(default_factory=list)
    vignettes: list[VignetteFile] = field(default_factory=list)
    quizzes: list[QuizFile] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0


@dataclass(slots=True)
class Bank:
    """Every course of the bank, and what is wrong with the files."""

    root: Path
    courses: list[CourseFolder] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


def read_bank(root: Path) -> Bank:
    """Read every course folder (one that holds course.yaml)."""
    bank = Bank(root)
    if not root.is_dir():
        bank.problems.append(
            FileProblem(str(root), 1, "no-bank", "There is no such folder.", "Name the folder.")
        )
        return bank
    folders = sorted(path.parent for path in root.glob("*/course.yaml"))
    if not folders:
        bank.problems.append(
            FileProblem(
                str(root),
                1,
                "no-course",
                "The folder holds no course.",
                "Give each course a folder with a course.yaml.",
            )
        )
    for folder in folders:
        bank.courses.append(_Reader(folder, bank).read())
    return bank


class _Reader:
    """Reads one course folder."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self._bank = bank
        self._folder = CourseFolder(folder)

    def read(self) -> CourseFolder:
        folder = self._folder.path
        self._read_course(folder / "course.yaml")
        if (folder / "references.yaml").exists():
            self._read_references(folder / "references.yaml")
        for path in sorted((folder / "figures").glob("*.svg")):
            self._read_figure(path)
        for path in sorted((folder / "lessons").glob("*.md")):
            self._read_lesson(path)
        for path in sorted((folder / "questions").glob("*.yaml")):
            self._read_questions(path)
        for path in sorted((folder / "quizzes").glob("*.yaml")):
            self._read_quiz(path)
        return self._folder

    def _name(self, path: Path) -> str:
        return path.relative_to(self._bank.root.parent).as_posix()

    def _note(self, file: str, line: int, code: str, message: str, remedy: str) -> None:
        self._bank.problems.append(FileProblem(file, line, code, message, remedy))

    def _text(self, path: Path) -> str | None:
        """The file's text, or None (noted) when it is not a reasonable UTF-8 file."""
        name = self._name(path)
        if path.stat().st_size > MAX_FILE_BYTES:
            self._note(name, 1, "file-too-large", "The file is over 4 MB.", "Split it.")
            return None
        try:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            self._note(name, line, "not-utf8", "The file is not UTF-8.", "Save it as UTF-8.")
            return None

    def _yaml(self, path: Path) -> Source | None:
        text = self._text(path)
        if text is None:
            return None
        try:
            return yaml_source.parse(text)
        except YamlMistake as mistake:
            self._note(
                self._name(path),
                mistake.line,
                "yaml-syntax",
                f"This is not the YAML we read: {mistake.message}.",
                "Check indentation and quotes on this line and the one above.",
            )
            return None

    def _model(
        self, model: type[M], source: Source, path: Place, file: str, data: Any = ...
    ) -> M | None:
        """A model of the data at a place; each mistake is noted with its line."""
        try:
            return model.model_validate(source.data if data is ... else data)
        except ValidationError as error:
            for problem in error.errors():
                place = tuple(part for part in problem["loc"] if not isinstance(part, str) or part)
                line = source.line((*path, *place))
                self._note(file, line, *_explained(problem, model, place))
            return None

    def _read_course(self, path: Path) -> None:
        source = self._yaml(path)
        if source is None:
            return
        file = self._name(path)
        course = self._model(Course, source, (), file)
        self._folder.course_where = Where(file, 1)
        self._folder.course_source = source
        if course is not None and course.id != path.parent.name:
            self._note(
                file,
                source.line(("id",)),
                "folder-name",
                f"The course's id is {course.id}, its folder is {path.parent.name}.",
                "Give both the same name.",
            )
        self._folder.course = course

    def _read_references(self, path: Path) -> None:
        source = self._yaml(path)
        if source is None:
            return
        file = self._name(path)
        for place, data in self._entries(source, file):
            reference = self._model(Reference, source, (place,), file, data)
            if reference is None:
                continue
            if reference.id in self._folder.references:
                self._duplicate(file, source.line((place, "id")), reference.id)
            self._folder.references[reference.id] = reference
            self._folder.reference_lines[reference.id] = Where(file, source.line((place, "id")))

    def _entries(self, source: Source, file: str) -> Iterator[tuple[int, Any]]:
        """The entries of a file that is a list."""
        if source.data is None:
            return
        if not isinstance(source.data, list):
            self._note(file, 1, "not-a-list", "The file has to be a list.", "Start entries with -.")
            return
        yield from enumerate(source.data)

    def _duplicate(self, file: str, line: int, name: str) -> None:
        self._note(
            file,
            line,
            "duplicate-id",
            f"The id {name} is taken.",
            "Give each entry an id of its own.",
        )

    def _read_figure(self, path: Path) -> None:
        text = self._text(path)
        if text is None:
            return
        for mistake in figures.check(text):
            self._note(self._name(path), mistake.line, "figure", mistake.message, mistake.remedy)
        self._folder.figures[path.stem] = text

    def _read_lesson(self, path: Path) -> None:
        text, file = self._text(path), self._name(path)
        if text is None:
            return
        try:
            source, body, first_line = blocks.split_front(text)
            parsed = blocks.parse(body, first_line)
        except LessonMistake as mistake:
            self._note(file, mistake.line, "lesson-block", mistake.message, mistake.remedy)
            return
        except YamlMistake as mistake:
            self._note(
                file,
                mistake.line,
                "yaml-syntax",
                f"Not valid YAML: {mistake.message}.",
                "Correct it.",
            )
            return
        front = self._model(LessonFront, source, (), file)
        checks = self._checks(parsed, file)
        if front is not None:
            self._folder.lessons.append(
                LessonFile(front, body, parsed, checks, Where(file, 1), source)
            )

    def _checks(self, parsed: list[Block], file: str) -> dict[str, Entry]:
        """The lesson's inline checks as single-best-answer entries."""
        found: dict[str, Entry] = {}
        for block in parsed:
            if not isinstance(block, Check):
                continue
            if not isinstance(block.source.data, Mapping):
                message = "The check is not written as keys and values."
                self._note(file, block.line, "lesson-block", message, "Write id:, stem:, choices:.")
                continue
            fixed = {"type": "single_best_answer", "objectives": ["check"], "level": "understand"}
            data = {**fixed, **block.source.data}
            model = entry_model("single_best_answer")
            entry = self._model(model, block.source, (), file, data)
            if entry is None:
                continue
            if entry.id in found:
                self._duplicate(file, block.line, entry.id)
            found[entry.id] = entry
        return found

    def _read_questions(self, path: Path) -> None:
        source = self._yaml(path)
        if source is None:
            return
        file = self._name(path)
        for place, data in self._entries(source, file):
            if isinstance(data, Mapping) and "stimulus" in data:
                self._read_vignette(source, place, data, file)
            else:
                self._read_question(source, (place,), data, file)

    def _read_vignette(
        self, source: Source, place: int, data: Mapping[str, Any], file: str
    ) -> None:
        vignette = self._model(Vignette, source, (place,), file, data)
        if vignette is None:
            self._folder.unreadable += len(data.get("items") or ())
            return
        names = []
        for order, item in enumerate(vignette.items):
            path: Place = (place, "items", order)
            question = self._read_question(source, path, item, file, (vignette.id, order))
            if question is not None:
                names.append(question.entry.id)
        where = Where(file, source.line((place,)))
        self._folder.vignettes.append(VignetteFile(vignette, where, tuple(names)))

    def _read_question(
        self,
        source: Source,
        path: Place,
        data: Any,
        file: str,
        case: tuple[str | None, int] = (None, 0),
    ) -> QuestionFile | None:
        line = source.line(path)
        try:
            model = entry_model(str(data.get("type")) if isinstance(data, Mapping) else "")
        except NotFound:
            self._folder.unreadable += 1
            self._note(
                file,
                source.line((*path, "type")),
                "unknown-type",
                "The entry has no known question type.",
                f"Use one of: {', '.join(registry.names())}.",
            )
            return None
        entry = self._model(model, source, path, file, data)
        if entry is None:
            self._folder.unreadable += 1
            return None
        question = QuestionFile(entry, Where(file, line), source, path, *case)
        self._folder.questions.append(question)
        return question

    def _read_quiz(self, path: Path) -> None:
        source = self._yaml(path)
        if source is None:
            return
        file = self._name(path)
        quiz = self._model(Quiz, source, (), file)
        if quiz is not None:
            self._folder.quizzes.append(QuizFile(quiz, Where(file, 1), source))


def _explained(
    problem: Any, model: type[BaseModel], place: tuple[str | int, ...]
) -> tuple[str, str, str]:
    """A validation error as code, message and remedy in an author's words."""
    name = ".".join(str(part) for part in place) or "This"
    kind = problem["type"]
    if kind == "missing":
        return "missing-field", f"{name} is missing.", f"Add {place[-1]}:"
    if kind == "extra_forbidden":
        known = ", ".join(sorted(model.model_fields))
        remedy = f"Known here: {known}." if len(place) == 1 else "Check the spelling, or remove it."
        return "unknown-key", f"{name} is not a known key.", remedy
    if kind == "string_pattern_mismatch":
        return "bad-form", f"{name} has characters that are not allowed.", _pattern_remedy(problem)
    message = re.sub(r"^Value error, ", "", problem["msg"])
    return "bad-value", f"{name}: {message}.", "Correct the value."


def _pattern_remedy(problem: Any) -> str:
    pattern = problem["ctx"]["pattern"]
    if "https" in pattern:
        return "Write an address that starts with https://."
    return "Use letters and digits joined by single hyphens."
