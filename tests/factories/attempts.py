"""Sittings: started, answered and handed in through the commands."""

from datetime import datetime
from itertools import count
from typing import Any

from quizapp.domain.access.roles import Actor
from quizapp.features.attempts.commands import saving, starting, submitting
from quizapp.features.attempts.commands.saving import AnswerSave, Outcome
from quizapp.features.attempts.models import Attempt
from quizapp.features.attempts.queries import published, showing, taking
from quizapp.features.attempts.queries.taking import Address, Head
from quizapp.features.courses import queries as course_queries
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from quizapp.question_types import item
from quizapp.question_types.item import Answer
from tests.factories.accounts import Person
from tests.factories.content_sync import COURSE

FINAL, WARM_UP = "final-check", "warm-up"
KEYS: dict[int, Answer] = {
    1: {"r1": {"choice": "a"}},
    2: {"r1": {"choices": ["a", "b"]}},
    3: {"r1": {"value": False}},
    4: {"r1": {"choice": "a"}},
    5: {"r1": {"value": True}},
    6: {"r1": {"choice": "a"}},
}
"""The right answers of the final check, by slot."""
_numbers = count(1)


def new_operation() -> str:
    """A name for a change as a browser would make one up."""
    return f"operation-{next(_numbers):06d}"


def start(site: Site, person: Person, quiz: str = FINAL) -> Attempt:
    def command(ctx: Context) -> Attempt:
        course = course_queries.get_course(ctx, COURSE)
        return starting.start_attempt(ctx, course, quiz_queries.get_quiz(ctx, course, quiz))

    return site.perform(command, actor=person.actor)


def head_of(site: Site, person: Person, quiz: str = FINAL, number: int = 1) -> Head:
    with site.reading(person.actor) as ctx:
        return taking.get_head(ctx, Address(COURSE, quiz, number))


def make_save(
    slot: int = 1,
    answer: Answer | None = None,
    *,
    seen: int = 0,
    op_id: str = "",
    confidence: int | None = None,
    is_flagged: bool = False,
) -> AnswerSave:
    """One answer as it would arrive; the right one if none is given."""
    chosen = KEYS[slot] if answer is None else answer
    return AnswerSave(
        slot, seen, op_id or new_operation(), item.dump(chosen), confidence, is_flagged
    )


def save(
    site: Site, head: Head, *saves: AnswerSave, actor: Actor | None = None, **moment: datetime
) -> list[Outcome]:
    """The plain way, in a transaction of its own."""
    mine = actor or Actor(user_id=head.user_id, grants=_learner())
    return site.perform(saving.save_responses, head, saves, actor=mine, moment=moment)


def submit(site: Site, person: Person, attempt_id: int) -> Attempt:
    return site.perform(submitting.submit_attempt, attempt_id, actor=person.actor)


def fields_of(
    site: Site, person: Person, head: Head, slot: int, answer: Answer, **more: Any
) -> dict[str, list[str]]:
    """What the form of a question posts for an answer in the author's ids."""
    with site.reading(person.actor) as ctx:
        layout = published.slots(ctx, head.id)[slot - 1]
        question = published.questions(ctx, [layout.version_id])[layout.version_id]
    prefix = taking.prefix_of(slot)
    parts = showing.part_views(question, layout.presentation, answer, prefix)
    fields = {
        f"{prefix}-version": [str(layout.version_id)],
        f"{prefix}-seen": ["0"],
        f"{prefix}-op": [new_operation()],
    }
    for part in parts:
        chosen = [option.value for option in part.view.options if option.is_chosen]
        if chosen:
            fields[part.prefix] = chosen
    return {**fields, **{f"{prefix}-{name}": list(values) for name, values in more.items()}}


def _learner() -> Any:
    from quizapp.domain.access.roles import Grant, Role

    return (Grant(Role.LEARNER),)
