"""Two authors at one question: nothing is overwritten, nothing is lost."""

from typing import Any

import pytest
from flask import Flask

from quizapp.domain.access.roles import Grant, Role
from quizapp.features.questions import commands, queries
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import make_person
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.questions import edit_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import (
    BANK,
    form_of,
    get_question,
    page,
    versions_of,
    visible_text,
)


@pytest.fixture
def colleague(app: Flask, site: Site, clinic: Clinic) -> Visitor:
    """Another instructor of the same course."""
    grant = Grant(Role.INSTRUCTOR, course_id=clinic.course_id)
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(make_person(site, "Omar Other", grants=[grant]))
    return client


def saved(client: Visitor, form: Any, **changes: Any) -> Any:
    fields = {**form.to_dict(flat=False), **changes, "do": "save"}
    return client.send(f"{BANK}/nc-1/edit", fields)


def test_the_later_save_is_told_and_shown_both_texts(
    site: Site, author: Visitor, colleague: Visitor, clock: FrozenClock
) -> None:
    mine, theirs = (form_of(c.get(f"{BANK}/nc-1/edit")) for c in (author, colleague))
    clock.advance(minutes=4)
    assert saved(colleague, theirs, stem="Omar's stem about shafts").status_code == 303

    answer = saved(author, mine, stem="My stem about shafts", rationale="My reason")

    assert answer.status_code == 409
    text = visible_text(page(answer))
    assert "Omar Other saved a newer draft at 09:04" in text
    assert "Your text was not saved, and nothing was overwritten." in text
    cells = [visible_text(td) for td in page(answer).xpath("//table[1]/tbody/tr[1]/td")]
    assert "Omar" in cells[0]
    assert "My" in cells[1]
    assert [v.stem for v in versions_of(site, "nc-1")][-1] == "Omar's stem about shafts"


def test_mine_can_be_saved_as_a_copy_without_typing_anything_again(
    site: Site, author: Visitor, colleague: Visitor
) -> None:
    address = f"{BANK}/nc-4/edit"
    mine, theirs = (form_of(c.get(address)) for c in (author, colleague))
    colleague.send(address, {**theirs.to_dict(flat=False), "stem": "Theirs", "do": "save"})
    mine["stem"], mine["part-options-1-text"] = "Mine,\nin two lines", "  Go on, slowly "
    conflict = author.send(address, {**mine.to_dict(flat=False), "do": "save"})
    (form,) = page(conflict).xpath('//form[contains(@action, "/teach/questions/new")]')
    form.set("id", "copy")
    fields = _fields(form)

    answer = author.send(form.get("action"), fields)

    assert answer.status_code == 303
    code = answer.headers["Location"].split("/")[3]
    (copy,) = versions_of(site, code)
    original = versions_of(site, "nc-4")[0]
    assert copy.stem == "Mine,\nin two lines"
    assert copy.figure == original.figure
    assert copy.hazard == "lung-injury"
    assert copy.body["parts"][0]["content"]["choices"][1]["text"] == "  Go on, slowly "
    assert copy.labels == original.labels
    assert get_question(site, code).state == "draft"


def _fields(form: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for control in form.xpath(".//input | .//textarea"):
        text = control.text if control.tag == "textarea" else control.get("value")
        value = (text or "").removeprefix("\n") if control.tag == "textarea" else (text or "")
        found.setdefault(control.get("name"), []).append(value)
    return found


def test_one_can_go_on_from_the_newer_draft(author: Visitor, colleague: Visitor) -> None:
    mine, theirs = (form_of(c.get(f"{BANK}/nc-1/edit")) for c in (author, colleague))
    saved(colleague, theirs, stem="Omar's stem")
    conflict = saved(author, mine, stem="My stem")
    (link,) = page(conflict).xpath('//a[contains(text(), "Go on from the newer draft")]/@href')

    form = form_of(author.get(link))

    assert form["stem"] == "Omar's stem"
    assert saved(author, form, stem="Both of us").status_code == 303


def test_a_publication_meanwhile_is_a_conflict_too(
    site: Site, clinic: Clinic, author: Visitor
) -> None:
    mine = form_of(author.get(f"{BANK}/nc-1/edit"))
    edit_question(site, "nc-1", author=clinic.instructor.actor, stem="A newer live text")

    answer = saved(author, mine, stem="Written over the old text")

    assert answer.status_code == 409
    assert "Ina Instructor published a newer version" in answer.text
    assert len(versions_of(site, "nc-1")) == 2


def test_a_discarded_and_begun_again_draft_is_not_mistaken_for_the_old_one(
    site: Site, author: Visitor, colleague: Visitor
) -> None:
    saved(author, form_of(author.get(f"{BANK}/nc-1/edit")), stem="First draft")
    mine = form_of(author.get(f"{BANK}/nc-1/edit"))
    site.perform(lambda ctx: commands.discard_draft(ctx, queries.get_question(ctx, "nc-1")))
    saved(colleague, form_of(colleague.get(f"{BANK}/nc-1/edit")), stem="Another first draft")
    assert mine["revision"] == "1"

    answer = saved(author, mine, stem="Written on the first draft")

    assert answer.status_code == 409
    assert versions_of(site, "nc-1")[-1].stem == "Another first draft"


def test_saving_twice_from_one_page_asks_instead_of_overwriting(
    site: Site, author: Visitor
) -> None:
    form = form_of(author.get(f"{BANK}/nc-1/edit"))
    assert saved(author, form, stem="Once").status_code == 303
    assert saved(author, form, stem="Once").status_code == 303  # the same again: nothing to do
    assert saved(author, form, stem="Twice").status_code == 409
    assert [v.stem for v in versions_of(site, "nc-1")][1:] == ["Once"]


def test_the_command_refuses_another_digest_or_revision(site: Site, clinic: Clinic) -> None:
    def command(ctx: Context, revision: int, digest: str | None) -> None:
        question = queries.get_question(ctx, "nc-1")
        shown = queries.get_shown_version(ctx, question)
        draft = commands.QuestionDraft("New", shown.body, shown.level, labels=shown.labels)
        commands.save_draft(ctx, question, draft, revision, digest)

    for revision, digest in ((1, None), (0, "another")):
        with pytest.raises(commands.DraftChanged):
            site.perform(command, revision, digest, actor=clinic.instructor.actor)
    site.perform(command, 0, versions_of(site, "nc-1")[0].digest, actor=clinic.instructor.actor)
    assert len(versions_of(site, "nc-1")) == 2
