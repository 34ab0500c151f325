"""What is right, looked up in the database: the browser never knows it."""

import re

from playwright.sync_api import Page

from quizapp.features.attempts.queries import published, showing, taking
from quizapp.features.attempts.queries.published import PublishedQuestion, Slot
from quizapp.features.attempts.queries.showing import PartView
from quizapp.features.attempts.queries.taking import Address
from quizapp.infrastructure.context import Context
from quizapp.question_types import item
from quizapp.question_types.item import Answer
from tests.e2e.server import Server
from tests.factories.accounts import Person

PLACE = re.compile(r"/courses/([^/]+)/quizzes/([^/]+)/attempt-(\d+)/")


def address_of(page: Page) -> Address:
    found = PLACE.search(page.url)
    assert found is not None, page.url
    return Address(found[1], found[2], int(found[3]))


def _asked(ctx: Context, page: Page) -> list[tuple[Slot, PublishedQuestion]]:
    head = taking.get_head(ctx, address_of(page))
    slots = published.slots(ctx, head.id)
    questions = published.questions(ctx, [slot.version_id for slot in slots])
    return [(slot, questions[slot.version_id]) for slot in slots]


def right_answers(server: Server, person: Person, page: Page) -> dict[int, Answer]:
    """For each question of a page's attempt: the answer its key gives, as it is stored."""
    with server.site.reading(person.actor) as ctx:
        return {slot.number: item.key(asked.item) for slot, asked in _asked(ctx, page)}


def right_parts(server: Server, person: Person, page: Page) -> dict[int, list[PartView]]:
    """For each question of a page's attempt: its parts as they look when answered rightly.

    What a person marks has no right answer, and looks as it does at first.
    """
    with server.site.reading(person.actor) as ctx:
        return {
            slot.number: showing.part_views(
                asked, slot.presentation, item.key(asked.item), taking.prefix_of(slot.number)
            )
            for slot, asked in _asked(ctx, page)
        }


def right_options(server: Server, person: Person, page: Page) -> dict[int, list[str]]:
    """For each question of a page's attempt: the values of the options that are right."""
    return {
        slot: [option.value for part in parts for option in part.view.options if option.is_chosen]
        for slot, parts in right_parts(server, person, page).items()
    }


def saved_answers(server: Server, person: Person, page: Page) -> dict[int, str]:
    """What the database holds for the attempt a page belongs to."""
    with server.site.reading(person.actor) as ctx:
        head = taking.get_head(ctx, address_of(page))
        return {slot: saved.answer for slot, saved in head.answers.items()}
