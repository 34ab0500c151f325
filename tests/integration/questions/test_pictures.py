"""Questions on pictures in the editor: a version holds its drawing, never one from a form."""

from typing import Any

import pytest

from quizapp.features.questions.models import QuestionVersion
from quizapp.formats import figures
from quizapp.infrastructure.site import Site
from quizapp.question_types.hotspot import EXAMPLES
from tests.factories.clinic import Clinic
from tests.factories.content_sync import BankFolder, sync
from tests.factories.questions import make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import BANK, form_of, page, versions_of
from tests.integration.questions.writing import COMMON, NEW, codes, newest, sent_again

pytestmark = pytest.mark.usefixtures("clinic")
FIELDS = {
    **COMMON,
    "part-image": "chest",
    "part-input": "zones",
    "part-points": "1",
    "part-regions-0-label": "Left lung",
    "part-regions-0-kind": "target",
    "part-regions-0-shape": "polygon",
    "part-regions-0-numbers": "0.1 0.1, 0.4 0.1, 0.4 0.5",
    "part-regions-0-rationale": "It is there.",
    "part-regions-0-harm": "",
    "part-regions-0-share": "1/2",
    "part-regions-1-label": "Right lung",
    "part-regions-1-kind": "danger",
    "part-regions-1-shape": "circle",
    "part-regions-1-numbers": "0.7 0.3 0.15",
    "part-regions-1-rationale": "It is not.",
    "part-regions-1-harm": "suboptimal",
    "part-regions-1-share": "1/2",
}


def content_of(version: QuestionVersion) -> dict[str, Any]:
    content: dict[str, Any] = version.body["parts"][0]["content"]
    return content


def drawing_of(version: QuestionVersion) -> str:
    return str(content_of(version).get("drawing", ""))


def test_a_new_question_takes_the_drawing_of_the_course(site: Site, author: Visitor) -> None:
    answer = author.send(f"{NEW}hotspot", {**FIELDS, "do": "save"})

    assert answer.status_code == 303
    (version,) = versions_of(site, newest(site))
    assert figures.check(drawing_of(version)) == []
    assert content_of(version)["image"] == "chest"
    shown = page(author.get(f"{BANK}/{newest(site)}/edit"))
    assert shown.xpath("//*[@id='preview']//*[contains(@class, 'hot__stage')]/*[@class='fig']")
    letters = shown.xpath("//*[@id='preview']//*[contains(@class, 'hot__over')]//text/text()")
    assert letters[:2] == ["A", "B"]


def test_the_course_s_figures_are_offered(author: Visitor) -> None:
    form = page(author.get(f"{NEW}hotspot"))
    assert form.xpath("//select[@name='part-image']/option/@value") == ["", "chest"]


@pytest.mark.parametrize("image", ["another", "../chest", "<svg onload=alert(1)>"])
def test_a_figure_that_the_course_has_not_is_refused(
    site: Site, author: Visitor, image: str
) -> None:
    before = codes(site)
    answer = author.send(f"{NEW}hotspot", {**FIELDS, "part-image": image, "do": "save"})
    assert answer.status_code == 422
    assert "Choose one of the course’s figures" in answer.text
    assert "onload=alert(1)>" not in answer.text.replace("&lt;svg onload=alert(1)&gt;", "")
    assert codes(site) == before


@pytest.mark.parametrize("name", ["drawing", "part-drawing"])
def test_no_drawing_comes_from_a_form(site: Site, author: Visitor, name: str) -> None:
    author.send(f"{NEW}hotspot", {**FIELDS, name: "<svg><script/></svg>", "do": "save"})
    (version,) = versions_of(site, newest(site))
    assert "script" not in drawing_of(version)


def test_a_drawing_that_must_not_be_shown_is_not(site: Site, author: Visitor) -> None:
    content = {**EXAMPLES[0].content, "drawing": "<svg viewBox='0 0 1 1'><script/></svg>"}
    body = {"parts": [{"name": "r1", "type": "hotspot", "content": content}]}
    code = make_question(site, make_draft(body=body), is_live=False).code
    shown = author.get(f"{BANK}/{code}")
    assert shown.status_code == 200
    assert "<script/>" not in shown.text
    assert page(shown).xpath("//*[contains(@class, 'hot__stage')]/*[@class='fig']") == []


def test_a_text_keeps_the_drawing_it_has_when_the_course_gets_another(
    site: Site, author: Visitor, clinic: Clinic, tmp_path: Any
) -> None:
    del clinic
    author.send(f"{NEW}hotspot", {**FIELDS, "do": "save"})
    code = newest(site)
    (before,) = versions_of(site, code)
    bank = BankFolder(tmp_path)
    bank.replace("figures/chest.svg", "</svg>", '<path class="f-ok" d="M0 0h9v9z"/></svg>')
    sync(site, bank.root)

    form = form_of(author.get(f"{BANK}/{code}/edit"))
    author.send(f"{BANK}/{code}/edit", sent_again(form, do="save"))
    assert "Nothing was changed" in author.get(f"{BANK}/{code}/edit").text
    author.send(f"{NEW}hotspot", {**FIELDS, "do": "save"})

    (kept,) = versions_of(site, code)
    (fresh,) = versions_of(site, newest(site))
    assert drawing_of(kept) == drawing_of(before)
    assert "f-ok" in drawing_of(fresh)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"part-regions-0-numbers": "0.1 0.1, 0.4"}, "part-regions-0-numbers"),
        ({"part-regions-0-numbers": "0.1 0.1, 0.4 0.1, 0.4 2"}, "part-regions-0-numbers"),
        ({"part-regions-1-numbers": "0.7 0.3"}, "part-regions-1-numbers"),
        ({"part-regions-1-shape": "star"}, "part-regions-1-shape"),
        ({"part-regions-1-label": " "}, "part-regions-1-label"),
        ({"part-regions-1-kind": "deadly"}, "part-regions-1-kind"),
        ({"part-regions-1-share": "1"}, "part-regions-1-share"),
        ({"part-candidates-0-label": "A"}, "part-candidates-0-numbers"),
        ({"part-candidates-0-numbers": "0.1 0.1"}, "part-candidates-0-label"),
        ({"part-points": "11"}, "part-points"),
        ({"part-input": "touch"}, "part-input"),
    ],
)
def test_mistakes_are_shown_at_their_field(
    author: Visitor, changes: dict[str, str], field: str
) -> None:
    answer = author.send(f"{NEW}hotspot", {**FIELDS, **changes, "do": "save"})
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.xpath("//*[contains(@class, 'errsum')]//a/@href")[0] == f"#{field}"
    assert shown.xpath("//*[@id=$id]", id=field)


@pytest.mark.parametrize(
    ("action", "focus", "count"),
    [
        ("add-regions", "part-regions-2-label", 3),
        ("remove-regions-0", "part-regions-0-label", 1),
        ("down-regions-0", "part-regions-1-down", 2),
        ("add-candidates", "part-candidates-0-label", 2),
    ],
)
def test_rows_change_without_a_script(author: Visitor, action: str, focus: str, count: int) -> None:
    shown = page(author.send(f"{NEW}hotspot", {**FIELDS, "do": action}))
    assert shown.xpath("//form[@id='editor']//*[@autofocus]/@id") == [focus]
    rows = shown.xpath("//*[@id='part-regions']/*[@data-rows]/*[@data-option]")
    assert len(rows) == count
    assert shown.xpath("//select[@name='part-image']/option[@selected]/@value") == ["chest"]


def test_what_is_half_written_is_previewed(author: Visitor) -> None:
    fields = {**FIELDS, "part-regions-1-numbers": "0.7 0.3", "part-candidates-0-label": "A"}
    answer = author.send(f"{NEW.replace('/new?', '/new/preview?')}hotspot", fields)
    assert answer.status_code == 200
    assert "A region has no name or no outline" in answer.text
    assert "A point of the list has no name or no place" in answer.text
