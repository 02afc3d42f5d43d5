"""Reception of all choices at once: the rule of `reception`, over columns (SL 16:43–44)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from admissions.domain.intake import Column
from admissions.domain.offerings import Offering
from admissions.domain.reception import Area, Ground, Hand

UNKNOWN_OFFERING = "unknown_offering"
GROUNDS = (*(ground.value for ground in Ground), UNKNOWN_OFFERING)
_RESIDENCE, _AREA, _NOT_AT_HOME, _AT_HOME, _UNKNOWN = range(5)


@dataclass(frozen=True, slots=True)
class Received:
    """For each choice `hand` (1 or 2) and `ground`, a number of GROUNDS."""

    hand: Column
    ground: Column

    @property
    def at_home(self) -> Column:
        """Whether the applicant lives in the school's municipality or in a cooperation area with it."""
        return self.ground <= _AREA


def received(homes: Column, offering: Column, offerings: Sequence[Offering], areas: Sequence[Area]) -> Received:
    """`homes`: for each choice the applicant's municipality code as a number; `offering`: the choice's offering."""
    codes, home = np.unique(homes, return_inverse=True)
    towns = np.unique([*codes.tolist(), *(int(o.municipality or 0) for o in offerings)]).tolist()
    programmes = sorted({o.programme for o in offerings})
    reach = _reach(codes.tolist(), towns, programmes, areas)
    school = np.array([towns.index(int(o.municipality or 0)) for o in offerings], np.int64)[offering]
    programme = np.array([programmes.index(o.programme) for o in offerings], np.int64)
    near: Column = reach[home, programme[offering], school]
    at_home = _offered_within_reach(reach, offerings, towns, programmes)[home, programme[offering]]
    ground = np.where(at_home, _AT_HOME, _NOT_AT_HOME)
    ground[near] = _AREA
    ground[np.array(towns)[school] == homes] = _RESIDENCE
    ground[~np.array([o.known for o in offerings], bool)[offering]] = _UNKNOWN
    hand = np.where(ground >= _AT_HOME, Hand.SECOND, Hand.FIRST).astype(np.int8)
    return Received(hand, ground.astype(np.int8))


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
