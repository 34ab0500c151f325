"""A question's page, its versions, and what differs between them."""

from collections.abc import Callable

import pytest
from lxml import html  # type: ignore[import-untyped]

from quizapp.domain.access.roles import Role
from quizapp.features.attempts.queries import published
from quizapp.features.questions.queries import showing
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.questions import edit_question, make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import (
    BANK,
    XSS,
    counted,
    form_of,
    page,
    scripts_in,
    versions_of,
    visible_text,
)

pytestmark = pytest.mark.usefixtures("clinic")


def section(tree: html.HtmlElement, labelled_by: str) -> html.HtmlElement:
    (found,) = tree.xpath(f'//section[@aria-labelledby="{labelled_by}"]')
    return found


def test_the_preview_is_what_learners_get(
    site: Site, clinic: Clinic, author: Visitor, client_as: Callable[[Role], Visitor]
) -> None:
    attempts.start(site, clinic.lea)
    exam = page(
        client_as(Role.LEARNER).get("/courses/needle-care/quizzes/final-check/attempt-1/question-4")
    )
    preview = section(page(author.get(f"{BANK}/nc-4")), "learners")

    def asked(tree: html.HtmlElement) -> tuple[str, set[str], int]:
        stem = tree.xpath(".//legend[@class='stem']")[0].text_content().strip()
        options = {o.text_content().strip() for o in tree.xpath(".//*[@class='options']//label")}
        return stem, options, len(tree.xpath(".//svg[contains(@class, 'fig')]"))

    assert asked(preview) == asked(exam)
    assert asked(preview)[2] == 1
    assert "The lung may be injured" not in preview.text_content()
    assert not preview.xpath(".//*[contains(@class, 'is-right')]")


@pytest.mark.parametrize(
    "stem", ["One *line*", "Two\n\nparagraphs", " spaced\n", "- a\n- b", "a\nb"]
)
def test_stems_become_the_same_markup_as_in_attempts(stem: str) -> None:
    assert showing.stem_html(stem) == published.stem_html(stem)


def test_authors_see_key_reasons_and_harm(author: Visitor) -> None:
    key = section(page(author.get(f"{BANK}/nc-1")), "key")
    text = visible_text(key)

    (right,) = key.xpath(".//*[contains(@class, 'is-right')]")
    assert "Take a new needle" in right.text_content()
    assert "Wiping does not make it sterile." in text
    assert "A needle that was touched is waste." in text
    assert [n.text_content() for n in key.xpath(".//ul[contains(@class, 'harms')]/li")] == [
        "B Not the best care",
        "C Dangerous",
    ]


def test_facts_name_objectives_hazard_sources_and_the_file(author: Visitor) -> None:
    facts = visible_text(section(page(author.get(f"{BANK}/nc-4")), "facts"))

    assert "NC-2: Choose a depth that spares the lung" in facts
    assert "A needle can reach the lung" in facts
    assert "Depth and lung. Ex J 2025;1:8–9." in facts
    assert "In the file" in facts
    assert "What you change here wins" in facts


def test_a_question_of_a_case_shows_its_case(author: Visitor) -> None:
    text = visible_text(section(page(author.get(f"{BANK}/nc-case-b")), "learners"))
    assert "Case: The runner" in text
    assert "A 30-year-old runner" in text


def test_every_version_has_its_page_author_and_note(
    site: Site, clinic: Clinic, author: Visitor, clock: FrozenClock
) -> None:
    clock.advance(minutes=5)
    edit_question(site, "nc-3", author=clinic.instructor.actor, stem="A needle may be used again.")

    versions = visible_text(section(page(author.get(f"{BANK}/nc-3")), "versions"))
    old = author.get(f"{BANK}/nc-3/versions/1").text

    assert "Version 2 Live Ina Instructor, live since 2 March 2026." in versions
    assert "Version 1 Replaced The course’s files, published 2 March 2026." in versions
    assert "A needle may be used twice on the same patient." in old
    assert "A needle may be used again." not in old
    assert author.get(f"{BANK}/nc-3/versions/3").status_code == 404


def test_a_comparison_marks_words_with_more_than_colour(site: Site, author: Visitor) -> None:
    edit_question(site, "nc-3", stem="A needle may be used once on the same patient.")

    tree = page(author.get(f"{BANK}/nc-3/compare/1..2"))
    (row,) = tree.xpath("//table[contains(@class, 'changes')]/tbody/tr")

    assert row.xpath(".//del")[0].text_content() == "[removed: twice ]"
    assert row.xpath(".//ins")[0].text_content() == "[added: once ]"
    assert "Struck-through words were removed" in visible_text(tree)
    assert author.get(f"{BANK}/nc-3/compare/1..9").status_code == 404
    assert "Both versions say the same" in author.get(f"{BANK}/nc-3/compare/2..2").text


def test_a_draft_beside_a_live_version_can_be_thrown_away(site: Site, author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-3/edit"))
    form["stem"] = "Something else entirely"
    author.send(f"{BANK}/nc-3/edit", {**form.to_dict(flat=False), "do": "save"})
    question = visible_text(page(author.get(f"{BANK}/nc-3")))
    confirm = author.get(f"{BANK}/nc-3/discard")
    digest = page(confirm).xpath('//input[@name="digest"]')[0].get("value")

    answer = author.send(f"{BANK}/nc-3/discard", {"digest": digest})

    assert "You see the draft of version 2" in question
    assert "Something" in confirm.text
    assert answer.status_code == 303
    assert [v.number for v in versions_of(site, "nc-3")] == [1]
    assert author.get(f"{BANK}/nc-3/discard").status_code == 404


def test_a_draft_that_changed_meanwhile_is_not_thrown_away(site: Site, author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-3/edit"))
    form["stem"] = "Something else entirely"
    author.send(f"{BANK}/nc-3/edit", {**form.to_dict(flat=False), "do": "save"})

    answer = author.send(f"{BANK}/nc-3/discard", {"digest": "that of an older draft"})

    assert answer.status_code == 409
    assert "Nothing was thrown away" in answer.text
    assert len(versions_of(site, "nc-3")) == 2


def test_a_question_never_live_keeps_its_draft(site: Site, author: Visitor) -> None:
    assert author.get(f"{BANK}/nc-new/discard").status_code == 404
    assert author.send(f"{BANK}/nc-new/discard", {"digest": ""}).status_code == 409
    assert len(versions_of(site, "nc-new")) == 1


def test_what_keeps_a_draft_from_going_live_stands_on_its_page(site: Site, author: Visitor) -> None:
    make_question(site, make_draft(labels={}), code="bare", is_live=False)

    advice = section(page(author.get(f"{BANK}/bare")), "advice")

    assert [a.get("href") for a in advice.xpath(".//a")] == [
        f"{BANK}/bare/edit#objectives",
        f"{BANK}/bare/edit#references",
    ]


@pytest.mark.parametrize(
    "address", [f"{BANK}/nc-4", f"{BANK}/nc-4/edit", f"{BANK}/nc-4/versions/1"]
)
def test_the_number_of_statements_of_a_page_is_small(
    site: Site, author: Visitor, address: str
) -> None:
    author.get(address)
    with counted(site) as sent:
        author.get(address)
    assert len(sent) <= 12, sent


@pytest.mark.parametrize("text", XSS)
def test_texts_of_authors_run_nothing_on_any_page(
    site: Site, clinic: Clinic, author: Visitor, text: str
) -> None:
    choices = [
        {"text": f"Option {text}", "key": True, "rationale": f"Reason {text}"},
        {"text": f"Other {text}", "rationale": f"Reason {text}", "harm": "dangerous"},
    ]
    body = {
        "parts": [{"name": "r1", "type": "single_best_answer", "content": {"choices": choices}}]
    }
    labels = {"objective": ["NC-1"], "reference": ["R1"], "tag": [f"tag {text}"]}
    draft = make_draft(f"Stem {text}", body=body, rationale=f"All {text}", labels=labels)
    make_question(site, draft, code="evil", author=clinic.instructor.actor)
    edit_question(site, "evil", stem=f"New stem {text}")

    for address in ("", "/edit", "/versions/1", "/compare/1..2", "/retire"):
        tree = page(author.get(f"{BANK}/evil{address}"))
        assert not scripts_in(tree), address
        assert "49${7*7}" not in tree.text_content()
    form = form_of(author.get(f"{BANK}/evil/edit"))
    assert form["stem"] == f"New stem {text}"
    assert form["part-options-0-text"] == f"Option {text}"
    assert form["part-options-1-rationale"] == f"Reason {text}"
    assert form["rationale"] == f"All {text}"
    fragment = author.send(f"{BANK}/evil/edit/preview", form.to_dict(flat=False))
    assert not scripts_in(page(fragment))
