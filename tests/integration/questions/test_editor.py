"""Writing a question: what is saved equals what is shown, and nothing typed is ever lost."""

import pytest
from werkzeug.datastructures import MultiDict

from quizapp.infrastructure.site import Site
from tests.factories.questions import make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import (
    BANK,
    form_of,
    get_question,
    page,
    versions_of,
    visible_text,
)
from tests.integration.questions.writing import (
    COMMON,
    CONTENT,
    NEW,
    TYPES,
    codes,
    fields_for,
    newest,
    sent_again,
)

pytestmark = pytest.mark.usefixtures("clinic")
WITH_OPTIONS = ("multiple_response", "single_best_answer")


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_saved_equals_what_is_shown(site: Site, author: Visitor, kind: str) -> None:
    answer = author.send(f"{NEW}{kind}", fields_for(kind, do="save"))

    assert answer.status_code == 303
    code = newest(site)
    assert answer.headers["Location"] == f"{BANK}/{code}/edit"
    (version,) = versions_of(site, code)
    assert version.body == {"parts": [{"name": "r1", "type": kind, "content": CONTENT[kind]}]}
    assert version.stem == COMMON["stem"]
    assert version.labels == {
        "objective": ["NC-2", "NC-1"],
        "reference": ["R2"],
        "tag": ["hygiene", "sharps-box"],
    }
    assert (version.level, version.evidence, version.hazard) == ("apply", "limited", "lung-injury")
    shown = form_of(author.get(f"{BANK}/{code}/edit"))
    for name, value in fields_for(kind).items():
        if isinstance(value, list):
            assert sorted(shown.getlist(name)) == sorted(value)
        else:
            assert shown.get(name) == value, name
    assert get_question(site, code).state == "draft"


@pytest.mark.parametrize("code", ["nc-1", "nc-2", "nc-3", "nc-4", "nc-5", "nc-case-b"])
def test_saving_without_a_change_changes_nothing(site: Site, author: Visitor, code: str) -> None:
    form = form_of(author.get(f"{BANK}/{code}/edit"))

    answer = author.send(f"{BANK}/{code}/edit", sent_again(form, do="save"))

    assert answer.status_code == 303
    assert len(versions_of(site, code)) == 1
    assert "Nothing was changed" in author.get(f"{BANK}/{code}/edit").text


def test_a_change_of_a_live_question_begins_a_draft_beside_it(site: Site, author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-4/edit"))
    form["stem"] = "A patient coughs. What now?"

    author.send(f"{BANK}/nc-4/edit", sent_again(form, do="save"))

    old, new = versions_of(site, "nc-4")
    assert (old.state, new.state) == ("live", "draft")
    assert new.stem == "A patient coughs. What now?"
    assert new.figure == old.figure
    assert (new.body, new.labels, new.hazard) == (old.body, old.labels, old.hazard)


def test_removed_options_leave_the_names_of_the_others_alone(site: Site, author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-1/edit"))
    removed = author.send(f"{BANK}/nc-1/edit", sent_again(form, do="remove-1"))
    added = author.send(f"{BANK}/nc-1/edit", sent_again(form_of(removed), do="add"))
    form = form_of(added)
    form["part-options-2-text"], form["part-options-2-rationale"] = "Wash it", "Not sterile."

    author.send(f"{BANK}/nc-1/edit", sent_again(form, do="save"))

    choices = versions_of(site, "nc-1")[-1].body["parts"][0]["content"]["choices"]
    assert [(c.get("id"), c["text"]) for c in choices] == [
        ("a", "Take a new needle"),
        ("c", "Use it quickly"),
        ("b", "Wash it"),
    ]


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        *((kind, "preview") for kind in TYPES),
        *(
            (kind, act)
            for kind in WITH_OPTIONS
            for act in ("add", "up-2", "down-0", "down-2", "up-0")
        ),
    ],
)
def test_buttons_without_a_script_keep_everything(
    site: Site, author: Visitor, kind: str, action: str
) -> None:
    before = set(codes(site))
    fields = fields_for(kind, tags="not a <tag>, even", level="", stem="")

    answer = author.send(f"{NEW}{kind}", {**fields, "do": action})

    assert answer.status_code == 200
    shown = form_of(answer)
    own = {k: v for k, v in fields.items() if k.startswith("part-options") and "-key" not in k}
    assert sorted(v for v in own.values() if v) == sorted(
        v for k, v in shown.items() if k in _option_names(shown) and v
    )
    for name in ("stem", "rationale", "evidence", "hazard", "tags", "level"):
        assert shown[name] == fields[name]
    assert sorted(shown.getlist("objectives")) == ["NC-1", "NC-2"]
    assert shown.getlist("references") == ["R2"]
    assert set(codes(site)) == before


def _option_names(form: MultiDict[str, str]) -> list[str]:
    return [
        name
        for name in form
        if name.startswith("part-options") and not name.endswith(("-key", "-id"))
    ]


def test_moving_an_option_takes_its_key_harm_and_reason_along(author: Visitor) -> None:
    answer = author.send(f"{NEW}single_best_answer", fields_for("single_best_answer", do="down-0"))

    form = form_of(answer)
    assert form["part-key"] == "1"
    assert form["part-options-1-text"] == "The wrapped one"
    assert form["part-options-0-harm"] == "suboptimal"
    assert page(answer).xpath("//*[@autofocus]/@id") == ["part-options-1-down"]


def test_adding_goes_on_in_the_new_option_and_removing_in_the_next(author: Visitor) -> None:
    fields = fields_for("multiple_response")
    added = page(author.send(f"{NEW}multiple_response", {**fields, "do": "add"}))
    removed = page(author.send(f"{NEW}multiple_response", {**fields, "do": "remove-2"}))

    assert added.xpath("//*[@autofocus]/@id") == ["part-options-3-text"]
    assert removed.xpath("//*[@autofocus]/@id") == ["part-options-1-text"]


def test_a_preview_without_a_script_shows_what_was_typed(author: Visitor) -> None:
    fields = fields_for("single_best_answer", do="preview", stem="**Bold** question?")
    tree = page(author.send(f"{NEW}single_best_answer", fields))
    preview = tree.xpath('//*[@id="preview"]')[0]
    assert preview.xpath(".//legend//strong")[0].text == "Bold"
    assert "The wiped one" in visible_text(preview)


@pytest.mark.parametrize("kind", TYPES)
def test_the_live_preview_is_a_piece_of_the_same_page(author: Visitor, kind: str) -> None:
    fields = fields_for(kind)
    fragment = author.send(f"{BANK}/new/preview?course=needle-care&type={kind}", fields)
    whole = page(author.send(f"{NEW}{kind}", {**fields, "do": "preview"}))

    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    assert visible_text(page(fragment)) == visible_text(whole.xpath('//*[@id="preview"]')[0])


@pytest.mark.parametrize("kind", TYPES)
def test_a_preview_of_nothing_yet_is_no_error(author: Visitor, kind: str) -> None:
    answer = author.send(f"{BANK}/new/preview?course=needle-care&type={kind}", {})
    assert answer.status_code == 200
    assert "The question has no stem." in answer.text


def test_incomplete_drafts_are_kept_and_told_what_is_missing(site: Site, author: Visitor) -> None:
    fields = {"stem": "Half a question", "part-options-0-text": "Yes", "part-options-1-text": "No"}
    fields |= {"part-options-0-harm": "", "part-options-1-harm": "", "do": "save"}

    answer = author.send(f"{NEW}single_best_answer", fields)

    assert answer.status_code == 303
    advice = page(author.get(answer.headers["Location"])).xpath(
        '//section[@aria-labelledby="advice-title"]//a'
    )
    assert [(a.text_content(), a.get("href")) for a in advice] == [
        ("Option A: An option has no rationale.", "#part-options-0-rationale"),
        ("Option B: An option has no rationale.", "#part-options-1-rationale"),
        ("No option is marked as the key.", "#part-options"),
        ("The question has no objective.", "#objectives"),
        ("The question has no reference.", "#references"),
        ("The question has no thinking level.", "#level"),
    ]
    ids = set(page(author.get(answer.headers["Location"])).xpath("//@id"))
    assert {a.get("href")[1:] for a in advice} <= ids
    assert versions_of(site, newest(site))[0].level == ""


def test_course_and_type_are_chosen_first(author: Visitor) -> None:
    page_ = author.get(f"{BANK}/new")
    assert "Single best answer" in page_.text
    assert 'value="needle-care"' in page_.text
    assert author.get(f"{BANK}/new?course=none&type=true_false").status_code == 404
    assert author.get(f"{BANK}/new?course=needle-care&type=poem").status_code == 404


def test_save_and_publish_saves_first_and_leads_on(site: Site, author: Visitor) -> None:
    answer = author.send(f"{NEW}true_false", fields_for("true_false", do="publish"))
    assert answer.headers["Location"] == f"{BANK}/{newest(site)}/publish"
    assert get_question(site, newest(site)).state == "draft"


def test_what_the_course_no_longer_offers_stays_with_the_question(
    site: Site, author: Visitor
) -> None:
    labels = {"objective": ["OLD-7"], "reference": ["R1", "R77"]}
    make_question(site, make_draft(labels=labels, hazard="old-hazard"), code="kept", is_live=False)
    form = form_of(author.get(f"{BANK}/kept/edit"))
    form["stem"] = "Another stem?"

    assert author.send(f"{BANK}/kept/edit", sent_again(form, do="save")).status_code == 303

    (version,) = versions_of(site, "kept")
    assert version.labels == labels
    assert version.hazard == "old-hazard"
    assert "OLD-7 (no longer in the course)" in author.get(f"{BANK}/kept/edit").text


def test_line_ends_of_browsers_do_not_pile_up(site: Site, author: Visitor) -> None:
    fields = fields_for("true_false", stem="One\r\n\r\nTwo\r\n", do="save")
    author.send(f"{NEW}true_false", fields)
    assert versions_of(site, newest(site))[0].stem == "One\n\nTwo"
