"""The verifier's checks over columns, for a whole country in a moment. Shares no code with the engine.

Written from the rules alone: one seat each, seats there are, eligibility, outcomes and queues as they should be, nobody
passed over (no justified envy), nothing wasted, second hand never before first hand (SL 16:47).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admissions.domain.verdicts import Verdict

Column = NDArray[Any]
Flags = NDArray[np.bool_]

ADMITTED, RESERVE, STRUCK, INELIGIBLE, UNKNOWN = range(5)
OUTCOME_NUMBERS = {"admitted": ADMITTED, "reserve": RESERVE, "struck": STRUCK, "ineligible": INELIGIBLE}
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What was asked and what was answered: one entry a choice, in any order, and the names of the numbers.

    `random` has an entry per applicant, `seats` per offering. `queue` is 0 where there is none.
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

    def said(self, outcome: int) -> Flags:
        """Where the answer is this one."""
        flags: Flags = self.outcome == outcome
        return flags

    def verdicts(self, code: str, wrong: Flags) -> Iterator[Verdict]:
        """One for each choice that is wrong."""
        return (self.verdict(code, at) for at in np.flatnonzero(wrong).tolist())

    def verdict(self, code: str, at: int) -> Verdict:
        """About one choice."""
        return Verdict(code, self.offerings[self.offering[at]], self.applicants[self.applicant[at]], int(self.rank[at]))


def audit(case: Case, ties: Sequence[str] = ("random",)) -> list[Verdict]:
    """Everything that is wrong with the answers; empty when they may be published."""
    standing = _standing(case, ties)
    return list(
        chain(
            case.verdicts("unknown_outcome", case.said(UNKNOWN)),
            _one_seat_each(case),
            case.verdicts("ineligible_not_refused", ~case.eligible & ~case.said(INELIGIBLE)),
            case.verdicts("eligible_refused", case.eligible & case.said(INELIGIBLE)),
            _capacity(case),
            _outcomes_and_held_places(case),
            _wasted_seats(case),
            _second_hand_before_first(case),
            _envy(case, standing),
            _queues(case, standing),
            case.verdicts("queue_without_reserve", (case.queue != 0) & ~case.said(RESERVE)),
        )
    )


def _one_seat_each(case: Case) -> Iterator[Verdict]:
    seats = np.bincount(case.applicant[case.said(ADMITTED)], minlength=len(case.applicants))
    return (Verdict("two_seats", applicant=case.applicants[at]) for at in np.flatnonzero(seats > 1).tolist())


def _capacity(case: Case) -> Iterator[Verdict]:
    """Those who hold a place keep it where seats have been cut, and nobody else comes in."""
    room = np.maximum(case.seats, _per_offering(case, case.holds))
    return _about_offerings(case, "over_capacity", _per_offering(case, case.said(ADMITTED)) > room)


def _outcomes_and_held_places(case: Case) -> Iterator[Verdict]:
    """Above the admitted choice: reserve. Below it: struck. None admitted: all reserve. A held place or better."""
    inside = case.said(ADMITTED)
    reached = np.full(len(case.applicants), _NEVER)
    np.minimum.at(reached, case.applicant[inside], case.rank[inside])
    above = case.rank < reached[case.applicant]
    wrong = np.where(above, ~case.said(RESERVE), ~inside & ~case.said(STRUCK))
    yield from case.verdicts("reserve_and_struck_mixed", wrong & case.eligible & ~case.said(UNKNOWN))
    yield from case.verdicts("held_place_lost", case.holds & above)


def _wasted_seats(case: Case) -> Iterator[Verdict]:
    waited_for = _per_offering(case, case.said(RESERVE) & case.eligible) > 0
    vacant = _per_offering(case, case.said(ADMITTED)) < case.seats
    return _about_offerings(case, "seat_wasted", waited_for & vacant)


def _second_hand_before_first(case: Case) -> Iterator[Verdict]:
    first_waits = _per_offering(case, case.said(RESERVE) & case.eligible & (case.hand == 1)) > 0
    newly_second = case.said(ADMITTED) & (case.hand != 1) & ~case.holds
    return case.verdicts("second_hand_displaces_first_hand", newly_second & first_waits[case.offering])


def _envy(case: Case, standing: Column) -> Iterator[Verdict]:
    """Someone waits who should have gone before the last one let in."""
    inside = case.said(ADMITTED)
    worst = np.full(len(case.offerings), -1)
    np.maximum.at(worst, case.offering[inside], standing[inside])
    passed_over = case.said(RESERVE) & case.eligible & (standing < worst[case.offering])
    return case.verdicts("justified_envy", passed_over)


def _queues(case: Case, standing: Column) -> Iterator[Verdict]:
    """Queue numbers run 1, 2, … at each offering and follow the order of priority."""
    waiting = np.flatnonzero(case.said(RESERVE))
    waiting = waiting[np.lexsort((case.queue[waiting], case.offering[waiting]))]
    offering, queue, ahead = case.offering[waiting], case.queue[waiting], standing[waiting]
    same = offering[1:] == offering[:-1]
    wrong = np.empty(len(waiting), bool)
    wrong[:1] = queue[:1] != 1
    wrong[1:] = np.where(same, (queue[1:] != queue[:-1] + 1) | (ahead[1:] < ahead[:-1]), queue[1:] != 1)
    return (case.verdict("queue_out_of_order", int(at)) for at in waiting[wrong])


def _standing(case: Case, ties: Sequence[str]) -> Column:
    """Smaller stands further ahead: held place, first hand, in time, higher merit, tie-breakers; alike are equal.

    Only those admitted and in reserve are compared.
    """
    asked = np.flatnonzero(case.said(ADMITTED) | case.said(RESERVE))
    tied = {"rank": case.rank, "random": case.random[case.applicant]}
    columns = (~case.holds, case.hand, ~case.timely, -case.merit, *(tied[tie] for tie in ties))
    compared = [column[asked] for column in columns]
    order = np.lexsort(compared[::-1])
    further = np.zeros(len(order), bool)
    for column in compared:
        further[1:] |= column[order][1:] != column[order][:-1]
    standing = np.zeros(len(case.outcome), np.int64)
    standing[asked[order]] = np.cumsum(further)
    return standing


def _per_offering(case: Case, flags: Column) -> Column:
    return np.bincount(case.offering[flags], minlength=len(case.offerings))


def _about_offerings(case: Case, code: str, wrong: Column) -> Iterator[Verdict]:
    return (Verdict(code, case.offerings[at]) for at in np.flatnonzero(wrong).tolist())
