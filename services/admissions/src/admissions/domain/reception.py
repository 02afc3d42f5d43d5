"""Reception (mottagande): is this applicant received in first or in second hand at this offering?

SL 16:43: residents of the municipality, or of the cooperation area for that education, in first hand. SL 16:44: in
first hand too when the home municipality does not offer the programme, or the education recruits nationally.
Independent schools receive everyone so (15:33). Everyone else: second hand, for places left once all first-hand
applicants have theirs (16:47).
It depends on applicant and offering together, never on the applicant alone. This is what the rules propose; a decision
that was made stands before it (`domain/receptions.py`).
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
    """Why an applicant is received as they are; OFFERED_AT_HOME alone is second hand.

    PLACED_HERE: in a home for care or in protected living, which counts as residence (16:43). NATIONALLY_RECRUITING:
    open to the whole country (16:44). INDEPENDENT_SCHOOL: open to all (15:33). SPECIAL_REASONS: personal circumstances
    (16:43), never found by a rule.
    """

    RESIDENCE = "residence"
    PLACED_HERE = "placed_here"
    COOPERATION_AREA = "cooperation_area"
    NOT_OFFERED_AT_HOME = "not_offered_at_home"
    NATIONALLY_RECRUITING = "nationally_recruiting"
    INDEPENDENT_SCHOOL = "independent_school"
    SPECIAL_REASONS = "special_reasons"
    OFFERED_AT_HOME = "offered_at_home"

    @property
    def hand(self) -> Hand:
        """First or second: the ground says which."""
        return Hand.SECOND if self is Ground.OFFERED_AT_HOME else Hand.FIRST


OPEN_TO_ALL = (Ground.NATIONALLY_RECRUITING, Ground.INDEPENDENT_SCHOOL)


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
    *,
    home: str,
    school: str,
    programme: str,
    areas: tuple[Area, ...],
    offered_by: Mapping[str, AbstractSet[str]],
    open_to_all: Ground | None = None,
    lacking_at_home: bool = False,
) -> Reception:
    """The reception of a resident of `home` at an offering in `school`, as the rules propose it.

    `offered_by`: programme code to the municipalities that offer it this intake year. `open_to_all`: one of
    OPEN_TO_ALL, where everyone is first hand. `lacking_at_home`: the home municipality's own opinion is that it can't
    offer this programme, as an orientation it lacks or for want of apprenticeships (16:44).
    """
    reachable = neighbours(home, programme, areas)
    if home == school:
        ground = Ground.RESIDENCE
    elif school in reachable:
        ground = Ground.COOPERATION_AREA
    elif open_to_all is not None:
        ground = open_to_all
    elif lacking_at_home or not offered_by.get(programme, frozenset()) & reachable:
        ground = Ground.NOT_OFFERED_AT_HOME
    else:
        ground = Ground.OFFERED_AT_HOME
    return Reception(ground.hand, ground)


def neighbours(home: str, programme: str, areas: tuple[Area, ...]) -> frozenset[str]:
    """The home municipality and all it shares an area with for this programme."""
    shared = (area.municipalities for area in areas if home in area.municipalities and area.covers(programme))
    return frozenset({home}).union(*shared)
