"""How the questions of an attempt fall on pages, and which pages have no way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's place: its section, its case, and whether the case goes step by step."""

    section: int
    case: int | None = None
    is_stepwise: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Questions `first` to `last` (from 1). Pages of one `chain` are passed in order, once."""

    first: int
    last: int
    section: int
    starts_section: bool
    chain: int | None = None

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last


def layout(questions: Sequence[Asked], size: int, *, is_sequential: bool = False) -> list[Page]:
    """Pages of up to `size` questions (0: no limit); a section or a case begins a new one.

    A stepwise question stands alone. A sequential quiz is one chain; else each stepwise case is.
    """
    pages: list[Page] = []
    for number, asked in enumerate(questions, 1):
        before = questions[number - 2] if number > 1 else None
        is_full = bool(pages) and size and number - pages[-1].first >= size
        if before is None or is_full or asked.is_stepwise or _differ(before, asked):
            starts = before is None or before.section != asked.section
            chain = 0 if is_sequential else asked.case if asked.is_stepwise else None
            pages.append(Page(number, number, asked.section, starts, chain))
        else:
            pages[-1] = _longer(pages[-1], number)
    return pages


def _differ(before: Asked, asked: Asked) -> bool:
    return (before.section, before.case) != (asked.section, asked.case)


def _longer(page: Page, last: int) -> Page:
    return Page(page.first, last, page.section, page.starts_section, page.chain)


def open_page(pages: Iterable[Page], page: Page, left: frozenset[int]) -> Page:
    """The page to show when `page` is asked for: itself, or where its chain stands.

    A chain stands at its first page that was not left; when all were, at its last.
    """
    if page.chain is None:
        return page
    chain = [other for other in pages if other.chain == page.chain]
    return next((other for other in chain if other.first not in left), chain[-1])
