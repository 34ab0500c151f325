"""Every question type in an attempt: answered as its page sends it, kept, marked and explained."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from quizapp.features.attempts.queries import published, showing, taking
from quizapp.features.attempts.queries.fragments import Fragments, Frame, Render, plain
from quizapp.features.attempts.queries.taking import Head
from quizapp.infrastructure.site import Site
from quizapp.question_types import item, registry
from quizapp.question_types.base import Example, QuestionType
from quizapp.question_types.item import Answer
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE
from tests.factories.markup import sent_by, tree_of
from tests.factories.questions import make_draft, make_question
from tests.factories.quizzes import make_quiz
from tests.factories.samples import samples_of
from tests.factories.web import Visitor

TYPED = [kind for kind in registry.TYPES if not kind.takes_files]
"""Files are sent before the answer that names them, and have tests of their own."""
every_type = pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.name)


@dataclass
class Tour:
    """Lea's attempt at a quiz of one type's samples."""

    site: Site
    app: Flask
    person: Person
    visitor: Visitor
    samples: tuple[Example, ...]

    @property
    def head(self) -> Head:
        return attempts.head_of(self.site, self.person, "tour")

    def address(self, view: str) -> str:
        return f"/courses/{COURSE}/quizzes/tour/attempt-1/{view}"

    def controls(self, slot: int, answer: Answer) -> dict[str, list[str]]:
        """What the page would send for an answer in the author's words."""
        with self.site.reading(self.person.actor) as ctx, self.app.test_request_context():
            layout = published.slots(ctx, self.head.id)[slot - 1]
            asked = published.questions(ctx, [layout.version_id])[layout.version_id]
            prefix = taking.prefix_of(slot)
            views = showing.part_views(asked, layout.presentation, answer, prefix)
            shown = [
                self.app.jinja_env.get_template(part.kind.answer_template).render(
                    view=part.view, prefix=part.prefix
                )
                for part in views
            ]
        return sent_by(tree_of("".join(shown)))

    def page(self, slot: int) -> dict[str, list[str]]:
        """What the page of a question would send as it stands."""
        answer = self.visitor.get(self.address(f"question-{slot}"))
        assert answer.status_code == 200
        return sent_by(tree_of(answer.text).xpath(f".//*[@id='question-{slot}']")[0])

    def save(self, slot: int, answer: Answer) -> None:
        page = self.page(slot)
        rest = {name: values for name, values in page.items() if name not in own(page)}
        fields = {**rest, **self.controls(slot, answer)}
        reply = self.visitor.send(self.address(f"question-{slot}"), fields)
        assert reply.status_code == 303, reply.text


@pytest.fixture
def tour(kind: QuestionType, site: Site, app: Flask, clinic: Clinic) -> Tour:
    codes = []
    for sample in samples_of(kind):
        content = kind.content.model_validate(sample.content)
        draft = make_draft(sample.stem, body=item.body_of(kind.name, content))
        codes.append(make_question(site, draft).code)
    make_quiz(site, "tour", sections=[{"items": codes}])
    attempts.start(site, clinic.lea, "tour")
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    visitor.sign_in(clinic.lea)
    return Tour(site, app, clinic.lea, visitor, samples_of(kind))


def own(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """The controls of the answer alone."""
    return {name: values for name, values in fields.items() if "-r1" in name}


def render_with(app: Flask) -> Render:
    def render(template: str, values: dict[str, Any]) -> str:
        return app.jinja_env.get_template(template).render(**values)

    return render


@every_type
def test_every_answer_is_kept_as_given_and_shown_again(tour: Tour, kind: QuestionType) -> None:
    render = render_with(tour.app)
    fragments = Fragments(render)
    for slot, sample in enumerate(tour.samples, 1):
        given = [*sample.right, *(answer for answer, _ in sample.partly), *sample.wrong]
        for response in given:
            answer: Answer = {item.FIRST: response}
            tour.save(slot, answer)
            stored = item.load(tour.head.saved(slot).answer)
            meant = kind.response.model_validate(response)
            assert stored == ({} if meant.is_empty else {item.FIRST: meant.to_dict()})
            assert own(tour.page(slot)) == tour.controls(slot, answer)
            with tour.site.reading(tour.person.actor) as ctx, tour.app.test_request_context():
                page = showing.get_page(ctx, tour.head, slot)
                frame = Frame("", "p", "t", "/h", "/s", "0", "", ["op"], keeps_drafts=True)
                assert fragments.page(page, frame) == plain(render, page, frame)


@every_type
@pytest.mark.parametrize("is_answered", [True, False])
def test_answers_are_marked_and_explained(
    tour: Tour, kind: QuestionType, *, is_answered: bool
) -> None:
    for slot, sample in enumerate(tour.samples, 1):
        if is_answered:
            tour.save(slot, {item.FIRST: sample.right[0]})
    assert tour.visitor.get(tour.address("check")).status_code == 200

    attempt = attempts.submit(tour.site, tour.person, tour.head.id)

    assert tour.visitor.get(tour.address("result")).status_code == 200
    if kind.is_manual and is_answered:
        assert attempt.verdict == "pending"
    else:
        assert attempt.points == (attempt.max_points if is_answered else "0")
