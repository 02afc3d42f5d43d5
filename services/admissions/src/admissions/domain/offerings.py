"""An offering as the run sees it: seats, quotas, skill test, and what kind of education it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FREE, TEST, MERIT = "free", "test", "merit"
QUOTAS = (FREE, TEST)


class Introduction(StrEnum):
    """Introduction programmes that are searched, when designed for a group (SL 17:4)."""

    IMV = "IMV"
    IMY = "IMY"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one result of a skill test is worth, in tenths of a merit point, and whether the test is passed with it."""

    tenths: int
    passed: bool


@dataclass(frozen=True, slots=True)
class SkillTest:
    """A skill test (färdighetsprov) with its own scale. `required`: who has not passed it is not eligible."""

    required: bool
    scale: Mapping[str, Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """An offering that can be searched. One that was chosen and is not published is not `known`.

    `introduction`: for a group-designed introduction programme, `programme` being the one it leads to. `uses_seats_of`:
    the national offering whose seats left over its group may use beside `seats`. `quotas`: seats set aside, by kind.
    """

    id: str
    municipality: str = ""
    programme: str = ""
    seats: int = 0
    known: bool = True
    introduction: Introduction | None = None
    uses_seats_of: str | None = None
    test: SkillTest | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)

    @property
    def stage(self) -> int:
        """1: national programmes, 2: introduction programmes, for those left without a place."""
        return 1 if self.introduction is None else 2
