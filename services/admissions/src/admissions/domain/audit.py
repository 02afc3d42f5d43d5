"""The verifier's checks over columns, for a whole country in a moment. Shares no code with the engine.

Written from the rules alone: one seat each, seats there are, eligibility, outcomes and queues as they should be, nobody
passed over (no justified envy), nothing wasted, quotas for those entitled, second hand never before first hand
(SL 16:47), introduction programmes only for those without a place in a national one.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from admissions.domain.audit_case import ADMITTED, INELIGIBLE, RESERVE, STRUCK, UNKNOWN, Case, Column
from admissions.domain.audit_pools import pool_verdicts, room_of_pools, standing
from admissions.domain.verdicts import Verdict

_NEVER = np.iinfo(np.int64).max


def audit(case: Case, ties: Sequence[str] = ("random",)) -> list[Verdict]:
    """Everything that is wrong with the answers; empty when they may be published."""
    ahead = standing(case, ties)
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
            _passed_over(case, ahead, ties),
            _queues(case, ahead),
            case.verdicts("queue_without_reserve", (case.queue != 0) & ~case.said(RESERVE)),
        )
    )


def _one_seat_each(case: Case) -> Iterator[Verdict]:
    seats = np.bincount(case.applicant[case.said(ADMITTED)], minlength=len(case.applicants))
    return (Verdict("two_seats", applicant=case.applicants[at]) for at in np.flatnonzero(seats > 1).tolist())


def _capacity(case: Case) -> Iterator[Verdict]:
    """Those who hold a place keep it where seats have been cut, and nobody else comes in."""
    room = np.sum(room_of_pools(case), axis=0)
    return case.about_offerings("over_capacity", case.per_offering(case.said(ADMITTED)) > room)


def _outcomes_and_held_places(case: Case) -> Iterator[Verdict]:
    """Above the admitted choice: reserve. Below it: struck. None admitted: all reserve. A held place or better.

    All choices of a later stage stand below all of an earlier one.
    """
    inside = case.said(ADMITTED)
    order = case.preference
    reached = np.full(len(case.applicants), _NEVER)
    np.minimum.at(reached, case.applicant[inside], order[inside])
    above = order < reached[case.applicant]
    wrong = np.where(above, ~case.said(RESERVE), ~inside & ~case.said(STRUCK))
    yield from case.verdicts("reserve_and_struck_mixed", wrong & case.eligible & ~case.said(UNKNOWN))
    yield from case.verdicts("held_place_lost", case.holds & above)


def _wasted_seats(case: Case) -> Iterator[Verdict]:
    waited_for = case.per_offering(case.said(RESERVE) & case.eligible) > 0
    vacant = case.per_offering(case.said(ADMITTED)) < case.seats_in_use
    return case.about_offerings("seat_wasted", waited_for & vacant)


def _second_hand_before_first(case: Case) -> Iterator[Verdict]:
    first_waits = case.per_offering(case.said(RESERVE) & case.eligible & (case.hand == 1)) > 0
    newly_second = case.said(ADMITTED) & (case.hand != 1) & ~case.holds
    return case.verdicts("second_hand_displaces_first_hand", newly_second & first_waits[case.offering])


def _passed_over(case: Case, ahead: Column, ties: Sequence[str]) -> Iterator[Verdict]:
    """Someone waits who should have gone before one let in: at the offering, or at one of its pools of seats."""
    if case.quotas or case.pool is not None:
        yield from pool_verdicts(case, ties)
        return
    inside = case.said(ADMITTED)
    worst = np.full(len(case.offerings), -1)
    np.maximum.at(worst, case.offering[inside], ahead[inside])
    passed_over = case.said(RESERVE) & case.eligible & (ahead < worst[case.offering])
    yield from case.verdicts("justified_envy", passed_over)


def _queues(case: Case, ahead: Column) -> Iterator[Verdict]:
    """Queue numbers run 1, 2, … at each offering and follow the order of priority, quotas or not."""
    waiting = np.flatnonzero(case.said(RESERVE))
    waiting = waiting[np.lexsort((case.queue[waiting], case.offering[waiting]))]
    offering, queue, behind = case.offering[waiting], case.queue[waiting], ahead[waiting]
    same = offering[1:] == offering[:-1]
    wrong = np.empty(len(waiting), bool)
    wrong[:1] = queue[:1] != 1
    wrong[1:] = np.where(same, (queue[1:] != queue[:-1] + 1) | (behind[1:] < behind[:-1]), queue[1:] != 1)
    return (case.verdict("queue_out_of_order", int(at)) for at in waiting[wrong])
