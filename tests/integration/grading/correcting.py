"""Sittings whose marks are corrected, and what became of them."""

from fractions import Fraction
from typing import Any

from sqlalchemy import select

from quizapp.domain.access.roles import SYSTEM, Actor
from quizapp.features.attempts.models import Attempt, AttemptItem
from quizapp.features.grading.commands import correcting
from quizapp.features.grading.models import ACCEPT, Correction
from quizapp.features.grading.queries import dry_runs
from quizapp.features.grading.queries.dry_runs import Choices, DryRun
from quizapp.features.questions import queries as question_queries
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types.accepting import Accepted
from quizapp.question_types.item import Answer
from tests.factories import attempts, questions
from tests.factories.accounts import Person
from tests.factories.attempts import KEYS, make_save

B_TOO = Accepted("r1", "b")


def sit(site: Site, person: Person, answers: dict[int, Answer] | None = None) -> Attempt:
    """Start, answer (rightly, besides `answers`) and hand in the final check."""
    attempt = attempts.start(site, person)
    head = attempts.head_of(site, person, number=attempt.number)
    given = {**KEYS, **(answers or {})}
    attempts.save(site, head, *[make_save(slot, answer) for slot, answer in given.items()])
    return attempts.submit(site, person, attempt.id)


def choices_of(ctx: Context, code: str) -> Choices:
    found = dry_runs.find_choices(ctx, question_queries.get_question(ctx, code))
    assert found is not None
    return found


def dry_run(site: Site, code: str, kind: str, actor: Actor = SYSTEM, **options: Any) -> DryRun:
    if kind == ACCEPT:
        options.setdefault("accepted", B_TOO)
    with site.reading(actor) as ctx:
        choices = choices_of(ctx, code)
        return dry_runs.get_dry_run(ctx, choices, dry_runs.decide(choices, kind, **options))


def correct(
    site: Site, person: Person, code: str, kind: str, reason: str = "A slip.", **options: Any
) -> Correction:
    """As somebody who reads the dry run and confirms it."""
    seen = dry_run(site, code, kind, person.actor, **options)
    with site.reading(person.actor) as ctx:
        question = question_queries.get_question(ctx, code)
    return site.perform(
        correcting.correct_marks, question, seen.decision, reason, seen.digest, actor=person.actor
    )


def undo(site: Site, person: Person, correction: Correction) -> None:
    site.perform(correcting.undo_correction, correction, actor=person.actor)


def result(site: Site, attempt: Attempt) -> tuple[str | None, str | None, str | None]:
    """Points, maximum and verdict as they are now."""
    with site.reading() as ctx:
        row = ctx.session.get_one(Attempt, attempt.id)
        return row.points, row.max_points, row.verdict


def mark(site: Site, attempt: Attempt, slot: int) -> tuple[Any, Any, bool]:
    """The share by the key, what is awarded instead, and whether the item is void."""
    with site.reading() as ctx:
        row = ctx.session.scalars(
            select(AttemptItem).where(
                AttemptItem.attempt_id == attempt.id, AttemptItem.slot == slot
            )
        ).one()
        share = None if row.share is None else Fraction(row.share)
        awarded = None if row.awarded is None else Fraction(row.awarded)
        return share, awarded, row.is_void


def new_key(site: Site, code: str, key: str) -> None:
    """Publish a version of a question with options whose key is another one."""
    with site.reading() as ctx:
        question = question_queries.get_question(ctx, code)
        body = question_queries.get_shown_version(ctx, question).body
    (part,) = body["parts"]
    content = dict(part["content"])
    content["choices"] = [
        {**{k: v for k, v in choice.items() if k not in {"key", "harm"}}, "key": name == key}
        for name, choice in zip("abcdefgh", content["choices"], strict=False)
    ]
    questions.edit_question(site, code, body={"parts": [{**part, "content": content}]})
