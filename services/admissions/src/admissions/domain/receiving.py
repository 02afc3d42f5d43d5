"""Reception of all choices at once: the rule of `reception`, over columns (SL 16:43–44), and decisions before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from admissions.domain.intake import Column
from admissions.domain.offerings import Offering
from admissions.domain.reception import Area, Ground, Hand

UNKNOWN_OFFERING = "unknown_offering"
GROUNDS = (*(ground.value for ground in Ground), UNKNOWN_OFFERING)
_RESIDENCE, _AREA, _NOT_AT_HOME, _AT_HOME, _UNKNOWN = (
    GROUNDS.index(word)
    for word in (
        Ground.RESIDENCE, Ground.COOPERATION_AREA, Ground.NOT_OFFERED_AT_HOME, Ground.OFFERED_AT_HOME, UNKNOWN_OFFERING
    )
)  # fmt: skip
UNDECIDED = -1


@dataclass(frozen=True, slots=True)
class Received:
    """For each choice `hand` (1 or 2) and `ground`, a number of GROUNDS."""

    hand: Column
    ground: Column

    @property
    def at_home(self) -> Column:
        """Whether the applicant lives in the school's municipality or in a cooperation area with it."""
        return self.ground <= _AREA


def received(
    homes: Column,
    offering: Column,
    offerings: Sequence[Offering],
    areas: Sequence[Area],
    *,
    open_to_all: Mapping[str, Ground] | None = None,
    lacking_at_home: Column | None = None,
    decided: Column | None = None,
) -> Received:
    """`homes`: for each choice the applicant's municipality code as a number; `offering`: the choice's offering.

    `open_to_all`: ids of offerings where everyone is first hand, with the ground. By choice: `lacking_at_home` (bool,
    the home municipality's own opinion) and `decided` (a number of GROUNDS that a decision in force names, or
    UNDECIDED).
    """
    codes, home = np.unique(homes, return_inverse=True)
    towns = np.unique([*codes.tolist(), *(int(o.municipality or 0) for o in offerings)]).tolist()
    programmes = sorted({o.programme for o in offerings})
    reach = _reach(codes.tolist(), towns, programmes, areas)
    school = np.array([towns.index(int(o.municipality or 0)) for o in offerings], np.int64)[offering]
    programme = np.array([programmes.index(o.programme) for o in offerings], np.int64)
    near: Column = reach[home, programme[offering], school]
    at_home = _offered_within_reach(reach, offerings, towns, programmes)[home, programme[offering]]
    if lacking_at_home is not None:
        at_home &= ~lacking_at_home
    ground = np.where(at_home, _AT_HOME, _NOT_AT_HOME)
    _open(ground, offering, offerings, open_to_all or {})
    ground[near] = _AREA
    ground[np.array(towns)[school] == homes] = _RESIDENCE
    if decided is not None:
        ground = np.where(decided == UNDECIDED, ground, decided)
    ground[~np.array([o.known for o in offerings], bool)[offering]] = _UNKNOWN
    hand = np.where(ground >= _AT_HOME, Hand.SECOND, Hand.FIRST).astype(np.int8)
    return Received(hand, ground.astype(np.int8))


def _open(ground: Column, offering: Column, offerings: Sequence[Offering], open_to_all: Mapping[str, Ground]) -> None:
    """Set the ground of what is open to all."""
    numbers = [GROUNDS.index(open_to_all[o.id]) if o.id in open_to_all else UNDECIDED for o in offerings]
    if any(number != UNDECIDED for number in numbers):
        opened = np.array(numbers, np.int64)[offering]
        np.copyto(ground, opened, where=opened != UNDECIDED)


def _reach(homes: Sequence[int], towns: Sequence[int], programmes: Sequence[str], areas: Sequence[Area]) -> Column:
    """By home, programme and municipality: whether they share a cooperation area that covers the programme."""
    reach = np.zeros((len(homes), len(programmes), len(towns)), bool)
    for area in areas:
        members = {int(code) for code in area.municipalities}
        inside = np.array([town in members for town in towns], bool)
        covered = np.array([area.covers(programme) for programme in programmes], bool)
        own = np.array([home in members for home in homes], bool)
        reach |= own[:, None, None] & covered[None, :, None] & inside[None, None, :]
    for number, home in enumerate(homes):
        reach[number, :, towns.index(home)] = True
    return reach


def _offered_within_reach(
    reach: Column, offerings: Sequence[Offering], towns: Sequence[int], programmes: Sequence[str]
) -> Column:
    """By home and programme: whether somebody within reach offers it."""
    offered = np.zeros((len(programmes), len(towns)), bool)
    for o in offerings:
        if o.known:
            offered[programmes.index(o.programme), towns.index(int(o.municipality))] = True
    found: Column = np.any(reach & offered[None, :, :], axis=2)
    return found
