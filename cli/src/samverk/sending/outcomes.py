"""What became of an event at the door."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.faults import Fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """Accepted by the broker, or refused at the door with its faults."""

    accepted: bool
    faults: Sequence[Fault] = ()


class DoorShut(Exception):
    """The door refuses this caller or this request as a whole; `detail` is what it says."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail = status, detail


class DoorAway(Exception):
    """The door or the broker stayed away for as long as we tried."""


ACCEPTED = Outcome(accepted=True)
