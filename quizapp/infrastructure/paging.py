"""Pages by number, for lists of bounded length; endless ones go by the last row's key instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: which one, and what the pager says about it."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return self.offset + 1

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    @property
    def shown(self) -> list[int | None]:
        """The numbers to offer: both ends and the neighbours of this page; None is a gap."""
        near = {1, self.number - 1, self.number, self.number + 1, self.count}
        numbers: list[int | None] = []
        for number in sorted(near & set(range(1, self.count + 1))):
            last = numbers[-1] if numbers else number - 1
            if last is not None and number > last + 1:
                numbers.append(number - 1 if number == last + 2 else None)
            numbers.append(number)
        return numbers


def page_of(number: int, total: int, size: int) -> Page:
    """The page asked for, or the nearest one there is."""
    last = max(1, -(-total // size))
    return Page(min(max(number, 1), last), size, total)
