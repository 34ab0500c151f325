"""What the settings of one quiz say about each other: windows, releases, questions asked twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from quizapp.formats.bank_files.models import Mode, Release
from quizapp.formats.bank_files.problems import ERROR, WARNING, FileProblem
from quizapp.formats.bank_files.reading import QuizFile


def check(
    quiz: QuizFile, cases: Mapping[str, Iterable[str]], required: Iterable[str]
) -> Iterator[FileProblem]:
    """The problems of a quiz; `cases` by id with their questions, `required` by the course."""
    yield from _window(quiz)
    yield from _releases(quiz, required)
    yield from _repeats(quiz, cases)
    if quiz.quiz.mode is Mode.GRADED and not quiz.quiz.pass_mark_reason:
        yield _problem(
            quiz, ("pass_mark",), "unreasoned-pass-mark", "The pass mark has no reason.",
            "Say why in pass_mark_reason:.", WARNING,
        )  # fmt: skip


def _window(quiz: QuizFile) -> Iterator[FileProblem]:
    window = quiz.quiz.window
    if window.opens and window.closes and window.closes <= window.opens:
        yield _problem(
            quiz, ("window", "closes"), "closed-window", "The quiz closes before it opens.",
            "Put closes: after opens:.",
        )  # fmt: skip


def _releases(quiz: QuizFile, required: Iterable[str]) -> Iterator[FileProblem]:
    plan, has_end = quiz.quiz.feedback, quiz.quiz.window.closes is not None
    for name in ("score", "answers", "rationale"):
        if getattr(plan, name) is Release.AFTER_CLOSE and not has_end:
            yield _problem(
                quiz, ("feedback", name), "never-closes",
                f"The {name} would be shown after the quiz closes, and it never does.",
                "Give it window: closes:, or show this after_submit.",
            )  # fmt: skip
    if plan.score is Release.NEVER and quiz.quiz.id in set(required):
        yield _problem(
            quiz, ("feedback", "score"), "untold-requirement",
            "The course demands a pass here that nobody is ever told of.",
            "Show the score, or take the quiz out of completion: quizzes:.",
        )  # fmt: skip


def _repeats(quiz: QuizFile, cases: Mapping[str, Iterable[str]]) -> Iterator[FileProblem]:
    asked: Counter[str] = Counter()
    for number, section in enumerate(quiz.quiz.sections):
        for name in section.items:
            for question in cases.get(name, (name,)):
                asked[question] += 1
                if asked[question] == 2:  # noqa: PLR2004 - told once, however often it is asked
                    yield _problem(
                        quiz, ("sections", number, "items"), "asked-twice",
                        f"{question} is asked twice in one attempt.", "Keep one of the two.",
                    )  # fmt: skip


def _problem(
    quiz: QuizFile,
    path: tuple[str | int, ...],
    code: str,
    message: str,
    remedy: str,
    severity: str = ERROR,
) -> FileProblem:
    return FileProblem(quiz.where.file, quiz.source.line(path), code, message, remedy, severity)
