"""Going through the sample course."""

from quizapp.features.courses import queries as course_queries
from quizapp.features.progress import commands
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.content_sync import COURSE


def complete_lesson(site: Site, person: Person, slug: str) -> None:
    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE)
        commands.complete_lesson(ctx, course, course_queries.get_lesson(ctx, course, slug))

    site.perform(command, actor=person.actor)


def reopen_lesson(site: Site, person: Person, slug: str) -> None:
    def command(ctx: Context) -> None:
        course = course_queries.get_course(ctx, COURSE)
        commands.reopen_lesson(ctx, course, course_queries.get_lesson(ctx, course, slug))

    site.perform(command, actor=person.actor)


def complete_course(site: Site, person: Person) -> None:
    """Read both lessons, practise, and pass the final check."""
    for slug in ("clean-needles", "safe-depth"):
        complete_lesson(site, person, slug)
    attempts.submit(site, person, attempts.start(site, person, attempts.WARM_UP).id)
    final = attempts.start(site, person)
    head = attempts.head_of(site, person)
    attempts.save(site, head, *[attempts.make_save(slot) for slot in attempts.KEYS])
    attempts.submit(site, person, final.id)
