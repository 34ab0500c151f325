"""What files say about each other: every name has to lead somewhere, every promise to be kept."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from quizapp.domain import drawing
from quizapp.domain.drawing import Candidate
from quizapp.formats import markdown
from quizapp.formats.bank_files import quiz_rules
from quizapp.formats.bank_files.models import EntryStatus
from quizapp.formats.bank_files.problems import ERROR, WARNING, FileProblem
from quizapp.formats.bank_files.reading import (
    Bank,
    CourseFolder,
    LessonFile,
    QuestionFile,
    QuizFile,
    Where,
)
from quizapp.formats.lessons import blocks
from quizapp.formats.lessons.blocks import Check, Figure

PARALLEL_ITEMS = 2


def check(bank: Bank) -> list[FileProblem]:
    """All problems of the bank, those found while reading included, in order of place."""
    found = list(bank.problems)
    taken: dict[str, Where] = {}
    for folder in bank.courses:
        found.extend(_Checks(folder).run())
        found.extend(_taken_ids(folder, taken))
    return sorted(set(found))


def counts(bank: Bank, problems: Iterable[FileProblem]) -> dict[str, int]:
    """How much there is: every question entry counts, whatever its status or mistakes."""
    severities = Counter(problem.severity for problem in problems)
    return {
        "courses": len(bank.courses),
        "lessons": sum(len(folder.lessons) for folder in bank.courses),
        "questions": sum(len(f.questions) + f.unreadable for f in bank.courses),
        "quizzes": sum(len(folder.quizzes) for folder in bank.courses),
        "errors": severities[ERROR],
        "warnings": severities[WARNING],
    }


def _taken_ids(folder: CourseFolder, taken: dict[str, Where]) -> Iterator[FileProblem]:
    named = [(q.entry.id, Where(q.where.file, q.line("id"))) for q in folder.questions]
    named += [(v.vignette.id, v.where) for v in folder.vignettes]
    for name, where in named:
        if name in taken:
            first = taken[name]
            yield FileProblem(
                where.file,
                where.line,
                "duplicate-id",
                f"The id {name} is taken in {first.file}, line {first.line}.",
                "Give each question an id of its own.",
            )
        taken.setdefault(name, where)


def _nameless_columns(text: str, file: str, first: int) -> Iterator[FileProblem]:
    for line in markdown.nameless_columns(text):
        yield FileProblem(
            file, first + line, "nameless-column", "A column of this table has no heading.",
            "Write in its first row what the column lists.",
        )  # fmt: skip


def _line_of(question: QuestionFile, value: str) -> int:
    """The line of the key that has this value, or where the question starts."""
    keys = [key for key, given in question.entry if given == value]
    return question.line(*keys[:1])


class _Checks:
    """The checks of one course."""

    def __init__(self, folder: CourseFolder) -> None:
        self._folder = folder
        course = folder.course
        self._objectives = {o.id for o in course.objectives} if course else set()
        self._hazards = frozenset(h.id for h in course.hazards) if course else frozenset()
        self._lessons = {lesson.front.id for lesson in folder.lessons}
        self._quizzes = {quiz.quiz.id for quiz in folder.quizzes}
        self._used_references: set[str] = set()
        self._used_figures: set[str] = set()

    def run(self) -> Iterator[FileProblem]:
        if self._folder.course is None:
            return
        for lesson in self._folder.lessons:
            yield from self._lesson(lesson)
        yield from self._doubles(
            "lesson",
            [(x.front.id, x.where.file, x.source.line(("id",))) for x in self._folder.lessons],
        )
        for question in self._folder.questions:
            yield from self._question(question)
        for quiz in self._folder.quizzes:
            yield from self._quiz(quiz)
        yield from self._doubles(
            "quiz",
            [(x.quiz.id, x.where.file, x.source.line(("id",))) for x in self._folder.quizzes],
        )
        for case in self._folder.vignettes:
            if case.vignette.figure:
                yield from self._figure(case.vignette.figure, case.where.file, case.where.line)
        yield from self._course()
        yield from self._coverage()
        yield from self._leftovers()

    def _doubles(self, kind: str, named: list[tuple[str, str, int]]) -> Iterator[FileProblem]:
        seen: set[str] = set()
        for name, file, line in named:
            if name in seen:
                yield FileProblem(
                    file, line, "duplicate-id", f"Another {kind} has the id {name}.",
                    "Give each its own.",
                )  # fmt: skip
            seen.add(name)

    def _known(
        self, kind: str, names: Iterable[str], known: Iterable[str], place: tuple[str, int]
    ) -> Iterator[FileProblem]:
        for name in names:
            if name not in known:
                yield FileProblem(
                    *place,
                    f"unknown-{kind.replace(' ', '-')}",
                    f"There is no {kind} {name}.",
                    f"Correct the name, or add the {kind}.",
                )

    def _references(self, names: Iterable[str], place: tuple[str, int]) -> Iterator[FileProblem]:
        names = list(names)
        self._used_references.update(names)
        yield from self._known("reference", names, self._folder.references, place)

    def _figure(self, name: str, file: str, line: int) -> Iterator[FileProblem]:
        self._used_figures.add(name)
        yield from self._known("figure", [name], self._folder.figures, (file, line))

    def _lesson(self, lesson: LessonFile) -> Iterator[FileProblem]:
        file = lesson.where.file
        at = lesson.source.line
        yield from self._known(
            "objective", lesson.front.objectives, self._objectives, (file, at(("objectives",)))
        )
        yield from self._references(lesson.front.references, (file, at(("references",))))
        assert self._folder.course is not None  # noqa: S101 - checked in run
        terms = {entry.term.casefold() for entry in self._folder.course.glossary}
        listed = set(lesson.front.references)
        cited: set[str] = set()
        for block in lesson.blocks:
            if isinstance(block, Figure):
                yield from self._figure(block.name, file, block.line)
            text = blocks.text_of(block)
            here = set(blocks.cited(text))
            cited |= here
            for name in sorted(here - listed):
                yield FileProblem(
                    file, block.line, "unlisted-reference", f"{name} is cited but not listed.",
                    "Add it to references: in the front matter.",
                )  # fmt: skip
            used = (term.casefold() for term in blocks.terms(text))
            yield from self._known("glossary term", used, terms, (file, block.line))
            yield from _nameless_columns(text, file, block.line)
        for name in sorted(listed - cited):
            yield FileProblem(
                file, at(("references",)), "uncited-reference",
                f"{name} is listed but never cited.",
                f"Cite it as [@{name}], or remove it.", WARNING,
            )  # fmt: skip
        for check in lesson.blocks:
            data = check.source.data if isinstance(check, Check) else None
            entry = lesson.checks.get(str(data.get("id"))) if isinstance(data, Mapping) else None
            if entry is None or not isinstance(check, Check):
                continue
            for problem in entry.content().problems():
                yield FileProblem(
                    file, check.source.line(problem.path), problem.code,
                    f"Check {entry.id}: {problem.message}", problem.remedy,
                )  # fmt: skip

    def _question(self, question: QuestionFile) -> Iterator[FileProblem]:
        entry, file = question.entry, question.where.file
        content = entry.content().with_figures(self._folder.figures)
        for problem in content.problems():
            yield FileProblem(
                file, question.line(*problem.path), problem.code,
                f"{entry.id}: {problem.message}", problem.remedy,
            )  # fmt: skip
        yield from self._known(
            "objective", entry.objectives, self._objectives, (file, question.line("objectives"))
        )
        yield from self._references(entry.references, (file, question.line("references")))
        if not entry.references:
            yield FileProblem(
                file, question.line(), "missing-reference", f"{entry.id} has no reference.",
                "Name at least one source: references: [R1].",
            )  # fmt: skip
        if entry.hazard:
            yield from self._known(
                "hazard", [entry.hazard], self._hazards, (file, question.line("hazard"))
            )
        if entry.figure:
            yield from self._figure(entry.figure, file, question.line("figure"))
        for name in content.figures():
            yield from self._figure(name, file, _line_of(question, name))

    def _quiz(self, quiz: QuizFile) -> Iterator[FileProblem]:
        ids = {q.entry.id: q for q in self._folder.questions}
        cases = {v.vignette.id: v for v in self._folder.vignettes}
        fixed: set[str] = set()
        for number, section in enumerate(quiz.quiz.sections):
            place = quiz.source.line(("sections", number, "items"))
            yield from self._known(
                "question", section.items, {*ids, *cases}, (quiz.where.file, place)
            )
            for name in section.items:
                members = cases[name].question_ids if name in cases else (name,)
                fixed.update(members)
                for member in members:
                    if member in ids and ids[member].entry.status is not EntryStatus.LIVE:
                        yield FileProblem(
                            quiz.where.file, place, "question-not-live", f"{member} is not live.",
                            "Make it live, or take it out of the quiz.",
                        )  # fmt: skip
        yield from self._draws(quiz, fixed)
        assert self._folder.course is not None  # noqa: S101 - checked in run
        in_case = {name: case.question_ids for name, case in cases.items()}
        yield from quiz_rules.check(quiz, in_case, self._folder.course.completion.quizzes)

    def _draws(self, quiz: QuizFile, fixed: set[str]) -> Iterator[FileProblem]:
        """Whether each draw has enough questions, and all of them together."""
        draws = [
            (quiz.source.line(("sections", number, "draws", place)), draw)
            for number, section in enumerate(quiz.quiz.sections)
            for place, draw in enumerate(section.draws)
        ]
        pool = self._candidates(fixed)
        is_short = False
        for line, draw in draws:
            at = (quiz.where.file, line)
            yield from self._known("objective", draw.objectives, self._objectives, at)
            yield from self._known("hazard", draw.hazards, self._hazards, at)
            fitting = sum(draw.rule().fits(candidate) for candidate in pool)
            if fitting < draw.count:
                is_short = True
                yield self._unfillable(
                    at, f"The draw asks for {draw.count} questions, {fitting} fit."
                )
        try:
            drawing.fill([draw.rule() for _, draw in draws], pool, random.Random(0))  # noqa: S311
        except drawing.DrawCannotBeFilled:
            if not is_short:
                at = (quiz.where.file, draws[0][0])
                yield self._unfillable(at, "The draws together ask for more than there is.")

    def _unfillable(self, place: tuple[str, int], message: str) -> FileProblem:
        remedy = "Ask for fewer, widen the filters or write more questions."
        return FileProblem(*place, "unfillable-draw", message, remedy)

    def _candidates(self, taken: set[str]) -> list[Candidate]:
        """The live questions that a draw may choose: those of cases and fixed ones are not."""
        return [
            Candidate(
                number,
                frozenset(question.entry.objectives),
                str(question.entry.level),
                question.entry.hazard,
                frozenset(question.entry.tags),
                question.entry.type,
            )
            for number, question in enumerate(self._folder.questions)
            if question.entry.status is EntryStatus.LIVE
            and question.vignette is None
            and question.entry.id not in taken
        ]

    def _course(self) -> Iterator[FileProblem]:
        course, source = self._folder.course, self._folder.course_source
        assert course is not None  # noqa: S101 - checked in run
        file = self._folder.course_where.file
        steps: list[tuple[str, str]] = []
        modules: set[str] = set()
        for number, module in enumerate(course.modules):
            at = ("modules", number)
            yield from self._known(
                "module", module.after, modules, (file, source.line((*at, "after")))
            )
            if module.id in modules or module.id == "quizzes":
                yield FileProblem(
                    file, source.line((*at, "id")), "duplicate-id", f"The id {module.id} is taken.",
                    "Give each module its own; quizzes is reserved.",
                )  # fmt: skip
            modules.add(module.id)
            for place, step in enumerate(module.steps):
                line = source.line((*at, "steps", place))
                if step.lesson is not None:
                    yield from self._known("lesson", [step.lesson], self._lessons, (file, line))
                    steps.append(("lesson", step.lesson))
                elif step.quiz is not None:
                    yield from self._known("quiz", [step.quiz], self._quizzes, (file, line))
                    steps.append(("quiz", step.quiz))
                if steps.count(steps[-1]) > 1:
                    yield FileProblem(
                        file, line, "duplicate-step",
                        f"The {steps[-1][0]} {steps[-1][1]} is a step twice.",
                        "Keep one of them.",
                    )  # fmt: skip
        line = source.line(("completion", "quizzes"))
        yield from self._known("quiz", course.completion.quizzes, self._quizzes, (file, line))
        yield from self._outside(steps)

    def _outside(self, steps: list[tuple[str, str]]) -> Iterator[FileProblem]:
        """Lessons and quizzes that no module shows."""
        for lesson in self._folder.lessons:
            if ("lesson", lesson.front.id) not in steps:
                yield FileProblem(
                    lesson.where.file, 1, "orphan-lesson",
                    "No module of course.yaml has this lesson.",
                    "Add it to a module's steps.", WARNING,
                )  # fmt: skip
        for quiz in self._folder.quizzes:
            if ("quiz", quiz.quiz.id) not in steps:
                yield FileProblem(
                    quiz.where.file, 1, "orphan-quiz", "No module of course.yaml has this quiz.",
                    "Add it to a module's steps.", WARNING,
                )  # fmt: skip

    def _coverage(self) -> Iterator[FileProblem]:
        course, source = self._folder.course, self._folder.course_source
        assert course is not None  # noqa: S101 - checked in run
        file = self._folder.course_where.file
        live = [q.entry for q in self._folder.questions if q.entry.status is EntryStatus.LIVE]
        asked = Counter(name for entry in live for name in entry.objectives)
        taught = {name for lesson in self._folder.lessons for name in lesson.front.objectives}
        for number, objective in enumerate(course.objectives):
            place = (file, source.line(("objectives", number)))
            if not asked[objective.id]:
                yield FileProblem(
                    *place, "uncovered-objective", f"No live question asks for {objective.id}.",
                    "Write one, or remove the objective.",
                )  # fmt: skip
            if objective.id not in taught:
                yield FileProblem(
                    *place, "untaught-objective", f"No lesson teaches {objective.id}.",
                    "Add it to a lesson's objectives.",
                )  # fmt: skip
            if objective.lesson:
                yield from self._known("lesson", [objective.lesson], self._lessons, place)
        by_hazard = Counter(entry.hazard for entry in live if entry.hazard)
        for number, hazard in enumerate(course.hazards):
            place = (file, source.line(("hazards", number)))
            if by_hazard[hazard.id] < PARALLEL_ITEMS:
                yield FileProblem(
                    *place, "thin-hazard",
                    f"The hazard {hazard.id} has {by_hazard[hazard.id]} live questions.",
                    "Write at least two parallel ones, so that a retry asks another.", WARNING,
                )  # fmt: skip
            if hazard.lesson:
                yield from self._known("lesson", [hazard.lesson], self._lessons, place)

    def _leftovers(self) -> Iterator[FileProblem]:
        for name in sorted(set(self._folder.figures) - self._used_figures):
            yield FileProblem(
                f"{self._folder.course_where.file.rpartition('/')[0]}/figures/{name}.svg", 1,
                "orphan-figure", "Nothing shows this figure.", "Use it in a lesson, or remove it.",
            )  # fmt: skip
        course = self._folder.course
        assert course is not None  # noqa: S101 - checked in run
        for entry in course.glossary:
            place = (self._folder.course_where.file, self._folder.course_source.line(("glossary",)))
            yield from self._references(entry.references, place)
        for name, where in sorted(self._folder.reference_lines.items()):
            if name not in self._used_references:
                yield FileProblem(
                    where.file, where.line, "unused-reference", f"Nothing cites {name}.",
                    "Cite it, or remove it.", WARNING,
                )  # fmt: skip
