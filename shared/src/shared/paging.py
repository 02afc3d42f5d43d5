"""A long list in pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of `total` rows is shown: page number `page` (from 1), `size` rows a page."""

    page: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        """How many rows stand before the first shown."""
        return (self.page - 1) * self.size

    @property
    def first(self) -> int:
        """The number of the first row shown, 0 when there is none."""
        return self.offset + 1 if self.total > self.offset else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.offset + self.size, self.total)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))
