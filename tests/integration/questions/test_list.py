"""The list of questions: filters, order, pages, and honest counts."""

import pytest

from quizapp.infrastructure.site import Site
from tests.factories.clock import FrozenClock
from tests.factories.questions import edit_question, make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.questions.teaching import (
    BANK,
    counted,
    form_of,
    page,
    scripts_in,
    visible_text,
)

pytestmark = pytest.mark.usefixtures("clinic")

ALL = {"nc-1", "nc-2", "nc-3", "nc-4", "nc-5", "nc-old", "nc-new", "nc-case-a", "nc-case-b"}


def codes(client: Visitor, query: str = "") -> list[str]:
    tree = page(client.get(f"{BANK}{query}"))
    return [cell.text_content() for cell in tree.xpath("//tbody//bdi")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("?q=sharps", {"nc-2"}),
        ("?q=SHARPS%20box", {"nc-2"}),
        ("?q=nc-case", {"nc-case-a", "nc-case-b"}),
        ("?q=Wipe", {"nc-1"}),
        ("?objective=needle-care/NC-2", {"nc-4", "nc-5", "nc-case-a", "nc-case-b"}),
        ("?type=multiple_response", {"nc-2"}),
        ("?status=retired", {"nc-old"}),
        ("?status=draft", {"nc-new"}),
        ("?status=live", ALL - {"nc-old", "nc-new"}),
        ("?level=apply", {"nc-1", "nc-4"}),
        ("?safety=critical", {"nc-4", "nc-5"}),
        ("?safety=other", ALL - {"nc-4", "nc-5"}),
        ("?safety=critical&type=true_false&q=ribs", {"nc-5"}),
        ("?course=needle-care", ALL),
        ("?type=nonsense&level=7&page=x&sort=;drop&objective=a/b&course=none&status=x", ALL),
        ("?q=%25", set()),
        ("?q=_", set()),
    ],
)
def test_filters_show_what_fits(author: Visitor, query: str, expected: set[str]) -> None:
    assert set(codes(author, query)) == expected


def test_each_filter_in_force_can_be_taken_off(author: Visitor) -> None:
    address = f"{BANK}?q=ribs&type=true_false&level=understand&safety=critical&sort=code"
    tree = page(author.get(address))

    chips = {chip.get("aria-label"): chip.get("href") for chip in tree.xpath("//a[@class='chip']")}

    assert list(chips) == [
        "Remove filter: “ribs”",
        "Remove filter: True or false",
        "Remove filter: Understand",
        "Remove filter: Safety-critical",
    ]
    assert chips["Remove filter: True or false"] == (
        f"{BANK}?q=ribs&level=understand&safety=critical&sort=code"
    )
    assert "1 question matches." in visible_text(tree)


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [("code", "nc-1", "nc-old"), ("-code", "nc-old", "nc-1"), ("question", "nc-3", "nc-1")],
)
def test_columns_sort(author: Visitor, sort: str, first: str, last: str) -> None:
    found = codes(author, f"?sort={sort}")
    assert (found[0], found[-1]) == (first, last)


def test_the_last_changed_question_comes_first(
    site: Site, author: Visitor, clock: FrozenClock
) -> None:
    clock.advance(minutes=1)
    edit_question(site, "nc-3", stem="A needle may be used again.")

    assert codes(author)[0] == "nc-3"
    tree = page(author.get(BANK))
    assert tree.xpath("//th[@aria-sort='descending']")[0].text_content().strip() == "Changed"


def test_the_heading_counts_everything_there_is(author: Visitor) -> None:
    text = visible_text(page(author.get(f"{BANK}?q=sharps")))
    assert "9 questions. 7 live, 1 with a draft, 1 retired." in text
    assert "1 question matches." in text


def test_a_live_question_with_a_draft_wears_both_badges(author: Visitor) -> None:
    form = form_of(author.get(f"{BANK}/nc-3/edit"))
    form["stem"] = "Changed a little"
    author.send(f"{BANK}/nc-3/edit", {**form.to_dict(flat=False), "do": "save"})

    (row,) = page(author.get(f"{BANK}?q=nc-3")).xpath("//tbody/tr")

    badges = row.xpath(".//span[@class='badges']/span")
    assert [badge.text_content() for badge in badges] == ["Live", "Draft"]
    assert set(codes(author, "?status=draft")) == {"nc-3", "nc-new"}


def test_nothing_that_matches_says_so_and_offers_a_way_out(author: Visitor) -> None:
    answer = author.get(f"{BANK}?q=zebra")
    assert answer.status_code == 200
    assert "No question matches" in answer.text
    assert f'href="{BANK}"' in answer.text


def test_pages_cut_the_list_and_the_last_one_stands_in_for_those_beyond(
    site: Site, author: Visitor
) -> None:
    for number in range(30):
        make_question(site, make_draft(f"Made question {number}?"), is_live=False)

    first, second = codes(author, "?sort=code"), codes(author, "?sort=code&page=2")
    beyond = author.get(f"{BANK}?sort=code&page=99")

    assert (len(first), len(second)) == (25, 14)
    assert not set(first) & set(second)
    assert "Showing 26 to 39 of 39" in visible_text(page(beyond))


def test_the_number_of_statements_does_not_grow_with_the_list(site: Site, author: Visitor) -> None:
    author.get(BANK)
    with counted(site) as few:
        author.get(f"{BANK}?level=analyse")
    for number in range(25):
        make_question(site, make_draft(f"Made question {number}?", hazard="lung-injury"))
    with counted(site) as many:
        author.get(BANK)

    assert len(few) == len(many)
    assert len(many) <= 9, many


def test_texts_of_authors_do_no_harm_in_the_list(site: Site, author: Visitor) -> None:
    make_question(site, make_draft("<script>alert(1)</script> & <b>bold</b>"), is_live=False)
    tree = page(author.get(BANK))
    assert not scripts_in(tree)
    assert "& bold" in visible_text(tree)
