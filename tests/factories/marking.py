"""Answers that people mark: essays and files in a quiz, handed in, and marked."""

from typing import Any

from sqlalchemy import select

from quizapp.features.attempts.models import Attempt, AttemptItem, ItemMark
from quizapp.features.grading.commands import marking as commands
from quizapp.features.grading.commands import remarking
from quizapp.features.grading.commands.marking import Marking
from quizapp.features.grading.queries import answers, marking
from quizapp.features.grading.queries.answers import Sheet
from quizapp.features.grading.queries.blind import AnswerKey, Names
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.questions import edit_question, make_draft, make_question
from tests.factories.quizzes import make_quiz

ESSAY, QUIZ = "essay-1", "marked"
RUBRIC: dict[str, Any] = {
    "criteria": [
        {
            "id": "order",
            "title": "Order of the steps",
            "levels": [
                {"id": "all", "label": "All in order", "points": "3"},
                {"id": "some", "label": "One missing", "points": "1.5"},
                {"id": "none", "label": "Anything else", "points": "0"},
            ],
        },
        {
            "id": "reasons",
            "title": "Reasons",
            "levels": [
                {"id": "given", "label": "Given", "points": "2"},
                {"id": "missing", "label": "Missing", "points": "0"},
            ],
        },
    ]
}
TEXT = "First the needles come out, then the patient lies flat."
FULL = {"order": "all", "reasons": "given"}
HALF = {"order": "some", "reasons": "missing"}
"""Three tenths of the points."""
NONE = {"order": "none", "reasons": "missing"}


def essay_body(**changes: Any) -> dict[str, Any]:
    content = {
        "rubric": RUBRIC,
        "model_answer": "Needles out, patient flat, watch.",
        "notes": "Spelling does not count.",
        **changes,
    }
    return {"parts": [{"name": "r1", "type": "essay", "content": content}]}


def make_essay(site: Site, code: str = ESSAY, *, hazard: str | None = None, **content: Any) -> str:
    draft = make_draft("What do you do when a patient faints?", body=essay_body(**content),
                       hazard=hazard)  # fmt: skip
    make_question(site, draft, code=code)
    return code


def make_marked_quiz(site: Site, slug: str = QUIZ, items: tuple[str, ...] = (ESSAY,),
                     **changes: Any) -> str:  # fmt: skip
    """A quiz whose first question is an essay."""
    return make_quiz(site, slug, **{"sections": [{"items": list(items)}], "pass_mark": 50,
                                    "title": "Marked by hand", **changes})  # fmt: skip


def hand_in(
    site: Site, person: Person, quiz: str = QUIZ, *, texts: tuple[str, ...] = (TEXT,)
) -> Attempt:
    """An attempt with these essays, handed in."""
    attempt = attempts.start(site, person, quiz)
    head = attempts.head_of(site, person, quiz, attempt.number)
    saves = [
        attempts.make_save(slot, {"r1": {"text": text}})
        for slot, text in enumerate(texts, 1)
        if text
    ]
    attempts.save(site, head, *saves)
    return attempts.submit(site, person, attempt.id)


def key_of(attempt: Attempt, slot: int = 1) -> AnswerKey:
    return AnswerKey(attempt.id, slot)


def name_of(site: Site, attempt: Attempt, slot: int = 1) -> str:
    return Names(site.settings).name_of(key_of(attempt, slot))


def sheet_of(
    site: Site, marker: Person, attempt: Attempt, slot: int = 1, code: str = ESSAY
) -> Sheet:
    with site.reading(marker.actor) as ctx:
        return answers.read_sheet(ctx, code, key_of(attempt, slot))


def mark(
    site: Site,
    marker: Person,
    attempt: Attempt,
    levels: dict[str, str] | None = None,
    *,
    slot: int = 1,
    code: str = ESSAY,
    **changes: Any,
) -> Sheet:
    """Mark an answer as its page, opened now, would send it."""
    sheet = sheet_of(site, marker, attempt, slot, code)
    values = {
        "round": sheet.turn,
        "rubric_version_id": sheet.rubric_version_id,
        "levels": {"r1": FULL if levels is None else levels},
        "comment": "",
        "replaces": 0 if sheet.turn or sheet.changeable is None else sheet.changeable.id,
        **changes,
    }
    return site.perform(
        commands.give_mark, code, key_of(attempt, slot), Marking(**values), actor=marker.actor
    )


def mark_anew(site: Site, by: Person, number: int) -> None:
    """Give the essay another rubric, and have finished answers marked by it."""
    first, second = RUBRIC["criteria"]
    rubric = {"criteria": [{**first, "title": f"Order, {number}"}, second]}
    edit_question(site, ESSAY, body=essay_body(rubric=rubric))

    def command(ctx: Context) -> None:
        question = marking.get_question(ctx, ESSAY)
        remarking.put_back(ctx, question, question.live_version_id or 0)

    site.perform(command, actor=by.actor)


def result_of(site: Site, attempt: Attempt, slot: int = 1) -> tuple[str | None, str | None]:
    """The share of an answer, and the verdict of its attempt."""
    with site.reading() as ctx:
        found = ctx.session.get_one(Attempt, attempt.id)
        return ctx.session.get_one(AttemptItem, (attempt.id, slot)).share, found.verdict


def marks_of(site: Site, attempt: Attempt) -> list[ItemMark]:
    """Every mark there ever was, in order."""

    def read(ctx: Context) -> list[ItemMark]:
        rows = select(ItemMark).where(ItemMark.attempt_id == attempt.id).order_by(ItemMark.id)
        return list(ctx.session.scalars(rows))

    with site.reading() as ctx:
        return read(ctx)
