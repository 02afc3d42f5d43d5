"""What the verifier is given: what was asked and what was answered, as columns.

The names here resemble the engine's (wishes.py) and are kept apart from them on purpose: the verifier shares no code
with what it verifies, or one mistake would be made twice and found by neither.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admissions.domain.verdicts import Verdict

Column = NDArray[Any]
Flags = NDArray[np.bool_]

ADMITTED, RESERVE, STRUCK, INELIGIBLE, UNKNOWN = range(5)
OUTCOME_NUMBERS = {"admitted": ADMITTED, "reserve": RESERVE, "struck": STRUCK, "ineligible": INELIGIBLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsAside:
    """A quota: how many seats of each offering, which choices are entitled, and what they are measured by, if not
    merit.
    """

    seats: Column
    entitled: Column
    measure: Column | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """What was asked and what was answered: one entry a choice, in any order, and the names of the numbers.

    `random`, `grade_value` and `number_of_grades` have an entry per applicant; `seats`, `stage` (1 national programmes,
    2 introduction programmes) and `lender` (the offering whose seats left over may be used as well, or -1) per
    offering. `queue` is 0 where there is none. `pool`: of those admitted, 0 the merit pool, n the nth quota; `held_in`
    likewise of a place held already. `quotas_first`: how many quotas an entitled applicant is tried at before the merit
    pool.
    """

    applicants: Sequence[str]
    offerings: Sequence[str]
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
    outcome: Column
    queue: Column
    grade_value: Column | None = None
    number_of_grades: Column | None = None
    quotas: Sequence[SeatsAside] = ()
    quotas_first: int = 0
    pool: Column | None = None
    held_in: Column | None = None
    stage: Column | None = None
    lender: Column | None = None

    @cached_property
    def preference(self) -> Column:
        """Smaller is wished for more: by stage, then rank."""
        if self.stage is None:
            return self.rank
        preference: Column = (
            self.stage[self.offering].astype(np.int64) * (int(self.rank.max(initial=0)) + 1) + self.rank
        )
        return preference

    @cached_property
    def seats_in_use(self) -> Column:
        """Seats of each offering, with what one has lent and another borrowed of seats left over."""
        if self.lender is None:
            return self.seats
        seats = self.seats.astype(np.int64).copy()
        borrowers = np.flatnonzero(self.lender >= 0)
        lenders = self.lender[borrowers]
        beyond = np.maximum(self.per_offering(self.holds) - seats, 0)[borrowers]
        np.subtract.at(seats, lenders, beyond)
        seats = np.maximum(seats, 0)
        left = np.maximum(seats - self.per_offering(self.said(ADMITTED)), 0)
        seats[borrowers] += left[lenders] + beyond
        return seats

    def said(self, outcome: int) -> Flags:
        """Where the answer is this one."""
        flags: Flags = self.outcome == outcome
        return flags

    def per_offering(self, flags: Column) -> Column:
        """How many of these choices each offering has."""
        return np.bincount(self.offering[flags], minlength=len(self.offerings))

    def verdicts(self, code: str, wrong: Flags) -> Iterator[Verdict]:
        """One for each choice that is wrong."""
        return (self.verdict(code, at) for at in np.flatnonzero(wrong).tolist())

    def verdict(self, code: str, at: int) -> Verdict:
        """About one choice."""
        return Verdict(code, self.offerings[self.offering[at]], self.applicants[self.applicant[at]], int(self.rank[at]))

    def about_offerings(self, code: str, wrong: Column) -> Iterator[Verdict]:
        """One for each offering that is wrong."""
        return (Verdict(code, self.offerings[at]) for at in np.flatnonzero(wrong).tolist())
