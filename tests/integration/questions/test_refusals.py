"""What the editor refuses: at its field, with everything typed kept, and nothing changed."""

from typing import Any

import pytest

from quizapp.infrastructure.site import Site
from tests.factories.web import Visitor
from tests.integration.questions.teaching import BANK, form_of, page, versions_of
from tests.integration.questions.writing import NEW, TYPES, codes, fields_for, sent_again

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.mark.parametrize(
    ("kind", "changes", "place", "text"),
    [
        ("single_best_answer", {"stem": " \n "}, "stem", "Write the question"),
        ("single_best_answer", {"stem": "x" * 20_001}, "stem", "Use at most 20000 characters."),
        ("single_best_answer", {"rationale": "x" * 8001}, "rationale", "at most 8000"),
        (
            "single_best_answer",
            {"part-options-1-text": "x" * 2001},
            "part-options-1-text",
            "at most 2000",
        ),
        (
            "multiple_response",
            {"part-options-1-rationale": "x" * 4001},
            "part-options-1-rationale",
            "at most 4000",
        ),
        (
            "multiple_response",
            {"part-options-1-text": " "},
            "part-options-1-text",
            "Write the text of option B",
        ),
        (
            "single_best_answer",
            {f"part-options-{n}-{f}": "" for n in (1, 2) for f in ("text", "rationale")},
            "part-options-0-text",
            "Write at least two options",
        ),
        (
            "single_best_answer",
            {"part-options-1-harm": "awful"},
            "part-options-1-harm",
            "Choose one of the harm ratings",
        ),
        ("multiple_response", {"part-scoring": "mood"}, "part-scoring", "Choose a way of scoring"),
        ("true_false", {"part-key": "maybe"}, "part-key", "Say whether the statement is true"),
        ("true_false", {"part-true_rationale": "x" * 4001}, "part-true_rationale", "at most 4000"),
        ("true_false", {"objectives": ["NC-9"]}, "objectives", "Choose from the list"),
        ("true_false", {"references": ["R1", "R9"]}, "references", "Choose from the list"),
        ("true_false", {"level": "genius"}, "level", "Choose from the list"),
        ("true_false", {"hazard": "boredom"}, "hazard", "Choose from the list"),
        ("true_false", {"evidence": "solid"}, "evidence", "Choose from the list"),
        ("true_false", {"tags": "a b"}, "tags", "Use letters, digits and hyphens"),
        ("true_false", {"tags": "x" * 61}, "tags", "Use letters, digits and hyphens"),
        (
            "true_false",
            {"tags": ",".join(f"t{n}" for n in range(21))},
            "tags",
            "Use at most 20 tags",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_with_everything_typed(
    site: Site, author: Visitor, kind: str, changes: dict[str, Any], place: str, text: str
) -> None:
    before = codes(site)
    fields = fields_for(kind, **changes)

    answer = author.send(f"{NEW}{kind}", {**fields, "do": "save"})

    assert answer.status_code == 422
    tree = page(answer)
    (summary,) = tree.xpath("//*[@class='errsum mb-5']")
    assert summary.get("role") == "alert"
    links = {a.get("href"): a.text_content() for a in summary.xpath(".//a")}
    assert text in links[f"#{place}"]
    assert tree.xpath(f'//*[@id="{place}"]')
    assert text in tree.xpath(f'//*[@id="{place}-error"]')[0].text_content()
    assert tree.xpath("//title")[0].text.startswith("Error:")
    shown = form_of(answer)
    assert shown["rationale"] == fields["rationale"].strip()
    assert codes(site) == before


def test_a_megabyte_is_too_much_and_changes_nothing(site: Site, author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-1/edit"))
    answer = author.send(f"{BANK}/nc-1/edit", sent_again(form, stem="x" * 1_000_000, do="save"))

    assert answer.status_code in {413, 422}
    assert len(versions_of(site, "nc-1")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "save"},
        {"do": "remove-99"},
        {"do": "up--1"},
        {"do": "add-1"},
        {"do": "explode"},
        {"do": "down-²"},
        {"part-options-0-text": ["a", "b"], "do": "save"},
        {"part-options-x-text": "a", "part-options--1-text": "b", "do": "save"},
        {"part-options-99999999999999999999-text": "a", "do": "save"},
        {"part-key": "7", "part-options-0-text": "a", "part-options-1-text": "b", "do": "save"},
        {"objectives": "<script>", "level": ["a", "b"], "do": "save"},
        {"revision": "-1", "digest": "0", "stem": "x", "do": "save"},
        {"copy_of": "../../etc", "do": "save"},
    ],
)
@pytest.mark.parametrize("kind", TYPES)
def test_forms_no_page_has_sent_are_answered_calmly(
    site: Site, author: Visitor, fields: dict[str, Any], kind: str
) -> None:
    before = codes(site)
    answer = author.send(f"{NEW}{kind}", fields)
    assert answer.status_code in {200, 404, 422}
    assert codes(site) == before
    other = author.send(f"{BANK}/nc-3/edit", fields)
    assert other.status_code in {200, 404, 409, 422}
    assert len(versions_of(site, "nc-3")) == 1


def test_more_options_than_letters_are_refused(author: Visitor) -> None:
    fields = {f"part-options-{n}-text": f"Option {n}" for n in range(27)}
    assert author.send(f"{NEW}single_best_answer", {**fields, "do": "add"}).status_code == 422
    full = {name: text for name, text in fields.items() if "-26-" not in name}
    answer = author.send(f"{NEW}single_best_answer", {**full, "do": "add"})
    assert answer.status_code == 200
    assert len([n for n in form_of(answer) if n.endswith("-text")]) == 26
    assert "A question has at most 26 options" in answer.text
    assert 'value="add"' not in answer.text
