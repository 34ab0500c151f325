"""Extra time, breaks and attempts, agreed through the commands."""

from quizapp.domain.access.roles import SYSTEM, Actor
from quizapp.features.accounts.models import User
from quizapp.features.attempts.commands import adjusting, extending
from quizapp.features.attempts.commands.adjusting import AdjustmentDraft
from quizapp.features.attempts.models import Attempt, TimeChange
from quizapp.features.attempts.queries import adjustments
from quizapp.features.courses import queries as course_queries
from quizapp.features.quizzes import queries as quiz_queries
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person
from tests.factories.attempts import FINAL
from tests.factories.content_sync import COURSE


def make_agreement(
    factor: str = "1.25", extra: int = 0, breaks: int = 0, reason: str = "Agreed"
) -> AdjustmentDraft:
    return AdjustmentDraft(factor, extra, breaks, reason)


def agree(
    site: Site, person: Person, by: Person, agreement: AdjustmentDraft | None = None
) -> list[Attempt]:
    """Set a person's adjustment in the place of the present one; the attempts it extended."""

    def command(ctx: Context) -> list[Attempt]:
        user = ctx.session.get_one(User, person.id)
        present = adjustments.find_present(ctx, person.id)
        seen = present.id if present else 0
        return adjusting.set_adjustment(ctx, user, agreement or make_agreement(), seen)

    return site.perform(command, actor=by.actor)


def end_agreement(site: Site, person: Person, by: Person) -> None:
    def command(ctx: Context) -> None:
        present = adjustments.find_present(ctx, person.id)
        user = ctx.session.get_one(User, person.id)
        adjusting.end_adjustment(ctx, user, present.id if present else 0)

    site.perform(command, actor=by.actor)


def give_minutes(site: Site, attempt_id: int, minutes: int, by: Person) -> Attempt:
    """More minutes, by somebody who sees the end as it is."""

    def command(ctx: Context) -> Attempt:
        seen = ctx.session.get_one(Attempt, attempt_id).due_at
        return extending.give_minutes(ctx, attempt_id, minutes, "A fire alarm", seen)

    return site.perform(command, actor=by.actor)


def give_attempt(site: Site, person: Person, by: Person, quiz: str = FINAL) -> None:
    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE)
        user = ctx.session.get_one(User, person.id)
        extending.give_attempt(ctx, quiz_queries.get_quiz(ctx, course, quiz), user, "A power cut")

    site.perform(command, actor=by.actor)


def changes_of(site: Site, attempt_id: int) -> list[TimeChange]:
    with site.reading() as ctx:
        return adjustments.list_changes(ctx, attempt_id)


def attempt_of(site: Site, attempt_id: int, actor: Actor = SYSTEM) -> Attempt:
    """The attempt as it is now."""
    with site.reading(actor) as ctx:
        return ctx.session.get_one(Attempt, attempt_id)
