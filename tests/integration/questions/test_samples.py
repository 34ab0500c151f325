"""Every question type through the editor: what its samples say is saved, shown and compared."""

from typing import Any

import pytest
from flask import Flask

from quizapp.infrastructure.site import Site
from quizapp.question_types import authoring, item, registry
from quizapp.question_types.base import Content, Example, QuestionType
from tests.factories.markup import sent_by, tree_of
from tests.factories.questions import make_draft, make_question
from tests.factories.samples import samples
from tests.factories.web import Visitor
from tests.integration.questions.teaching import BANK, form_of, page, versions_of, visible_text
from tests.integration.questions.writing import COMMON, NEW, codes, newest, sent_again

pytestmark = pytest.mark.usefixtures("clinic")
every_type = pytest.mark.parametrize("kind", registry.TYPES, ids=registry.names())


def content_of(kind: QuestionType, example: Example) -> Content:
    return kind.content.model_validate(example.content)


WRITABLE = [
    sample
    for sample in samples()
    if not content_of(sample.values[0], sample.values[1]).figures()  # those belong to a course
]
COMPARABLE = [sample for sample in WRITABLE if sample.values[1].other is not None]


def fields_of(app: Flask, kind: QuestionType, content: Content) -> dict[str, Any]:
    """What the editor's page sends for a content."""
    with app.test_request_context():
        template = app.jinja_env.get_template(kind.author_template)
        form = authoring.form_of(kind, content)
        return {**COMMON, **sent_by(tree_of(template.render(part=form, focus="")))}


@pytest.mark.parametrize(("kind", "example"), WRITABLE)
def test_a_sample_is_saved_as_written(
    site: Site, app: Flask, author: Visitor, kind: QuestionType, example: Example
) -> None:
    content = content_of(kind, example)
    answer = author.send(f"{NEW}{kind.name}", {**fields_of(app, kind, content), "do": "save"})

    assert answer.status_code == 303, visible_text(page(answer))[:2000]
    code = newest(site)
    (version,) = versions_of(site, code)
    (part,) = item.from_body(version.body).parts
    assert list(part.content.outline()) == list(content.outline())
    again = form_of(author.get(f"{BANK}/{code}/edit"))
    author.send(f"{BANK}/{code}/edit", sent_again(again, do="save"))
    assert len(versions_of(site, code)) == 1
    assert "Nothing was changed" in author.get(f"{BANK}/{code}/edit").text
    assert visible_text(page(author.get(f"{BANK}/{code}")))


@pytest.mark.parametrize(("kind", "example"), COMPARABLE)
def test_two_versions_of_a_sample_are_compared(
    site: Site, app: Flask, author: Visitor, kind: QuestionType, example: Example
) -> None:
    content = content_of(kind, example)
    question = make_question(site, make_draft(body=item.body_of(kind.name, content)))
    address = f"{BANK}/{question.code}"
    other = fields_of(app, kind, kind.content.model_validate(example.other))
    known = form_of(author.get(f"{address}/edit"))
    seen = {name: known[name] for name in ("revision", "digest")}
    assert author.send(f"{address}/edit", {**other, **seen, "do": "save"}).status_code == 303

    tree = page(author.get(f"{address}/compare/1..2"))

    assert tree.xpath("//table[contains(@class, 'changes')]//tbody/tr")


@every_type
def test_an_editor_nobody_wrote_in_keeps_calm(
    site: Site, author: Visitor, kind: QuestionType
) -> None:
    before = codes(site)
    empty = form_of(author.get(f"{NEW}{kind.name}"))
    for action in ("preview", "save", "add", "remove-0", "up-0", "down-99"):
        answer = author.send(f"{NEW}{kind.name}", sent_again(empty, do=action))
        assert answer.status_code in {200, 422}
    answer = author.send(f"{BANK}/new/preview?course=needle-care&type={kind.name}", {})
    assert "The question has no stem." in answer.text
    assert codes(site) == before
