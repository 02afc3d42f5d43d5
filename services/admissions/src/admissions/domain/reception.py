"""Reception (mottagande): is this applicant received in first or in second hand at this offering?

SL 16:43: residents of the municipality, or of the cooperation area for that education, in first hand. SL 16:44: in
first hand too when the home municipality does not offer the programme. Everyone else: second hand, for places left
once all first-hand applicants have theirs (16:47).
It depends on applicant and offering together, never on the applicant alone.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Hand(IntEnum):
    """First before second."""

    FIRST = 1
    SECOND = 2

    @property
    def word(self) -> str:
        """As the public events say it."""
        return "first_hand" if self is Hand.FIRST else "second_hand"


class Ground(StrEnum):
    """Why an applicant is received as they are."""

    RESIDENCE = "residence"
    COOPERATION_AREA = "cooperation_area"
    NOT_OFFERED_AT_HOME = "not_offered_at_home"
    OFFERED_AT_HOME = "offered_at_home"


@dataclass(frozen=True, slots=True)
class Reception:
    hand: Hand
    ground: Ground


@dataclass(frozen=True, slots=True)
class Area:
    """A cooperation area (samverkansområde): municipality codes, and the programmes it covers (None: all)."""

    name: str
    municipalities: frozenset[str]
    programmes: frozenset[str] | None

    def covers(self, programme: str) -> bool:
        return self.programmes is None or programme in self.programmes


def reception(
    *, home: str, school: str, programme: str, areas: tuple[Area, ...], offered_by: Mapping[str, AbstractSet[str]]
) -> Reception:
    """The reception of a resident of `home` at an offering in `school`.

    `offered_by`: programme code to the municipalities that offer it this intake year.
    """
    if home == school:
        return Reception(Hand.FIRST, Ground.RESIDENCE)
    reachable = neighbours(home, programme, areas)
    if school in reachable:
        return Reception(Hand.FIRST, Ground.COOPERATION_AREA)
    if not offered_by.get(programme, frozenset()) & reachable:
        return Reception(Hand.FIRST, Ground.NOT_OFFERED_AT_HOME)
    return Reception(Hand.SECOND, Ground.OFFERED_AT_HOME)


def neighbours(home: str, programme: str, areas: tuple[Area, ...]) -> frozenset[str]:
    """The home municipality and all it shares an area with for this programme."""
    shared = (area.municipalities for area in areas if home in area.municipalities and area.covers(programme))
    return frozenset({home}).union(*shared)
