"""What the engine is asked and what it answers, as columns.

The verifier has a like list of its own (audit_case.py) on purpose: it shares no code with the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Whole = NDArray[np.int64]

ADMITTED, RESERVE, STRUCK, INELIGIBLE = range(4)
MERIT_POOL = 0
TIES = ("rank", "grade_value", "number_of_grades", "random")
_STEPS = ("held_places", "reception", "timeliness", "merit")


class UnknownTies(ValueError):
    """Tie-breakers are of TIES, each once, and `random` last: after it nothing is left to break."""


class TooLarge(ValueError):
    """So many applicants, offerings and differing merit values cannot be compared in one number of 63 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Seats set aside in some offerings (free quota, test seats). Whoever is entitled goes before all others there.

    `seats`: how many of each offering's seats. `entitled`: for each choice, bool. `value`: for each choice, what those
    entitled are compared by before their merit; None where merit alone decides.
    """

    name: str
    seats: Column
    entitled: Column
    value: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All choices of a round as columns, one entry a choice, ordered by applicant and then preference.

    `applicant` and `offering` are numbers from 0. `hand` 1 or 2, `merit` in any whole unit, points of a skill test
    included; `timely`, `holds` and `eligible` are bool. One entry per applicant: `random` (lower goes first),
    `grade_value` and `number_of_grades` (higher goes first; wanted only where a tie-breaker names them). One entry per
    offering: `seats`, those of `quotas` included.

    An entitled applicant is tried at the quotas in their order, at the merit pool after the first `quotas_first` of
    them. `held_in`: for each choice the pool of a held place, 0 the merit pool, n the nth quota.
    """

    applicant: Column
    rank: Column
    offering: Column
    hand: Column
    timely: Column
    merit: Column
    holds: Column
    eligible: Column
    random: Column
    seats: Column
    grade_value: Column | None = None
    number_of_grades: Column | None = None
    quotas: Sequence[Quota] = ()
    quotas_first: int = 0
    held_in: Column | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """One entry a choice: `outcome` (ADMITTED, …), `queue` (1, 2, … for reserves, else 0), `step`, `pool`.

    `step`: for reserves the number of the step, of `steps(ties)`, at which the last one admitted was ahead. `pool`: for
    those admitted the pool whose seat it is, 0 the merit pool, n the nth quota (a seat of which nobody entitled took
    falls to the others). `last`: for each offering the choice last admitted without quota, -1 when there is none.
    """

    outcome: NDArray[np.uint8]
    queue: NDArray[np.int32]
    step: NDArray[np.uint8]
    pool: NDArray[np.uint8]
    last: Whole


def check_ties(ties: Sequence[str]) -> None:
    """Raises UnknownTies."""
    if len(set(ties)) < len(ties) or not set(ties) <= set(TIES) or "random" in ties[:-1]:
        raise UnknownTies(", ".join(ties))


def steps(ties: Sequence[str]) -> tuple[str, ...]:
    """The names of the steps that can decide, in order; the last is said where nobody was given a seat."""
    return (*_STEPS, *(ties or ("random",)), "no_seats")


def shares(seats: Column, quotas: Sequence[Quota]) -> list[Column]:
    """The seats of each pool by offering, the merit pool's first. Quotas together are never more than the seats."""
    left = np.asarray(seats, np.int64)
    found: list[Column] = []
    for quota in quotas:
        found.append(np.minimum(np.asarray(quota.seats, np.int64), left))
        left = left - found[-1]
    return [left, *found]
