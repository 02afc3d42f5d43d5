"""The peer: PyPI's `matching`, hospitals and residents.

Only its algorithm is timed. Its game around that is left out: it copies all players recursively, which ends beyond
Python's recursion limit at a few thousand, and checks each list against all others.
"""

from collections import defaultdict
from typing import Any

import numpy as np
from matching import Player
from matching.algorithms import hospital_resident
from matching.players import Hospital

from admissions.domain.wishes import Wishes
from benchmarks.clock import Clock, Outcome
from benchmarks.contenders.placement_ours import digest
from benchmarks.national import wishes

Preferences = dict[int, list[int]]


async def run(given: dict[str, Any]) -> Outcome:
    """From players with their preferences to who sits where; no queues, no outcomes."""
    asked = wishes(given["applicants"])
    residents, hospitals = _players(asked)
    clock = Clock()
    solved = hospital_resident(residents, hospitals)
    outcome = clock.stop(len(asked.rank))
    offering_of = {resident.name: hospital.name for hospital, inside in solved.items() for resident in inside}
    pairs = zip(asked.applicant.tolist(), asked.offering.tolist(), strict=True)
    seated = [at for at, (applicant, offering) in enumerate(pairs) if offering_of.get(applicant) == offering]
    outcome.notes["admitted"] = digest(np.array(seated, np.int64))
    return outcome


def _players(asked: Wishes) -> tuple[list[Any], list[Any]]:
    """Both sides with their lists over the other."""
    residents, hospitals = _preferences(asked)
    resident = {name: Player(name) for name in residents}
    hospital = {name: Hospital(name, int(asked.seats[name])) for name in hospitals}
    for name, wished in residents.items():
        resident[name].set_prefs([hospital[other] for other in wished])
    for name, ranked in hospitals.items():
        hospital[name].set_prefs([resident[other] for other in ranked])
    return list(resident.values()), list(hospital.values())


def _preferences(asked: Wishes) -> tuple[Preferences, Preferences]:
    """Each side's list over the other; it knows no offering without seats and none that is ineligible."""
    residents: Preferences = defaultdict(list)
    hospitals: Preferences = defaultdict(list)
    usable = asked.eligible & (asked.seats[asked.offering] > 0)
    for at in np.flatnonzero(usable).tolist():
        residents[int(asked.applicant[at])].append(int(asked.offering[at]))
    order = np.lexsort((asked.random[asked.applicant], -asked.merit, ~asked.timely, asked.hand))
    for at in order[usable[order]].tolist():
        hospitals[int(asked.offering[at])].append(int(asked.applicant[at]))
    return dict(residents), dict(hospitals)
