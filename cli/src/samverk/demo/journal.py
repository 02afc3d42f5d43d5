"""What was sent, by whom and where to: the one side of the account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.faults import Fault


@dataclass(frozen=True, slots=True)
class DoorRefusal:
    """A report that the HTTP door refused."""

    municipality: str
    service: str
    type: str
    id: str
    faults: Sequence[Fault]


@dataclass(slots=True)
class Journal:
    """Ids that a broker or door confirmed, once for each time; records without a readable id are counted."""

    confirmed: Counter[str] = field(default_factory=Counter)
    nameless: int = 0
    at_door: list[DoorRefusal] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """All that was handed in."""
        return self.confirmed.total() + self.nameless + len(self.at_door)
