"""What is right, looked up in the database: the browser never knows it."""

import re

from playwright.sync_api import Page

from quizapp.features.attempts.queries import published, showing, taking
from quizapp.features.attempts.queries.taking import Address
from quizapp.question_types import item
from tests.e2e.server import Server
from tests.factories.accounts import Person

PLACE = re.compile(r"/courses/([^/]+)/quizzes/([^/]+)/attempt-(\d+)/")


def address_of(page: Page) -> Address:
    found = PLACE.search(page.url)
    assert found is not None, page.url
    return Address(found[1], found[2], int(found[3]))


def right_options(server: Server, person: Person, page: Page) -> dict[int, list[str]]:
    """For each question of a page's attempt: the values of the options that are right."""
    with server.site.reading(person.actor) as ctx:
        head = taking.get_head(ctx, address_of(page))
        slots = published.slots(ctx, head.id)
        questions = published.questions(ctx, [slot.version_id for slot in slots])
        found = {}
        for slot in slots:
            asked = questions[slot.version_id]
            views = showing.part_views(asked, slot.presentation, item.key(asked.item), "s")
            found[slot.number] = [
                option.value for part in views for option in part.view.options if option.is_chosen
            ]
    return found


def saved_answers(server: Server, person: Person, page: Page) -> dict[int, str]:
    """What the database holds for the attempt a page belongs to."""
    with server.site.reading(person.actor) as ctx:
        head = taking.get_head(ctx, address_of(page))
        return {slot: saved.answer for slot, saved in head.answers.items()}
