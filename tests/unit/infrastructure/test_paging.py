"""Pages by number: within bounds, and a pager that stays short."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from quizapp.infrastructure.paging import page_of


@pytest.mark.parametrize(
    ("asked", "total", "number", "first", "last"),
    [
        (1, 0, 1, 1, 0),
        (1, 25, 1, 1, 25),
        (2, 26, 2, 26, 26),
        (9, 30, 2, 26, 30),
        (-3, 30, 1, 1, 25),
    ],
)
def test_the_page_asked_for_or_the_nearest(
    asked: int, total: int, number: int, first: int, last: int
) -> None:
    page = page_of(asked, total, 25)
    assert (page.number, page.first, page.last) == (number, first, last)


@pytest.mark.parametrize(
    ("number", "count", "shown"),
    [
        (1, 1, [1]),
        (1, 40, [1, 2, None, 40]),
        (3, 4, [1, 2, 3, 4]),
        (4, 40, [1, 2, 3, 4, 5, None, 40]),
        (20, 40, [1, None, 19, 20, 21, None, 40]),
        (40, 40, [1, None, 39, 40]),
    ],
)
def test_the_pager_shows_both_ends_and_the_neighbours(
    number: int, count: int, shown: list[int | None]
) -> None:
    assert page_of(number, count * 10, 10).shown == shown


@given(some.integers(-5, 500), some.integers(0, 5000), some.integers(1, 60))
def test_every_row_is_on_one_page_and_no_gap_hides_a_single_page(
    asked: int, total: int, size: int
) -> None:
    page = page_of(asked, total, size)
    assert 1 <= page.number <= page.count
    assert page.offset <= max(0, total - 1)
    assert (
        sum(
            page_of(n, total, size).last - page_of(n, total, size).offset
            for n in range(1, page.count + 1)
        )
        == total
    )
    numbers = page.shown
    assert numbers[0] == 1
    assert numbers[-1] == page.count
    assert page.number in numbers
    for left, gap, right in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if gap is None:
            assert left is not None
            assert right is not None
            assert right - left > 2
