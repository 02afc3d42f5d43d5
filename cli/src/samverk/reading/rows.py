"""A row of a file: the event that it became, or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from samverk.envelopes import Envelope
from shared.faults import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """`line` counts from 1 in the file. `event` is None when the row could not even be read."""

    line: int
    event: Envelope | None
    faults: Sequence[Fault] = ()

    @property
    def good(self) -> bool:
        return self.event is not None and not self.faults


class Unreadable(Exception):
    """The file cannot be read at all; `sv` and `en` say what to mend."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en
