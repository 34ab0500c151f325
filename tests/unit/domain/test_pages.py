"""How questions fall on pages."""

from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.pages import Asked, Page, layout, open_page

cases = st.none() | st.integers(1, 3)
questions = st.lists(
    cases.map(lambda case: Asked(0, case, is_stepwise=case in {1, 2})), min_size=1, max_size=25
)
"""Cases 1 and 2 go step by step, case 3 does not."""


def spans(pages: list[object]) -> list[tuple[int, int]]:
    return [(page.first, page.last) for page in pages]  # type: ignore[attr-defined]


@given(questions, st.integers(0, 6), st.booleans())
def test_every_question_is_on_exactly_one_page(
    asked: list[Asked],
    size: int,
    is_sequential: bool,  # noqa: FBT001
) -> None:
    pages = layout(asked, size, is_sequential=is_sequential)
    assert [n for page in pages for n in range(page.first, page.last + 1)] == list(
        range(1, len(asked) + 1)
    )
    assert all(not size or page.last - page.first < size for page in pages)
    assert all(page.first == page.last for page in pages if asked[page.first - 1].is_stepwise)


def test_pages_are_filled_up_to_their_size() -> None:
    assert spans(layout([Asked(0)] * 7, 3)) == [(1, 3), (4, 6), (7, 7)]  # type: ignore[arg-type]


def test_no_size_puts_a_section_on_one_page() -> None:
    pages = layout([Asked(0), Asked(0), Asked(1)], 0)
    assert spans(pages) == [(1, 2), (3, 3)]  # type: ignore[arg-type]
    assert [page.starts_section for page in pages] == [True, True]


def test_a_case_begins_a_page_and_ends_it() -> None:
    asked = [Asked(0), Asked(0, 7), Asked(0, 7), Asked(0)]
    assert spans(layout(asked, 5)) == [(1, 1), (2, 3), (4, 4)]  # type: ignore[arg-type]


def test_a_stepwise_case_is_a_chain_of_single_questions() -> None:
    asked = [Asked(0), Asked(0, 7, True), Asked(0, 7, True), Asked(0)]
    pages = layout(asked, 5)
    assert [page.chain for page in pages] == [None, 7, 7, None]


def test_a_sequential_quiz_is_one_chain() -> None:
    pages = layout([Asked(0)] * 4, 2, is_sequential=True)
    assert [page.chain for page in pages] == [0, 0]


def test_a_chain_shows_only_where_it_stands() -> None:
    pages = layout([Asked(0)] * 3, 1, is_sequential=True)
    first, second, third = pages
    assert open_page(pages, third, frozenset()) == first
    assert open_page(pages, first, frozenset({1})) == second
    assert open_page(pages, second, frozenset({1, 2, 3})) == third


def test_other_pages_stay_open() -> None:
    pages = layout([Asked(0), Asked(0, 7, True), Asked(0, 7, True)], 1)
    assert open_page(pages, pages[0], frozenset({1})) == pages[0]
    assert open_page(pages, pages[2], frozenset()) == pages[1]


def test_a_page_knows_its_questions() -> None:
    page = Page(3, 5, section=0, starts_section=True)
    assert [number for number in range(8) if number in page] == [3, 4, 5]
