"""What is wrong in files, by file, line and column."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadCell:
    """`line` counts from 1; None, as `column`, when it is about more than that. `sv`, `en`: what to mend."""

    file: str
    line: int | None
    column: str | None
    sv: str
    en: str


class BadFiles(Exception):
    """Files that cannot be used, with every fault found in them."""

    def __init__(self, faults: Sequence[BadCell]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)
